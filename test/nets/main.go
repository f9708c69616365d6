// Command nets makes networks for tests, in user space and without leaving the machine: places, each in a network namespace
// of its own, that reach each other only through it, by lines, walls and NATs of package shaper. It needs root or a
// user namespace, and no firewall or traffic control of the kernel's.
//
//	nets lab                       takes orders on standard input (orders.go)
//	nets proxy ADDRESS IDLE        an HTTP proxy that ends connections that were idle for so long
//	nets visit SERVER LINK NAME    a place in a meeting, held until standard input ends
//	nets scan SERVER TOKEN ADDRESSES   tries to have the server's relay reach these addresses, and says what it did
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "nets:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "lab":
		return serveLab(os.Stdin, os.Stdout)
	case len(args) == 3 && args[0] == "proxy":
		idle, err := time.ParseDuration(args[2])
		if err != nil {
			return err
		}
		return serveProxy(args[1], idle, os.Stdin, os.Stdout)
	case len(args) == 4 && args[0] == "visit":
		return visit(args[1], args[2], args[3], os.Stdin, os.Stdout)
	case len(args) > 3 && args[0] == "scan":
		return scan(args[1], args[2], args[3:], os.Stdout)
	}
	return fmt.Errorf("usage: nets lab | proxy ADDRESS IDLE | visit SERVER LINK NAME | scan SERVER TOKEN ADDRESSES")
}

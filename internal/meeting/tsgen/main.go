// Command tsgen writes the TypeScript types of the control protocol and of the rules from the Go structs, so that the web client
// cannot drift from the server. It reads source files only and knows just as much Go as those files use; what it
// does not know is an error, never a guess.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("out", "", "file to write")
	pkg := flag.String("package", "meeting", "package of the sources, below internal")
	flag.Parse()
	if err := run(*out, *pkg, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "tsgen:", err)
		os.Exit(1)
	}
}

func run(out, pkg string, sources []string) error {
	text, err := Generate(pkg, sources)
	if err != nil {
		return err
	}
	return os.WriteFile(out, text, 0o644)
}

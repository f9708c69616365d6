// Command docgen writes docs/kinds.md and docs/roles.md from package rules, so that what is said of levels, kinds and roles
// is what the program does.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	kinds := flag.String("kinds", "", "file for kinds and levels")
	roles := flag.String("roles", "", "file for roles")
	flag.Parse()
	for file, text := range map[string]string{*kinds: Kinds(), *roles: Roles()} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "docgen:", err)
			os.Exit(1)
		}
	}
}

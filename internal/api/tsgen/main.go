// Command tsgen writes the TypeScript types of the REST API from the description that the API makes of itself, so that the
// web client cannot drift from the server. What it does not know of JSON Schema is an error, never a guess.
package main

import (
	"flag"
	"fmt"
	"os"

	"konklave/internal/api"
)

func main() {
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "tsgen:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	text, err := Generate(described().Document())
	if err != nil {
		return err
	}
	return os.WriteFile(out, text, 0o644)
}

// described is an API that serves nobody: it has the routes of pages, to be described.
func described() *api.API {
	a := api.New(api.Config{})
	for _, area := range [][]api.Route{api.Login(nil), api.Self(nil), api.Accounts(nil), api.Installation(nil), api.Meetings(nil, nil, nil), api.Periods(nil, nil), api.ConnectionHelp(nil, nil)} {
		a.Add(area)
	}
	return a
}

package api

import (
	"net/http"
	"reflect"

	"konklave/internal/account"
)

// Route is one thing that the API can do. Do completes it.
type Route struct {
	Method string
	Path   string // as http.ServeMux takes it, below /api/
	Name   string // unique, for programs that are generated from the description
	Area   string // under which the description lists it
	Help   string // what it does, in a sentence or two
	Who    Who
	Codes  []string // of refusals besides those that every route may answer with
	Status int      // of success; 0 is 200, or 204 where nothing goes out
	Body   int64    // most bytes that may come in; 0 is 64 KiB

	in, out reflect.Type
	serve   func(*Call, *http.Request) (any, error)
}

// Nothing goes in, or comes out.
type Nothing struct{}

// File is an answer that is no JSON.
type File struct {
	Type    string // media type
	Name    string // under which browsers save it; empty: they show it
	Content []byte
}

// Do completes a route with the function that serves it.
func Do[In, Out any](r Route, do func(*Call, In) (Out, error)) Route {
	r.in, r.out = reflect.TypeFor[In](), reflect.TypeFor[Out]()
	if r.Body == 0 {
		r.Body = 64 << 10
	}
	if r.Status == 0 {
		r.Status = http.StatusOK
		if r.out == reflect.TypeFor[Nothing]() {
			r.Status = http.StatusNoContent
		}
	}
	r.serve = func(c *Call, req *http.Request) (any, error) {
		var in In
		if err := decode(req, c.answer, r.Body, &in); err != nil {
			return nil, err
		}
		return do(c, in)
	}
	return r
}

// Codes lists codes of refusals for a Route.
func Codes[C ~string](codes ...C) []string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = string(c)
	}
	return names
}

// Who says whom a route admits.
type Who struct {
	anyone bool
	stages []account.Stage // of the login, when an operation does not say
	op     account.Operation
}

// Anyone admits everybody. Whoever is signed in is known to the Call all the same.
func Anyone() Who { return Who{anyone: true} }

// SignedIn admits every account that is signed in whole.
func SignedIn() Who { return AtStage(account.StageFull) }

// AtStage admits logins that are at one of the stages.
func AtStage(stages ...account.Stage) Who { return Who{stages: stages} }

// May admits those whose role allows an operation.
func May(op account.Operation) Who { return Who{stages: []account.Stage{account.StageFull}, op: op} }

// admit tells why a login is not let through, or nothing. The zero Login is nobody.
func (w Who) admit(l account.Login) error {
	if w.anyone {
		return nil
	}
	if l.ID == "" {
		return account.Failure{Code: account.CodeSignedOut}
	}
	for _, stage := range w.stages {
		if stage == l.Stage {
			if w.op != "" && !l.May(w.op) {
				return account.Failure{Code: account.CodeForbidden}
			}
			return nil
		}
	}
	switch l.Stage {
	case account.StageFactor:
		return account.Failure{Code: account.CodeFactorNeeded}
	case account.StageEnrol:
		return account.Failure{Code: account.CodeEnrolNeeded}
	}
	return account.Failure{Code: account.CodeForbidden}
}

// String says it in words, for the description.
func (w Who) String() string {
	switch {
	case w.anyone:
		return "everybody"
	case w.op != "":
		return "who may " + string(w.op)
	case len(w.stages) > 1:
		return "who is signed in, or is about to be"
	case w.stages[0] == account.StageFull:
		return "who is signed in"
	}
	return "who is about to sign in"
}

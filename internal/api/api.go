// Package api owns the REST API: the frame in which every route runs, and the routes themselves, an area a file. It
// checks the form of what comes in, who may ask, and how often; it turns errors into statuses in one place, and it
// describes itself at /api/openapi.json and /api/docs.
//
// It must not decide anything about accounts or meetings: their packages do. It logs no path, address, name or token.
//
// # How to add an area
//
// Write a file that gives routes, and hand them to API.Add in internal/app:
//
//	// Meetings are the routes of stored meetings.
//	func Meetings(plan *plan.Service) []Route {
//		m := meetings{plan}
//		return []Route{
//			Do(Route{
//				Method: "GET", Path: "/api/meetings/{id}", Name: "showMeeting", Area: "meetings", Who: May(account.HostMeetings),
//				Help: "One meeting of yours.", Codes: Codes(meeting.CodeMeetingUnknown),
//			}, m.show),
//		}
//	}
//
//	type showMeeting struct {
//		ID string `path:"id" doc:"Id of the meeting."`
//	}
//
//	func (m meetings) show(c *Call, in showMeeting) (Meeting, error) { ... }
//
// What comes in is one struct: fields with a tag path or query come from there, those with a tag json from the body. What goes
// out is a struct, a File, or Nothing. A tag doc says what a field is; a type with a method Values() []string is a closed
// list. Who admits: Anyone, SignedIn, AtStage or May. Return errors as they are: their codes become statuses by the
// table in problem.go, which needs a line for each new code. Call has the login, and nothing that must be stored.
package api

//go:generate go run ./tsgen -out ../../web/src/api/rest.gen.ts

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"konklave/internal/account"
	"konklave/internal/pii"
	"konklave/internal/sources"
)

// One source may do so much; a school behind one address begins its lessons at the same time, so the burst is wide.
const (
	sourceRate  = 20 // per second
	sourceBurst = 300
)

// Logins finds who is signed in.
type Logins interface {
	// LoginOf gives the login whose token this is. The error is an account.Failure with CodeSignedOut when there is none, or
	// one of the store's.
	LoginOf(ctx context.Context, token pii.Token) (account.Login, error)
}

// Config is what the API needs to know.
type Config struct {
	Logins    Logins
	PublicURL string // address under which people reach the server, whose pages may ask; empty: not known
	Log       *slog.Logger
	Now       func() time.Time // nil: time.Now
}

// API is the REST API. Add comes before Handler.
type API struct {
	config  Config
	routes  []Route
	sources *sources.Sources
	now     func() time.Time
}

// New makes an API that so far only describes itself.
func New(config Config) *API {
	a := &API{config: config, sources: sources.New(sourceRate, sourceBurst), now: config.Now}
	if a.now == nil {
		a.now = time.Now
	}
	a.Add(a.description())
	return a
}

// Add takes the routes of an area.
func (a *API) Add(routes []Route) { a.routes = append(a.routes, routes...) }

// Handler serves /api/ and below.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, r := range a.routes {
		mux.Handle(r.Method+" "+r.Path, a.frame(r))
		methods[r.Path] = append(methods[r.Path], r.Method)
	}
	for path, known := range methods {
		slices.Sort(known)
		for _, method := range []string{"DELETE", "GET", "PATCH", "POST", "PUT"} {
			// With its method each: without one, a path would be in the way of one with a wildcard.
			if !slices.Contains(known, method) {
				mux.HandleFunc(method+" "+path, otherMethod(known))
			}
		}
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		answerProblem(w, Problem{Code: codeNothingHere, Message: "the API has no such path"})
	})
	return mux
}

// sameSite refuses requests that change something and that a page of another site sent.
func (a *API) sameSite() *http.CrossOriginProtection {
	protection := http.NewCrossOriginProtection()
	if site := strings.TrimSuffix(a.config.PublicURL, "/"); site != "" {
		_ = protection.AddTrustedOrigin(site) // fails where it is no address, which the configuration refuses
	}
	return protection
}

// otherMethod says which methods a path knows.
func otherMethod(known []string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", strings.Join(known, ", "))
		answerProblem(w, Problem{Code: codeMethod, Message: "this path does not know the method"})
	}
}

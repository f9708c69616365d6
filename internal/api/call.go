package api

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"time"

	"konklave/internal/account"
	"konklave/internal/pii"
)

// sessionCookie carries the token of a login, knownCookie the mark of a browser in which somebody signed in before.
const (
	sessionCookie = "konklave"
	knownCookie   = "konklave-known"
)

// Call is one request on its way through a route.
type Call struct {
	context.Context
	Login  account.Login // the zero Login: nobody is signed in
	Token  pii.Token     // of the login
	Source string        // the client's address, for limits only: it is never stored; empty: not known
	Agent  string        // the header User-Agent, to name the kind of device
	Known  pii.Token     // mark of a browser in which somebody signed in before
	Site   string        // address of this server as the client sees it, for links
	Now    time.Time

	answer http.ResponseWriter
	secure bool
}

// Account is who asks.
func (c *Call) Account() account.Account { return c.Login.Account }

// SignIn has the browser keep the token of a login until it ends, or, where persistent is false, until the browser is closed.
func (c *Call) SignIn(token pii.Token, ends time.Time, persistent bool) {
	cookie := c.cookie(sessionCookie, token)
	if persistent {
		cookie.MaxAge = int(ends.Sub(c.Now) / time.Second)
	}
	http.SetCookie(c.answer, cookie)
}

// SignOut has the browser forget the token.
func (c *Call) SignOut() {
	cookie := c.cookie(sessionCookie, "")
	cookie.MaxAge = -1
	http.SetCookie(c.answer, cookie)
}

// Remember marks the browser as one in which somebody signed in. It tells attempts of the owner from those of strangers.
func (c *Call) Remember(mark pii.Token, lasts time.Duration) {
	cookie := c.cookie(knownCookie, mark)
	cookie.Path, cookie.SameSite = "/api/login", http.SameSiteStrictMode
	cookie.MaxAge = int(lasts / time.Second)
	http.SetCookie(c.answer, cookie)
}

func (c *Call) cookie(name string, value pii.Token) *http.Cookie {
	return &http.Cookie{Name: name, Value: value.Reveal(), Path: "/", HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode}
}

// frame is what happens around every route: limits, other sites, who asks, the answer.
func (a *API) frame(r Route) http.Handler {
	site := a.sameSite()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		out, err := a.run(r, site, w, req)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		answer(w, r.Status, out)
	})
}

func (a *API) run(r Route, site *http.CrossOriginProtection, w http.ResponseWriter, req *http.Request) (any, error) {
	now := a.now()
	if !a.sources.Allow(req.RemoteAddr, now) {
		return nil, Refusal{codeRateLimited, "too many requests"}
	}
	if site.Check(req) != nil {
		return nil, Refusal{codeCrossSite, "requests of other sites are refused"}
	}
	c := a.call(w, req, now)
	if err := a.identify(c, r.Who); err != nil {
		return nil, err
	}
	return r.serve(c, req)
}

func (a *API) call(w http.ResponseWriter, req *http.Request, now time.Time) *Call {
	c := &Call{Context: req.Context(), Source: req.RemoteAddr, Agent: req.UserAgent(), Site: a.config.PublicURL, Now: now, answer: w}
	// The server takes this header off where it does not come from a trusted proxy.
	c.secure = req.TLS != nil || req.Header.Get("X-Forwarded-Proto") == "https"
	if c.Site == "" {
		c.Site = "http://" + req.Host
		if c.secure {
			c.Site = "https://" + req.Host
		}
	}
	c.Token, c.Known = cookieOf(req, sessionCookie), cookieOf(req, knownCookie)
	return c
}

// identify finds who asks, and whether the route admits them.
func (a *API) identify(c *Call, who Who) error {
	if c.Token != "" {
		login, err := a.config.Logins.LoginOf(c, c.Token)
		var refused account.Failure
		if err != nil && !errors.As(err, &refused) && !who.anyone {
			return err // the store failed: it is not known who asks
		}
		if err == nil {
			c.Login = login
		}
	}
	return who.admit(c.Login)
}

// longestToken is more than any token of ours has.
const longestToken = 200

// TokenOf is the token of the login that a request brings, for handlers outside of this package.
func TokenOf(req *http.Request) pii.Token { return cookieOf(req, sessionCookie) }

func cookieOf(req *http.Request, name string) pii.Token {
	cookie, err := req.Cookie(name)
	if err != nil || len(cookie.Value) > longestToken {
		return ""
	}
	return pii.Token(cookie.Value)
}

// answer sends what a route gave.
func answer(w http.ResponseWriter, status int, out any) {
	switch out := out.(type) {
	case Nothing:
		w.WriteHeader(status)
	case File:
		w.Header().Set("Content-Type", out.Type)
		w.Header().Set("Content-Length", strconv.Itoa(len(out.Content)))
		if out.Name != "" {
			w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": out.Name}))
		}
		w.WriteHeader(status)
		_, _ = w.Write(out.Content) // fails only when the client is gone
	default:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(out)
	}
}

package api

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"konklave/internal/account"
)

// version is that of the API: another first number when programs that used it have to change.
const version = "1.0"

// always lists the codes that every route may answer with, and those that every route may that is not for everybody.
var (
	always      = []string{codeBadRequest, codeTooLarge, codeRateLimited, codeCrossSite, codeInternal, codeStoreFull, codeStoreFails}
	whenNamed   = []string{string(account.CodeSignedOut), string(account.CodeFactorNeeded), string(account.CodeEnrolNeeded), string(account.CodeForbidden)}
	description = `What the pages of Konklave do with accounts and meetings, for programs too. Bodies are JSON. Sign in with POST /api/login: the
cookie it sets is the login. A request that changes something is refused when a page of another site sends it. Every refusal is a
Problem with a code. Meetings themselves run over the control WebSocket and LiveKit's protocol.`
)

// description are the routes by which the API describes itself.
func (a *API) description() []Route {
	document := sync.OnceValue(a.Document)
	page := sync.OnceValue(func() []byte { return docsPage(document()) })
	return []Route{
		Do(Route{Method: "GET", Path: "/api/openapi.json", Name: "getDescription", Area: "description", Who: Anyone(),
			Help: "This description, as OpenAPI 3.1."},
			func(*Call, Nothing) (map[string]any, error) { return document(), nil }),
		Do(Route{Method: "GET", Path: "/api/docs", Name: "getDocumentation", Area: "description", Who: Anyone(),
			Help: "This description, as a page to read."},
			func(*Call, Nothing) (File, error) {
				return File{Type: "text/html; charset=utf-8", Content: page()}, nil
			}),
		Do(Route{Method: "GET", Path: "/api/docs.css", Name: "getDocumentationStyle", Area: "description", Who: Anyone(),
			Help: "How that page looks."},
			func(*Call, Nothing) (File, error) {
				return File{Type: "text/css; charset=utf-8", Content: docsStyle}, nil
			}),
	}
}

// Document describes every route, as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html). It is made of the routes
// themselves, so it cannot differ from them.
func (a *API) Document() map[string]any {
	s := &schemas{known: map[string]object{}, types: map[string]reflect.Type{}}
	problem := s.of(reflect.TypeFor[Problem]())
	paths := object{}
	var areas []string
	for _, r := range a.routes {
		path, ok := paths[r.Path].(object)
		if !ok {
			path = object{}
			paths[r.Path] = path
		}
		path[strings.ToLower(r.Method)] = s.operation(r, problem)
		if !slices.Contains(areas, r.Area) {
			areas = append(areas, r.Area)
		}
	}
	tags := make([]object, len(areas))
	for i, area := range areas {
		tags[i] = object{"name": area}
	}
	return object{
		"openapi": "3.1.1",
		"info":    object{"title": "Konklave", "version": version, "description": strings.ReplaceAll(description, "\n", " ")},
		"tags":    tags,
		"paths":   paths,
		"components": object{
			"schemas":         s.known,
			"securitySchemes": object{"login": object{"type": "apiKey", "in": "cookie", "name": sessionCookie}},
		},
	}
}

func (s *schemas) operation(r Route, problem object) object {
	op := object{
		"operationId": r.Name, "tags": []string{r.Area}, "summary": r.Help, "responses": s.responses(r, problem),
		"description": "For " + r.Who.String() + ".",
	}
	if list := s.parameters(r.in); len(list) > 0 {
		op["parameters"] = list
	}
	if hasBody(r.in) {
		op["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": s.of(r.in)}}}
	}
	if !r.Who.anyone {
		op["security"] = []object{{"login": []string{}}}
	}
	return op
}

func (s *schemas) responses(r Route, problem object) object {
	success := object{"description": http.StatusText(r.Status)}
	switch r.out {
	case reflect.TypeFor[Nothing]():
	case reflect.TypeFor[File]():
		success["content"] = object{"*/*": object{}}
	default:
		success["content"] = object{"application/json": object{"schema": s.of(r.out)}}
	}
	all := object{strconv.Itoa(r.Status): success}
	byStatus := map[int][]string{}
	for _, code := range r.refusals() {
		byStatus[statusOf(code)] = append(byStatus[statusOf(code)], code)
	}
	for status, codes := range byStatus {
		slices.Sort(codes)
		all[strconv.Itoa(status)] = object{
			"description": http.StatusText(status) + ": " + strings.Join(slices.Compact(codes), ", "),
			"content":     object{"application/json": object{"schema": problem}},
		}
	}
	return all
}

// refusals lists the codes that the route may answer with.
func (r Route) refusals() []string {
	codes := slices.Concat(always, r.Codes)
	if !r.Who.anyone {
		codes = append(codes, whenNamed...)
	}
	return codes
}

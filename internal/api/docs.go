package api

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"
	"strings"
)

//go:embed docs.html
var docsText string

//go:embed docs.css
var docsStyle []byte

var docsTemplate = template.Must(template.New("docs").Parse(docsText))

// What the page shows, made of the document, so that both say the same.
type docsArea struct {
	Name   string
	Routes []docsRoute
}

type docsRoute struct {
	Method, Path, Name, Help, Who string
	In                            []docsField
	Body, Out                     string // names of types
	Answers                       []docsAnswer
}

type docsAnswer struct{ Status, Text, Type string }

type docsType struct {
	Name   string
	Fields []docsField
}

type docsField struct {
	Name, Type, Help string
	Optional         bool
}

// docsPage is the description as a page to read. It needs no script.
func docsPage(document object) []byte {
	var page bytes.Buffer
	data := object{"Info": document["info"], "Areas": docsAreas(document), "Types": docsTypes(document)}
	if err := docsTemplate.Execute(&page, data); err != nil {
		panic(err) // the template and the data are ours
	}
	return page.Bytes()
}

func docsAreas(document object) []docsArea {
	var areas []docsArea
	for _, tag := range document["tags"].([]object) {
		areas = append(areas, docsArea{Name: tag["name"].(string)})
	}
	for path, methods := range document["paths"].(object) {
		for method, op := range methods.(object) {
			r := docsRouteOf(strings.ToUpper(method), path, op.(object))
			at := slices.IndexFunc(areas, func(a docsArea) bool { return a.Name == op.(object)["tags"].([]string)[0] })
			areas[at].Routes = append(areas[at].Routes, r)
		}
	}
	for _, a := range areas {
		slices.SortFunc(a.Routes, func(x, y docsRoute) int { return strings.Compare(x.Path+x.Method, y.Path+y.Method) })
	}
	return areas
}

func docsRouteOf(method, path string, op object) docsRoute {
	r := docsRoute{
		Method: method, Path: path, Name: op["operationId"].(string), Help: op["summary"].(string), Who: op["description"].(string),
	}
	parameters, _ := op["parameters"].([]object)
	for _, p := range parameters {
		f := docsFieldOf(p["name"].(string), p["schema"].(object), p["required"] == false)
		f.Help, _ = p["description"].(string)
		f.Type += " in the " + p["in"].(string)
		r.In = append(r.In, f)
	}
	if body, ok := op["requestBody"].(object); ok {
		r.Body = docsTypeOf(docsJSON(body))
	}
	for status, answer := range op["responses"].(object) {
		a := docsAnswer{Status: status, Text: answer.(object)["description"].(string)}
		if schema := docsJSON(answer.(object)); schema != nil {
			a.Type = docsTypeOf(schema)
		}
		r.Answers = append(r.Answers, a)
	}
	slices.SortFunc(r.Answers, func(x, y docsAnswer) int { return strings.Compare(x.Status, y.Status) })
	return r
}

// docsJSON gives the schema of what is sent as JSON, or nil.
func docsJSON(message object) object {
	content, _ := message["content"].(object)
	media, _ := content["application/json"].(object)
	schema, _ := media["schema"].(object)
	return schema
}

func docsTypes(document object) []docsType {
	var types []docsType
	for name, schema := range document["components"].(object)["schemas"].(map[string]object) {
		t := docsType{Name: name}
		required := schema["required"].([]string)
		for field, s := range schema["properties"].(object) {
			t.Fields = append(t.Fields, docsFieldOf(field, s.(object), !slices.Contains(required, field)))
		}
		slices.SortFunc(t.Fields, func(x, y docsField) int { return strings.Compare(x.Name, y.Name) })
		types = append(types, t)
	}
	slices.SortFunc(types, func(x, y docsType) int { return strings.Compare(x.Name, y.Name) })
	return types
}

func docsFieldOf(name string, schema object, optional bool) docsField {
	help, _ := schema["description"].(string)
	return docsField{Name: name, Type: docsTypeOf(schema), Help: help, Optional: optional}
}

// docsTypeOf says a type in a word or two.
func docsTypeOf(schema object) string {
	if reference, ok := schema["$ref"].(string); ok {
		return reference[strings.LastIndex(reference, "/")+1:]
	}
	if values, ok := schema["enum"].([]string); ok {
		return "one of " + strings.Join(values, ", ")
	}
	switch schema["type"] {
	case "array":
		return "list of " + docsTypeOf(schema["items"].(object))
	case "object":
		return "object of " + docsTypeOf(schema["additionalProperties"].(object))
	case nil:
		return "anything"
	}
	if format, ok := schema["format"].(string); ok {
		return format
	}
	return schema["type"].(string)
}

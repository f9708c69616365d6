package api

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"time"
)

// object is a JSON object of the description. encoding/json writes its keys in order, so the description does not change by itself.
type object = map[string]any

// schemas collects the types of all messages under their names. JSON Schema 2020-12, as OpenAPI 3.1 has it.
type schemas struct {
	known map[string]object
	types map[string]reflect.Type
}

// lister is a type that has a closed list of values.
type lister interface{ Values() []string }

// of describes a type: structs by a reference to their name, everything else in place. A type that JSON of ours does not use is a
// fault of the program.
func (s *schemas) of(t reflect.Type) object {
	if t == reflect.TypeFor[time.Time]() {
		return object{"type": "string", "format": "date-time"}
	}
	if l, ok := reflect.Zero(t).Interface().(lister); ok && t.Kind() == reflect.String {
		return object{"type": "string", "enum": l.Values()}
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Interface:
		return object{}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return object{"type": "string", "contentEncoding": "base64"}
		}
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.reference(t)
	}
	panic("the description of the API knows no " + t.String())
}

func (s *schemas) reference(t reflect.Type) object {
	name := strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
	if other, taken := s.types[name]; taken && other != t {
		panic("the API has two types called " + name + ": " + other.String() + " and " + t.String())
	}
	if _, done := s.types[name]; !done {
		s.types[name] = t
		s.known[name] = s.fields(t)
	}
	return object{"$ref": "#/components/schemas/" + name}
}

// fields describes those of a struct that are in the body.
func (s *schemas) fields(t reflect.Type) object {
	properties := object{}
	required := []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			inner := s.fields(f.Type)
			for name, property := range inner["properties"].(object) {
				properties[name] = property
			}
			required = append(required, inner["required"].([]string)...)
			continue
		}
		if !fromBody(f) {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		properties[name] = documented(s.of(f.Type), f)
		if !strings.Contains(options, "omit") && f.Type.Kind() != reflect.Pointer {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	return object{"type": "object", "properties": properties, "required": required}
}

// documented adds what a field is. Beside a reference OpenAPI 3.1 allows that.
func documented(schema object, f reflect.StructField) object {
	if doc := f.Tag.Get("doc"); doc != "" {
		schema["description"] = doc
	}
	return schema
}

// parameters lists what comes in the path and the query.
func (s *schemas) parameters(t reflect.Type) []object {
	var list []object
	for i := range t.NumField() {
		f := t.Field(i)
		for _, place := range []string{"path", "query"} {
			if name := f.Tag.Get(place); name != "" {
				list = append(list, documented(object{"name": name, "in": place, "required": place == "path", "schema": s.of(f.Type)}, f))
			}
		}
	}
	return list
}

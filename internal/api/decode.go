package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
)

// decode reads what comes in: fields with a tag path or query from there, the others from the body, of at most so many bytes.
func decode(req *http.Request, w http.ResponseWriter, most int64, into any) error {
	v := reflect.ValueOf(into).Elem()
	if hasBody(v.Type()) {
		if err := decodeBody(req, w, most, into); err != nil {
			return err
		}
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		text := ""
		switch {
		case f.Tag.Get("path") != "":
			text = req.PathValue(f.Tag.Get("path"))
		case f.Tag.Get("query") != "":
			text = req.URL.Query().Get(f.Tag.Get("query"))
		default:
			continue
		}
		if !set(v.Field(i), text) {
			return Refusal{codeBadRequest, "the value of " + f.Tag.Get("path") + f.Tag.Get("query") + " is not understood"}
		}
	}
	return nil
}

// hasBody tells whether a type has fields that come in the body.
func hasBody(t reflect.Type) bool {
	for i := range t.NumField() {
		if fromBody(t.Field(i)) {
			return true
		}
	}
	return false
}

func fromBody(f reflect.StructField) bool {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name != "" && name != "-"
}

func decodeBody(req *http.Request, w http.ResponseWriter, most int64, into any) error {
	// A form of another site cannot have this type, so this also stops browsers too old for Sec-Fetch-Site.
	if kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return Refusal{codeBadRequest, "the body must be JSON, and Content-Type say so"}
	}
	d := json.NewDecoder(http.MaxBytesReader(w, req.Body, most))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, rest := d.Token(); rest == io.EOF {
			return nil
		}
		return Refusal{codeBadRequest, "there is something behind the JSON"}
	}
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return Refusal{codeTooLarge, fmt.Sprintf("the body has more than %d bytes", most)}
	}
	return Refusal{codeBadRequest, "the body is not understood" + where(err)}
}

// where says which field is wrong. What the decoder says of values is left out: it may be a password.
func where(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return ": " + wrong.Field + " has another type"
	}
	if _, name, ok := strings.Cut(err.Error(), "json: unknown field "); ok {
		return ": there is no field " + name
	}
	return ""
}

// set writes a value of a path or a query. An empty text leaves the field as it is.
func set(field reflect.Value, text string) bool {
	if text == "" {
		return true
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
		return true
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		field.SetInt(n)
		return err == nil
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		field.SetBool(b)
		return err == nil
	}
	return false
}

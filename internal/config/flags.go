package config

import (
	"fmt"
	"reflect"
	"strconv"
)

// Flags is a struct, made from the settings, that the kong command line parser fills. Values stay texts, so that Load
// judges flags, environment and file by the same rules and reports their faults together.
type Flags struct {
	target reflect.Value // pointer to the made struct; nil pointers and empty lists in it were not given
}

// NewFlags makes the struct.
func NewFlags() Flags {
	var fields []reflect.StructField
	for i, s := range settings() {
		if s.flag == "" {
			continue
		}
		typ, hint := reflect.TypeFor[*string](), "VALUE"
		switch {
		case s.isList():
			typ, hint = reflect.TypeFor[[]string](), "ADDRESS" // of the machine, or of a page
		case s.typ.Kind() == reflect.Bool:
			typ = reflect.TypeFor[*bool]()
		}
		help := s.help
		if meaning := s.meaning(); meaning != "" {
			help += " Default: " + meaning + "."
		}
		tag := fmt.Sprintf(`name:%q help:%s placeholder:%q group:"Settings:"`, s.flag, strconv.Quote(help), hint)
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("Setting%d", i), Type: typ, Tag: reflect.StructTag(tag),
		})
	}
	return Flags{reflect.New(reflect.StructOf(fields))}
}

// Struct is what to hand to kong.Embed.
func (f Flags) Struct() any { return f.target.Interface() }

// Given lists the flags that the command line had, as Sources.Flags takes them.
func (f Flags) Given() map[string][]string {
	given := map[string][]string{}
	i := 0
	for _, s := range settings() {
		if s.flag == "" {
			continue
		}
		switch v := f.target.Elem().Field(i).Interface().(type) {
		case *string:
			if v != nil {
				given[s.flag] = []string{*v}
			}
		case *bool:
			if v != nil {
				given[s.flag] = []string{strconv.FormatBool(*v)}
			}
		case []string:
			if len(v) > 0 {
				given[s.flag] = v
			}
		}
		i++
	}
	return given
}

// meaning says in words what the default is.
func (s setting) meaning() string {
	if s.preset == "" {
		return s.unset
	}
	return s.preset
}

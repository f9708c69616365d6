package config

import (
	"reflect"
	"strings"
)

// envPrefix begins the name of every environment variable that is ours.
const envPrefix = "KONKLAVE_"

// A setting is one leaf of the Config struct.
type setting struct {
	key     string // path in the file: "rtc.udp_port"
	flag    string // "rtc-udp-port", or "" for none
	preset  string // default in text form
	unset   string // what an empty value means
	help    string
	allowed []string // closed list of values, or nil
	typ     reflect.Type
	index   []int // of the field, for reflect.Value.FieldByIndex
}

// env is the name of the environment variable.
func (s setting) env() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

// in gives the setting's field of a Config.
func (s setting) in(c *Config) reflect.Value {
	return reflect.ValueOf(c).Elem().FieldByIndex(s.index)
}

// isList reports whether the setting takes several values.
func (s setting) isList() bool {
	return s.typ.Kind() == reflect.Slice || s.typ.Kind() == reflect.Map
}

// settings lists every setting in the order of the struct.
func settings() []setting {
	return walk(reflect.TypeFor[Config](), "", nil)
}

func walk(t reflect.Type, prefix string, index []int) []setting {
	var found []setting
	for i := range t.NumField() {
		f := t.Field(i)
		key, ok := f.Tag.Lookup("key")
		if !ok {
			continue
		}
		at := append(append([]int(nil), index...), i)
		if isSection(f.Type) {
			found = append(found, walk(f.Type, prefix+key+".", at)...)
			continue
		}
		s := setting{
			key:     prefix + key,
			flag:    f.Tag.Get("flag"),
			preset:  f.Tag.Get("default"),
			unset:   f.Tag.Get("unset"),
			help:    f.Tag.Get("help"),
			allowed: strings.Fields(f.Tag.Get("oneof")),
			typ:     f.Type,
			index:   at,
		}
		switch s.flag {
		case "":
			s.flag = strings.NewReplacer(".", "-", "_", "-").Replace(s.key)
		case "-":
			s.flag = ""
		}
		found = append(found, s)
	}
	return found
}

// isSection tells structs of our own, which hold settings, from structs that are values, such as netip.AddrPort.
func isSection(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == reflect.TypeFor[Config]().PkgPath()
}

package lkpb

import (
	_ "embed"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
)

//go:embed testdata/schema.txt
var schema string

// TestSchemaIsThatOfTheWire compares every message and enumeration with the table of facts, both ways.
func TestSchemaIsThatOfTheWire(t *testing.T) {
	want := map[string]string{}
	for line := range strings.Lines(schema) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, spec, ok := strings.Cut(line+" ", " — ")
		if !ok {
			t.Fatalf("table: %q", line)
		}
		want[name] = normal(spec)
	}
	have := map[string]string{}
	for _, file := range []protoreflect.FileDescriptor{
		File_internal_signal_lkpb_model_proto, File_internal_signal_lkpb_request_proto,
		File_internal_signal_lkpb_response_proto, File_internal_signal_lkpb_join_proto,
		File_internal_signal_lkpb_data_proto, File_internal_signal_lkpb_api_proto,
	} {
		describeMessages(have, file.Messages())
		describeEnums(have, file.Enums())
	}
	delete(have, "Encryption") // holds an enumeration and nothing else
	for name, spec := range want {
		if have[name] != spec {
			t.Errorf("%s\n have %s\n want %s", name, have[name], spec)
		}
	}
	for name := range have {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is not in the table", name)
		}
	}
}

func describeMessages(into map[string]string, messages protoreflect.MessageDescriptors) {
	for i := range messages.Len() {
		m := messages.Get(i)
		if m.IsMapEntry() {
			continue
		}
		var parts []string
		for j := range m.Fields().Len() {
			parts = append(parts, describeField(m.Fields().Get(j)))
		}
		sort.Strings(parts)
		into[short(m)] = strings.Join(parts, "; ")
		describeMessages(into, m.Messages())
		describeEnums(into, m.Enums())
	}
}

func describeEnums(into map[string]string, enums protoreflect.EnumDescriptors) {
	for i := range enums.Len() {
		e := enums.Get(i)
		var parts []string
		for j := range e.Values().Len() {
			v := e.Values().Get(j)
			parts = append(parts, fmt.Sprintf("%d %s", v.Number(), v.Name()))
		}
		sort.Strings(parts)
		into[short(e)] = strings.Join(parts, "; ")
	}
}

// describeField writes a field as the table does, with the oneof it belongs to in front.
func describeField(f protoreflect.FieldDescriptor) string {
	s := fmt.Sprintf("%d %s ", f.Number(), f.Name())
	switch {
	case f.IsMap():
		s += fmt.Sprintf("map(%s→%s)", typeName(f.MapKey()), typeName(f.MapValue()))
	case f.IsList():
		s += typeName(f) + "*"
	default:
		s += typeName(f)
	}
	if o := f.ContainingOneof(); o != nil {
		if o.IsSynthetic() {
			return s + "?"
		}
		return string(o.Name()) + ": " + s
	}
	return s
}

func typeName(f protoreflect.FieldDescriptor) string {
	switch f.Kind() {
	case protoreflect.MessageKind:
		return short(f.Message())
	case protoreflect.EnumKind:
		return short(f.Enum())
	}
	return map[protoreflect.Kind]string{
		protoreflect.StringKind: "str", protoreflect.BytesKind: "bytes", protoreflect.BoolKind: "bool",
		protoreflect.Int32Kind: "i32", protoreflect.Int64Kind: "i64", protoreflect.Uint32Kind: "u32",
		protoreflect.Uint64Kind: "u64", protoreflect.FloatKind: "f32",
	}[f.Kind()]
}

func short(d protoreflect.Descriptor) string {
	return strings.TrimPrefix(string(d.FullName()), "konklave.lk.v1.")
}

var group = regexp.MustCompile(`\{(\w+): ([^}]*)\}`)

// normal sorts the fields of a line of the table and writes a oneof's name in front of its members.
func normal(spec string) string {
	spec = group.ReplaceAllStringFunc(spec, func(s string) string {
		m := group.FindStringSubmatch(s)
		return m[1] + ": " + strings.ReplaceAll(m[2], "; ", "; "+m[1]+": ")
	})
	parts := strings.FieldsFunc(spec, func(r rune) bool { return r == ';' || r == ',' })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	sort.Strings(parts)
	return strings.Join(parts, "; ")
}

// TestJSONNames holds the few names that clients depend on where they are not plain lower camel case.
func TestJSONNames(t *testing.T) {
	tests := []struct {
		message protoreflect.MessageDescriptor
		field   protoreflect.Name
		json    string
	}{
		{(*TrickleRequest)(nil).ProtoReflect().Descriptor(), "candidateInit", "candidateInit"},
		{(*TrackInfo)(nil).ProtoReflect().Descriptor(), "mime_type", "mimeType"},
		{(*ParticipantInfo)(nil).ProtoReflect().Descriptor(), "joined_at_ms", "joinedAtMs"},
		{(*SessionDescription)(nil).ProtoReflect().Descriptor(), "mid_to_track_id", "midToTrackId"},
	}
	for _, test := range tests {
		if have := test.message.Fields().ByName(test.field).JSONName(); have != test.json {
			t.Errorf("%s: JSON name %q, want %q", test.field, have, test.json)
		}
	}
}

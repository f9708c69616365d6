package session

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"konklave/internal/signal/lkpb"
)

// rows reads the tables of docs/protocol.md between two headings: what is said of each message.
func rows(t *testing.T, from, to string) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(text), from)
	part, _, _ = strings.Cut(part, to)
	said := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]+`) \\| (.+) \\|$").FindAllStringSubmatch(part, -1) {
		for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(row[1], -1) {
			said[name[1]] = row[2]
		}
	}
	return said
}

func members(m protoreflect.ProtoMessage) []string {
	var names []string
	fields := m.ProtoReflect().Descriptor().Oneofs().ByName("message").Fields()
	for i := range fields.Len() {
		names = append(names, string(fields.Get(i).Name()))
	}
	return names
}

func TestProtocolDocumentTellsOfEveryMessage(t *testing.T) {
	for _, part := range []struct {
		from, to string
		message  protoreflect.ProtoMessage
	}{
		{"## From the client", "## To the client", &lkpb.SignalRequest{}},
		{"## To the client", "## Media", &lkpb.SignalResponse{}},
	} {
		said := rows(t, part.from, part.to)
		for _, name := range members(part.message) {
			if said[name] == "" {
				t.Errorf("nothing is said of %s", name)
			}
			delete(said, name)
		}
		for name := range said {
			t.Errorf("there is no message %s", name)
		}
	}
}

// An empty message of each kind is refused, or ignored, exactly where the document says so.
func TestRequestsAreRefusedAsDocumented(t *testing.T) {
	s := startService(t)
	said := rows(t, "## From the client", "## To the client")
	for name, what := range said {
		if !strings.HasPrefix(what, "refused") {
			continue
		}
		c, _ := join(t, s, "ada")
		r := &lkpb.SignalRequest{}
		m := r.ProtoReflect()
		m.Mutable(m.Descriptor().Fields().ByName(protoreflect.Name(name)))
		c.send(r)
		answer := c.until(func(r *lkpb.SignalResponse) bool { return r.GetRequestResponse() != nil }).GetRequestResponse()
		if !strings.Contains(what, answer.GetReason().String()) || answer.GetMessage() == "" {
			t.Errorf("%s is answered by %v", name, answer)
		}
	}
}

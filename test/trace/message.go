package trace

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

// member names the member of SignalRequest or SignalResponse that a message is, "" for one that is not known.
func member(m proto.Message) string {
	r := m.ProtoReflect()
	field := r.WhichOneof(r.Descriptor().Oneofs().ByName("message"))
	if field == nil {
		return ""
	}
	return string(field.Name())
}

// private are the parts of descriptions that say where somebody was.
var private = regexp.MustCompile(`a=candidate:[^\\]*\\r\\n|a=end-of-candidates\\r\\n`)

// line writes a message as JSON in one form, whatever the library does with spaces, without private parts.
func lineOf(m proto.Message) (string, error) {
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return "", err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return "", err
	}
	plain, err := plainJSON(value)
	return private.ReplaceAllString(plain, ""), err
}

// plainJSON writes JSON for people: & stays &.
func plainJSON(value any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return strings.TrimSpace(b.String()), err
}

// saysLine gives the line for what a client said, or false when it is left out.
func saysLine(who string, r *lkpb.SignalRequest, n *names) (Line, bool, error) {
	switch m := r.Message.(type) {
	case nil, *lkpb.SignalRequest_Ping, *lkpb.SignalRequest_PingReq, *lkpb.SignalRequest_Trickle:
		return Line{}, false, nil
	case *lkpb.SignalRequest_SyncState:
		m.SyncState.Offer, m.SyncState.Answer = nil, nil // long, and said before
	}
	text, err := lineOf(r)
	if err != nil {
		return Line{}, false, fmt.Errorf("writing a request: %w", err)
	}
	return Line{Who: who, Kind: Says, Name: member(r), Text: n.hide(text)}, true, nil
}

// opening is how a client opened its socket.
type opening struct {
	Query string          `json:"query,omitempty"` // without token and join request
	Join  json.RawMessage `json:"join,omitempty"`
}

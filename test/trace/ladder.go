// Package trace owns the order of messages: ladders recorded between a server of this project and clients of LiveKit
// (testdata, one file for each client and mode), the rules that the protocol sets for the order, and a replay of what
// the clients said against the present server, which must tell them the same.
//
// A ladder leaves out what comes by the clock or changes nothing that clients wait for: pings, levels, quality, layers
// to encode, addresses. Ids of participants and tracks stand as names: <ada>, <ada/microphone>. Addresses of the
// recording machine are taken out of descriptions.
//
// The command in record records; testdata/README.md says how.
package trace

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Ladder is what people in one room and the server told each other, in the order of its coming.
type Ladder []Line

// Line is one message.
type Line struct {
	Who  string // identity of the participant
	Kind Kind   // which way
	Name string // of the member of SignalRequest or SignalResponse; the path of Open
	Text string // the rest: JSON of what a client said, a summary of what a server said
}

// Kind is which way a message went, or that a socket opened or closed.
type Kind string

// The kinds.
const (
	Open  Kind = "open"  // the client opened a socket: path, then query and join request as JSON
	Close Kind = "close" // the client closed its socket
	Says  Kind = ">"     // client to server
	Hears Kind = "<"     // server to client
)

// String is the line as it stands in a file.
func (l Line) String() string {
	return strings.TrimRight(fmt.Sprintf("%s %s %s %s", l.Who, l.Kind, l.Name, l.Text), " ")
}

// Write writes a ladder, a line for each message.
func (l Ladder) Write(w io.Writer) error {
	for _, line := range l {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// Read reads what Write wrote. Lines that begin with # say something to people.
func Read(r io.Reader) (Ladder, error) {
	var l Ladder
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		if text := lines.Text(); text != "" && text[0] != '#' {
			fields := strings.SplitN(text, " ", 4)
			if len(fields) < 2 {
				return nil, fmt.Errorf("ladder: %q is no line", text)
			}
			fields = append(fields, "", "")
			l = append(l, Line{Who: fields[0], Kind: Kind(fields[1]), Name: fields[2], Text: fields[3]})
		}
	}
	return l, lines.Err()
}

// Command guest is a member in a room for tests in other languages. It takes orders on standard input, one JSON object
// in a line, and answers each on standard output likewise. It leaves when its standard input ends.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"

	"konklave/test/interop-go/member"
)

// order is what the guest shall do: look, say a text, choose a layer of somebody's camera, mute or unmute, forget its
// events, wave.
type order struct {
	Do       string `json:"do"`
	Text     string `json:"text"`
	Reliable bool   `json:"reliable"`
	Identity string `json:"identity"`
	Quality  string `json:"quality"`
	Muted    bool   `json:"muted"`
}

// answer is what came so far, the guest's own id, and what went wrong.
type answer struct {
	member.View
	SID   string `json:"sid"`
	Error string `json:"error,omitempty"`
}

func main() {
	if len(os.Args) != 4 || os.Args[3] != "single" && os.Args[3] != "dual" {
		fmt.Fprintln(os.Stderr, "usage: guest URL TOKEN single|dual")
		os.Exit(2)
	}
	logger.InitFromConfig(&logger.Config{Level: "error"}, "guest")
	if err := run(os.Args[1], os.Args[2], os.Args[3] == "single"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(url, token string, single bool) error {
	m, err := member.Enter(url, token, single)
	if err != nil {
		return err
	}
	defer m.Leave()
	if err := m.Publish(); err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	_ = out.Encode(look(m, nil)) // without a reader there is nobody to tell
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var o order
		err := json.Unmarshal(in.Bytes(), &o)
		if err == nil {
			err = obey(m, o)
		}
		_ = out.Encode(look(m, err))
	}
	return in.Err()
}

func look(m *member.Member, err error) answer {
	a := answer{View: m.Look(), SID: m.Room.LocalParticipant.SID()}
	if err != nil {
		a.Error = err.Error()
	}
	return a
}

func obey(m *member.Member, o order) error {
	switch o.Do {
	case "look":
	case "say":
		return m.Say(o.Text, o.Reliable)
	case "choose":
		return m.Choose(o.Identity, livekit.VideoQuality(livekit.VideoQuality_value[o.Quality]))
	case "mute":
		m.Microphone.SetMuted(o.Muted)
	case "wave":
		m.Wave()
	case "forget":
		m.Forget()
	default:
		return fmt.Errorf("unknown order %q", o.Do)
	}
	return nil
}

// Command guest joins a room as a LiveKit client does, publishes a microphone, and says on standard output what it is
// told, one JSON object in a line. It leaves when its standard input ends. Tests in other languages need somebody in
// the room.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

const patience = 20 * time.Second

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: guest URL TOKEN")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// news is what the guest says.
type news struct {
	Event   string `json:"event"`
	SID     string `json:"sid,omitempty"`
	Track   string `json:"track,omitempty"`
	Payload string `json:"payload,omitempty"`
	Topic   string `json:"topic,omitempty"`
	Room    string `json:"room,omitempty"` // metadata of the room
	Reason  string `json:"reason,omitempty"`
	Token   string `json:"token,omitempty"`
}

func run(url, token string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p, err := testkit.Join(ctx, testkit.Options{URL: url, Token: token})
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.Connected(ctx); err != nil {
		return err
	}
	p.KeepAlive()
	if err := p.Until(ctx, "data channels", func(v *testkit.View) bool { return v.Channels == 2 }); err != nil {
		return err
	}
	track, err := p.Publish(ctx, testkit.TrackOptions{Source: lkpb.TrackSource_MICROPHONE})
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	say := func(n news) { _ = out.Encode(n) } // without a reader there is nobody to tell
	say(news{Event: "joined", SID: p.SID(), Track: track.SID()})

	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = p.Leave()
		close(ended)
	}()
	watch(p, say, ended)
	return nil
}

// watch says what changes until the guest has left or was sent out.
func watch(p *testkit.Participant, say func(news), ended <-chan struct{}) {
	data, token := 0, ""
	for {
		var all []news
		gone := false
		p.Look(func(v *testkit.View) {
			for ; data < len(v.Data); data++ {
				u := v.Data[data].Packet.GetUser()
				all = append(all, news{Event: "data", Payload: string(u.GetPayload()), Topic: u.GetTopic()})
			}
			if v.Token != token {
				token = v.Token
				all = append(all, news{Event: "token", Token: token})
			}
			if v.Leave != nil {
				all = append(all, news{Event: "left", Reason: v.Leave.GetReason().String()})
				gone = true
			}
		})
		for _, n := range all {
			say(n)
		}
		if gone {
			return
		}
		select {
		case <-ended:
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

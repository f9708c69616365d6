// Package attack owns hostile clients: each Attack does one bad thing to a server for as long as its context lasts. Tests
// run them small and look at bounds, `make abuse` runs them large beside a call and looks at the call.
//
// It must attack nothing but the server it is given, which is always a process of ours on loopback, and it judges
// nothing.
package attack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"net/netip"
	"time"

	"konklave/bench/load"
)

// Target is the server that is attacked.
type Target struct {
	URL    string // of signalling: ws://127.0.0.1:port
	Room   string // in which the attacked call is
	Scale  int    // how many connections those attacks make that are made of many
	Slower int    // what rates are divided by; 0 means 1
	// Token makes an access token.
	Token func(room, identity string) (string, error)
	// Media is the server's media port.
	Media netip.AddrPort
	// Victim is who is impersonated: an address of the call, and a connectivity check that came from it.
	Victim netip.AddrPort
	Check  []byte
}

// Attack is one bad thing.
type Attack struct {
	Name, About string
	// Run attacks until the context ends or all that it had to do is done, and then takes itself away. It says what it
	// did. An error means that it could not attack, not that the server defended itself.
	Run func(ctx context.Context, t Target) (string, error)
}

// All are the attacks there are.
var All = []Attack{
	{"malformed", "signalling messages of random bytes, and true ones that are cut or changed", malformed},
	{"oversized", "signalling messages of 3 MiB, again and again on new connections", oversized},
	{"disorder", "requests out of order, about tracks and people there are not, and lists of thousands", disorder},
	{"flood", "pings, tracks and metadata as fast as the socket takes them, from four participants", flood},
	{"deaf", "four clients that make the server talk and never read", deaf},
	{"halfopen", "participants that join and never bring a transport", halfOpen},
	{"slowloris", "HTTP requests whose header comes byte by byte", slowLoris},
	{"guesses", "passwords guessed as fast as the server looks at them, each from elsewhere and for another account", guesses},
	{"sdp", "offers with hundreds of sections, payload types, layers, and of half a megabyte", sdpBombs},
	{"tracks", "50 tracks from one participant, announced and offered", manyTracks},
	{"stun", "connectivity checks and other datagrams from strangers, of many ports", strangers},
	{"ssrc", "RTP and RTCP of ever new SSRCs, well sealed", unknownSSRC},
	{"replay", "sealed packets again and again, and with wrong bits", replayed},
	{"publisher", "a publisher of 100 Mbit/s", bigPublisher},
	{"keyframes", "requests for key frames of the call's pictures, as fast as they go", keyframes},
	{"data", "data messages, lossy and reliable, to everybody in the call, as fast as they go, from four participants", floodOfData},
	{"spoof", "datagrams from the forged address of somebody in the call, and its connectivity checks from elsewhere", spoofed},
	{"channels", "data channels by the hundreds, and records that are neither SCTP nor DCEP", channels},
}

// join lets a client in. connected says whether to wait for its transport.
func (t Target) join(ctx context.Context, room, identity string, connected bool, change func(*load.Options)) (*load.Client, error) {
	token, err := t.Token(room, identity)
	if err != nil {
		return nil, err
	}
	opts := load.Options{URL: t.URL, Token: token, Begin: time.Now()}
	if change != nil {
		change(&opts)
	}
	// Not cut short by the end: whoever gives up half-way leaves a participant behind who may come back for 30 s.
	c, err := load.Join(context.WithoutCancel(ctx), opts)
	if err != nil {
		return nil, err
	}
	for connected {
		up, _ := c.Times()
		if up > 0 {
			break
		}
		if err := c.Err(); err != nil {
			c.Close()
			return nil, err
		}
		if !pause(ctx, 5*time.Millisecond) {
			c.Close()
			return nil, errors.New("attacker was not connected in time")
		}
	}
	return c, nil
}

// pause waits; it is false when the context has ended.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

// wrong gives a copy in which some bits are wrong.
func wrong(b []byte) []byte {
	c := append([]byte(nil), b...)
	for range 1 + mrand.IntN(4) {
		c[mrand.IntN(len(c))] ^= 1 << mrand.IntN(8)
	}
	return c
}

func name(i int) string { return fmt.Sprintf("attacker-%d", i) }

// aside is the room of attackers that need not be in the attacked call.
const aside = "aside"

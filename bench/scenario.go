package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"konklave/bench/load"
)

// Scenario is a shape of load: who joins, in which order, and what of it is to be measured. The names a, b, c and d are
// those under which other servers were measured.
type Scenario struct {
	Name, About string
	Groups      []group
	Joins       int           // a second; 0 is 40
	Spread      time.Duration // between the packets of a picture; 0: at once
	Recorded    bool          // cameras send what Chromium sent
	Feedback    bool          // for the whole transport
	Loss        float64       // share of packets, both ways
	Counter     bool          // SRTP by AES-CM
	Apart       bool          // clients take each datagram by itself, without GRO
	Shown       int           // how many pictures a receiver shows: the first large, the others small; 0: all, large
	Saturate    bool          // look for the greatest rate
	Shards      bool          // no load: the benchmark of shards
	Server      []string      // flags of our server
	Beside      []string      // servers that can be measured beside ours
}

// group are people who do the same.
type group struct {
	count                   int
	audio, video, subscribe bool
	muted                   bool
	murmurs                 bool // speaks so low that a server may leave it out
	layers                  []load.Layer
}

// Which servers are measured beside ours, so that a round takes ten minutes: the bare forwarder where it is a yardstick,
// Janus where it can do the same, a LiveKit server everywhere.
var (
	yardstick = []string{"raw", "livekit"}
	peer      = []string{"janus", "livekit"}
	both      = []string{"raw", "janus", "livekit"}
	livekit   = []string{"livekit"}
)

// watched is one camera and so many who watch it.
func watched(n int, layers []load.Layer) []group {
	return []group{{count: 1, video: true, layers: layers}, {count: n, subscribe: true}}
}

// heard are ten microphones and so many who hear them.
func heard(n int) []group { return []group{{count: 10, audio: true}, {count: n, subscribe: true}} }

// allVoices has our server send on all voices, as others do, and not only the loudest.
var allVoices = []string{"--limits-room-voices=0"}

// keyed is a camera whose key frames are 50 packets, every two seconds.
var keyed = []load.Layer{{Width: 1280, Height: 720, Rate: 30, Packets: 9, Bytes: 1150, KeyPackets: 50, KeyEvery: 60}}

var talkers = []group{
	{count: 3, audio: true, subscribe: true}, {count: 3, audio: true, murmurs: true, subscribe: true}, {count: 164, audio: true, muted: true, subscribe: true},
}

var scenarios = []Scenario{
	{Name: "a10", About: "1 video to 10", Groups: watched(10, nil), Beside: livekit},
	{Name: "a50", About: "1 video to 50", Groups: watched(50, nil), Beside: peer},
	{Name: "a100", About: "1 video to 100", Groups: watched(100, nil), Joins: 10, Beside: both},
	{Name: "a100s", About: "1 video to 100, packets of a picture 1 ms apart", Groups: watched(100, nil), Spread: time.Millisecond, Beside: livekit},
	{Name: "a100r", About: "1 video to 100, as Chromium sends", Groups: watched(100, nil), Recorded: true, Feedback: true, Beside: livekit},
	{Name: "a100l", About: "1 video in 3 layers to 100, transport-wide feedback, 1 % loss both ways", Groups: watched(100, load.Simulcast), Feedback: true, Loss: 0.01, Beside: livekit},
	{Name: "a350", About: "1 video to 350", Groups: watched(350, nil), Beside: livekit},
	{Name: "a350k", About: "1 video with key frames of 50 packets, 1 audio to 350", Groups: []group{{count: 1, audio: true}, {count: 1, video: true, layers: keyed}, {count: 350, subscribe: true}}, Beside: livekit},
	{Name: "a350k3", About: "1 video with key frames of 50 packets, 3 audio to 350", Groups: []group{{count: 3, audio: true}, {count: 1, video: true, layers: keyed}, {count: 350, subscribe: true}}, Beside: livekit},
	{Name: "sat", About: "20 video to 100, as many pictures as all arrive of", Groups: []group{{count: 20, video: true, layers: []load.Layer{{Width: 1280, Height: 720, Rate: 10, Packets: 9, Bytes: 1150}}}, {count: 100, subscribe: true}}, Saturate: true, Beside: yardstick},
	{Name: "b100", About: "10 audio to 100", Groups: heard(100), Server: allVoices, Beside: yardstick},
	{Name: "b150", About: "10 audio to 150", Groups: heard(150), Server: allVoices, Beside: livekit},
	{Name: "c10", About: "10 audio and video, each to all", Groups: []group{{count: 10, audio: true, video: true, subscribe: true}}, Joins: 10, Server: allVoices, Beside: both},
	{Name: "d170", About: "170 with audio, 3 talk, 3 murmur, the rest muted", Groups: talkers, Joins: 5, Beside: livekit},
	{Name: "d170e", About: "170 without anything", Groups: []group{{count: 170, subscribe: true}}, Joins: 20},
	{Name: "d210", About: "d170 and 40 cameras in 3 layers; each shows one in 720p, 24 in 180p", Groups: append([]group{{count: 40, video: true, layers: load.Simulcast, subscribe: true}}, talkers...), Joins: 5, Shown: 25, Beside: livekit},
	{Name: "a100-nogso", About: "a100, server without GSO", Groups: watched(100, nil), Server: []string{"--rtc-gso=false"}},
	{Name: "a100-nogro", About: "a100, server without GRO", Groups: watched(100, nil), Server: []string{"--rtc-gro=false"}},
	{Name: "a100-apart", About: "a100, clients without GRO, as most load generators", Groups: watched(100, nil), Apart: true},
	{Name: "a100-cm", About: "a100, AES-CM instead of AES-GCM", Groups: watched(100, nil), Counter: true},
	{Name: "b100-cm", About: "b100, AES-CM instead of AES-GCM", Groups: heard(100), Server: allVoices, Counter: true},
	{Name: "shards", About: "two shards in one room beside one, without sockets", Shards: true},
}

// person is one client of a scenario.
type person struct {
	group
	place  int // of the group
	number int
}

func (p person) identity() string { return identity(p.number) }

func identity(number int) string { return fmt.Sprintf("client-%d", number) }

// people are all, in the order in which they join.
func (s Scenario) people() (list []person) {
	for i, g := range s.Groups {
		for range g.count {
			list = append(list, person{g, i, len(list)})
		}
	}
	return list
}

// joins is how many join a second.
func (s Scenario) joins() int {
	if s.Joins == 0 {
		return 40
	}
	return s.Joins
}

// layer is which layer of a camera somebody shows, negative when none. Cameras are shown in turn, so that each is
// shown large by somebody.
func (s Scenario) layer(viewer, camera person, cameras int) int {
	top := max(len(camera.layers), 1) - 1
	if s.Recorded {
		top = -1 // what was recorded says
	}
	if s.Shown == 0 {
		return top
	}
	place := (camera.number - viewer.number%cameras + cameras) % cameras
	if viewer.number == camera.number {
		return -1
	}
	if viewer.number < cameras { // the own camera has the first place, and is not shown
		place--
	}
	switch {
	case place == 0:
		return top
	case place < s.Shown:
		return 0
	}
	return -1
}

// due are the streams that a receiver must get.
func (s Scenario) due(viewer person, all []person) (list []load.Origin) {
	if !viewer.subscribe {
		return nil
	}
	cameras := 0
	for _, p := range all {
		if p.video {
			cameras++
		}
	}
	for _, p := range all {
		if p.number == viewer.number {
			continue
		}
		if p.audio && !p.muted && !p.murmurs {
			list = append(list, load.Origin{Number: p.number})
		}
		if p.video {
			if l := s.layer(viewer, p, cameras); l >= 0 || s.Recorded {
				list = append(list, load.Origin{Number: p.number, Video: true, Layer: l})
			}
		}
	}
	return list
}

// want is due for the client itself, by identity; nil where it shows all.
func (s Scenario) want(viewer person, all []person) load.Want {
	if s.Shown == 0 {
		return nil
	}
	layers := map[int]int{}
	for _, o := range s.due(viewer, all) {
		if o.Video {
			layers[o.Number] = o.Layer
		}
	}
	return func(identity string) int {
		number, err := strconv.Atoi(strings.TrimPrefix(identity, "client-"))
		if layer, shown := layers[number]; err == nil && shown {
			return layer
		}
		return -1
	}
}

// options are how a person joins.
func (s Scenario) options(p person, all []person) load.Options {
	o := load.Options{
		Number: p.number, Subscribe: p.subscribe, Audio: p.audio, Video: p.video, Muted: p.muted, Layers: p.layers,
		Spread: s.Spread, Feedback: s.Feedback, Loss: s.Loss, Counter: s.Counter,
		Check: p.subscribe && p.number%checked == 1,
	}
	if p.murmurs {
		o.Level = 60
	}
	if p.subscribe {
		o.Want = s.want(p, all)
	}
	return o
}

// checked is of how many clients one opens all packets and looks at their payload.
const checked = 64

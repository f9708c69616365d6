package main

import "time"

// Scenario is a shape of load. The names a, b and c are those under which other servers were measured.
type Scenario struct {
	Name, About string
	Publishers  int // send what Audio and Video say
	Audio       bool
	Video       bool
	Everybody   bool          // publishers receive too
	Subscribers int           // receive only
	Spread      time.Duration // between the packets of a picture; 0: at once
}

var scenarios = []Scenario{
	{Name: "a10", About: "1 video to 10", Publishers: 1, Video: true, Subscribers: 10},
	{Name: "a50", About: "1 video to 50", Publishers: 1, Video: true, Subscribers: 50},
	{Name: "a100", About: "1 video to 100", Publishers: 1, Video: true, Subscribers: 100},
	{Name: "a100s", About: "1 video to 100, packets of a picture 1 ms apart", Publishers: 1, Video: true, Subscribers: 100, Spread: time.Millisecond},
	{Name: "b100", About: "10 audio to 100", Publishers: 10, Audio: true, Subscribers: 100},
	{Name: "c10", About: "10 audio and video, each to all", Publishers: 10, Audio: true, Video: true, Everybody: true},
}

// receivers is how many clients receive.
func (s Scenario) receivers() int {
	if s.Everybody {
		return s.Publishers
	}
	return s.Subscribers
}

// streams is how many tracks each receiver gets.
func (s Scenario) streams() int {
	n := s.Publishers
	if s.Everybody {
		n--
	}
	if s.Audio && s.Video {
		n *= 2
	}
	return n
}

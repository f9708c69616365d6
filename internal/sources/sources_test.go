package sources

import (
	"fmt"
	"testing"
	"time"
)

const burst = 30

func TestOneSourceDoesNotUseUpWhatAllMayMake(t *testing.T) {
	s, now := New(0.5, burst), time.Unix(1000, 0)
	makes := func(address string, n int) (made int) {
		for range n {
			if s.Allow(address, now) {
				made++
			}
		}
		return made
	}
	if n := makes("203.0.113.9", 100); n != burst {
		t.Errorf("one address makes %d at once", n)
	}
	if n := makes("203.0.113.10", 100); n != burst {
		t.Errorf("another address makes %d", n)
	}
	if n := makes("2001:db8::1", 20) + makes("2001:db8::2:0:0:1", 20); n != burst {
		t.Errorf("two addresses of one IPv6 customer make %d", n)
	}
	if n := makes("", 100); n != 100 {
		t.Errorf("who has no address makes %d", n)
	}
	now = now.Add(10 * time.Second)
	if n := makes("203.0.113.9", 100); n != 5 {
		t.Errorf("ten seconds later one address makes %d", n)
	}
}

func TestSourcesAreForgotten(t *testing.T) {
	s, now := New(0.5, burst), time.Unix(1000, 0)
	for i := range most + 10 {
		if !s.Allow(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), now) {
			t.Fatal("a newcomer is refused")
		}
	}
	if len(s.known) != most {
		t.Errorf("%d are known", len(s.known))
	}
	now = now.Add(time.Minute)
	s.Allow("203.0.113.9", now)
	if len(s.known) != 1 {
		t.Errorf("%d are known a minute later", len(s.known))
	}
}

func TestLookingCountsNothing(t *testing.T) {
	s, now := New(1, 2), time.Unix(1000, 0)
	for range 10 {
		if !s.Left("203.0.113.9", now) || !s.Left("", now) {
			t.Fatal("looking used something up")
		}
	}
	s.Allow("203.0.113.9", now)
	s.Allow("203.0.113.9", now)
	if s.Left("203.0.113.9", now) || !s.Left("203.0.113.10", now) || !s.Left("203.0.113.9", now.Add(time.Second)) {
		t.Error("what is left is not what Allow would say")
	}
}

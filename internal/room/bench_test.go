//go:build linux

package room

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"konklave/internal/id"
)

// thousand makes a room that has a thousand participants; every fifth has its microphone on, every twentieth its camera.
func thousand(tb testing.TB) (*State, time.Time) {
	now := time.Unix(1_800_000_000, 0)
	tracks := 0
	s := NewState("RM_x", "x", Options{SignalLossLimit: 8 * time.Second, Voices: 5},
		func(id.Media, id.Source) id.TrackSID { tracks++; return id.TrackSID(fmt.Sprintf("TR_%d", tracks)) }, now)
	for i := range 1000 {
		sid := large(i)
		s.Apply(now, Join{SID: sid, Identity: id.Identity(sid), AutoSubscribe: true, AdaptiveStream: true,
			Permission: Permission{CanPublish: true, CanSubscribe: true}})
		s.Apply(now, TransportConnected{sid})
		if i%5 == 0 {
			publishLarge(s, now, sid, "mic", Audio)
		}
		if i%20 == 0 {
			publishLarge(s, now, sid, "cam", Video)
		}
	}
	if len(s.order) != 1000 || len(s.published) != 250 {
		tb.Fatalf("%d participants, %d tracks", len(s.order), len(s.published))
	}
	return s, now
}

func large(i int) id.ParticipantSID { return id.ParticipantSID(fmt.Sprintf("PA_%012d", i)) }

func publishLarge(s *State, now time.Time, sid id.ParticipantSID, cid string, kind TrackType) id.TrackSID {
	for _, e := range s.Apply(now, AddTrack{Participant: sid, CID: cid, Type: kind}) {
		if m, ok := e.Message.(TrackPublished); ok {
			s.Apply(now, TrackNegotiated{Participant: sid, Track: m.Track.SID, MID: "1", MIME: "x"})
			return m.Track.SID
		}
	}
	return ""
}

// BenchmarkApplyOfLargeRoom reports the 99th percentile of Apply among the commands of a busy minute. The bar is 1 ms.
// It counts the CPU time of the thread, so that other programs on the machine do not count.
func BenchmarkApplyOfLargeRoom(b *testing.B) {
	s, now := thousand(b)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var spent []time.Duration
	apply := func(c Command) {
		begin := threadTime(b)
		s.Apply(now, c)
		spent = append(spent, threadTime(b)-begin)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		now = now.Add(tickInterval)
		speaker, coming := large((i*5)%1000), large(1000+i)
		var m Measures
		for n := range 1000 {
			s.Apply(now, SignalSeen{large(n), now}) // cheap and many: would hide the others
			m.Links = append(m.Links, Link{Participant: large(n), UpLoss: float32(i%3) / 20})
		}
		for n := range 10 {
			t := s.published[(i/10+n*7)%len(s.published)] // who speaks goes on for some seconds
			m.Levels = append(m.Levels, TrackLevel{t.owner.sid, t.info.SID, uint8(i * n % 30), true, uint8(i * n % 30), true, [maxCodings]Streams{}})
		}
		apply(Tick{m})
		mic := s.participants[speaker].tracks[0].info.SID
		apply(Mute{speaker, mic, true})
		apply(Mute{speaker, mic, false})
		apply(TrackSettings{Participant: speaker, Tracks: []id.TrackSID{s.published[i%250].info.SID}, Width: 100, Height: 100})
		apply(Join{SID: coming, Identity: id.Identity(coming), AutoSubscribe: true, Permission: Permission{CanPublish: true, CanSubscribe: true}})
		apply(TransportConnected{coming})
		apply(Leave{coming, ReasonClientInitiated})
	}
	slices.Sort(spent)
	b.ReportMetric(float64(spent[len(spent)*99/100])/1e3, "p99-µs")
	b.ReportMetric(float64(spent[len(spent)-1])/1e3, "max-µs")
}

// threadTime is the CPU time that this thread has used.
func threadTime(b *testing.B) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}

// BenchmarkCommandsOfLargeRoom has the costly commands one by one.
func BenchmarkCommandsOfLargeRoom(b *testing.B) {
	b.Run("join and leave", func(b *testing.B) {
		s, now := thousand(b)
		sid := large(5000)
		b.ReportAllocs()
		for b.Loop() {
			s.Apply(now, Join{SID: sid, Identity: "x", AutoSubscribe: true, Permission: Permission{CanSubscribe: true}})
			s.Apply(now, Leave{sid, ReasonClientInitiated})
		}
	})
	b.Run("publish and end", func(b *testing.B) {
		s, now := thousand(b)
		b.ReportAllocs()
		for b.Loop() {
			s.Apply(now, TrackEnded{Participant: large(1), Track: publishLarge(s, now, large(1), "cam", Video)})
		}
	})
	b.Run("tick", func(b *testing.B) {
		s, now := thousand(b)
		var m Measures
		for n := range 1000 {
			m.Links = append(m.Links, Link{Participant: large(n)})
		}
		for n := range 10 {
			t := s.published[n*7]
			m.Levels = append(m.Levels, TrackLevel{t.owner.sid, t.info.SID, 0, true, 0, true, [maxCodings]Streams{}})
		}
		i := 0
		b.ReportAllocs()
		for b.Loop() {
			i++
			for n := range m.Levels {
				m.Levels[n].Level = uint8(i%2) * 20 // all ten change at every tick
			}
			s.Apply(now, Tick{m})
		}
	})
}

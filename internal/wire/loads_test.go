package wire

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

// The loads of the benchmark in small, all at once over four shards, by clients who change their addresses meanwhile:
// everything comes to everybody, once. It is here for the race detector.
func TestLoadsOverShards(t *testing.T) {
	before := runtime.GOMAXPROCS(4)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
	w := testWire(t, Config{Shards: 4})
	var handed atomic.Int32
	t.Run("loads", func(t *testing.T) {
		for i, l := range []smallLoad{
			{name: "one picture to many", video: 1, viewers: 5},
			{name: "sound to many", audio: 3, viewers: 4},
			{name: "all to all", video: 3, audio: 3, all: true},
			{name: "layers, feedback and loss", video: 1, layers: 3, viewers: 3, loss: 0.03},
			{name: "joins and leaves", video: 1, audio: 1, viewers: 2, passers: 6},
		} {
			t.Run(l.name, func(t *testing.T) {
				t.Parallel()
				r := newLoadRun(t, w, l, uint64(i))
				r.run()
				handed.Add(r.handed())
			})
		}
	})
	if handed.Load() == 0 {
		t.Error("no address fell to another shard")
	}
	if w.Stats().Arrivals.Came == 0 {
		t.Error("nobody told what came")
	}
}

// smallLoad is who does what: the first people publish video, the first publish audio.
type smallLoad struct {
	name         string
	video, audio int // publishers
	layers       int // of the video, 0 is one
	viewers      int // who receive everything and publish nothing
	all          bool
	passers      int // who receive everything for a while
	loss         float64
}

const (
	pictures    = 50 // at least
	picturePace = 20 * time.Millisecond
	layerStep   = 100 // between the SSRCs of layers
)

// loadRun is one load in its room.
type loadRun struct {
	smallLoad
	t          *testing.T
	w          *Wire
	publishers []*walker
	viewers    []*walker // who receive everything
	tracks     []loadTrack
	sent       int // pictures
}

type loadTrack struct {
	owner     *walker
	kind      codec.Kind
	published *Published
	ssrc      uint32 // as it is sent to receivers, and of its lowest layer as it comes
}

func newLoadRun(t *testing.T, w *Wire, l smallLoad, seed uint64) *loadRun {
	r := &loadRun{smallLoad: l, t: t, w: w}
	for i := range max(l.video, l.audio) {
		c := newWalker(t, w, 100*seed+uint64(i))
		r.publishers = append(r.publishers, c)
		if i < l.audio {
			r.publish(c, codec.Audio, uint32(5000+10*i))
		}
		if i < l.video {
			r.publish(c, codec.Video, uint32(1000+10*i))
		}
	}
	if l.all {
		r.viewers = r.publishers
	}
	for i := range l.viewers {
		r.viewers = append(r.viewers, newWalker(t, w, 100*seed+50+uint64(i)))
	}
	for _, c := range r.viewers {
		r.subscribe(c)
	}
	for range 3 { // commands lead from shard to shard
		settleCommands(t, w)
	}
	return r
}

func (r *loadRun) publish(c *walker, kind codec.Kind, ssrc uint32) {
	p := upAudio(ssrc)
	if kind == codec.Video {
		p = upVideo(ssrc)
		p.Encodings = nil
		for i := range max(r.layers, 1) {
			of := ssrc + uint32(i*layerStep)
			p.Encodings = append(p.Encodings, sfu.Encoding{SSRC: of, RTX: of + 1})
		}
	}
	r.tracks = append(r.tracks, loadTrack{c, kind, forwarded(c.transport.Publish(p, UpHandler{})), ssrc})
}

func (r *loadRun) subscribe(c *walker) {
	for _, track := range r.tracks {
		if track.owner == c {
			continue
		}
		p := downAudio(track.ssrc)
		if track.kind == codec.Video {
			p = downVideo(track.ssrc)
		}
		c.transport.Subscribe(track.published, numbered(p), sfu.DownSettings{MaxLayer: 2})
	}
}

// run sends everything, lets people move, come and go, and looks at what came.
func (r *loadRun) run() {
	var beside sync.WaitGroup
	pace := time.NewTicker(picturePace)
	defer pace.Stop()
	all := append(append([]*walker(nil), r.viewers...), r.publishers...)
	if r.all {
		all = r.viewers
	}
	moved := make(chan struct{})
	limit := time.Now().Add(patience)
	for picture := 0; r.sent < pictures || !isClosed(moved) || !r.climbed() && time.Now().Before(limit); picture++ {
		for _, track := range r.tracks {
			track.send(picture, max(r.layers, 1))
		}
		r.lose(all, picture)
		if i := picture - 5; i >= 0 && i%3 == 0 && i/3 < len(all) {
			beside.Go(all[i/3].move)
		}
		if i := picture - 8; i >= 0 && i%5 == 0 && i/5 < r.passers {
			beside.Go(r.pass)
		}
		if r.sent = picture + 1; r.sent == pictures {
			go func() { beside.Wait(); close(moved) }()
		}
		<-pace.C
	}
	for _, c := range r.viewers {
		for _, track := range r.tracks {
			if track.owner != c {
				r.complete(c, track, true)
			}
		}
	}
	if r.loss > 0 {
		lost := 0
		for _, c := range all {
			lost += c.lost
		}
		if lost < 10 {
			r.t.Errorf("only %d packets got lost", lost)
		}
	}
}

// climbed tells whether everybody gets the highest layer: that takes until it is known that their lines carry it.
func (r *loadRun) climbed() bool {
	for _, c := range r.viewers {
		for _, track := range r.tracks {
			if r.layers > 1 && track.owner != c && !r.getsTop(c, track) {
				return false
			}
		}
	}
	return true
}

// getsTop tells whether something of the highest layer came of the last pictures.
func (r *loadRun) getsTop(c *walker, track loadTrack) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.came[track.ssrc]
	for n := max(r.sent-10, 0) * packetsOf; s != nil && n < r.sent*packetsOf; n++ {
		if s.pieces[piece{uint8(r.layers - 1), uint32(n)}] > 0 {
			return true
		}
	}
	return false
}

// lose lets packets get lost except at the beginning and at the end, where nothing would show that they are missing.
func (r *loadRun) lose(all []*walker, picture int) {
	if picture != 5 && picture != pictures-5 {
		return
	}
	for _, c := range all {
		c.mu.Lock()
		c.loss = r.loss
		if picture > 5 {
			c.loss = 0
		}
		c.mu.Unlock()
	}
}

func (l loadTrack) send(picture, layers int) {
	if l.kind == codec.Audio {
		layers = 1
	}
	for i := range layers {
		l.owner.send(l.kind, l.ssrc+uint32(i*layerStep), uint8(i), picture)
	}
}

// pass comes, receives for a while without a gap, moves and leaves.
func (r *loadRun) pass() {
	c := newWalker(r.t, r.w, 7)
	r.subscribe(c)
	r.awaitSome(c, 5)
	c.move()
	r.awaitSome(c, 10)
	c.leave()
	for _, track := range r.tracks {
		r.complete(c, track, false)
	}
}

// awaitSome waits until so many packets of each track have come.
func (r *loadRun) awaitSome(c *walker, n int) {
	for limit := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		least := n
		c.mu.Lock()
		for _, track := range r.tracks {
			if s := c.came[track.ssrc]; s == nil {
				least = 0
			} else {
				least = min(least, len(s.pieces))
			}
		}
		c.mu.Unlock()
		if least == n {
			return
		}
		if time.Now().After(limit) {
			r.t.Errorf("%d packets of a track came", least)
			return
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// complete looks whether all of a track came, each packet once. whole means that it has to be all that was sent, and is
// waited for.
func (r *loadRun) complete(c *walker, track loadTrack, whole bool) {
	limit := time.Now().Add(patience)
	for {
		problem := r.gap(c, track, whole)
		if problem == "" {
			return
		}
		if !whole || time.Now().After(limit) {
			r.t.Errorf("SSRC %d: %s; drops %v, shed %d", track.ssrc, problem, r.w.Stats().Drops, r.w.Stats().ShedMore)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// gap tells what is wrong with what came of a track, "" when nothing is.
func (r *loadRun) gap(c *walker, track loadTrack, whole bool) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.came[track.ssrc]
	if s == nil {
		return "nothing came"
	}
	if len(s.missing) > 0 {
		return fmt.Sprintf("%d packets are missing", len(s.missing))
	}
	packets := packetsOf
	if track.kind == codec.Audio {
		packets = 1
	}
	came, first, last := make(map[uint32]bool), uint32(math.MaxUint32), uint32(0)
	for p, n := range s.pieces {
		if n > 1 {
			return fmt.Sprintf("%v came %d times", p, n)
		}
		came[p.number] = true // of whichever layer
		first, last = min(first, p.number), max(last, p.number)
	}
	if whole && (first != 0 || int(last) != r.sent*packets-1) {
		return fmt.Sprintf("%d to %d came of %d", first, last, r.sent*packets)
	}
	if int(last-first)+1 != len(came) {
		return fmt.Sprintf("%d came from %d to %d", len(came), first, last)
	}
	top := uint8(max(r.layers, 1) - 1)
	if whole && track.kind == codec.Video && s.pieces[piece{top, last}] == 0 {
		return "the last picture came in a lower layer"
	}
	return ""
}

// handed is how many people are at an address that fell to another shard than theirs.
func (r *loadRun) handed() (n int32) {
	for _, c := range append(append([]*walker(nil), r.viewers...), r.publishers...) {
		handed := make(chan bool, 1)
		c.transport.post(func(*shard) { handed <- c.transport.selected != nil && c.transport.selected.handed })
		if await(r.t, handed, "path") {
			n++
		}
	}
	return n
}

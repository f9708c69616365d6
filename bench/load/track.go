package load

import (
	crand "crypto/rand"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"

	"konklave/internal/signal/lkpb"
)

// track is what a client publishes.
type track struct {
	kind      kind
	cid       string
	mid       string // once offered
	offered   bool
	muted     bool
	spread    time.Duration
	accepted  sync.Once
	begin     chan struct{} // closed by the answer that accepts the track
	encodings []*encoding   // the least first
}

// encoding is one stream of a track: its only one, or a layer.
type encoding struct {
	origin    Origin
	layer     Layer
	rid       string
	ssrc, rtx uint32
	keyframe  atomic.Bool // the next picture must be one
	sent      atomic.Uint64
	octets    atomic.Uint64
	stamp     atomic.Uint32 // RTP time of the last packet
	history   *history      // nil where nothing is sent again
}

func newTracks(opts Options) (list []*track) {
	add := func(k kind, layers []Layer) {
		t := &track{kind: k, cid: crand.Text(), spread: opts.Spread, begin: make(chan struct{}), muted: k == audio && opts.Muted}
		for i, l := range layers {
			e := &encoding{origin: Origin{opts.Number, k == video, i}, layer: l, rid: rid(i, len(layers)), ssrc: random32(), rtx: random32()}
			e.keyframe.Store(true)
			if opts.Loss > 0 && k == video {
				e.history = new(history)
			}
			t.encodings = append(t.encodings, e)
		}
		list = append(list, t)
	}
	if opts.Audio {
		add(audio, make([]Layer, 1))
	}
	if opts.Video {
		add(video, opts.layers())
	}
	return list
}

// layers are those of the camera.
func (o Options) layers() []Layer {
	switch {
	case o.Recording != nil:
		return o.Recording.Layers
	case o.Layers != nil:
		return o.Layers
	}
	return Camera
}

func (t *track) announcement() *lkpb.SignalRequest {
	r := &lkpb.AddTrackRequest{Cid: t.cid, Name: "track", Source: lkpb.TrackSource_MICROPHONE, Type: lkpb.TrackType_AUDIO, Muted: t.muted}
	if t.kind == video {
		var layers []Layer
		for _, e := range t.encodings {
			layers = append(layers, e.layer)
		}
		most := layers[len(layers)-1]
		r.Source, r.Type, r.Width, r.Height, r.Layers = lkpb.TrackSource_CAMERA, lkpb.TrackType_VIDEO, uint32(most.Width), uint32(most.Height), announced(layers)
		r.SimulcastCodecs = []*lkpb.SimulcastCodec{{Codec: "vp8", Cid: t.cid, Layers: r.Layers}}
	}
	return &lkpb.SignalRequest{Message: &lkpb.SignalRequest_AddTrack{AddTrack: r}}
}

// askedFor notes that somebody asks for a key frame of one of these streams.
func (t *track) askedFor(ssrcs []uint32) {
	for _, e := range t.encodings {
		if slices.Contains(ssrcs, e.ssrc) {
			e.keyframe.Store(true)
		}
	}
}

// repair sends again what the server misses.
func (t *track) repair(c *Client, nack *rtcp.TransportLayerNack) {
	p := c.secure.path.Load()
	for _, e := range t.encodings {
		if e.ssrc != nack.MediaSSRC || e.history == nil || p == nil {
			continue
		}
		for _, pair := range nack.Nacks {
			pair.Range(func(sequence uint16) bool {
				if again := e.history.again(e, c.payloads.rtx, sequence); again != nil {
					c.seal(p, again, false)
				}
				return true
			})
		}
	}
}

// Sent is how many packets of media the client has sent.
func (c *Client) Sent() (packets uint64) {
	for _, n := range c.SentOf() {
		packets += n
	}
	return packets
}

// SentOf tells how many packets of media the client has sent of each of its streams, lost ones among them.
func (c *Client) SentOf() map[Origin]uint64 {
	list := map[Origin]uint64{}
	for _, t := range c.tracks {
		for _, e := range t.encodings {
			list[e.origin] = e.sent.Load()
		}
	}
	return list
}

// Pace drives all publishers of a run. Its zero value lets them send as their cameras do.
type Pace struct {
	held   atomic.Bool
	faster atomic.Uint64 // how many times the usual rate of pictures, bits of a float64; 0 means 1
}

// Hold makes publishers silent at the end of the picture that they are at, until Go.
func (p *Pace) Hold() { p.held.Store(true) }

// Go ends Hold.
func (p *Pace) Go() { p.held.Store(false) }

// Faster has cameras make so many times as many pictures as they usually would.
func (p *Pace) Faster(times float64) { p.faster.Store(math.Float64bits(times)) }

func (p *Pace) interval(usual time.Duration) time.Duration {
	if bits := p.faster.Load(); bits != 0 {
		return time.Duration(float64(usual) / math.Float64frombits(bits))
	}
	return usual
}

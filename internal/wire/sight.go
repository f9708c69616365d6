package wire

import (
	"context"
	"time"

	"konklave/internal/sfu"
)

// Sight is what there is to see of a transport at one moment. Counters are since it began.
type Sight struct {
	Of         *Transport
	At         time.Duration // on a clock that never runs backwards
	In, Out    uint64        // bytes of sound, pictures and reports in datagrams
	Subscribed map[*Subscribed]sfu.DownSight
	Published  map[*Published][]LayerSight
}

// LayerSight is one encoding of a published track.
type LayerSight struct {
	Layer          int8 // those of a second codec from sfu.MaxLayers on
	Packets, Bytes uint64
	Lost           uint64        // missed, and not recovered since
	Jitter         time.Duration // RFC 3550
	Coming         bool          // something came in the last second
}

// See looks at everything, in the transport's shard: figures that nobody needs all the time. A transport without a peer has
// no shard yet, and the look waits for it. Errors: ErrClosed, the context's.
func (t *Transport) See(ctx context.Context) (Sight, error) {
	seen := make(chan Sight, 1)
	t.post(func(s *shard) { seen <- t.see(s) })
	select {
	case sight := <-seen:
		return sight, nil
	case <-t.gone:
		return Sight{}, ErrClosed
	case <-ctx.Done():
		return Sight{}, ctx.Err()
	}
}

func (t *Transport) see(s *shard) Sight {
	v := Sight{
		Of: t, At: time.Duration(s.now), In: t.in, Out: t.out,
		Subscribed: make(map[*Subscribed]sfu.DownSight, len(t.subscribed)), Published: make(map[*Published][]LayerSight, len(t.published)),
	}
	for _, sub := range t.subscribed {
		v.Subscribed[sub] = sub.down.See()
	}
	for _, p := range t.published {
		for _, section := range p.sections {
			v.Published[p] = append(v.Published[p], section.see()...)
		}
	}
	return v
}

func (c *section) see() (layers []LayerSight) {
	st := c.up.Stats()
	for i, l := range st.Layers[:st.Count] {
		sight := LayerSight{
			Layer: c.params.FirstLayer + int8(i), Packets: l.Packets, Bytes: l.Bytes, Lost: l.Lost - min(l.Lost, l.Recovered), Coming: l.Alive,
		}
		if len(c.params.Payloads) > 0 && c.params.Payloads[0].ClockRate > 0 {
			sight.Jitter = time.Duration(l.Jitter) * time.Second / time.Duration(c.params.Payloads[0].ClockRate)
		}
		layers = append(layers, sight)
	}
	return layers
}

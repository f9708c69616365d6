package sfu

// route is where the packets of an SSRC go.
type route struct {
	layer *layer
	rtx   bool // they are retransmissions
}

// maxUnknown is how many SSRCs without a track are told apart.
const maxUnknown = 32

// unknownSSRCs remembers streams that belong to no track, for the statistics.
type unknownSSRCs struct {
	ssrcs [maxUnknown]uint32
	count int
}

// add notes one packet of ssrc.
func (u *unknownSSRCs) add(ssrc uint32) {
	for _, known := range u.ssrcs[:u.count] {
		if known == ssrc {
			return
		}
	}
	if u.count < maxUnknown {
		u.ssrcs[u.count] = ssrc
		u.count++
	}
}

// learnExtensions takes over the ids that are needed before the section of a packet is known. They mean the same in
// all sections of a bundle (RFC 8843 section 9.1).
func (r *Receiver) learnExtensions(e Extensions) {
	for _, id := range [...]struct {
		to   *uint8
		from uint8
	}{
		{&r.bundle.MID, e.MID}, {&r.bundle.RID, e.RID}, {&r.bundle.RepairedRID, e.RepairedRID}, {&r.bundle.TWCC, e.TWCC},
	} {
		if id.from != 0 {
			*id.to = id.from
		}
	}
}

// resolve finds the layer of an SSRC that was not announced (RFC 8843 section 9.2, RFC 8852), and remembers it. A
// publisher that changes it with every packet is not followed.
func (r *Receiver) resolve(now Time, p *packet) (route, bool) {
	mid := p.extension(r.bundle.MID)
	var to route
	if rid := p.extension(r.bundle.RepairedRID); len(rid) > 0 {
		to = route{layer: r.byRID(mid, rid), rtx: true}
	} else if rid := p.extension(r.bundle.RID); len(rid) > 0 {
		to.layer = r.byRID(mid, rid)
		if to.layer != nil {
			to.rtx = to.layer.track.payloads[p.pt].rtx
		}
	}
	if to.layer == nil { // neither, or not a simulcast track
		to = r.byPayload(mid, p.pt)
	}
	if to.layer == nil || to.layer.track.payloads[p.pt].rtx != to.rtx || !to.rtx && to.layer.settling(now) {
		return route{}, false
	}
	r.bind(p.ssrc, to)
	return to, true
}

// byRID finds a simulcast layer. Without a MID the RID must be unique.
func (r *Receiver) byRID(mid, rid []byte) *layer {
	var found *layer
	for i := len(r.tracks) - 1; i >= 0; i-- { // the newest track of a section comes first
		t := r.tracks[i]
		if len(mid) > 0 && t.params.MID != string(mid) {
			continue
		}
		for j := range t.layers {
			l := &t.layers[j]
			switch {
			case l.rid == "" || l.rid != string(rid):
			case len(mid) > 0:
				return l
			case found != nil:
				return nil
			default:
				found = l
			}
		}
	}
	return found
}

// byPayload finds the layer of a stream that has neither RID nor announced SSRC: the section by MID, or else the
// only one that negotiated the payload type and waits for its stream.
func (r *Receiver) byPayload(mid []byte, pt uint8) route {
	var found route
	for i := len(r.tracks) - 1; i >= 0; i-- {
		t := r.tracks[i]
		l, ref := t.single(), t.payloads[pt]
		if l == nil || ref.payload == nil {
			continue
		}
		to := route{layer: l, rtx: ref.rtx}
		if len(mid) > 0 {
			if t.params.MID == string(mid) {
				return to
			}
			continue
		}
		if ref.rtx && l.rtx != 0 || !ref.rtx && l.ssrc != 0 {
			continue
		}
		if found.layer != nil {
			return route{}
		}
		found = to
	}
	return found
}

// bind makes ssrc the stream of a layer, or of its retransmissions, instead of the one before: a publisher can
// change it as often as it likes without the table growing.
func (r *Receiver) bind(ssrc uint32, to route) {
	old := &to.layer.ssrc
	if to.rtx {
		old = &to.layer.rtx
	}
	if before, ok := r.routes[*old]; ok && before == to {
		delete(r.routes, *old)
	}
	*old = ssrc
	r.routes[ssrc] = to
}

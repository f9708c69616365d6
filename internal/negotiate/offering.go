package negotiate

import (
	"slices"

	"konklave/internal/sdp"
)

// offer makes the next offer when there is something to tell.
func (n *Subscriber) offer() {
	n.place()
	if !n.restart && !slices.ContainsFunc(n.slots, func(s *slot) bool { return s.down != s.told }) {
		return
	}
	if n.restart {
		n.offered, n.restart = n.newCredentials(), false
	}
	n.newest = max(n.newest+1, n.cfg.FirstOffer)
	n.awaited = true
	n.version++
	d := sdp.Description{
		SessionID:  n.sessionID,
		Version:    n.version,
		ICELite:    true,
		AllowMixed: true,
		Bundle:     []string{},
	}
	tracks := make(map[string]string)
	for _, s := range n.slots {
		s.told = s.down
		section := s.section(n.offers(s.kind))
		if s.rejected {
			d.Sections = append(d.Sections, rejected(&section))
			continue
		}
		section.Transport = n.transport(n.offered, sdp.ActPass, len(d.Bundle) == 0)
		d.Sections = append(d.Sections, section)
		d.Bundle = append(d.Bundle, s.mid)
		if s.down != nil {
			tracks[s.mid] = string(s.down.Track)
		}
	}
	n.do(Offer{ID: n.newest, SDP: d.Marshal(), MIDToTrack: tracks, Local: n.offered})
}

// offers gives the codecs of a kind that the client is offered.
func (n *Subscriber) offers(kind sdp.Kind) []sdp.Codec {
	if len(n.cfg.NotTo) == 0 {
		return offeredCodecs[kind]
	}
	return slices.DeleteFunc(slices.Clone(offeredCodecs[kind]), func(c sdp.Codec) bool { return listed(n.cfg.NotTo, c) })
}

// section is the slot's part of the offer without its transport.
func (s *slot) section(codecs []sdp.Codec) sdp.Section {
	if s.kind == sdp.Application {
		return sdp.Section{
			Kind: s.kind, Protocol: dataProtocol, MID: s.mid, Direction: sdp.SendRecv,
			Formats: []string{dataFormat}, SCTPPort: sctpPort, MaxMessageSize: maxMessageSize,
		}
	}
	o := sdp.Section{
		Kind: s.kind, Protocol: mediaProtocol, MID: s.mid, Direction: sdp.Inactive,
		Codecs: codecs, Extensions: offeredExtensions[s.kind], RTCPMux: true, RTCPRsize: true,
	}
	if s.down == nil {
		return o
	}
	if s.kind == sdp.Audio && s.down.Stereo {
		o.Codecs = slices.Clone(o.Codecs)
		for i := range o.Codecs {
			if o.Codecs[i].Is("opus") {
				o.Codecs[i].Fmtp += stereo
			}
		}
	}
	o.Direction = sdp.SendOnly
	o.MSID = s.down.msid()
	o.CNAME = string(s.down.Participant)
	o.Sources = []sdp.Source{{SSRC: s.down.ssrc, RTX: s.down.rtx}}
	return o
}

package negotiate

import (
	"strconv"

	"konklave/internal/sdp"
)

// maxMessageSize is the length of data channel messages we take, in bytes (RFC 8841 section 6).
const maxMessageSize = 65535

// answer writes the answer to the offer d, section by section in its order.
func (n *Single) answer(offer uint32, d *sdp.Description, accepted []*terms) Answer {
	n.version++
	a := sdp.Description{
		SessionID:  n.sessionID,
		Version:    n.version,
		ICELite:    true,
		AllowMixed: d.AllowMixed,
		Bundle:     bundle(d, accepted),
	}
	tracks := make(map[string]string)
	media := n.sections
	for i := range d.Sections {
		offered := &d.Sections[i]
		if accepted[i] == nil {
			a.Sections = append(a.Sections, rejected(offered))
			continue
		}
		var s sdp.Section
		if offered.Kind == sdp.Application {
			s = sdp.Section{Direction: sdp.SendRecv, Formats: offered.Formats[:1], SCTPPort: sctpPort, MaxMessageSize: maxMessageSize}
		} else {
			s = media[0].answer()
			if media[0].down != nil {
				tracks[offered.MID] = string(media[0].down.Track)
			}
			media = media[1:]
		}
		s.Kind, s.Protocol, s.MID = offered.Kind, offered.Protocol, offered.MID
		s.Transport = n.transport(n.local, sdp.Passive, len(a.Bundle) > 0 && offered.MID == a.Bundle[0])
		a.Sections = append(a.Sections, s)
	}
	return Answer{ID: offer, SDP: a.Marshal(), MIDToTrack: tracks}
}

// bundle lists the accepted mids in the order of the offer's group; the first one's section stands for the transport.
func bundle(d *sdp.Description, accepted []*terms) []string {
	taken := make(map[string]bool, len(d.Sections))
	for i := range d.Sections {
		if accepted[i] != nil {
			taken[d.Sections[i].MID] = true
		}
	}
	mids := make([]string, 0, len(d.Bundle))
	for _, mid := range d.Bundle {
		if taken[mid] {
			mids = append(mids, mid)
			taken[mid] = false // a mid that is listed twice
		}
	}
	return mids
}

// rejected keeps the place of a section that is not taken (RFC 3264 section 6).
func rejected(offered *sdp.Section) sdp.Section {
	s := sdp.Section{Kind: offered.Kind, Protocol: offered.Protocol, MID: offered.MID, Rejected: true}
	if len(offered.Formats) > 0 {
		s.Formats = offered.Formats[:1]
	} else if len(offered.Codecs) > 0 {
		s.Formats = []string{strconv.Itoa(int(offered.Codecs[0].PT))}
	}
	return s
}

// answer is the section's part of the answer without its transport.
func (s *section) answer() sdp.Section {
	a := sdp.Section{
		Direction:  s.direction(),
		Codecs:     s.codecs,
		Extensions: s.extensions,
		AllowMixed: s.offered.AllowMixed,
		RTCPMux:    true,
		RTCPRsize:  s.offered.RTCPRsize,
	}
	if s.key != "" { // also while nothing is received: a sender whose streams go unanswered gives up simulcast
		for _, rid := range s.offered.SendRIDs {
			a.RecvRIDs = append(a.RecvRIDs, sdp.RID{ID: rid.ID}) // without the mark of a pause: we take them all
		}
	}
	if s.down != nil {
		a.MSID = s.down.msid()
		a.CNAME = string(s.down.Participant)
		a.Sources = []sdp.Source{{SSRC: s.down.ssrc, RTX: s.down.rtx}}
	}
	return a
}

package sdp

import (
	"strconv"
	"strings"
)

// Marshal writes the description. Values are written as they are: they come from Parse or from the server, so they
// hold no line breaks.
func (d Description) Marshal() string {
	var w writer
	username := d.Username
	if username == "" {
		username = "-"
	}
	w.line("v=0")
	// No address of ours or of anyone is told here; 127.0.0.1 is what browsers write, too.
	w.line("o=", username, " ", decimal(d.SessionID), " ", decimal(d.Version), " IN IP4 127.0.0.1")
	w.line("s=-")
	w.line("t=0 0")
	if d.Bundle != nil {
		w.line("a=group:BUNDLE", prefixed(" ", d.Bundle))
	}
	if d.AllowMixed {
		w.line("a=extmap-allow-mixed")
	}
	w.line("a=msid-semantic: WMS *")
	if d.ICELite {
		w.line("a=ice-lite")
	}
	for i := range d.Sections {
		w.section(&d.Sections[i])
	}
	return w.String()
}

type writer struct{ strings.Builder }

func (w *writer) line(parts ...string) {
	for _, part := range parts {
		w.WriteString(part)
	}
	w.WriteString("\r\n")
}

func (w *writer) section(s *Section) {
	w.mediaLine(s)
	w.line("c=IN IP4 0.0.0.0")
	if s.MID != "" {
		w.line("a=mid:", s.MID)
	}
	if s.Rejected {
		w.line("a=inactive") // for readers that take the direction of rejected sections, too
		return
	}
	w.transport(&s.Transport)
	w.line("a=", s.Direction.String())
	if s.RTCPMux {
		w.line("a=rtcp-mux")
	}
	if s.RTCPRsize {
		w.line("a=rtcp-rsize")
	}
	if s.AllowMixed {
		w.line("a=extmap-allow-mixed")
	}
	for _, e := range s.Extensions {
		id := decimal(uint64(e.ID))
		if e.Direction != SendRecv {
			id += "/" + e.Direction.String()
		}
		w.line("a=extmap:", id, " ", e.URI)
	}
	for i := range s.Codecs {
		w.codec(&s.Codecs[i])
	}
	w.streams(s)
	if s.SCTPPort != 0 {
		w.line("a=sctp-port:", decimal(uint64(s.SCTPPort)))
	}
	if s.MaxMessageSize != 0 {
		w.line("a=max-message-size:", decimal(s.MaxMessageSize))
	}
}

func (w *writer) mediaLine(s *Section) {
	port, formats := "9", s.Formats
	if s.Rejected {
		port = "0"
	}
	if len(s.Codecs) > 0 {
		formats = nil
		for _, c := range s.Codecs {
			formats = append(formats, decimal(uint64(c.PT)))
			if c.RTX != 0 {
				formats = append(formats, decimal(uint64(c.RTX)))
			}
		}
	}
	if len(formats) == 0 {
		formats = []string{"0"} // the grammar wants one
	}
	w.line("m=", string(s.Kind), " ", port, " ", s.Protocol, prefixed(" ", formats))
}

func (w *writer) transport(t *Transport) {
	if t.Ufrag != "" {
		w.line("a=ice-ufrag:", t.Ufrag)
	}
	if t.Pwd != "" {
		w.line("a=ice-pwd:", t.Pwd)
	}
	if t.Fingerprint != "" {
		w.line("a=fingerprint:", t.Fingerprint)
	}
	if t.Setup != "" {
		w.line("a=setup:", string(t.Setup))
	}
	for _, c := range t.Candidates {
		w.line("a=", c.String())
	}
	if t.EndOfCandidates {
		w.line("a=end-of-candidates")
	}
}

func (w *writer) codec(c *Codec) {
	pt := decimal(uint64(c.PT))
	rate := decimal(uint64(c.ClockRate))
	channels := ""
	if c.Channels != 0 {
		channels = "/" + decimal(uint64(c.Channels))
	}
	w.line("a=rtpmap:", pt, " ", c.Name, "/", rate, channels)
	if c.Fmtp != "" {
		w.line("a=fmtp:", pt, " ", c.Fmtp)
	}
	for _, feedback := range c.Feedback {
		w.line("a=rtcp-fb:", pt, " ", feedback)
	}
	if c.RTX != 0 {
		rtx := decimal(uint64(c.RTX))
		w.line("a=rtpmap:", rtx, " rtx/", rate)
		w.line("a=fmtp:", rtx, " apt=", pt)
	}
}

// streams writes what the section sends and which simulcast streams it names.
func (w *writer) streams(s *Section) {
	if s.MSID.Stream != "" {
		track := s.MSID.Track
		if track != "" {
			track = " " + track
		}
		w.line("a=msid:", s.MSID.Stream, track)
	}
	for _, source := range s.Sources {
		if source.RTX != 0 {
			w.line("a=ssrc-group:FID ", decimal(uint64(source.SSRC)), " ", decimal(uint64(source.RTX)))
		}
	}
	for _, source := range s.Sources {
		w.line("a=ssrc:", decimal(uint64(source.SSRC)), " cname:", s.CNAME)
		if source.RTX != 0 {
			w.line("a=ssrc:", decimal(uint64(source.RTX)), " cname:", s.CNAME)
		}
	}
	simulcast := ""
	for _, side := range []struct {
		direction string
		rids      []RID
	}{{"send", s.SendRIDs}, {"recv", s.RecvRIDs}} {
		if len(side.rids) == 0 {
			continue
		}
		var streams []string
		for _, r := range side.rids {
			w.line("a=rid:", r.ID, " ", side.direction)
			if r.Paused {
				streams = append(streams, "~"+r.ID)
			} else {
				streams = append(streams, r.ID)
			}
		}
		simulcast += " " + side.direction + " " + strings.Join(streams, ";")
	}
	if simulcast != "" {
		w.line("a=simulcast:", simulcast[1:])
	}
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// prefixed puts sep before every part.
func prefixed(sep string, parts []string) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(sep)
		b.WriteString(part)
	}
	return b.String()
}

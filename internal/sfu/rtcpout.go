package sfu

// rtcpWriter collects what is due into compound packets. They may begin with any packet type: reduced size RTCP
// (RFC 5506), which every offer of WebRTC contains.
type rtcpWriter struct {
	out   Egress
	local uint32 // SSRC that speaks
	buf   [maxRTCP]byte
	b     []byte // what waits in buf
	ask   [maxMissing]int64
	seqs  [maxMissing]uint16
}

// room makes sure that n bytes fit.
func (w *rtcpWriter) room(n int) {
	if len(w.b)+n > maxRTCP {
		w.flush()
	}
	if w.b == nil {
		w.b = w.buf[:0]
	}
}

// nack asks for packets of a stream, lowest first.
func (w *rtcpWriter) nack(ssrc uint32, seqs []uint16) {
	w.room(12 + 4*len(seqs))
	w.b = appendNACK(w.b, w.local, ssrc, seqs)
}

// pli asks for a key frame of a stream.
func (w *rtcpWriter) pli(ssrc uint32) {
	w.room(12)
	w.b = appendPLI(w.b, w.local, ssrc)
}

// reports adds a receiver report; at most maxReports blocks.
func (w *rtcpWriter) reports(blocks []reportBlock) {
	w.room(8 + reportBlockSize*len(blocks))
	w.b = appendRRHeader(w.b, w.local, len(blocks))
	for i := range blocks {
		w.b = appendReportBlock(w.b, blocks[i])
	}
}

// feedback adds all transport-wide feedback that waits.
func (w *rtcpWriter) feedback(t *twccRecorder) {
	for more := t.waiting > 0; more; {
		w.room(twccMaxSize)
		w.b, more = t.append(w.b, w.local)
	}
}

// flush sends what was collected.
func (w *rtcpWriter) flush() {
	if len(w.b) > 0 {
		w.out.SendRTCP(w.b)
	}
	w.b = w.buf[:0]
}

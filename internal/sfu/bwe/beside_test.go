package bwe_test

import (
	"encoding/binary"
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/gcc"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
)

var beside = flag.Bool("beside", false, "play all scenarios with the estimate of pion/interceptor too, and print both")

const transportCC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

// another is pion/interceptor's estimate, which has a clock, goroutines and no probes.
type another struct {
	*gcc.SendSideBWE
	t      *testing.T
	writer interceptor.RTPWriter
}

// newAnother must be called in a bubble of synctest, whose time then follows the world's.
func newAnother(t *testing.T, w *line.World) *another {
	e, err := gcc.NewSendSideBWE(gcc.SendSideBWEInitialBitrate(600_000), gcc.SendSideBWEPacer(gcc.NewNoOpPacer()))
	if err != nil {
		t.Fatal(err)
	}
	start, from := time.Now(), w.Now
	w.Before = func(at bwe.Time) { time.Sleep(time.Until(start.Add(time.Duration(at - from)))) }
	info := &interceptor.StreamInfo{SSRC: 1, RTPHeaderExtensions: []interceptor.RTPHeaderExtension{{URI: transportCC, ID: 1}}}
	nowhere := interceptor.RTPWriterFunc(func(_ *rtp.Header, b []byte, _ interceptor.Attributes) (int, error) { return len(b), nil })
	return &another{e, t, e.AddStream(info, nowhere)}
}

func (a *another) Sent(_ bwe.Time, number uint16, bytes int, _ bwe.Kind) {
	h := &rtp.Header{Version: 2, SSRC: 1}
	if err := h.SetExtension(1, binary.BigEndian.AppendUint16(nil, number)); err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.writer.Write(h, make([]byte, max(bytes-h.MarshalSize(), 0)), nil); err != nil {
		a.t.Fatal(err)
	}
}

func (a *another) OnFeedback(_ bwe.Time, fci []byte) {
	b := append([]byte{0x8f, 205, 0, byte(2 + len(fci)/4), 0, 0, 0, 1, 0, 0, 0, 2}, fci...)
	var p rtcp.TransportLayerCC
	if err := p.Unmarshal(b); err != nil {
		a.t.Fatal(err)
	}
	if err := a.WriteRTCP([]rtcp.Packet{&p}, nil); err != nil {
		a.t.Fatal(err)
	}
	synctest.Wait()
}

func (a *another) Estimate() bwe.Rate { return bwe.Rate(a.GetTargetBitrate()) }

func (a *another) NextProbe(now bwe.Time, _ bwe.Rate) (bwe.Probe, bool) {
	return bwe.Probe{Next: now + line.Second}, false
}

// TestBesideAnother prints what is expected of each scenario, what is found, and what is found with the other estimate.
func TestBesideAnother(t *testing.T) {
	if !*beside {
		t.Skip("a measurement, for docs/quality.md: -beside")
	}
	files, _ := filepath.Glob("testdata/scenarios/*.txt")
	for _, file := range files {
		s := readScenario(t, file)
		mine := play(s, 1, ours)
		var theirs *run
		synctest.Test(t, func(t *testing.T) {
			var all []*another
			theirs = play(s, 1, func(w *line.World) estimates {
				a := newAnother(t, w)
				all = append(all, a)
				return a
			})
			for _, a := range all {
				if err := a.Close(); err != nil {
					t.Error(err)
				}
			}
		})
		for _, e := range s.expect {
			found, _ := mine.check(e)
			other, ok := theirs.check(e)
			fmt.Printf("| %s | `%s` | %s | %s | %v |\n", s.title, e.text, found, other, ok)
		}
	}
}

package testkit

import (
	"errors"
	"io"
	"testing"

	"github.com/pion/transport/v4/packetio"
)

// ReadStreamSRTP stands for that of pion: it is known by its name.
type ReadStreamSRTP struct{ buffer io.ReadWriteCloser }

func (r *ReadStreamSRTP) Peek(p []byte) (int, error) { return r.buffer.Read(p) }
func (r *ReadStreamSRTP) Read(p []byte) (int, error) { return r.buffer.Read(p) }

func TestPeekingGetsNothing(t *testing.T) {
	r := &ReadStreamSRTP{newStreamBuffer(packetio.RTPBufferPacket, 1)}
	if _, err := r.buffer.Write([]byte("sound")); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 10)
	if _, err := r.Peek(p); !errors.Is(err, io.EOF) {
		t.Errorf("peeking: %v", err)
	}
	if n, err := r.Read(p); string(p[:n]) != "sound" || err != nil {
		t.Errorf("reading: %q, %v", p[:n], err)
	}
}

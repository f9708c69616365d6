package load

import (
	"bufio"
	"context"
	_ "embed" // the recording of Chromium
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Recording is what a browser's camera sent, without its content: when, how large and with which header extensions.
//
// A file of it has lines of words. "layer WIDTH HEIGHT" says what the next layer is, the least first. "packet" has the
// microseconds since the first packet, the layer, the RTP time since its first packet, M or - for the marker, bytes of
// the payload, and the header extensions as number=value.
type Recording struct {
	Layers  []Layer
	packets []recorded
	length  time.Duration // after which it begins again
}

type recorded struct {
	at         time.Duration
	layer      int
	stamp      uint32
	marker     bool
	size       int
	extensions []recordedExtension
}

type recordedExtension struct {
	id    uint8
	value []byte
}

//go:embed chromium.txt
var chromium string

// Chromium is what Debian's Chromium sends of a moving picture, three layers of VP8 to a LiveKit server.
func Chromium() (*Recording, error) { return ReadRecording(strings.NewReader(chromium)) }

// ReadRecording reads a file.
func ReadRecording(from io.Reader) (*Recording, error) {
	r := new(Recording)
	lines := bufio.NewScanner(from)
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		var err error
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case words[0] == "layer" && len(words) == 3:
			err = r.readLayer(words[1:])
		case words[0] == "packet" && len(words) >= 6:
			err = r.readPacket(words[1:])
		default:
			err = fmt.Errorf("is neither layer nor packet")
		}
		if err != nil {
			return nil, fmt.Errorf("line %d of the recording: %w", n, err)
		}
	}
	if len(r.packets) == 0 || len(r.Layers) > len(rids) {
		return nil, fmt.Errorf("the recording has %d packets in %d layers", len(r.packets), len(r.Layers))
	}
	// The next round begins a picture's time after the last packet.
	r.length = r.packets[len(r.packets)-1].at + time.Second/30
	return r, lines.Err()
}

func (r *Recording) readLayer(words []string) (err error) {
	l := Layer{Rate: 30, Packets: 1, Bytes: leastSize}
	if l.Width, err = strconv.Atoi(words[0]); err == nil {
		l.Height, err = strconv.Atoi(words[1])
	}
	r.Layers = append(r.Layers, l)
	return err
}

func (r *Recording) readPacket(words []string) error {
	var numbers [4]int
	for i, at := range []int{0, 1, 2, 4} {
		n, err := strconv.Atoi(words[at])
		if err != nil {
			return err
		}
		numbers[i] = n
	}
	p := recorded{at: time.Duration(numbers[0]) * time.Microsecond, layer: numbers[1], stamp: uint32(numbers[2]), marker: words[3] == "M", size: numbers[3]}
	if p.layer < 0 || p.layer >= len(r.Layers) || p.size > 1400 {
		return fmt.Errorf("layer %d or size %d is out of bounds", p.layer, p.size)
	}
	for _, word := range words[5:] {
		id, digits, _ := strings.Cut(word, "=")
		x, err := strconv.ParseUint(id, 10, 4)
		if err != nil {
			return err
		}
		value, err := hex.DecodeString(digits)
		if err != nil || len(value) == 0 || len(value) > 16 {
			return fmt.Errorf("extension %s has no value of 1 to 16 bytes", id)
		}
		p.extensions = append(p.extensions, recordedExtension{uint8(x), value})
	}
	r.packets = append(r.packets, p)
	return nil
}

// replay sends a recording again and again until the end.
func (c *Client) replay(ctx context.Context, p *path, t *track, r *Recording) {
	out := make([]*outgoing, len(t.encodings))
	first := make([]bool, len(t.encodings)) // the next packet begins a picture
	base := make([]uint32, len(t.encodings))
	for i, e := range t.encodings {
		out[i], first[i] = newOutgoing(c, p, t, e), true
		base[i] = out[i].stamp
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for begin, round := time.Now(), 0; ; begin, round = begin.Add(r.length), round+1 {
		for i := range r.packets {
			one := &r.packets[i]
			if wait := time.Until(begin.Add(one.at)); wait > 0 {
				timer.Reset(wait)
				select {
				case <-timer.C:
				case <-ctx.Done():
					return
				}
			}
			for c.opts.Pace != nil && c.opts.Pace.held.Load() && first[one.layer] {
				if time.Sleep(time.Millisecond); ctx.Err() != nil {
					return
				}
				begin = begin.Add(time.Millisecond)
			}
			o := out[one.layer]
			o.stamp = base[one.layer] + one.stamp
			o.again(one, first[one.layer], round)
			first[one.layer] = one.marker
		}
		for i := range base {
			base[i] += uint32(r.length.Seconds() * 90000)
		}
	}
}

// again sends a packet like a recorded one.
func (o *outgoing) again(one *recorded, first bool, round int) {
	o.begin(o.client.payloads.video, one.marker)
	for _, x := range one.extensions {
		switch x.id {
		case extensionTransport, extensionMID, extensionRID: // begin has written them
		case extensionDescriptor:
			value := [16]byte{}
			n := copy(value[:], x.value)
			// Numbers of pictures (bytes 1 and 2) go on from round to round.
			binary.BigEndian.PutUint16(value[1:], binary.BigEndian.Uint16(value[1:])+uint16(round)*1024)
			o.extend(x.id, value[:n])
		default:
			o.extend(x.id, x.value)
		}
	}
	payload := o.body(one.size)
	o.describe(payload, first)
	o.end(payload)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pion/rtp"
	"golang.org/x/sys/unix"
)

// record writes down what a browser on this machine sends of its camera (see load.Recording for the form), by listening
// at the loopback device: RTP headers are in the clear, and more is not wanted. Only the browser may be sending RTP.
func record(ctx context.Context, name string, lasts time.Duration) error {
	heard, err := listenToLoopback(ctx, lasts)
	if err != nil {
		return err
	}
	text, err := recordingOf(heard)
	if err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o644)
}

// heardPacket is what the header of an RTP packet says, and its time and size.
type heardPacket struct {
	at          time.Time
	payloadType uint8
	marker      bool
	stamp, ssrc uint32
	size        int // of the payload, without what SRTP adds
	extensions  []string
}

// listenToLoopback takes what comes by the loopback device for a while (packet(7)).
func listenToLoopback(ctx context.Context, lasts time.Duration) (heard []heardPacket, err error) {
	const ipv4 = 0x0008 // ETH_P_IP in network order
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, ipv4)
	if err != nil {
		return nil, fmt.Errorf("listening to the loopback device: %w", err)
	}
	defer func() { _ = unix.Close(fd) }()
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 16<<20)
	_ = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 100_000})
	buffer := make([]byte, 1<<16)
	for end := time.Now().Add(lasts); time.Now().Before(end) && ctx.Err() == nil; {
		n, from, err := unix.Recvfrom(fd, buffer, 0)
		if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("listening to the loopback device: %w", err)
		}
		if link, ok := from.(*unix.SockaddrLinklayer); !ok || link.Pkttype == unix.PACKET_OUTGOING {
			continue // each is heard when it goes and when it comes
		}
		if p, ok := hearPacket(buffer[:n]); ok {
			p.at = time.Now()
			heard = append(heard, p)
		}
	}
	return heard, ctx.Err()
}

// hearPacket reads an IPv4 packet that may be RTP in UDP.
func hearPacket(b []byte) (p heardPacket, ok bool) {
	const udp, gcmTag = 17, 16
	if len(b) < 20 || b[0]>>4 != 4 || b[9] != udp {
		return p, false
	}
	at := int(b[0]&0x0f)*4 + 8
	if len(b) < at+12 || b[at]>>6 != 2 || b[at+1] >= 192 && b[at+1] <= 223 {
		return p, false
	}
	b = b[at:]
	var h rtp.Header
	head, err := h.Unmarshal(b)
	if err != nil {
		return p, false
	}
	p.marker, p.payloadType, p.stamp, p.ssrc = h.Marker, h.PayloadType, h.Timestamp, h.SSRC
	for _, id := range h.GetExtensionIDs() {
		p.extensions = append(p.extensions, fmt.Sprintf("%d=%x", id, h.GetExtension(id)))
	}
	p.size = len(b) - head - gcmTag
	return p, p.size > 0
}

// recordingOf keeps the streams of the payload type that most is sent of, and leaves out what is sent again.
func recordingOf(heard []heardPacket) (string, error) {
	byType, byStream := map[uint8]int{}, map[uint32]int{}
	most := uint8(0)
	for _, p := range heard {
		if byType[p.payloadType] += p.size; byType[p.payloadType] > byType[most] {
			most = p.payloadType
		}
	}
	heard = slices.DeleteFunc(heard, func(p heardPacket) bool { return p.payloadType != most })
	var streams []uint32
	for _, p := range heard {
		if byStream[p.ssrc] == 0 {
			streams = append(streams, p.ssrc)
		}
		byStream[p.ssrc] += p.size
	}
	slices.SortFunc(streams, func(a, b uint32) int { return byStream[a] - byStream[b] })
	sizes := map[int][]string{1: {"1280 720"}, 3: {"320 180", "640 360", "1280 720"}}[len(streams)]
	if sizes == nil {
		return "", fmt.Errorf("heard %d streams; a camera in one layer or in three was expected", len(streams))
	}
	var b strings.Builder
	b.WriteString("# What Chromium sends of a moving picture by livekit-client, written by make record. See bench/load/recording.go.\n")
	for _, size := range sizes {
		fmt.Fprintf(&b, "layer %s\n", size)
	}
	origin := map[uint32]uint32{}
	for _, p := range heard {
		if _, begun := origin[p.ssrc]; !begun {
			origin[p.ssrc] = p.stamp
		}
		marker := "-"
		if p.marker {
			marker = "M"
		}
		fmt.Fprintf(&b, "packet %d %d %d %s %d %s\n", p.at.Sub(heard[0].at).Microseconds(), slices.Index(streams, p.ssrc), p.stamp-origin[p.ssrc], marker, p.size, strings.Join(p.extensions, " "))
	}
	return b.String(), nil
}

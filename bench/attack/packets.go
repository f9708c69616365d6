package attack

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/stun/v4"

	"konklave/bench/load"
)

// Garbage is a datagram of each kind that the media port tells apart, none of which can be true.
func Garbage() [][]byte {
	check := func(ufrag, pwd string) []byte {
		m, err := stun.Build(stun.BindingRequest, stun.TransactionID, stun.NewUsername(ufrag+":x"),
			ice.AttrControlling(1), ice.PriorityAttr(1), ice.UseCandidate(), stun.NewShortTermIntegrity(pwd), stun.Fingerprint)
		if err != nil {
			panic(err) // not reached
		}
		return m.Raw
	}
	media := append([]byte{0x80, 96}, randomBytes(1000)...)
	report := append([]byte{0x80, 200, 0, 6}, randomBytes(40)...)
	// A fatal alert in the clear, as DTLS 1.2 has it before there are keys.
	alert := []byte{21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40}
	goodbye := []byte{21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 10, 0, 2, 1, 0}
	hello := append([]byte{22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 0, 200}, randomBytes(200)...)
	record := append([]byte{23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 1, 0, 200}, randomBytes(200)...)
	return [][]byte{
		check("none", "nothing nothing nothing"), check("", ""), wrong(check("none", "wrong")), randomBytes(1), randomBytes(2000),
		media, report, alert, goodbye, hello, record, {}, {0, 1}, {0x80}, {22},
	}
}

// strangers send garbage from ever new ports, about 20,000 datagrams a second.
func strangers(ctx context.Context, t Target) (string, error) {
	sent, ports := 0, 0
	for ctx.Err() == nil {
		socket, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(t.Media))
		if err != nil {
			return "", err
		}
		ports++
		for range 10 {
			for _, b := range Garbage() {
				_, _ = socket.Write(b)
				sent++
			}
		}
		_ = socket.Close()
		pause(ctx, time.Duration(max(t.Slower, 1))*7*time.Millisecond)
	}
	return fmt.Sprintf("%d datagrams from %d ports", sent, ports), nil
}

// pace calls send so many times a second, in portions of ten milliseconds.
func (t Target) pace(ctx context.Context, perSecond int, send func(n int) error) int {
	begin, sent := time.Now(), 0
	perSecond /= max(t.Slower, 1)
	for ctx.Err() == nil {
		for due := int(time.Since(begin).Seconds() * float64(perSecond)); sent < due && ctx.Err() == nil; {
			if send(sent) != nil {
				return sent
			}
			sent++
		}
		pause(ctx, 10*time.Millisecond)
	}
	return sent
}

func packet(ssrc uint32, payloadType uint8, sequence, size int) []byte {
	p := rtp.Packet{Payload: randomBytes(size), Header: rtp.Header{
		Version: 2, PayloadType: payloadType, SequenceNumber: uint16(sequence), Timestamp: uint32(sequence) * 90, SSRC: ssrc,
	}}
	b, err := p.Marshal()
	if err != nil {
		panic(err) // not reached
	}
	return b
}

// unknownSSRC sends well-sealed packets that belong to no track: SRTP needs memory for each SSRC.
func unknownSSRC(ctx context.Context, t Target) (string, error) {
	c, err := t.join(ctx, t.Room, name(0), true, publishing)
	if err != nil {
		return "", err
	}
	defer c.Close()
	sent := t.pace(ctx, 5000, func(n int) error {
		b, isRTCP := packet(uint32(n)*7919+1, 96, 1, 100), n%4 == 0
		if isRTCP {
			b, err = rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: uint32(n)*7919 + 1}})
			if err != nil {
				return err
			}
		}
		if b, err = c.Sealed(b, isRTCP); err != nil {
			return err
		}
		return c.Throw(b)
	})
	return fmt.Sprintf("%d packets", sent), nil
}

func publishing(o *load.Options) { o.Audio, o.Video = true, true }

// replayed sends one sealed packet of its own picture for ever, as it is and with wrong bits.
func replayed(ctx context.Context, t Target) (string, error) {
	c, err := t.join(ctx, t.Room, name(0), true, publishing)
	if err != nil {
		return "", err
	}
	defer c.Close()
	ssrc := c.SSRCs()[0]
	media, err := c.Sealed(packet(ssrc, 96, 1, 1000), false)
	if err != nil {
		return "", err
	}
	report, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: ssrc}})
	if err == nil {
		report, err = c.Sealed(report, true)
	}
	if err != nil {
		return "", err
	}
	sent := t.pace(ctx, 20000, func(n int) error {
		switch n % 4 {
		case 0:
			return c.Throw(media)
		case 1:
			return c.Throw(wrong(media))
		case 2:
			return c.Throw(report)
		default:
			return c.Throw(wrong(report))
		}
	})
	return fmt.Sprintf("%d packets", sent), nil
}

// bigPublisher publishes a track and sends 100 Mbit/s of it; somebody watches.
func bigPublisher(ctx context.Context, t Target) (string, error) {
	watcher, err := t.join(ctx, aside, "watcher", true, func(o *load.Options) { o.Subscribe = true })
	if err != nil {
		return "", err
	}
	defer watcher.Close()
	// Its own camera is silent: two sequences of numbers in one stream would be sealed so that nobody can open them.
	camera := new(load.Pace)
	camera.Hold()
	c, err := t.join(ctx, aside, name(0), true, func(o *load.Options) { o.Video, o.Pace = true, camera })
	if err != nil {
		return "", err
	}
	defer c.Close()
	const size = 1150
	ssrc, start := c.SSRCs()[0], time.Now()
	payload := append([]byte{0x90, 0xe0, 0x80, 0, 0, 0, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02}, randomBytes(size-16)...)
	sent := t.pace(ctx, 100_000_000/8/size, func(n int) error {
		b := packet(ssrc, 96, 30000+n, 0)
		binary.BigEndian.PutUint32(b[4:], uint32(time.Since(start).Milliseconds()/33*2970))
		b, err := c.Sealed(append(b, payload...), false)
		if err != nil {
			return err
		}
		return c.Throw(b)
	})
	return fmt.Sprintf("%d Mbit/s sent, %d packets; the watcher got %d", sent*size*8/1_000_000/max(1, int(time.Since(start).Seconds())), sent, watcher.Counts().Packets), nil
}

// keyframes asks for key frames of all that it receives, and for packets again.
func keyframes(ctx context.Context, t Target) (string, error) {
	c, err := t.join(ctx, t.Room, name(0), true, func(o *load.Options) { o.Subscribe = true })
	if err != nil {
		return "", err
	}
	defer c.Close()
	for len(c.Hears()) == 0 {
		if !pause(ctx, 10*time.Millisecond) {
			return "", ctx.Err()
		}
	}
	sent := t.pace(ctx, 5000, func(n int) error {
		heard := c.Hears()
		ssrc := heard[n%len(heard)]
		lost := make([]rtcp.NackPair, 50)
		for i := range lost {
			lost[i] = rtcp.NackPair{PacketID: uint16(n + 17*i), LostPackets: 0xffff}
		}
		b, err := rtcp.Marshal([]rtcp.Packet{
			&rtcp.ReceiverReport{SSRC: 1}, &rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: ssrc},
			&rtcp.FullIntraRequest{SenderSSRC: 1, MediaSSRC: ssrc, FIR: []rtcp.FIREntry{{SSRC: ssrc, SequenceNumber: uint8(n)}}},
			&rtcp.TransportLayerNack{SenderSSRC: 1, MediaSSRC: ssrc, Nacks: lost},
		})
		if err == nil {
			b, err = c.Sealed(b, true)
		}
		if err != nil {
			return err
		}
		return c.Throw(b)
	})
	return fmt.Sprintf("%d times PLI, FIR and NACK", sent), nil
}

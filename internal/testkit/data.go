package testkit

import (
	"fmt"

	"github.com/pion/webrtc/v4"
	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

// Data is a data packet as it came.
type Data struct {
	Channel lkpb.DataPacket_Kind // on which channel
	Packet  *lkpb.DataPacket
}

// openChannels opens the two data channels that carry DataPackets.
func (p *Participant) openChannels() error {
	unordered, never := false, uint16(0)
	for _, c := range []struct {
		label string
		kind  lkpb.DataPacket_Kind
		init  *webrtc.DataChannelInit
	}{
		{"_reliable", lkpb.DataPacket_RELIABLE, nil},
		{"_lossy", lkpb.DataPacket_LOSSY, &webrtc.DataChannelInit{Ordered: &unordered, MaxRetransmits: &never}},
	} {
		channel, err := p.pc.CreateDataChannel(c.label, c.init)
		if err != nil {
			return fmt.Errorf("opening the data channel %s: %w", c.label, err)
		}
		channel.OnOpen(func() { p.change(func(v *View) { v.Channels++ }) })
		channel.OnMessage(func(m webrtc.DataChannelMessage) { p.onData(c.kind, m.Data) })
		p.channels[c.kind] = channel
	}
	return nil
}

func (p *Participant) onData(kind lkpb.DataPacket_Kind, data []byte) {
	var packet lkpb.DataPacket
	if err := proto.Unmarshal(data, &packet); err != nil {
		p.change(func(v *View) { v.Failure = fmt.Errorf("reading a data packet: %w", err) })
		return
	}
	p.change(func(v *View) { v.Data = append(v.Data, Data{kind, &packet}) })
}

// SendData sends bytes to the identities, or to everybody when there are none.
func (p *Participant) SendData(kind lkpb.DataPacket_Kind, payload []byte, to ...string) error {
	packet := &lkpb.DataPacket{
		Kind: kind, DestinationIdentities: to,
		Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{Payload: payload}},
	}
	if kind == lkpb.DataPacket_RELIABLE {
		p.mu.Lock()
		p.counted++
		packet.Sequence = p.counted
		p.mu.Unlock()
	}
	return p.SendPacket(kind, packet)
}

// SendPacket sends a packet as it is, also one that says untrue things of its sender.
func (p *Participant) SendPacket(kind lkpb.DataPacket_Kind, packet *lkpb.DataPacket) error {
	data, err := proto.Marshal(packet)
	if err != nil {
		return fmt.Errorf("encoding a data packet: %w", err)
	}
	if err := p.channels[kind].Send(data); err != nil {
		return fmt.Errorf("sending a data packet: %w", err)
	}
	return nil
}

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

const reliable, lossy = "_reliable", "_lossy" // labels

var kinds = map[string]lkpb.DataPacket_Kind{reliable: lkpb.DataPacket_RELIABLE, lossy: lkpb.DataPacket_LOSSY}

// openChannels opens the two data channels that carry DataPackets.
func (p *Participant) openChannels() error {
	unordered, never := false, uint16(0)
	for _, c := range []struct {
		label string
		init  *webrtc.DataChannelInit
	}{
		{reliable, nil},
		{lossy, &webrtc.DataChannelInit{Ordered: &unordered, MaxRetransmits: &never}},
	} {
		channel, err := p.pc.CreateDataChannel(c.label, c.init)
		if err != nil {
			return fmt.Errorf("opening the data channel %s: %w", c.label, err)
		}
		p.listen(p.pc, channel)
		p.channels[kinds[c.label]] = channel
	}
	return nil
}

// listen takes what comes on a data channel of a PeerConnection.
func (p *Participant) listen(pc *webrtc.PeerConnection, channel *webrtc.DataChannel) {
	channel.OnOpen(func() {
		p.change(func(v *View) {
			p.opened[pc]++
			v.Channels = p.opened[p.pc]
			if v.Join.GetSubscriberPrimary() {
				v.Channels = min(v.Channels, p.opened[p.receiver])
			}
		})
	})
	channel.OnMessage(func(m webrtc.DataChannelMessage) { p.onData(kinds[channel.Label()], m.Data) })
}

func (p *Participant) onData(kind lkpb.DataPacket_Kind, data []byte) {
	var packet lkpb.DataPacket
	if err := proto.Unmarshal(data, &packet); err != nil {
		p.change(func(v *View) { v.Failure = fmt.Errorf("reading a data packet: %w", err) })
		return
	}
	p.change(func(v *View) {
		v.Data = append(v.Data, Data{kind, &packet})
		if packet.GetSequence() > v.Heard[packet.GetParticipantSid()] {
			v.Heard[packet.GetParticipantSid()] = packet.GetSequence()
		}
	})
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

package roomservice

import (
	"context"

	"google.golang.org/protobuf/proto"

	"konklave/internal/id"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

const (
	maxPacket   = 64_000 // bytes; what clients of all kinds can receive as one message
	nonceLength = 16
)

// sendData sends a packet to participants, as of nobody: it names no sender.
func (s *Service) sendData(_ context.Context, g token.Grants, r *lkpb.SendDataRequest) (*lkpb.SendDataResponse, error) {
	running, err := s.administered(g, r.GetRoom())
	if err != nil {
		return nil, err
	}
	if n := len(r.GetNonce()); n != 0 && n != nonceLength {
		return nil, fault{invalidArgument, "the nonce is neither empty nor 16 bytes long"}
	}
	lossy := r.GetKind() == lkpb.DataPacket_LOSSY
	if !lossy && r.GetKind() != lkpb.DataPacket_RELIABLE {
		return nil, fault{invalidArgument, "the kind is neither RELIABLE nor LOSSY"}
	}
	packet, err := proto.Marshal(&lkpb.DataPacket{
		Kind: r.GetKind(), DestinationIdentities: r.GetDestinationIdentities(),
		Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{
			Payload: r.GetData(), Topic: r.Topic, Nonce: r.GetNonce(),
			DestinationSids: r.GetDestinationSids(), DestinationIdentities: r.GetDestinationIdentities(),
		}},
	})
	if err != nil {
		return nil, fault{invalidArgument, "the packet could not be encoded"}
	}
	if len(packet) > maxPacket {
		return nil, fault{invalidArgument, "the data are larger than clients can receive at once"}
	}
	var to []id.Identity
	for _, identity := range r.GetDestinationIdentities() {
		to = append(to, id.Identity(identity))
	}
	var toSIDs []id.ParticipantSID
	for _, sid := range r.GetDestinationSids() {
		toSIDs = append(toSIDs, id.ParticipantSID(sid))
	}
	s.cfg.Sessions.SendData(running.Name(), lossy, packet, to, toSIDs)
	return &lkpb.SendDataResponse{}, nil
}

package signal

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"konklave/internal/id"
	"konklave/internal/signal/lkpb"
)

// Numbers of the fields of DataPacket that the server reads or writes.
const (
	packetKind         protowire.Number = 1
	packetUser         protowire.Number = 2
	packetIdentity     protowire.Number = 4
	packetDestinations protowire.Number = 5
	packetSequence     protowire.Number = 16
	packetSID          protowire.Number = 17
)

// Numbers of the fields of UserPacket that repeat what the envelope says, for old clients.
const (
	userSID             protowire.Number = 1
	userDestinationSIDs protowire.Number = 3
	userIdentity        protowire.Number = 5
	userDestinations    protowire.Number = 6
)

// Value is which member of DataPacket's oneof a packet carries, by field number; 0 is none.
type Value int32

// The values that a server treats apart.
const (
	ValueUser          Value = 2
	ValueSpeaker       Value = 3 // only servers may send it
	ValueTranscription Value = 7 // only agents may send it
	ValueMetrics       Value = 8 // only for those that may subscribe to metrics
	ValueCallAck       Value = 11
	ValueCallResponse  Value = 12
)

// Sender is who sent a data packet. Of a hidden participant it is zero: then the packet names nobody.
type Sender struct {
	SID      id.ParticipantSID
	Identity id.Identity
}

// Envelope is what a data packet says of its way. No destinations means everyone else.
type Envelope struct {
	Value           Value
	Sequence        uint32 // of reliable packets, counted by the sender; 0 is unnumbered
	Destinations    []id.Identity
	DestinationSIDs []id.ParticipantSID // old clients
}

// PatchData makes of a packet as a client sent it the packet as others get it: sender and kind are overwritten with
// what is true, everything else stays byte for byte, also what is not known here. The packet itself is not changed.
// Errors: ErrMalformed.
func PatchData(packet []byte, sender Sender, kind lkpb.DataPacket_Kind) (patched []byte, e Envelope, err error) {
	patched = make([]byte, 0, len(packet)+2*(len(sender.SID)+len(sender.Identity))+16)
	users := 0
	err = eachField(packet, func(f field) error {
		switch f.number {
		case packetKind, packetIdentity, packetSID:
			return nil
		case packetDestinations:
			e.Destinations = append(e.Destinations, id.Identity(f.bytes))
		case packetSequence:
			e.Sequence = uint32(f.varint)
		case packetUser:
			if users++; users > 1 { // no library writes two, and the sender's name is added to each
				return ErrMalformed
			}
			e.Value = ValueUser
			patched = protowire.AppendTag(patched, packetUser, protowire.BytesType)
			user, err := patchUser(f.bytes, sender, &e)
			patched = protowire.AppendBytes(patched, user)
			return err
		default:
			e.Value = Value(f.number) // of a oneof the last counts
		}
		patched = append(patched, f.raw...)
		return nil
	})
	if err != nil {
		return nil, Envelope{}, fmt.Errorf("patching data packet: %w", err)
	}
	if kind != 0 {
		patched = protowire.AppendTag(patched, packetKind, protowire.VarintType)
		patched = protowire.AppendVarint(patched, uint64(kind))
	}
	patched = appendText(patched, packetIdentity, string(sender.Identity))
	patched = appendText(patched, packetSID, string(sender.SID))
	return patched, e, nil
}

// patchUser does for the old fields in a UserPacket what PatchData does for the envelope's.
func patchUser(user []byte, sender Sender, e *Envelope) ([]byte, error) {
	patched := make([]byte, 0, len(user)+len(sender.SID)+len(sender.Identity)+8)
	err := eachField(user, func(f field) error {
		switch f.number {
		case userSID, userIdentity:
			return nil
		case userDestinationSIDs:
			e.DestinationSIDs = append(e.DestinationSIDs, id.ParticipantSID(f.bytes))
		case userDestinations:
			e.Destinations = append(e.Destinations, id.Identity(f.bytes))
		}
		patched = append(patched, f.raw...)
		return nil
	})
	patched = appendText(patched, userSID, string(sender.SID))
	return appendText(patched, userIdentity, string(sender.Identity)), err
}

// field is one field of an encoded message.
type field struct {
	number protowire.Number
	varint uint64 // of varint fields
	bytes  []byte // of length-delimited fields
	raw    []byte // tag and value
}

// eachField calls visit for each field of an encoded message. The fields that are read here must have the type that
// the schema gives them.
func eachField(message []byte, visit func(field) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return ErrMalformed
		}
		size := protowire.ConsumeFieldValue(number, kind, message[n:])
		if size < 0 {
			return ErrMalformed
		}
		f := field{number: number, raw: message[:n+size]}
		switch kind {
		case protowire.VarintType:
			f.varint, _ = protowire.ConsumeVarint(message[n:])
		case protowire.BytesType:
			f.bytes, _ = protowire.ConsumeBytes(message[n:])
		default:
			// No field that is read here has another type; as unknown ones they pass.
		}
		if err := visit(f); err != nil {
			return err
		}
		message = message[n+size:]
	}
	return nil
}

func appendText(b []byte, number protowire.Number, text string) []byte {
	if text == "" {
		return b
	}
	return protowire.AppendString(protowire.AppendTag(b, number, protowire.BytesType), text)
}

package signal

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"konklave/internal/id"
	"konklave/internal/signal/lkpb"
)

var alice = Sender{SID: "PA_alice", Identity: "alice"}

func TestPatchDataTellsTheTrueSender(t *testing.T) {
	forged := mustMarshal(t, &lkpb.DataPacket{
		Kind: lkpb.DataPacket_RELIABLE, ParticipantSid: "PA_bob", ParticipantIdentity: "bob", Sequence: 9,
		DestinationIdentities: []string{"carol"},
		Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{
			ParticipantSid: "PA_bob", ParticipantIdentity: "bob", Payload: []byte("hi"),
			DestinationSids: []string{"PA_dave"}, DestinationIdentities: []string{"dave"},
		}},
	})
	patched, e, err := PatchData(forged, alice, lkpb.DataPacket_LOSSY)
	if err != nil {
		t.Fatal(err)
	}
	if e.Value != ValueUser || e.Sequence != 9 ||
		!slices.Equal(e.Destinations, []id.Identity{"dave", "carol"}) && !slices.Equal(e.Destinations, []id.Identity{"carol", "dave"}) ||
		!slices.Equal(e.DestinationSIDs, []id.ParticipantSID{"PA_dave"}) {
		t.Fatalf("envelope %+v", e)
	}
	var p lkpb.DataPacket
	if err := proto.Unmarshal(patched, &p); err != nil {
		t.Fatal(err)
	}
	u := p.GetUser()
	if p.Kind != lkpb.DataPacket_LOSSY || p.ParticipantSid != "PA_alice" || p.ParticipantIdentity != "alice" ||
		u.ParticipantSid != "PA_alice" || u.ParticipantIdentity != "alice" || string(u.Payload) != "hi" || p.Sequence != 9 {
		t.Fatalf("patched packet: kind %v, sids %q %q, sequence %d", p.Kind, p.ParticipantSid, u.ParticipantSid, p.Sequence)
	}
}

func TestPatchDataOfHiddenSenderNamesNobody(t *testing.T) {
	forged := mustMarshal(t, &lkpb.DataPacket{ParticipantSid: "PA_bob", ParticipantIdentity: "bob",
		Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{ParticipantSid: "PA_bob"}}})
	patched, _, err := PatchData(forged, Sender{}, lkpb.DataPacket_RELIABLE)
	if err != nil {
		t.Fatal(err)
	}
	var p lkpb.DataPacket
	if err := proto.Unmarshal(patched, &p); err != nil {
		t.Fatal(err)
	}
	if p.ParticipantSid != "" || p.ParticipantIdentity != "" || p.GetUser().ParticipantSid != "" {
		t.Fatal("a hidden sender is named")
	}
}

func TestPatchDataKeepsWhatItDoesNotKnow(t *testing.T) {
	future := protowire.AppendString(protowire.AppendTag(nil, 77, protowire.BytesType), "future")
	patched, e, err := PatchData(future, alice, lkpb.DataPacket_RELIABLE)
	if err != nil {
		t.Fatal(err)
	}
	if e.Value != 77 || string(patched[:len(future)]) != string(future) {
		t.Fatalf("value %d, packet %x", e.Value, patched)
	}
}

func TestPatchDataRefusesGarbage(t *testing.T) {
	for _, b := range [][]byte{{0xff}, {0x12, 0x05, 0x01}, {0x12, 0x01, 0xff}, bytes.Repeat([]byte{0x12, 0x00}, 2)} {
		if _, _, err := PatchData(b, alice, 0); !errors.Is(err, ErrMalformed) {
			t.Errorf("%x: error %v", b, err)
		}
	}
}

// FuzzPatchData holds that no packet, however made, names another sender once it was patched.
func FuzzPatchData(f *testing.F) {
	f.Add(mustMarshal(f, &lkpb.DataPacket{ParticipantSid: "PA_bob", Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{ParticipantSid: "PA_bob"}}}))
	f.Add([]byte{0x12, 0x00, 0x12, 0x02, 0x0a, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		before := string(b)
		patched, _, err := PatchData(b, alice, lkpb.DataPacket_LOSSY)
		if string(b) != before {
			t.Fatal("the packet itself was changed")
		}
		if err != nil {
			return
		}
		if most := len(b) + 100; len(patched) > most {
			t.Fatalf("%d bytes became %d", len(b), len(patched))
		}
		var p lkpb.DataPacket
		if proto.Unmarshal(patched, &p) != nil {
			return // text that is not UTF-8, for the receiver to refuse
		}
		if p.ParticipantSid != "PA_alice" || p.ParticipantIdentity != "alice" || p.Kind != lkpb.DataPacket_LOSSY {
			t.Fatal("another sender is named")
		}
		if u := p.GetUser(); u != nil && (u.ParticipantSid != "PA_alice" || u.ParticipantIdentity != "alice") {
			t.Fatal("another sender is named in the user packet")
		}
	})
}

func BenchmarkPatchData(b *testing.B) {
	packet := mustMarshal(b, &lkpb.DataPacket{Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{Payload: make([]byte, 1000)}}})
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := PatchData(packet, alice, lkpb.DataPacket_LOSSY); err != nil {
			b.Fatal(err)
		}
	}
}

package wire

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/pion/srtp/v3"
)

// testReport is a compound packet of an SSRC, with room for what sealing adds.
func testReport(ssrc uint32, size int) []byte {
	b := make([]byte, 8+size, maxPacket)
	b[0], b[1] = 0x80, 201
	binary.BigEndian.PutUint32(b[4:], ssrc)
	for i := range b[8:] {
		b[8+i] = byte(i)
	}
	return b
}

// What the library seals is opened here, and nothing else: not twice, not with a bit turned over, not cut off, not in the
// clear; and what was refused changes nothing.
func TestReportsOfTheLibraryAreOpened(t *testing.T) {
	for _, c := range srtpProfiles {
		t.Run(c.name, func(t *testing.T) {
			random := rand.NewChaCha8([32]byte{2})
			key, salt := make([]byte, c.key), make([]byte, c.salt)
			_, _ = random.Read(key)
			_, _ = random.Read(salt)
			library, err := srtp.CreateContext(key, salt, c.profile)
			if err != nil {
				t.Fatal(err)
			}
			o, err := newOpener(key, salt, c.profile)
			if err != nil {
				t.Fatal(err)
			}
			s := &shard{}
			for _, ssrc := range []uint32{1, 0xfedcba98} {
				for size := range 40 {
					plain := testReport(ssrc, 4*size)
					sealed, err := library.EncryptRTCP(nil, plain, nil)
					if err != nil {
						t.Fatal(err)
					}
					for range 8 {
						forged := bytes.Clone(sealed)
						forged[4+random.Uint64()%uint64(len(forged)-4)] ^= 1 << (random.Uint64() % 8)
						if got, _, err := o.openRTCP(s, forged, true); err == nil {
							t.Fatalf("a forged report opens to %x", got)
						}
					}
					if got, _, err := o.openRTCP(s, bytes.Clone(sealed[:max(8, len(sealed)-1-4*size)]), true); err == nil {
						t.Fatalf("a report cut off opens to %x", got)
					}
					if _, _, err := o.openRTCP(s, bytes.Clone(sealed), size > 0); (err == nil) != (size > 0) {
						t.Fatalf("an SSRC that is new where there is no room: %v", err)
					}
					if size == 0 {
						if _, fresh, err := o.openRTCP(s, bytes.Clone(sealed), true); err != nil || !fresh {
							t.Fatalf("not new, or %v", err)
						}
					}
					if got, _, err := o.openRTCP(s, bytes.Clone(sealed), true); err == nil {
						t.Fatalf("a report opens again, to %x", got)
					}
					sealed, _ = library.EncryptRTCP(nil, plain, nil)
					if got, fresh, err := o.openRTCP(s, sealed, false); err != nil || fresh || !bytes.Equal(got, plain) {
						t.Fatalf("%x opens to %x, new %v, error %v", plain, got, fresh, err)
					}
				}
			}
		})
	}
}

// Reports that nobody encrypted are refused, though they are authentic.
func TestReportsInTheClearAreRefused(t *testing.T) {
	o, z := testOpener(t), testSealer(t)
	b := testReport(7, 8)
	known := binary.BigEndian.AppendUint32(bytes.Clone(b), 1)
	b = z.rtcp.aead.Seal(b, z.rtcp.nonce(&z.scratch, 7, 1), nil, known)
	b = binary.BigEndian.AppendUint32(b, 1)
	if got, err := testContext(t).DecryptRTCP(nil, b, nil); err != nil || len(got) != 16 {
		t.Fatalf("the library finds it wrong: %v", err) // else this test would tell nothing
	}
	if got, _, err := o.openRTCP(&shard{}, b, true); err == nil {
		t.Errorf("opens to %x", got)
	}
}

// Each index is taken once, in whatever order, as long as it is not too old.
func TestIndicesAreTakenOnce(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var r seenBefore
	came := map[uint32]bool{}
	at, highest := uint32(0), uint32(0)
	for range 200_000 {
		switch random.IntN(1000) {
		case 0:
			at += random.Uint32N(5000)
		default:
			at += random.Uint32N(3)
		}
		index := at - min(at, random.Uint32N(1200))
		has := r.has(index)
		switch {
		case came[index] && !has:
			t.Fatalf("%d is taken twice, at %d", index, highest)
		case !came[index] && has && index+replayWindow-63 > highest:
			t.Fatalf("%d is taken for one that came, at %d", index, highest)
		}
		if !has {
			r.mark(index)
			came[index] = true
			highest = max(highest, index)
		}
	}
	r.mark(encrypted - 1)
	if !r.has(encrypted-1) || r.has(encrypted-2) || !r.has(5) {
		t.Error("the last index of all")
	}
}

func TestOpeningReportsDoesNotAllocate(t *testing.T) {
	o, z, s := testOpener(t), testSealer(t), &shard{}
	buf := testReport(9, 60)
	if n := testing.AllocsPerRun(1000, func() {
		b, err := z.sealRTCP(s, buf[:68])
		if err == nil {
			_, _, err = o.openRTCP(s, b, true)
		}
		if err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzOpenRTCP: whatever comes opens to what the library makes of it, or not at all.
func FuzzOpenRTCP(f *testing.F) {
	library := testContext(f)
	for i := range 3 {
		sealed, err := library.EncryptRTCP(nil, testReport(uint32(i), 4*i), nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(sealed)
	}
	s := &shard{}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !isRTCP(b) {
			return
		}
		want, wantErr := testContext(t).DecryptRTCP(nil, b, nil)
		clear := len(b) < 12 || b[len(b)-4]&0x80 == 0
		got, _, err := testOpener(t).openRTCP(s, bytes.Clone(b), true)
		if (err == nil) != (wantErr == nil && !clear) || err == nil && !bytes.Equal(got, want) {
			t.Errorf("%x: %x, %v; the library: %x, %v", b, got, err, want, wantErr)
		}
	})
}

// BenchmarkOpenReport is opening one message of feedback, by us and by the library.
func BenchmarkOpenReport(b *testing.B) {
	z := testSealer(b)
	reports := make([][]byte, 4096)
	for i := range reports {
		sealed, err := z.sealRTCP(&shard{}, testReport(9, 60))
		if err != nil {
			b.Fatal(err)
		}
		reports[i] = sealed
	}
	for _, by := range []string{"us", "library"} {
		b.Run(by, func(b *testing.B) {
			s, buf := &shard{}, make([]byte, maxPacket)
			var o *opener
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%len(reports) == 0 {
					if o = testOpener(b); by == "library" {
						o.seen = nil
					}
				}
				sealed := buf[:copy(buf, reports[i%len(reports)])]
				if _, _, err := o.openRTCP(s, sealed, true); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

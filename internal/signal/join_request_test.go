package signal

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

func TestDecodeJoinRequest(t *testing.T) {
	join := mustMarshal(t, &lkpb.JoinRequest{
		ClientInfo:     &lkpb.ClientInfo{Protocol: 17},
		PublisherOffer: &lkpb.SessionDescription{Sdp: strings.Repeat("a=b\xc3\xbf?>\r\n", 100)},
	})
	plain := wrap(t, lkpb.WrappedJoinRequest_NONE, join)
	zipped := wrap(t, lkpb.WrappedJoinRequest_GZIP, zip(t, join))
	tests := []struct {
		name    string
		param   string
		wantErr error
	}{
		{"plain", base64.RawURLEncoding.EncodeToString(plain), nil},
		{"padded", base64.URLEncoding.EncodeToString(plain), nil},
		{"standard alphabet", base64.StdEncoding.EncodeToString(plain), nil},
		{"plus that became a space", strings.ReplaceAll(base64.StdEncoding.EncodeToString(plain), "+", " "), nil},
		{"gzip", base64.RawURLEncoding.EncodeToString(zipped), nil},
		{"no base64", "!", ErrMalformed},
		{"no wrapping", base64.RawURLEncoding.EncodeToString([]byte{0xff}), ErrMalformed},
		{"no gzip", encode(wrap(t, lkpb.WrappedJoinRequest_GZIP, join)), ErrMalformed},
		{"cut gzip", encode(wrap(t, lkpb.WrappedJoinRequest_GZIP, zip(t, join)[:20])), ErrMalformed},
		{"garbage behind gzip", encode(wrap(t, lkpb.WrappedJoinRequest_GZIP, append(zip(t, join), 0))), ErrMalformed},
		{"second gzip member", encode(wrap(t, lkpb.WrappedJoinRequest_GZIP, append(zip(t, join), zip(t, join)...))), ErrMalformed},
		{"garbage behind the message", encode(wrap(t, lkpb.WrappedJoinRequest_NONE, append(bytes.Clone(join), 0xff))), ErrMalformed},
		{"unknown compression", encode(wrap(t, 9, join)), ErrMalformed},
		{"too long", strings.Repeat("A", 2*MaxJoinRequest), ErrTooLarge},
		{"inflates too far", encode(wrap(t, lkpb.WrappedJoinRequest_GZIP, zip(t, make([]byte, MaxJoinRequest+1)))), ErrTooLarge},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := DecodeJoinRequest(test.param)
			if !errors.Is(err, test.wantErr) {
				t.Fatalf("error %v, want %v", err, test.wantErr)
			}
			if err == nil && r.GetClientInfo().GetProtocol() != 17 {
				t.Fatalf("protocol %d", r.GetClientInfo().GetProtocol())
			}
		})
	}
}

// TestGzipBomb feeds 100 MiB of zeros in less than 1 MiB and looks at what was allocated meanwhile.
func TestGzipBomb(t *testing.T) {
	var bomb bytes.Buffer
	z, err := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 100 {
		if _, err := z.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	param := encode(wrap(t, lkpb.WrappedJoinRequest_GZIP, bomb.Bytes()))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := DecodeJoinRequest(param); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("error %v", err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 12<<20 {
		t.Fatalf("%d bytes allocated for a bomb", used)
	}
}

func FuzzDecodeJoinRequest(f *testing.F) {
	join := mustMarshal(f, &lkpb.JoinRequest{ClientInfo: &lkpb.ClientInfo{Protocol: 17}})
	f.Add(encode(wrap(f, lkpb.WrappedJoinRequest_NONE, join)))
	f.Add(encode(wrap(f, lkpb.WrappedJoinRequest_GZIP, zip(f, join))))
	f.Fuzz(func(t *testing.T, param string) {
		r, err := DecodeJoinRequest(param)
		if (err == nil) != (r != nil) {
			t.Fatal("neither a request nor an error")
		}
	})
}

func mustMarshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wrap(t testing.TB, c lkpb.WrappedJoinRequest_Compression, b []byte) []byte {
	t.Helper()
	return mustMarshal(t, &lkpb.WrappedJoinRequest{Compression: c, JoinRequest: b})
}

func zip(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

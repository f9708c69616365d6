package signal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorded are requests of LiveKit's SDK for Node.js 1.1.0 as they came out of its socket, by the name of their member;
// addresses in them were replaced.
func recorded(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/recorded/*.bin")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings, %v", err)
	}
	all := map[string][]byte{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(name), ".bin")] = b
	}
	return all
}

func TestDecodeRecordedRequests(t *testing.T) {
	for name, b := range recorded(t) {
		r, err := DecodeRequest(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		m := r.ProtoReflect()
		field := m.WhichOneof(m.Descriptor().Oneofs().ByName("message"))
		member, _, _ := strings.Cut(name, "-")
		if field == nil || string(field.Name()) != member {
			t.Errorf("%s was read as %v", name, field)
		}
	}
}

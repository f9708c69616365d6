package wire

import (
	"bufio"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// recordedSeeds are packets of one kind that clients sent, one a line in hexadecimal behind its kind. See
// testdata/recorded.txt.
func recordedSeeds(tb testing.TB, kind string) (all [][]byte) {
	tb.Helper()
	file, err := os.Open("testdata/recorded.txt")
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, digits, _ := strings.Cut(lines.Text(), " ")
		if name != kind {
			continue
		}
		b, err := hex.DecodeString(digits)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, b)
	}
	if len(all) == 0 {
		tb.Fatalf("nothing of kind %q was recorded", kind)
	}
	return all
}

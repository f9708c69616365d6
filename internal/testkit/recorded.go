package testkit

import (
	"bufio"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// Recorded are packets of one kind as clients sent them, from testdata/recorded.txt of the package that is tested: one a
// line, in hexadecimal behind its kind.
func Recorded(tb testing.TB, kind string) (all [][]byte) {
	tb.Helper()
	file, err := os.Open("testdata/recorded.txt")
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
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
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	if len(all) == 0 {
		tb.Fatalf("nothing of kind %q was recorded", kind)
	}
	return all
}

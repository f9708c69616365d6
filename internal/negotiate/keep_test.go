package negotiate

import (
	"os"
	"reflect"
	"testing"
	"unsafe"

	"konklave/internal/sdp"
)

// What stays of an offer must not hold its text. The walk sees every string that the state can reach.
func TestNothingKeepsTheTextOfAnOffer(t *testing.T) {
	for _, name := range []string{"chromium-publish", "chromium-subscribe", "firefox-publish", "firefox-subscribe"} {
		b, err := os.ReadFile("../sdp/testdata/" + name + ".sdp")
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		n := NewSingle(testConfig())
		n.Apply(
			Announce{Track: "TR_a", Kind: sdp.Audio}, Announce{Track: "TR_v", Kind: sdp.Video},
			Send{Track: "TR_b", Kind: sdp.Audio}, Send{Track: "TR_w", Kind: sdp.Video}, Offer{ID: 1, SDP: text})
		if len(n.sections) == 0 {
			t.Errorf("%s: nothing was accepted", name)
		}
		seen := map[uintptr]bool{}
		walk(reflect.ValueOf(n), seen, func(s string) {
			begin, at := uintptr(unsafe.Pointer(unsafe.StringData(text))), uintptr(unsafe.Pointer(unsafe.StringData(s)))
			if len(s) > 0 && at >= begin && at < begin+uintptr(len(text)) {
				t.Errorf("%s: %q is part of the text", name, s)
			}
		})
	}
}

// walk shows every string that can be reached from a value.
func walk(v reflect.Value, seen map[uintptr]bool, show func(string)) {
	switch v.Kind() {
	case reflect.String:
		show(v.String())
	case reflect.Pointer:
		if !v.IsNil() && !seen[v.Pointer()] {
			seen[v.Pointer()] = true
			walk(v.Elem(), seen, show)
		}
	case reflect.Interface:
		walk(v.Elem(), seen, show)
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), seen, show)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walk(v.Index(i), seen, show)
		}
	case reflect.Map:
		for key, value := range v.Seq2() {
			walk(key, seen, show)
			walk(value, seen, show)
		}
	}
}

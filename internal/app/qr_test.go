package app

import (
	"bytes"
	"image/png"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rsc.io/qr"

	"konklave/internal/config"
)

// TestQRCodeIsDrawnAsItIs reads the blocks back and compares them with the code.
func TestQRCodeIsDrawnAsItIs(t *testing.T) {
	const address = "https://meet.example.org/m/AbCdEfGhIjKlMnOpQrStUv"
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := QR(config.Config{}, QRRequest{Address: address}, &out); err != nil {
		t.Fatal(err)
	}
	drawing, last, _ := strings.Cut(out.String(), address)
	if last != "\n" {
		t.Errorf("the address does not stand below: %q", last)
	}
	rows := strings.Split(strings.TrimSuffix(drawing, "\n"), "\n")
	for y, row := range rows {
		row = strings.TrimSuffix(strings.TrimPrefix(row, "\x1b[30;107m"), "\x1b[0m")
		cells := []rune(row)
		if len(cells) != code.Size+8 {
			t.Fatalf("row %d has %d cells", y, len(cells))
		}
		for x, cell := range cells {
			upper, lower := cell == '█' || cell == '▀', cell == '█' || cell == '▄'
			if upper != code.Black(x-4, 2*y-4) || lower != code.Black(x-4, 2*y-3) {
				t.Fatalf("wrong at %d, %d", x, y)
			}
		}
	}
	if 2*len(rows) < code.Size+8 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestQRPicture(t *testing.T) {
	file := filepath.Join(t.TempDir(), "code.png")
	if err := QR(config.Config{PublicURL: "https://meet.example.org"}, QRRequest{PNG: file}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if picture, err := png.Decode(bytes.NewReader(text)); err != nil || picture.Bounds().Dx() < 400 {
		t.Errorf("%v", err)
	}
	if err := QR(config.Config{}, QRRequest{Address: strings.Repeat("x", 5000)}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Error(err)
	}
}

func TestOwnAddress(t *testing.T) {
	at := func(text string) []netip.Addr { return []netip.Addr{netip.MustParseAddr(text)} }
	for want, cfg := range map[string]config.Config{
		"https://meet.example.org": {PublicURL: "https://meet.example.org", Bind: at("127.0.0.1")},
		"http://192.0.2.7:7880":    {Bind: at("192.0.2.7"), Port: 7880},
		"https://192.0.2.9:443":    {Bind: at("0.0.0.0"), Port: 443, TLS: config.TLS{SelfSigned: true}, RTC: config.RTC{IPs: at("192.0.2.9")}},
		"set public_url":           {Bind: at("127.0.0.1")},
	} {
		got, err := ownAddress(cfg)
		if err != nil {
			got = err.Error()
		}
		if got != want && !(err != nil && strings.Contains(got, want)) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

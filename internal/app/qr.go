package app

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"

	"rsc.io/qr"

	"konklave/internal/config"
)

// QRRequest is what `konklave qr` may be told. The tags are for the command line.
type QRRequest struct {
	Address string `arg:"" optional:"" help:"Address to print, such as the link of a meeting. Default: the server's own."`
	PNG     string `name:"png" placeholder:"FILE" help:"Write a picture for printing to this file instead."`
}

// scale is how many pixels of a picture a module of the code has: enough for a sheet of paper.
const scale = 16

// QR prints an address so that cameras of telephones and tablets read it.
func QR(cfg config.Config, r QRRequest, out io.Writer) error {
	address := r.Address
	if address == "" {
		var err error
		if address, err = ownAddress(cfg); err != nil {
			return err
		}
	}
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return errors.New("the address is too long for a QR code")
	}
	if r.PNG == "" {
		_, err = fmt.Fprintf(out, "%s%s\n", inBlocks(code.Size, code.Black), address)
		return err
	}
	code.Scale = scale
	if err := os.WriteFile(r.PNG, code.PNG(), 0o644); err != nil {
		return fmt.Errorf("writing the picture: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s is in %s\n", address, r.PNG)
	return err
}

// ownAddress is where people reach a server of these settings.
func ownAddress(cfg config.Config) (string, error) {
	if cfg.PublicURL != "" {
		return cfg.PublicURL, nil
	}
	if cfg.Bind[0].IsLoopback() {
		return "", errors.New("with these settings the server would listen on this machine only: set public_url, name the file of the running server with --config, or say which address to print")
	}
	addrs := cfg.Bind
	if addrs[0].IsUnspecified() {
		var err error
		if addrs, err = announced(cfg.RTC.IPs, nil); err != nil {
			return "", err
		}
	}
	if addrs[0].IsLoopback() {
		return "", errors.New("this machine has no address that others reach: set public_url, or say which address to print")
	}
	scheme := "http"
	if cfg.TLS.Active() {
		scheme = "https"
	}
	return scheme + "://" + netip.AddrPortFrom(addrs[0], cfg.Port).String(), nil
}

// inBlocks draws two rows of a code in each line, black on white whatever colours the terminal has, with the margin that
// cameras need. ISO/IEC 18004 wants four modules.
func inBlocks(size int, black func(x, y int) bool) string {
	const (
		margin = 4
		paper  = "\x1b[30;107m" // black on white
		end    = "\x1b[0m\n"
	)
	var b strings.Builder
	for y := -margin; y < size+margin; y += 2 {
		b.WriteString(paper)
		for x := -margin; x < size+margin; x++ {
			switch upper, lower := black(x, y), black(x, y+1); {
			case upper && lower:
				b.WriteString("█")
			case upper:
				b.WriteString("▀")
			case lower:
				b.WriteString("▄")
			default:
				b.WriteString(" ")
			}
		}
		b.WriteString(end)
	}
	return b.String()
}

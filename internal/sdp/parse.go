package sdp

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Limits of what Parse takes. A browser's section is about 4 kB long in an offer and 1 kB in an answer.
const (
	MaxBytes    = 512 << 10
	MaxSections = 512

	maxLines      = 32768
	maxFormats    = 128 // of one section; there are only 128 payload types
	maxExtensions = 64  // of one section
	maxFeedback   = 16  // of one payload type
	maxSources    = 32  // of one section
	maxRIDs       = 16  // of one section
	maxToken      = 256 // bytes of a mid, rid, msid, cname, ufrag, pwd
)

// ErrLimit is in the chain of the errors about descriptions that are longer than Parse takes.
var ErrLimit = errors.New("limit exceeded")

// Parse reads a session description. It is lenient about what it does not know and strict about what it keeps.
// Errors name the line by number and the fault, never the text.
func Parse(text string) (Description, error) {
	if len(text) > MaxBytes {
		return Description{}, fmt.Errorf("parsing description: %d bytes: %w", len(text), ErrLimit)
	}
	p := parser{direction: SendRecv}
	for number := 1; text != ""; number++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if number > maxLines {
			return Description{}, fmt.Errorf("parsing description: lines: %w", ErrLimit)
		}
		line = strings.TrimSuffix(line, "\r")
		if line == "" && text == "" {
			break
		}
		if err := p.line(line, number == 1); err != nil {
			return Description{}, fmt.Errorf("parsing description: line %d: %w", number, err)
		}
	}
	if p.d.Username == "" {
		return Description{}, errors.New("parsing description: no o= line")
	}
	if err := p.endSection(); err != nil {
		return Description{}, fmt.Errorf("parsing description: last section: %w", err)
	}
	return p.d, nil
}

// parser holds what has been read so far. Session-level values serve as defaults of all sections.
type parser struct {
	d         Description
	transport Transport
	direction Direction
	section   *sectionParser // nil at session level
}

func (p *parser) line(line string, first bool) error {
	if len(line) < 2 || line[1] != '=' {
		return errors.New("not of the form x=value")
	}
	value := line[2:]
	if strings.ContainsAny(value, "\r\x00") {
		return errors.New("control character")
	}
	if first != (line[0] == 'v') {
		return errors.New("v= must be the first line and only that")
	}
	switch line[0] {
	case 'v':
		if value != "0" {
			return errors.New("unknown version of SDP")
		}
	case 'o':
		return p.origin(value)
	case 'm':
		if err := p.endSection(); err != nil {
			return fmt.Errorf("section before: %w", err)
		}
		return p.beginSection(value)
	case 'a':
		name, value, _ := strings.Cut(value, ":")
		if p.section != nil {
			return p.section.attribute(name, value)
		}
		return p.sessionAttribute(name, value)
	}
	return nil // s=, t=, c=, b= and others mean nothing here
}

// origin reads "username id version nettype addrtype address".
func (p *parser) origin(value string) error {
	fields := strings.Fields(value)
	if len(fields) != 6 || p.section != nil {
		return errors.New("o= is malformed")
	}
	if len(fields[0]) > maxToken {
		return fmt.Errorf("o=: %w", ErrLimit)
	}
	p.d.Username = fields[0]
	var err error
	if p.d.SessionID, err = strconv.ParseUint(fields[1], 10, 64); err != nil {
		return errors.New("o=: session id is not a number")
	}
	if p.d.Version, err = strconv.ParseUint(fields[2], 10, 64); err != nil {
		return errors.New("o=: version is not a number")
	}
	return nil
}

func (p *parser) sessionAttribute(name, value string) error {
	switch name {
	case "ice-lite":
		p.d.ICELite = true
	case "extmap-allow-mixed":
		p.d.AllowMixed = true
	case "group":
		fields := strings.Fields(value)
		if len(fields) == 0 || fields[0] != "BUNDLE" || p.d.Bundle != nil {
			return nil // of several groups the first is ours; other semantics mean nothing to us
		}
		if len(fields)-1 > MaxSections {
			return fmt.Errorf("group: %w", ErrLimit)
		}
		for _, mid := range fields[1:] {
			if err := checkToken("group", mid); err != nil {
				return err
			}
		}
		p.d.Bundle = fields[1:]
	case "sendrecv", "sendonly", "recvonly", "inactive":
		p.direction = parseDirection(name)
	default:
		return p.transport.attribute(name, value)
	}
	return nil
}

// attribute takes the attributes of ICE and DTLS and ignores all others.
func (t *Transport) attribute(name, value string) (err error) {
	switch name {
	case "ice-ufrag":
		t.Ufrag = value
		err = checkICE(name, value, 4)
	case "ice-pwd":
		t.Pwd = value
		err = checkICE(name, value, 22)
	case "fingerprint":
		var fingerprint string
		fingerprint, err = parseFingerprint(value)
		if fingerprint != "" {
			t.Fingerprint = fingerprint
		}
	case "setup":
		switch setup := Setup(value); setup {
		case ActPass, Active, Passive:
			t.Setup = setup
		}
	case "end-of-candidates":
		t.EndOfCandidates = true
	}
	return err
}

// checkICE checks user fragment or password (RFC 8839 section 5.4).
func checkICE(name, value string, shortest int) error {
	if len(value) < shortest || len(value) > maxToken {
		return fmt.Errorf("%s: length %d is not allowed", name, len(value))
	}
	for i := range len(value) {
		// Some clients use more of ASCII than the grammar; what would break a STUN username is refused.
		if c := value[i]; c <= ' ' || c > '~' || c == ':' {
			return fmt.Errorf("%s: character is not allowed", name)
		}
	}
	return nil
}

// parseFingerprint reads "sha-256 AB:CD:..". Other hash functions give "": a certificate may have several.
func parseFingerprint(value string) (string, error) {
	hash, digest, _ := strings.Cut(value, " ")
	if !strings.EqualFold(hash, "sha-256") {
		return "", nil
	}
	if len(digest) != 32*3-1 {
		return "", errors.New("fingerprint: length is wrong")
	}
	for i := range len(digest) {
		c := digest[i]
		isHex := '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
		if isColon := i%3 == 2; isColon && c != ':' || !isColon && !isHex {
			return "", errors.New("fingerprint: not of the form AB:CD")
		}
	}
	return "sha-256 " + strings.ToUpper(digest), nil
}

func parseDirection(name string) Direction {
	switch name {
	case "sendonly":
		return SendOnly
	case "recvonly":
		return RecvOnly
	case "inactive":
		return Inactive
	}
	return SendRecv
}

// checkToken checks an identifier that is written back into answers: visible characters only.
func checkToken(name, value string) error {
	if value == "" || len(value) > maxToken {
		return fmt.Errorf("%s: identifier of %d bytes is not allowed", name, len(value))
	}
	for i := range len(value) {
		if c := value[i]; c <= ' ' || c > '~' {
			return fmt.Errorf("%s: identifier has a character that is not allowed", name)
		}
	}
	return nil
}

// Package pii owns the types of values that must not reach a log by accident: addresses, names, tokens and what
// people write. Whatever prints them prints [redacted]; Reveal gives the value to the code that needs it.
//
// It must not store or send anything. Messages to clients are built from revealed, plain strings.
//
// Two holes remain and cannot be closed here: fmt does not call methods of unexported struct fields, so a struct
// that holds one of these types in such a field must not be printed whole; and encoding/json writes map keys of a
// string type as they are, so these types are no map keys.
package pii

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
)

// Redacted is what is printed in place of a value.
const Redacted = "[redacted]"

// Name is what a person or a meeting is called.
type Name string

// Reveal gives the name itself.
func (n Name) Reveal() string { return string(n) }

// String prints no name.
func (n Name) String() string { return Redacted }

// GoString prints no name.
func (n Name) GoString() string { return Redacted }

// Format prints no name, whatever the verb.
func (n Name) Format(f fmt.State, _ rune) { redact(f) }

// LogValue logs no name.
func (n Name) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText gives encoders no name.
func (n Name) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// Text is what a person wrote: chat, titles of things, metadata.
type Text string

// Reveal gives the text itself.
func (t Text) Reveal() string { return string(t) }

// String prints no text.
func (t Text) String() string { return Redacted }

// GoString prints no text.
func (t Text) GoString() string { return Redacted }

// Format prints no text, whatever the verb.
func (t Text) Format(f fmt.State, _ rune) { redact(f) }

// LogValue logs no text.
func (t Text) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText gives encoders no text.
func (t Text) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// Token is a secret that admits its bearer: an access token, a session secret.
type Token string

// Reveal gives the token itself.
func (t Token) Reveal() string { return string(t) }

// String prints no token.
func (t Token) String() string { return Redacted }

// GoString prints no token.
func (t Token) GoString() string { return Redacted }

// Format prints no token, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { redact(f) }

// LogValue logs no token.
func (t Token) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText gives encoders no token.
func (t Token) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

// Addr is a transport address of a person. Two addresses compare equal with == when they are the same.
type Addr struct{ addr netip.AddrPort }

// NewAddr wraps an address.
func NewAddr(a netip.AddrPort) Addr { return Addr{a} }

// Reveal gives the address itself.
func (a Addr) Reveal() netip.AddrPort { return a.addr }

// String prints no address.
func (a Addr) String() string { return Redacted }

// GoString prints no address.
func (a Addr) GoString() string { return Redacted }

// Format prints no address, whatever the verb.
func (a Addr) Format(f fmt.State, _ rune) { redact(f) }

// LogValue logs no address.
func (a Addr) LogValue() slog.Value { return slog.StringValue(Redacted) }

// MarshalText gives encoders no address.
func (a Addr) MarshalText() ([]byte, error) { return []byte(Redacted), nil }

func redact(w io.Writer) { _, _ = io.WriteString(w, Redacted) }

// Package signal turns bytes of the LiveKit client protocol into messages and back: signalling messages, the
// parameter with which clients join, and the envelope of data packets.
//
// It is pure and decides nothing: what a message means is the session's and the room's business. Every decoder takes
// bytes of strangers, holds its limits before it allocates, and is fuzzed.
package signal

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

// MaxMessage is the largest signalling message taken, bytes, after decompression.
const MaxMessage = 2 << 20

// What is wrong with bytes that are refused.
var (
	ErrTooLarge  = errors.New("message is too large")
	ErrMalformed = errors.New("message is malformed")
)

// DecodeRequest reads a binary message of a client. Members and fields that are not known here are dropped, so that
// newer clients work; a request of only such has no Message. Errors: ErrTooLarge, ErrMalformed.
func DecodeRequest(b []byte) (*lkpb.SignalRequest, error) {
	if len(b) > MaxMessage {
		return nil, fmt.Errorf("decoding request: %w", ErrTooLarge)
	}
	var r lkpb.SignalRequest
	if err := decode(b, &r); err != nil {
		return nil, fmt.Errorf("decoding request: %w", err)
	}
	return &r, nil
}

// EncodeResponse writes a binary message to a client. It fails only for text that is not UTF-8.
func EncodeResponse(r *lkpb.SignalResponse) ([]byte, error) {
	b, err := proto.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encoding response: %w", err)
	}
	return b, nil
}

// decode keeps the library's error text back: it may quote what the client sent.
func decode(b []byte, m proto.Message) error {
	if err := (proto.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(b, m); err != nil {
		return ErrMalformed
	}
	return nil
}

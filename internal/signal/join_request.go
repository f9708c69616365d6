package signal

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"konklave/internal/signal/lkpb"
)

// MaxJoinRequest is the largest join request taken, bytes, inflated.
const MaxJoinRequest = 1 << 20

// DecodeJoinRequest reads the join_request parameter: base64url (padded or not; the standard alphabet too, for
// clients that mix them up) of a WrappedJoinRequest, whose content may be compressed with gzip. Errors: ErrTooLarge
// when it inflates to more than MaxJoinRequest, ErrMalformed.
func DecodeJoinRequest(param string) (*lkpb.JoinRequest, error) {
	// The largest request, stored without compression, with some bytes around it.
	if len(param) > base64.StdEncoding.EncodedLen(MaxJoinRequest+1024) {
		return nil, fmt.Errorf("decoding join request: %w", ErrTooLarge)
	}
	raw, err := DecodeBase64(param)
	if err != nil {
		return nil, fmt.Errorf("decoding join request: %w", err)
	}
	var wrapped lkpb.WrappedJoinRequest
	if err := decode(raw, &wrapped); err != nil {
		return nil, fmt.Errorf("decoding join request: wrapping: %w", err)
	}
	content := wrapped.GetJoinRequest()
	switch wrapped.GetCompression() {
	case lkpb.WrappedJoinRequest_NONE:
	case lkpb.WrappedJoinRequest_GZIP:
		if content, err = inflate(content, MaxJoinRequest); err != nil {
			return nil, fmt.Errorf("decoding join request: gzip: %w", err)
		}
	default:
		return nil, fmt.Errorf("decoding join request: unknown compression: %w", ErrMalformed)
	}
	if len(content) > MaxJoinRequest {
		return nil, fmt.Errorf("decoding join request: %w", ErrTooLarge)
	}
	var r lkpb.JoinRequest
	if err := decode(content, &r); err != nil {
		return nil, fmt.Errorf("decoding join request: %w", err)
	}
	return &r, nil
}

// DecodeBase64 reads base64url as clients write it into parameters: padded or not, and in the standard alphabet too.
// Errors: ErrMalformed.
func DecodeBase64(text string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(urlAlphabet.Replace(strings.TrimRight(text, "=")))
	if err != nil {
		return nil, fmt.Errorf("decoding base64: %w", ErrMalformed)
	}
	return raw, nil
}

// urlAlphabet maps the standard alphabet to that of URLs. A space is a plus that a query parser took for one.
var urlAlphabet = strings.NewReplacer("+", "-", " ", "-", "/", "_")

// inflate gives the content of one gzip member that is all of b and inflates to at most limit bytes. It never holds
// more than that, whatever b claims.
func inflate(b []byte, limit int64) ([]byte, error) {
	r := bytes.NewReader(b) // a ByteReader: gzip reads no further than the member's end
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, ErrMalformed
	}
	z.Multistream(false)
	content, err := io.ReadAll(io.LimitReader(z, limit+1))
	switch {
	case err != nil:
		return nil, ErrMalformed
	case int64(len(content)) > limit:
		return nil, ErrTooLarge
	case r.Len() > 0: // bytes behind the end: two readers of them might disagree
		return nil, ErrMalformed
	}
	return content, nil
}

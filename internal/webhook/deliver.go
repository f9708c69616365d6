package webhook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"konklave/internal/token"
)

// contentType tells receivers that the body is an event and is signed.
const contentType = "application/webhook+json"

// Why an event is dropped. They name no address: the errors of the HTTP client would.
var (
	errLate    = errors.New("no answer in time")
	errRefused = errors.New("refused by the receiver")
	errClosing = errors.New("the server closes")
)

// deliver posts one event until the receiver takes it, refuses it for good, or it is too late.
func (s *Sender) deliver(receiver int, m message) error {
	body, err := protojson.Marshal(m.event)
	if err != nil {
		return fmt.Errorf("encoding the event: %w", err)
	}
	ctx, cancel := context.WithDeadline(s.ctx, m.until)
	defer cancel()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		again, err := s.attempt(ctx, receiver, body)
		if err == nil || !again {
			return err
		}
		wait := time.NewTimer(pause)
		select {
		case <-wait.C:
			s.retried.Inc()
		case <-ctx.Done():
			wait.Stop()
			if s.ctx.Err() != nil {
				return errClosing
			}
			return errLate
		}
	}
}

// attempt posts an event once. again tells whether another attempt may go better.
func (s *Sender) attempt(ctx context.Context, receiver int, body []byte) (again bool, err error) {
	select {
	case s.slots[receiver] <- struct{}{}:
		defer func() { <-s.slots[receiver] }()
	case <-ctx.Done():
		return true, errLate
	}
	signature, err := s.sign(body, time.Now())
	if err != nil {
		return false, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.URLs[receiver], bytes.NewReader(body))
	if err != nil {
		return false, errRefused // not reached: the configuration was checked
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", signature)
	response, err := s.client.Do(r)
	if err != nil {
		return true, errLate
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10) // so that the connection can be used again
	switch status := response.StatusCode; {
	case status < 300:
		return false, nil
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout:
		return true, errRefused
	default:
		return false, errRefused
	}
}

// sign makes the token that goes with a body: who has the key's secret can tell that the body is ours.
func (s *Sender) sign(body []byte, now time.Time) (string, error) {
	sum := sha256.Sum256(body)
	return token.Sign(token.Claims{
		SHA256: base64.StdEncoding.EncodeToString(sum[:]), NotBefore: now, ExpiresAt: now.Add(signatureLife),
	}, s.cfg.Key, s.cfg.Secret)
}

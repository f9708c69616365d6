package meeting

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// DecodeRequest reads one message of a client. Every error means CodeBadMessage. Unknown fields are ignored, so
// that a newer client can speak to an older server; unknown types are not, because an answer would be missing.
func DecodeRequest(data []byte) (Request, error) {
	if len(data) > MaxMessage {
		return nil, errors.New("decoding request: too long")
	}
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, decodingError(err)
	}
	switch head.Type {
	case JoinRequest{}.requestType():
		return decode[JoinRequest](data)
	case RejoinRequest{}.requestType():
		return decode[RejoinRequest](data)
	case ChatRequest{}.requestType():
		r, err := decode[ChatRequest](data)
		if err == nil {
			err = r.validate()
		}
		return r, err
	case TokenRequest{}.requestType():
		return TokenRequest{}, nil
	case PingRequest{}.requestType():
		return PingRequest{}, nil
	case LeaveRequest{}.requestType():
		return LeaveRequest{}, nil
	}
	return nil, errors.New("decoding request: unknown type")
}

func decode[R Request](data []byte) (R, error) {
	var r R
	if err := json.Unmarshal(data, &r); err != nil {
		return r, decodingError(err)
	}
	return r, nil
}

// decodingError tells what kind of error it was and no more: the texts of encoding/json quote their input, which may
// be a name or a secret.
func decodingError(err error) error { return fmt.Errorf("decoding request: %T", err) }

func (r ChatRequest) validate() error {
	if len(r.ID) == 0 || len(r.ID) > MaxChatID {
		return errors.New("decoding request: chat id empty or too long")
	}
	for i := range len(r.ID) {
		if !isIDByte(r.ID[i]) {
			return errors.New("decoding request: chat id holds other characters")
		}
	}
	if len(r.Body) == 0 || len(r.Body) > MaxChatBody {
		return errors.New("decoding request: chat body empty or too long")
	}
	return nil
}

func isIDByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// Frame is a message on its way to one client: either a message, or an event that was encoded once for everybody
// and gets its number here.
type Frame struct {
	message Message
	seq     uint64
	body    []byte // of an event, from encodeEvent
}

// NewFrame wraps a message that has no place in the sequence.
func NewFrame(m Message) Frame { return Frame{message: m} }

// Encode gives the JSON text.
func (f Frame) Encode() ([]byte, error) {
	if f.message == nil {
		out := append(make([]byte, 0, len(f.body)+32), `{"seq":`...)
		out = strconv.AppendUint(out, f.seq, 10)
		return append(append(out, ','), f.body...), nil
	}
	body, err := encodeBody(f.message)
	if err != nil {
		return nil, err
	}
	return append([]byte{'{'}, body...), nil
}

// encodeEvent encodes all of an event but its number, which differs from person to person: in a meeting of 1,000 the
// work of encoding is done once.
func encodeEvent(e Event) ([]byte, error) { return encodeBody(e) }

// encodeBody gives the JSON object of m with its type, without the opening brace.
func encodeBody(m Message) ([]byte, error) {
	fields, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", m.messageType(), err)
	}
	body := append([]byte(`"type":`), strconv.Quote(m.messageType())...)
	if len(fields) > len("{}") {
		body = append(body, ',')
	}
	return append(body, fields[1:]...), nil
}

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
	decode := decoders[head.Type]
	if decode == nil {
		return nil, errors.New("decoding request: unknown type")
	}
	return decode(data)
}

// decoders has what reads each type of message.
var decoders = decodersOf(
	decode[JoinRequest], decode[RejoinRequest], decode[TokenRequest], decode[PingRequest], decode[LeaveRequest],
	decode[AdmitRequest], decode[RefuseRequest], decode[NoticeRequest], decode[CallInRequest], decode[ToLobbyRequest], decode[MessageHostsRequest],
	decode[MuteRequest], decode[StopCameraRequest], decode[StopShareRequest], decode[AskRequest], decode[RemoveRequest],
	decode[LockRequest], decode[HoldRequest], decode[EndRequest], decode[HandOverRequest], decode[AppointRequest],
	decode[RenameRequest], decode[ChangeSettingsRequest], decode[HandRequest], decode[LowerHandRequest],
	decode[GiveFloorRequest], decode[ReactRequest], decode[CompanionRequest],
	decode[HelpStartRequest], decode[HelpStopRequest],
	decode[ChatRequest], decode[EditRequest], decode[DeleteRequest], decode[SendFileRequest], decode[GetFileRequest],
)

type decoder func([]byte) (Request, error)

func decodersOf(all ...decoder) map[string]decoder {
	byType := make(map[string]decoder, len(all))
	for _, d := range all {
		r, _ := d([]byte("{}")) // faulty, perhaps, but of its type
		byType[r.requestType()] = d
	}
	return byType
}

// checked is a request whose fields have to be looked at.
type checked interface{ validate() error }

func decode[R Request](data []byte) (Request, error) {
	var r R
	if err := json.Unmarshal(data, &r); err != nil {
		return r, decodingError(err)
	}
	if c, ok := any(r).(checked); ok {
		return r, c.validate()
	}
	return r, nil
}

// decodingError tells what kind of error it was and no more: the texts of encoding/json quote their input, which may
// be a name or a secret.
func decodingError(err error) error { return fmt.Errorf("decoding request: %T", err) }

// Frame is a message on its way to one client: either a message, or one that was encoded once for everybody, an event
// among them gets its number here.
type Frame struct {
	message Message
	seq     uint64 // of an event, else 0
	body    []byte // encoded already, from encodeEvent or encodeBody
}

// NewFrame wraps a message that has no place in the sequence.
func NewFrame(m Message) Frame { return Frame{message: m} }

// Encode gives the JSON text.
func (f Frame) Encode() ([]byte, error) {
	if f.message == nil && f.seq == 0 {
		return append([]byte{'{'}, f.body...), nil
	}
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

package roomservice

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// format is how messages are written, which the Content-Type of the call says.
type format string

const (
	formatJSON     format = "application/json"
	formatProtobuf format = "application/protobuf"
)

func formatOf(r *http.Request) (format, error) {
	if r.Method != http.MethodPost {
		return "", fault{badRoute, "only POST is answered"}
	}
	// What follows the type, such as a charset, changes nothing: JSON is UTF-8.
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch f := format(kind); f {
	case formatJSON, formatProtobuf:
		return f, nil
	}
	return "", fault{badRoute, "the Content-Type is neither application/json nor application/protobuf"}
}

// read decodes a request. Its names may be written in snake_case or in camelCase; those that are not known are ignored,
// because SDKs may be newer than the server.
func (f format) read(body io.Reader, into proto.Message) error {
	b, err := io.ReadAll(body)
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return fault{resourceExhausted, fmt.Sprintf("the request is larger than %d bytes", large.Limit)}
		}
		return fault{malformed, "the request could not be read"}
	}
	if f == formatProtobuf {
		err = proto.Unmarshal(b, into)
	} else {
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(b, into)
	}
	if err != nil {
		return fault{malformed, "the request could not be decoded"}
	}
	return nil
}

// write encodes a response. In JSON every field is there, also those with no value, as Twirp has it.
func (f format) write(w http.ResponseWriter, m proto.Message) error {
	var b []byte
	var err error
	if f == formatProtobuf {
		b, err = proto.Marshal(m)
	} else {
		b, err = protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true}.Marshal(m)
	}
	if err != nil {
		return fmt.Errorf("encoding the response: %w", err)
	}
	w.Header().Set("Content-Type", string(f))
	_, _ = w.Write(b) // who does not take its answer misses it
	return nil
}

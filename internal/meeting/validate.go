package meeting

import (
	"errors"
	"slices"

	"konklave/internal/id"
)

// What is wrong with a request. The errors quote nothing of it.
var (
	errBadID     = errors.New("decoding request: an id is empty, too long or holds other characters")
	errBadBody   = errors.New("decoding request: a body is empty or too long")
	errBadName   = errors.New("decoding request: the name of a file is empty or too long, or its size impossible")
	errBadDevice = errors.New("decoding request: no such device")
	errBadWord   = errors.New("decoding request: no such reaction")
	errBadList   = errors.New("decoding request: names nobody")
)

func (r ChatRequest) validate() error   { return errors.Join(validID(r.ID), validBody(r.Body)) }
func (r EditRequest) validate() error   { return errors.Join(validID(r.ID), validBody(r.Body)) }
func (r DeleteRequest) validate() error { return validID(r.ID) }
func (r GetFileRequest) validate() error {
	return validID(r.ID)
}
func (r NoticeRequest) validate() error {
	return errors.Join(validBody(r.Body), validList(r.IDs, r.All))
}

func (r MessageHostsRequest) validate() error {
	if len(r.Body) > MaxAsked {
		return errBadBody
	}
	return validBody(r.Body)
}

func (r SendFileRequest) validate() error {
	if len(r.Name) == 0 || len(r.Name) > MaxFileName || r.Size <= 0 {
		return errBadName
	}
	return validID(r.ID)
}

func (r AskRequest) validate() error {
	if r.Device != Microphone && r.Device != Camera && r.Device != Screen {
		return errBadDevice
	}
	return validList(r.IDs, false)
}

func (r ReactRequest) validate() error {
	if !slices.Contains(reactions, r.Reaction) {
		return errBadWord
	}
	return nil
}

func (r AdmitRequest) validate() error      { return validList(r.IDs, r.All) }
func (r RefuseRequest) validate() error     { return validList(r.IDs, false) }
func (r ToLobbyRequest) validate() error    { return validList(r.IDs, false) }
func (r MuteRequest) validate() error       { return validList(r.IDs, r.All) }
func (r StopCameraRequest) validate() error { return validList(r.IDs, r.All) }
func (r StopShareRequest) validate() error  { return validList(r.IDs, r.All) }
func (r LowerHandRequest) validate() error  { return validList(r.IDs, r.All) }

// reactions are those that there are. They are words, not pictures: the client draws them.
var reactions = []string{"thumbs_up", "clap", "heart", "laugh", "surprised", "sad", "yes", "no", "slower", "faster"}

func validList(ids []id.Identity, all bool) error {
	if len(ids) == 0 && !all {
		return errBadList
	}
	return nil
}

func validBody(body []byte) error {
	if len(body) == 0 || len(body) > MaxChatBody {
		return errBadBody
	}
	return nil
}

func validID(text string) error {
	if len(text) == 0 || len(text) > MaxChatID {
		return errBadID
	}
	for i := range len(text) {
		if !isIDByte(text[i]) {
			return errBadID
		}
	}
	return nil
}

func isIDByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

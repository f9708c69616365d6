package roomservice

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"konklave/internal/describe"
	"konklave/internal/room"
	"konklave/internal/session"
)

// code is an error code of Twirp, by which SDKs tell errors apart.
type code struct {
	name   string
	status int
}

// The codes that are used here. https://twitchtv.github.io/twirp/docs/spec_v7.html#error-codes
var (
	unauthenticated    = code{"unauthenticated", http.StatusUnauthorized}
	notFound           = code{"not_found", http.StatusNotFound}
	badRoute           = code{"bad_route", http.StatusNotFound}
	malformed          = code{"malformed", http.StatusBadRequest}
	invalidArgument    = code{"invalid_argument", http.StatusBadRequest}
	failedPrecondition = code{"failed_precondition", http.StatusPreconditionFailed}
	resourceExhausted  = code{"resource_exhausted", http.StatusTooManyRequests}
	deadlineExceeded   = code{"deadline_exceeded", http.StatusRequestTimeout}
	canceled           = code{"canceled", http.StatusRequestTimeout}
	unimplemented      = code{"unimplemented", http.StatusNotImplemented}
	unavailable        = code{"unavailable", http.StatusServiceUnavailable}
	internalError      = code{"internal", http.StatusInternalServerError}
)

// fault is an error that the caller is told.
type fault struct {
	code code
	text string
}

// Error gives the text.
func (f fault) Error() string { return f.text }

// What callers are told most.
var (
	errPermission    = fault{unauthenticated, "permissions denied"}
	errNoRoom        = fault{notFound, "requested room does not exist"}
	errNoParticipant = fault{notFound, "participant does not exist"}
	errUnknown       = fault{internalError, "internal error"} // of which the operator is told more
)

// known are the errors of other packages that callers are told of.
var known = []struct {
	is   error
	tell fault
}{
	{room.ErrUnknownParticipant, errNoParticipant},
	{room.ErrUnknownTrack, fault{notFound, "track does not exist"}},
	{room.ErrRoomClosed, errNoRoom},
	{session.ErrTooManyCalls, fault{resourceExhausted, session.ErrTooManyCalls.Error()}},
	{room.ErrTooManyRooms, fault{resourceExhausted, room.ErrTooManyRooms.Error()}},
	{room.ErrDraining, fault{unavailable, room.ErrDraining.Error()}},
	{room.ErrNameTooLong, fault{invalidArgument, "name is too long"}},
	{room.ErrMetadataTooLarge, fault{invalidArgument, "metadata or attributes are too large"}},
	{describe.ErrEgress, fault{unimplemented, describe.ErrEgress.Error()}},
	{describe.ErrAgents, fault{unimplemented, describe.ErrAgents.Error()}},
	{describe.ErrReplay, fault{unimplemented, describe.ErrReplay.Error()}},
	{describe.ErrPreset, fault{invalidArgument, describe.ErrPreset.Error()}},
	{describe.ErrTooLarge, fault{invalidArgument, describe.ErrTooLarge.Error()}},
	{context.DeadlineExceeded, fault{deadlineExceeded, "the server did not answer in time"}},
	{context.Canceled, fault{deadlineExceeded, "the request was given up"}},
}

// faultOf gives what a caller is told of an error. Of one that is not known it learns nothing.
func faultOf(err error) fault {
	var f fault
	if errors.As(err, &f) {
		return f
	}
	for _, k := range known {
		if errors.Is(err, k.is) {
			return k.tell
		}
	}
	return errUnknown
}

// refuse writes an error. It is JSON, whatever the format of the call.
func (s *Service) refuse(w http.ResponseWriter, err error) {
	f := faultOf(err)
	if f == errUnknown {
		s.cfg.Log.Error("call of the server API failed", "err", err)
	}
	body, _ := json.Marshal(map[string]string{"code": f.code.name, "msg": f.text}) // strings always have a form
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.code.status)
	_, _ = w.Write(body)
}

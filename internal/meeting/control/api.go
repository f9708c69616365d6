package control

import (
	"encoding/json"
	"errors"
	"net/http"

	"konklave/internal/meeting"
)

// statuses is the one place where codes become HTTP statuses. A code that is missing here is never the answer to
// an HTTP request.
var statuses = map[meeting.Code]int{
	meeting.CodeShuttingDown: http.StatusServiceUnavailable,
	meeting.CodeForbidden:    http.StatusForbidden,
	meeting.CodeTokenUnknown: http.StatusNotFound,
	meeting.CodeFileTooLarge: http.StatusRequestEntityTooLarge,
	meeting.CodeInternal:     http.StatusInternalServerError,
}

func codeOf(err error) meeting.Code {
	var failure meeting.Failure
	switch {
	case errors.As(err, &failure):
		return failure.Code
	case errors.Is(err, meeting.ErrClosed):
		return meeting.CodeShuttingDown
	}
	return meeting.CodeInternal
}

func refuse(w http.ResponseWriter, code meeting.Code) {
	status, ok := statuses[code]
	if !ok {
		status = http.StatusInternalServerError
	}
	answer(w, status, meeting.Problem{Code: code, Message: code.Message()})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only when the client is gone
}

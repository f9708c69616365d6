package control

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
)

// maxBody is the most that a request body may have, in bytes.
const maxBody = 4 << 10

// statuses is the one place where codes become HTTP statuses. A code that is missing here is never the answer to
// an HTTP request.
var statuses = map[meeting.Code]int{
	meeting.CodeMeetingUnknown: http.StatusNotFound,
	meeting.CodeTitleInvalid:   http.StatusBadRequest,
	meeting.CodeTooMany:        http.StatusServiceUnavailable,
	meeting.CodeBadMessage:     http.StatusBadRequest,
	meeting.CodeRateLimited:    http.StatusTooManyRequests,
	meeting.CodeShuttingDown:   http.StatusServiceUnavailable,
	meeting.CodeDraining:       http.StatusServiceUnavailable,
	meeting.CodeForbidden:      http.StatusForbidden,
	meeting.CodeTokenUnknown:   http.StatusNotFound,
	meeting.CodeFileTooLarge:   http.StatusRequestEntityTooLarge,
	meeting.CodeInternal:       http.StatusInternalServerError,
}

func (h *Handler) createMeeting(w http.ResponseWriter, r *http.Request) {
	if !h.sources.Allow(r.RemoteAddr, time.Now()) || !h.create.Allow() {
		w.Header().Set("Retry-After", "1")
		refuse(w, meeting.CodeRateLimited)
		return
	}
	var body meeting.NewMeeting
	if !readJSON(w, r, &body) {
		refuse(w, meeting.CodeBadMessage)
		return
	}
	if draining, err := h.Service.Draining(r.Context()); err != nil || draining {
		refuse(w, drainingCode(err))
		return
	}
	link, host, err := h.Founder.Create(body.Title, time.Now())
	if err != nil {
		refuse(w, codeOf(err))
		return
	}
	answer(w, http.StatusCreated, meeting.Created{Link: link, Host: host.Reveal()})
}

func drainingCode(err error) meeting.Code {
	if err != nil {
		return codeOf(err)
	}
	return meeting.CodeDraining
}

func (h *Handler) showMeeting(w http.ResponseWriter, r *http.Request) {
	d, err := h.Founder.Find(id.LinkID(r.PathValue("link")))
	if err != nil {
		refuse(w, codeOf(err))
		return
	}
	now, err := h.Service.Presence(r.Context(), d.ID)
	if err != nil {
		refuse(w, codeOf(err))
		return
	}
	answer(w, http.StatusOK, meeting.Overview{Title: d.Title.Reveal(), Running: now.People > 0, People: now.People})
}

func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	// A form of another site cannot have this type, so this also stops browsers too old for Sec-Fetch-Site.
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return false
	}
	return json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(into) == nil
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

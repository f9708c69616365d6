package control

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"konklave/internal/meeting"
	"konklave/internal/meeting/files"
	"konklave/internal/pii"
)

// uploadTime is how long the bytes of a file may take to come.
const uploadTime = 4 * time.Minute

// takeFile takes the bytes of a file that somebody was allowed to send. The token admits, not who sends them.
func (h *Handler) takeFile(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(uploadTime)) // where it cannot be set, the server's holds
	of, key, err := h.Files.Take(pii.Token(r.PathValue("token")), r.Body)
	switch {
	case errors.Is(err, files.ErrUnknown):
		refuse(w, meeting.CodeTokenUnknown)
		return
	case errors.Is(err, files.ErrSize):
		refuse(w, meeting.CodeFileTooLarge)
		return
	case err != nil: // the connection broke, or the disk is full
		h.Log.Warn("a file did not come")
		refuse(w, meeting.CodeInternal)
		return
	}
	if err := h.Service.Uploaded(r.Context(), of, key); err != nil {
		refuse(w, codeOf(err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// giveFile gives the bytes of a file that somebody was allowed to get. Whatever they are, no browser takes them for a page.
func (h *Handler) giveFile(w http.ResponseWriter, r *http.Request) {
	bytes, size, err := h.Files.Give(pii.Token(r.PathValue("token")))
	if err != nil {
		refuse(w, meeting.CodeTokenUnknown)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "application/octet-stream")
	head.Set("Content-Length", strconv.FormatInt(size, 10))
	head.Set("Content-Disposition", "attachment")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	_, _ = io.Copy(w, bytes) // fails when the client is gone, or the meeting over
}

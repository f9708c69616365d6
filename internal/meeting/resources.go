package meeting

import "konklave/internal/id"

// The bodies of the HTTP API, JSON.

// NewMeeting is the body of POST /api/meetings.
type NewMeeting struct {
	Title string `json:"title"` // 1 to 120 characters after trimming, no control characters
}

// Created answers POST /api/meetings with 201.
type Created struct {
	Link id.LinkID `json:"link"` // the page of the meeting is /m/{link}
	Host string    `json:"host"` // whoever brings it with join is the owner
}

// Overview answers GET /api/meetings/{link} with 200.
type Overview struct {
	Title   string `json:"title"`
	Running bool   `json:"running"` // somebody is in
	People  int    `json:"people"`
}

// Problem is the body of every refusal.
type Problem struct {
	Code    Code   `json:"code"`
	Message string `json:"message"` // for developers
}

package control

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"konklave/internal/meeting"
)

func TestMakeAndShowMeeting(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		if len(link) != 22 {
			t.Errorf("link of %d characters", len(link))
		}
		status, body := s.request("GET", "/api/meetings/"+link, "")
		if status != http.StatusOK || body["title"] != "Planted Title" || body["running"] != false || body["people"] != 0.0 || len(body) != 3 {
			t.Errorf("%d %v", status, body)
		}
		time.Sleep(26 * time.Hour) // hours are kept, and looked at every hour
		if status, body := s.request("GET", "/api/meetings/"+link, ""); status != http.StatusNotFound || body["code"] != string(meeting.CodeMeetingUnknown) {
			t.Errorf("after a day: %d %v", status, body)
		}
		s.media.expect(t)
	})
}

func TestRefusedRequests(t *testing.T) {
	tests := []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		code                     meeting.Code
	}{
		{"unknown link", "GET", "/api/meetings/AAAAAAAAAAAAAAAAAAAAAA", "", nil, 404, meeting.CodeMeetingUnknown},
		{"no title", "POST", "/api/meetings", `{}`, nil, 400, meeting.CodeTitleInvalid},
		{"long title", "POST", "/api/meetings", `{"title":"` + strings.Repeat("a", 121) + `"}`, nil, 400, meeting.CodeTitleInvalid},
		{"no JSON", "POST", "/api/meetings", `title=x`, nil, 400, meeting.CodeBadMessage},
		{"long body", "POST", "/api/meetings", `{"title":"` + strings.Repeat("a", maxBody) + `"}`, nil, 400, meeting.CodeBadMessage},
		{"form", "POST", "/api/meetings", `{"title":"x"}`, []string{"Content-Type", "text/plain"}, 400, meeting.CodeBadMessage},
		{"other site", "POST", "/api/meetings", `{"title":"x"}`, []string{"Sec-Fetch-Site", "cross-site"}, 403, meeting.CodeForbidden},
		{"other origin", "POST", "/api/meetings", `{"title":"x"}`, []string{"Origin", "https://elsewhere.test"}, 403, meeting.CodeForbidden},
	}
	onStage(t, func(s *stage) {
		for _, test := range tests {
			status, body := s.request(test.method, test.path, test.body, test.headers...)
			if status != test.status || body["code"] != string(test.code) || body["message"] == "" {
				t.Errorf("%s: %d %v", test.name, status, body)
			}
		}
	})
}

func TestMakingMeetingsIsLimited(t *testing.T) {
	onStage(t, func(s *stage) {
		for range createBurst {
			s.meeting()
		}
		if status, body := s.request("POST", "/api/meetings", `{"title":"x"}`); status != http.StatusTooManyRequests || body["code"] != string(meeting.CodeRateLimited) {
			t.Errorf("%d %v", status, body)
		}
		time.Sleep(time.Second)
		s.meeting()
	})
}

package call

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"konklave/internal/testkit"
)

var demoLine = regexp.MustCompile(`/enter#(\S+)`)

// signIn signs in as the demonstration host of a server, and gives the site as that one's browser reaches it.
func signIn(t *testing.T, ctx context.Context, s *server) testkit.Site {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	site := testkit.Site{URL: s.url, Client: &http.Client{Jar: jar}}
	found := demoLine.FindStringSubmatch(s.output.String())
	for ; found == nil; found = demoLine.FindStringSubmatch(s.output.String()) { // said a moment after the server is ready
		if ctx.Err() != nil {
			t.Fatalf("no demonstration host:\n%s", s.output)
		}
		time.Sleep(10 * time.Millisecond)
	}
	code, _ := json.Marshal(map[string]string{"code": found[1]})
	if status, body := ask(t, ctx, site.Client, http.MethodPost, s.url+"/api/links/demo", code); status != http.StatusOK {
		t.Fatalf("signing in: %d %s", status, body)
	}
	return site
}

// ask asks by HTTP, and gives the status and the body.
func ask(t *testing.T, ctx context.Context, client *http.Client, method, url string, body []byte) (int, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, text
}

// share is a file on its way through a meeting.
type share struct {
	t   *testing.T
	ctx context.Context
	url string
}

// announce asks to send a file, and gives where its bytes go, or the code of the refusal.
func (f share) announce(from *testkit.Visitor, ref string, size int) (url, code string) {
	f.t.Helper()
	send(f.t, from, map[string]any{"type": "send_file", "id": ref, "name": []byte("Plan <b>A</b>.pdf"), "size": size})
	return f.answer(from, "upload")
}

// wish asks for the file, and gives where its bytes are, or the code of the refusal.
func (f share) wish(by, from *testkit.Visitor, ref string) (url, code string) {
	f.t.Helper()
	send(f.t, by, map[string]any{"type": "get_file", "id": ref, "from": from.ID})
	return f.answer(by, "download")
}

func (f share) answer(to *testkit.Visitor, kind string) (url, code string) {
	f.t.Helper()
	m, err := to.Wait(f.ctx, kind, "error")
	if err != nil {
		f.t.Fatal(err)
	}
	if m.Type == "error" {
		return "", m.Code
	}
	return f.url + "/api/files/" + m.Token, ""
}

func (f share) wants(what string, got, want any) {
	f.t.Helper()
	if got != want {
		f.t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestFilesOfAMeeting sends a file through a meeting by HTTP: who is in gets the same bytes, who waits or was put out nothing, and
// it is gone when the meeting ends.
func TestFilesOfAMeeting(t *testing.T) {
	ctx, s := deadline(t), start(t, "KONKLAVE_DEMO=true")
	site, f := signIn(t, ctx, s), share{t, ctx, s.url}
	status, body := ask(t, ctx, site.Client, http.MethodPost, s.url+"/api/meetings", []byte(`{"title":"Planted Title","level":"internal"}`))
	var made struct{ Meeting struct{ Link string } }
	if err := json.Unmarshal(body, &made); err != nil || made.Meeting.Link == "" {
		t.Fatalf("%d %s", status, body)
	}
	guest := func(name string) map[string]string {
		return map[string]string{"link": made.Meeting.Link, "name": name}
	}
	host, err := site.Visit(ctx, made.Meeting.Link, "Host")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(host.Close)
	changeSettings(t, ctx, host, map[string]any{"fileSize": 1})
	people := map[string]*testkit.Visitor{}
	for _, name := range []string{"Ann", "Ben", "Rex"} {
		people[name] = knock(t, ctx, s, guest(name), "lobby")
		send(t, host, map[string]any{"type": "admit", "all": true})
		if err := people[name].Admitted(ctx); err != nil {
			t.Fatal(err)
		}
	}
	ann, ben, rex := people["Ann"], people["Ben"], people["Rex"]
	wen := knock(t, ctx, s, guest("Wen"), "lobby")
	bytesOf := make([]byte, 900_001)
	_, _ = rand.Read(bytesOf)
	stranger := http.DefaultClient

	url, _ := f.announce(ann, "plan", len(bytesOf))
	if _, code := f.wish(ben, ann, "plan"); code != "message_unknown" {
		t.Errorf("before its bytes are there: %q", code)
	}
	status, _ = ask(t, ctx, stranger, http.MethodPost, url, bytesOf)
	f.wants("the upload", status, http.StatusNoContent)
	status, _ = ask(t, ctx, stranger, http.MethodPost, url, bytesOf)
	f.wants("another by the same token", status, http.StatusNotFound)
	for _, v := range []*testkit.Visitor{ann, ben, rex, host} {
		if _, err := v.Wait(ctx, "file"); err != nil {
			t.Fatal(err)
		}
	}
	url, _ = f.wish(ben, ann, "plan")
	status, got := ask(t, ctx, stranger, http.MethodGet, url, nil)
	if status != http.StatusOK || !bytes.Equal(got, bytesOf) {
		t.Errorf("the download: %d, %d bytes", status, len(got))
	}

	_, code := f.wish(wen, ann, "plan")
	f.wants("who waits asks for it", code, "not_allowed")
	_, code = f.announce(wen, "virus", 5)
	f.wants("who waits sends one", code, "not_allowed")
	_, code = f.announce(ben, "large", 1<<20+1)
	f.wants("too large", code, "file_too_large")
	url, _ = f.announce(ben, "longer", 5)
	status, _ = ask(t, ctx, stranger, http.MethodPost, url, []byte("longer than said"))
	f.wants("larger than announced", status, http.StatusRequestEntityTooLarge)

	late, _ := f.announce(rex, "late", 4)
	before, _ := f.wish(rex, ann, "plan")
	send(t, host, map[string]any{"type": "remove", "id": rex.ID})
	if m, err := rex.Wait(ctx, "closing"); err != nil || m.Code != "removed" {
		t.Fatalf("%+v, %v", m, err)
	}
	status, _ = ask(t, ctx, stranger, http.MethodPost, late, []byte("late"))
	f.wants("who was put out sends what was allowed before", status, http.StatusNotFound)
	status, _ = ask(t, ctx, stranger, http.MethodGet, before, nil)
	f.wants("who was put out gets what was allowed before", status, http.StatusNotFound)
	again := knock(t, ctx, s, guest("Rex"), "lobby")
	_, code = f.wish(again, ann, "plan")
	f.wants("who was put out and waits asks for it", code, "not_allowed")

	url, _ = f.wish(ben, ann, "plan")
	send(t, host, map[string]any{"type": "end"})
	if m, err := ben.Wait(ctx, "closing"); err != nil || m.Code != "ended" {
		t.Fatalf("%+v, %v", m, err)
	}
	status, _ = ask(t, ctx, stranger, http.MethodGet, url, nil)
	f.wants("when the meeting is over", status, http.StatusNotFound)
	if held := filesHeld(t); len(held) > 0 {
		t.Errorf("still open: %q", held)
	}
}

// filesHeld lists files of meetings that this process, which is the server, still has open: they have no name.
func filesHeld(t *testing.T) (held []string) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		if name, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.Contains(name, "/.file-") {
			held = append(held, name)
		}
	}
	return held
}

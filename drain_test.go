package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// running is konklave as a process that serves.
type running struct {
	t     *testing.T
	c     *exec.Cmd
	page  string
	dir   string
	ended chan error
	log   bytes.Buffer // complete once it has ended
}

// serve starts one with a data directory of its own, and waits until it is ready.
func serve(t *testing.T, env []string, args ...string) *running {
	t.Helper()
	r := &running{t: t, dir: filepath.Join(t.TempDir(), "data"), ended: make(chan error, 1)}
	r.c = program(t, append([]string{"--dev", "--open-hosting", "--port", "0", "--rtc-udp-port", "0", "--rtc-tcp-port", "0", "--metrics-bind", "127.0.0.1:0", "--data-dir", r.dir}, args...)...)
	r.c.Env = append(r.c.Env, env...)
	r.c.Stderr = &r.log
	out, err := r.c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.c.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, page, ok := strings.Cut(lines.Text(), "is ready: "); ok {
				ready <- page
			}
		}
		r.ended <- r.c.Wait()
	}()
	select {
	case r.page = <-ready:
	case err := <-r.ended:
		t.Fatalf("did not start: %v\n%s", err, &r.log)
	}
	return r
}

// waits for the end, which must be in order and not take long.
func (r *running) ends(within time.Duration) {
	r.t.Helper()
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Errorf("ended with %v\n%s", err, &r.log)
		}
	case <-time.After(within):
		r.t.Errorf("still runs after %v", within)
		_ = r.c.Process.Kill()
		<-r.ended
	}
}

func (r *running) stillRuns() {
	r.t.Helper()
	select {
	case err := <-r.ended:
		r.t.Fatalf("ended: %v\n%s", err, &r.log)
	case <-time.After(1500 * time.Millisecond): // more than a look whether somebody is left
	}
}

func (r *running) signal(s syscall.Signal) {
	r.t.Helper()
	if err := r.c.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
}

// drain is konklave drain for this server.
func (r *running) drain(args ...string) (stdout, stderr string, code int) {
	return output(program(r.t, append([]string{"drain", "--data-dir", r.dir}, args...)...))
}

func (r *running) get(method, path, body string) (int, string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.page+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// meeting makes one and gives its link.
func (r *running) meeting() string {
	r.t.Helper()
	code, text := r.get("POST", "/api/meetings", `{"title":"Board"}`)
	var made struct{ Link string }
	if err := json.Unmarshal([]byte(text), &made); err != nil || code != http.StatusCreated {
		r.t.Fatalf("%d %s", code, text)
	}
	return made.Link
}

// join says that somebody wants into a meeting and gives the connection.
func (r *running) join(link string) *guest {
	r.t.Helper()
	socket, _, err := websocket.Dial(r.t.Context(), "ws"+strings.TrimPrefix(r.page, "http")+"/control", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = socket.CloseNow() })
	g := &guest{r.t, socket}
	g.say(fmt.Sprintf(`{"type":"join","link":%q,"name":"Ann"}`, link))
	return g
}

// guest is a control connection.
type guest struct {
	t      *testing.T
	socket *websocket.Conn
}

func (g *guest) say(text string) {
	g.t.Helper()
	if err := g.socket.Write(g.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		g.t.Fatal(err)
	}
}

// hears reads until a message of the type comes.
func (g *guest) hears(kind string) map[string]any {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(g.t.Context(), 10*time.Second)
	defer cancel()
	for {
		_, text, err := g.socket.Read(ctx)
		if err != nil {
			g.t.Fatalf("waiting for %s: %v", kind, err)
		}
		var m map[string]any
		if err := json.Unmarshal(text, &m); err != nil {
			g.t.Fatal(err)
		}
		if m["type"] == kind {
			return m
		}
	}
}

func TestDrain(t *testing.T) {
	t.Parallel()
	r := serve(t, nil)
	link, other := r.meeting(), r.meeting()
	ann := r.join(link)
	ann.hears("welcome")

	stdout, stderr, code := r.drain("--within", "1h")
	if code != 0 || !strings.Contains(stdout, "1 person in 1 room still there, until ") {
		t.Fatalf("%d %s%s", code, stdout, stderr)
	}
	if m := ann.hears("maintenance"); m["active"] != true || m["until"] == nil {
		t.Errorf("who is in was told %v", m)
	}
	for _, tt := range []struct {
		method, path, body string
		code               int
		text               string
	}{
		{"GET", "/healthz", "", 200, "ok"},
		{"GET", "/readyz", "", 503, "draining"},
		{"POST", "/api/meetings", `{"title":"Choir"}`, 503, `"code":"draining"`},
		{"GET", "/api/links/" + link, "", 200, `"people":1`},
		{"GET", "/rtc/validate?access_token=" + r.token("hall"), "", 503, "maintenance"},
		{"GET", "/rtc?access_token=" + r.token("hall"), "", 503, "maintenance"},
	} {
		if code, text := r.get(tt.method, tt.path, tt.body); code != tt.code || !strings.Contains(text, tt.text) {
			t.Errorf("%s %.20s: %d %s", tt.method, tt.path, code, text)
		}
	}
	if m := r.join(other).hears("error"); m["code"] != "draining" {
		t.Errorf("a meeting that does not run was started: %v", m)
	}
	r.join(link).hears("maintenance")

	if stdout, _, code := r.drain("--status", "--json"); code != 0 || !strings.HasPrefix(stdout, `{"state":"draining","people":2,"rooms":1,"since":"`) {
		t.Errorf("status: %d %s", code, stdout)
	}
	if stdout, stderr, code := r.drain("--cancel"); code != 0 || stdout != "Serving: 2 people in 1 room.\n" {
		t.Errorf("cancel: %d %s%s", code, stdout, stderr)
	}
	if m := ann.hears("maintenance"); m["active"] != false {
		t.Errorf("who is in was told %v", m)
	}
	if code, text := r.get("GET", "/readyz", ""); code != 200 {
		t.Errorf("not ready again: %d %s", code, text)
	}
	bela := r.join(r.meeting())
	bela.hears("welcome")
	bela.say(`{"type":"leave"}`)
	r.signal(syscall.SIGTERM) // without drain_timeout: at once, whoever is there
	r.ends(5 * time.Second)
	ann.hears("closing")
}

func (r *running) token(room string) string {
	r.t.Helper()
	stdout, stderr, code := output(program(r.t, "token", "create", "--dev", "--identity", "ada", "--room", room))
	if code != 0 {
		r.t.Fatal(stderr)
	}
	return strings.TrimSpace(stdout)
}

func TestDrainWaitsForTheLast(t *testing.T) {
	t.Parallel()
	r := serve(t, nil)
	ann := r.join(r.meeting())
	ann.hears("welcome")
	// wait begins to wait, and gives how that goes on: what is printed and whether it ends well.
	wait := func() (c *exec.Cmd, end func() (string, error)) {
		t.Helper()
		c = program(t, "drain", "--data-dir", r.dir, "--wait")
		var complaints bytes.Buffer
		c.Stderr = &complaints
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		first, err := lines.ReadString('\n')
		if err != nil || !strings.HasPrefix(first, "Draining: 1 person in 1 room still there.") {
			t.Fatalf("%q, %v, %s", first, err, &complaints)
		}
		return c, func() (string, error) {
			rest, _ := io.ReadAll(lines)
			err := c.Wait()
			return string(rest) + complaints.String(), err
		}
	}
	waiting, end := wait()
	ann.hears("maintenance")
	r.stillRuns()
	if err := waiting.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if text, err := end(); err == nil || !strings.Contains(text, "the server goes on draining") {
		t.Errorf("interrupted: %v, %q", err, text)
	}
	_, end = wait()
	if _, stderr, code := r.drain("--cancel"); code != 0 {
		t.Errorf("cancel: %d %s", code, stderr)
	}
	if text, err := end(); err == nil || !strings.Contains(text, "somebody took it back") {
		t.Errorf("taken back: %v, %q", err, text)
	}
	_, end = wait()
	ann.say(`{"type":"leave"}`)
	r.ends(5 * time.Second)
	if text, err := end(); err != nil || !strings.HasSuffix(text, "The server has ended.\n") {
		t.Errorf("%v, %q", err, text)
	}
	if _, stderr, code := r.drain(); code != 1 || !strings.Contains(stderr, "no server runs with the data directory "+r.dir) {
		t.Errorf("of a server that has ended: %d %s", code, stderr)
	}
}

// TestSIGTERMDrains is what systemctl stop does. The service manager is a socket of the test.
func TestSIGTERMDrains(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	told := make(chan string, 1000)
	go func() {
		for buffer := make([]byte, 512); ; {
			n, err := manager.Read(buffer)
			if err != nil {
				return
			}
			told <- string(buffer[:n])
		}
	}()
	hears := func(want string) {
		t.Helper()
		for late := time.After(10 * time.Second); ; {
			select {
			case text := <-told:
				if strings.Contains(text, want) {
					return
				}
			case <-late:
				t.Fatalf("the service manager never heard %q", want)
			}
		}
	}

	r := serve(t, []string{"NOTIFY_SOCKET=" + name, "WATCHDOG_USEC=600000"}, "--drain-timeout", "1h")
	hears("READY=1")
	hears("WATCHDOG=1")
	ann := r.join(r.meeting())
	ann.hears("welcome")
	r.signal(syscall.SIGTERM)
	if m := ann.hears("maintenance"); m["until"] == nil {
		t.Errorf("who is in was told %v", m)
	}
	hears("STATUS=Draining: 1 person in 1 room still there, until ")
	hears("STOPPING=1\nEXTEND_TIMEOUT_USEC=30000000")
	hears("WATCHDOG=1")
	if _, stderr, code := r.drain("--cancel"); code != 1 || !strings.Contains(stderr, "cannot be taken back") {
		t.Errorf("a signal was taken back: %d %s", code, stderr)
	}
	r.stillRuns()
	r.signal(syscall.SIGTERM)
	r.ends(5 * time.Second)
	hears("EXTEND_TIMEOUT_USEC=15000000")
}

func TestSIGTERMDrainsNoLongerThanItMay(t *testing.T) {
	t.Parallel()
	r := serve(t, nil, "--drain-timeout", "2s")
	ann := r.join(r.meeting())
	ann.hears("welcome")
	r.signal(syscall.SIGTERM)
	ann.hears("maintenance")
	r.stillRuns()
	if m := ann.hears("closing"); m["code"] != "shutting_down" {
		t.Errorf("who was in was told %v", m)
	}
	r.ends(5 * time.Second)

	// Without anybody there is nothing to wait for; an interrupt waits for nobody.
	empty := serve(t, nil, "--drain-timeout", "1h")
	empty.signal(syscall.SIGTERM)
	empty.ends(5 * time.Second)
	busy := serve(t, nil, "--drain-timeout", "1h")
	bob := busy.join(busy.meeting())
	bob.hears("welcome")
	busy.signal(syscall.SIGINT)
	busy.ends(5 * time.Second)
}

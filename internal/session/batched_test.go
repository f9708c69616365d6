package session

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// writes is a connection that keeps what is written to it, call by call.
type writes struct {
	net.Conn
	calls [][]byte
	err   error
}

func (w *writes) Write(b []byte) (int, error) {
	w.calls = append(w.calls, bytes.Clone(b))
	return len(b), w.err
}

func TestBatchedWritesAtOnceWhatIsHeld(t *testing.T) {
	below := &writes{}
	c := &batched{Conn: below}
	large := bytes.Repeat([]byte{7}, batchBytes+1)
	write := func(b []byte) {
		t.Helper()
		if n, err := c.Write(b); n != len(b) || err != nil {
			t.Fatal(n, err)
		}
	}
	write([]byte("a"))
	c.hold()
	write([]byte("b"))
	write([]byte("c"))
	if len(below.calls) != 1 {
		t.Errorf("%d calls while it holds", len(below.calls))
	}
	write(large) // passes, after what is held
	write([]byte("d"))
	if err := c.release(); err != nil {
		t.Fatal(err)
	}
	write([]byte("e"))
	if got, want := below.calls, [][]byte{[]byte("a"), []byte("bc"), large, []byte("d"), []byte("e")}; len(got) != len(want) {
		t.Errorf("%d calls", len(got))
	} else {
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				t.Errorf("call %d: %d bytes", i, len(got[i]))
			}
		}
	}
	below.err = errors.New("broken")
	c.hold()
	write([]byte("f"))
	if err := c.release(); err != below.err {
		t.Errorf("released with %v", err)
	}
}

// A client may send its first messages along with the request for a WebSocket. Nothing of them may be lost when the
// connection changes hands, whatever the size of buffers.
func TestUpgradeKeepsWhatCameWithTheRequest(t *testing.T) {
	got, first := make(chan string, 1), strings.Repeat("message ", 200)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := accept(w, r)
		if err != nil {
			t.Error(err)
			return
		}
		_, b, err := conn.Read(r.Context())
		if err != nil {
			t.Error(err)
		}
		got <- string(b)
		_ = conn.CloseNow()
	}))
	t.Cleanup(server.Close)
	client, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	request, err := http.NewRequest(http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key": {base64.StdEncoding.EncodeToString(make([]byte, 16))},
	}
	var all bytes.Buffer
	if err := request.Write(&all); err != nil {
		t.Fatal(err)
	}
	all.Write([]byte{0x82, 0xfe, byte(len(first) >> 8), byte(len(first)), 0, 0, 0, 0}) // binary, masked by zeros
	all.WriteString(first)
	if _, err := client.Write(all.Bytes()); err != nil {
		t.Fatal(err)
	}
	if b := <-got; b != first {
		t.Errorf("%d bytes of %d", len(b), len(first))
	}
	if answer, err := http.ReadResponse(bufio.NewReader(client), request); err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		t.Errorf("%v %v", answer, err)
	}
}

func TestWorkersAreUsedAgainAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, done := newWorkers(), new(atomic.Int64)
		job := func() { done.Add(1) }
		idle := func(want int) {
			t.Helper()
			synctest.Wait()
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.waiting != want || len(w.jobs) > 0 {
				t.Errorf("%d wait for more, %d jobs are left", w.waiting, len(w.jobs))
			}
		}
		w.do(job)
		idle(1)
		blocked := make(chan struct{})
		for range 3 * workersIdle { // each needs a worker of its own, as it does not end
			w.do(func() { <-blocked })
			w.do(job)
		}
		synctest.Wait()
		if want, done := int64(1+3*workersIdle), done.Load(); done != want {
			t.Errorf("%d jobs done beside those that wait, want %d", done, want)
		}
		close(blocked)
		idle(workersIdle)
		for range 10 {
			w.do(job)
		}
		idle(workersIdle)
		if want, done := int64(11+3*workersIdle), done.Load(); done != want {
			t.Errorf("%d jobs done, want %d", done, want)
		}
		time.Sleep(2 * workersWait)
		idle(0)
	})
}

func TestInboxLetsPassOnlyWhatIsNotAheadOfOthers(t *testing.T) {
	b, out := newInbox(), &socket{writing: true} // so that nobody writes what is queued
	passes := func(want bool, when string) {
		t.Helper()
		if b.pass([]byte{1}) != want {
			t.Errorf("%s: passed is %v", when, !want)
		}
	}
	passes(false, "before the first turn")
	b.rest(out)
	passes(true, "at rest")
	b.put(func() {})
	passes(false, "behind a job")
	if n := len(b.work()); n != 1 {
		t.Errorf("%d jobs", n)
	}
	passes(false, "during a turn")
	b.rest(nil)
	passes(false, "without a socket")
	b.rest(out)
	b.close()
	passes(false, "after the end")
	if len(out.queue) != 1 {
		t.Errorf("%d messages", len(out.queue))
	}
}

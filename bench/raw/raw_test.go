package raw

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"konklave/bench/load"
)

// Two publishers and two who only watch: each gets all of the others, unchanged.
func TestEverybodyGetsEverythingOfOthers(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	serving, stop := context.WithCancel(ctx)
	go func() { ended <- Serve(serving, in) }()
	text := make([]byte, 100)
	n, err := out.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	_, at, _ := strings.Cut(string(text[:n]), "http://localhost:")
	port, _, _ := strings.Cut(at, "\n")

	reader, err := load.NewReader(true)
	if err != nil {
		t.Fatal(err)
	}
	var clients []*load.Client
	begin := time.Now()
	for i := range 4 {
		c, err := load.Join(ctx, load.Options{URL: "ws://127.0.0.1:" + port, Token: "any", Number: i, Subscribe: true, Audio: i < 2, Video: i < 2,
			Check: true, Begin: begin, Reader: reader})
		if err != nil {
			t.Fatal(err)
		}
		clients = append(clients, c)
	}
	for i, c := range clients {
		if err := reader.Poll(i%2 == 1); err != nil { // it must go on reading in either way
			t.Fatal(err)
		}
		want := 4
		if i < 2 {
			want = 2
		}
		for {
			enough := len(c.Received()) == want
			for _, n := range c.Received() {
				enough = enough && n >= uint64(10*(i+1))
			}
			if enough {
				break
			}
			if err := c.Err(); err != nil || ctx.Err() != nil {
				t.Fatalf("client %d got %v: %v", i, c.Received(), err)
			}
			time.Sleep(5 * time.Millisecond)
		}
		if c.Counts().Checked == 0 {
			t.Errorf("client %d looked at no payload", i)
		}
		for o := range c.Received() {
			if o.Number == i {
				t.Errorf("client %d got its own %+v", i, o)
			}
		}
	}
	for _, c := range clients {
		c.Close()
	}
	reader.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

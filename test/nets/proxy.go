package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// serveProxy is a proxy as companies have them: CONNECT only (RFC 9110 section 9.3.6), to port 443 only, and connections over
// which nothing passed for so long are ended. It says when it listens, and how many it has ended so, after each; it serves
// until the input ends.
func serveProxy(addr string, idle time.Duration, in io.Reader, out io.Writer) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, in)
		_ = l.Close()
	}()
	said := json.NewEncoder(out)
	var mu sync.Mutex
	ended := 0
	say := func(more int) {
		mu.Lock()
		defer mu.Unlock()
		ended += more
		_ = said.Encode(map[string]int{"ended": ended}) // without a reader there is nobody to tell
	}
	say(0)
	for {
		client, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go func() {
			if err := tunnel(client, idle); errors.Is(err, os.ErrDeadlineExceeded) {
				say(1)
			}
		}()
	}
}

// tunnel answers one CONNECT and passes bytes until either side ends or both are idle.
func tunnel(client net.Conn, idle time.Duration) error {
	defer client.Close()
	in := bufio.NewReader(client)
	request, err := http.ReadRequest(in)
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(request.Host)
	if request.Method != http.MethodConnect || err != nil || port != "443" {
		_, err := io.WriteString(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
		return err
	}
	server, err := net.DialTimeout("tcp", request.Host, 10*time.Second)
	if err != nil {
		_, err := io.WriteString(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
		return err
	}
	defer server.Close()
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return err
	}
	ends := make(chan error, 2)
	alive := func() {
		_ = client.SetReadDeadline(time.Now().Add(idle))
		_ = server.SetReadDeadline(time.Now().Add(idle))
	}
	alive()
	go func() { ends <- pass(in, server, alive) }()
	go func() { ends <- pass(server, client, alive) }()
	return <-ends
}

// pass copies bytes and tells of each read that the connection is alive.
func pass(from io.Reader, to io.Writer, alive func()) error {
	b := make([]byte, 16<<10)
	for {
		n, err := from.Read(b)
		if err != nil {
			return err
		}
		alive()
		if _, err := to.Write(b[:n]); err != nil {
			return err
		}
	}
}

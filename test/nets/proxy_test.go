package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestProxyRefuses wants 403 for what is no CONNECT to port 443. What passes is a matter of the browser tests.
func TestProxyRefuses(t *testing.T) {
	input, stop := io.Pipe()
	output, said := io.Pipe()
	addr := freeAddress(t)
	served := make(chan error, 1)
	go func() { served <- serveProxy(addr, time.Minute, input, said) }()
	if err := json.NewDecoder(output).Decode(&struct{}{}); err != nil {
		t.Fatal(err)
	}
	for _, request := range []string{
		"GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n",
		"CONNECT example.org:7881 HTTP/1.1\r\nHost: example.org:7881\r\n\r\n",
		"CONNECT example.org HTTP/1.1\r\nHost: example.org\r\n\r\n",
	} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, request)
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || answer.StatusCode != http.StatusForbidden {
			t.Errorf("%.30q: %v %v", request, answer, err)
		}
		_ = c.Close()
	}
	_ = stop.Close()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

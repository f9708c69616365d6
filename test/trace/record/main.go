// Command record starts a server, stands between it and a command's clients, and writes down what they say to each other:
//
//	go run ./test/trace/record FILE COMMAND...
//
// The command finds the server's URL in KONKLAVE_TRACE_URL.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"time"

	"konklave/internal/app"
	"konklave/internal/config"
	"konklave/test/trace"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: record FILE COMMAND...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file string, command []string) error {
	folder, err := os.MkdirTemp("", "konklave-trace-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	ports := make([]string, 2)
	for i := range ports {
		if ports[i], err = freePort(); err != nil {
			return err
		}
	}
	cfg, err := config.Load(config.Sources{Env: map[string]string{
		"KONKLAVE_DEV": "true", "KONKLAVE_PORT": ports[0], "KONKLAVE_DATA_DIR": folder, "KONKLAVE_METRICS_BIND": "127.0.0.1:0",
		"KONKLAVE_RTC_UDP_PORT": "0", "KONKLAVE_RTC_TCP_PORT": ports[1],
	}})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx, cfg, io.Discard, os.Stderr) }()
	server := &url.URL{Scheme: "http", Host: "127.0.0.1:" + ports[0]}
	if err := ready(server, ended); err != nil {
		return err
	}
	recorder := trace.NewRecorder(server)
	front := httptest.NewServer(recorder)
	defer front.Close()
	child := exec.Command(command[0], command[1:]...)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	child.Env = append(os.Environ(), "KONKLAVE_TRACE_URL="+front.URL)
	if err := child.Run(); err != nil {
		return fmt.Errorf("the clients: %w", err)
	}
	cancel()
	ladder, err := recorder.Ladder()
	return errors.Join(err, <-ended, write(file, ladder))
}

func write(file string, l trace.Ladder) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(l.Write(f), f.Close())
}

func ready(server *url.URL, ended <-chan error) error {
	for range 500 {
		if answer, err := http.Get(server.String() + "/readyz"); err == nil {
			_ = answer.Body.Close()
			return nil
		}
		select {
		case err := <-ended:
			return fmt.Errorf("the server ended: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return errors.New("the server did not start")
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port), nil
}

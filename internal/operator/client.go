package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"syscall"
	"time"

	"konklave/internal/drain"
)

// ErrNoServer means that no server uses the data directory.
var ErrNoServer = errors.New("no server runs")

// Client asks the server that uses a data directory.
type Client struct {
	dir  string
	http http.Client
}

// NewClient makes one. It connects for each question anew.
func NewClient(dir string) *Client {
	path := filepath.Join(dir, socketName)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}
	return &Client{dir, http.Client{Timeout: waitTime, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// Drain asks the server to drain, for at most limit; 0 is no limit. Errors: ErrNoServer, and what the server or the system
// say.
func (c *Client) Drain(ctx context.Context, limit time.Duration) (drain.Status, error) {
	return c.drain(ctx, http.MethodPost, Order{limit})
}

// Cancel takes that back. Errors as Drain's.
func (c *Client) Cancel(ctx context.Context) (drain.Status, error) {
	return c.drain(ctx, http.MethodDelete, nil)
}

// Status tells how far it is. Errors as Drain's.
func (c *Client) Status(ctx context.Context) (drain.Status, error) {
	return c.drain(ctx, http.MethodGet, nil)
}

// Trouble tells what does not work although the server runs; empty: nothing. Errors as Drain's.
func (c *Client) Trouble(ctx context.Context) (string, error) {
	var t Trouble
	err := c.ask(ctx, http.MethodGet, "/trouble", nil, &t)
	return t.What, err
}

func (c *Client) drain(ctx context.Context, method string, body any) (s drain.Status, err error) {
	err = c.ask(ctx, method, "/drain", body, &s)
	return s, err
}

func (c *Client) ask(ctx context.Context, method, path string, body, result any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://konklave"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return c.explain(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		var p Problem
		if err := json.NewDecoder(response.Body).Decode(&p); err != nil || p.Message == "" {
			return fmt.Errorf("the server answered %s", response.Status)
		}
		return errors.New(p.Message)
	}
	if err := json.NewDecoder(response.Body).Decode(result); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}

// explain says what it means that the socket cannot be reached.
func (c *Client) explain(err error) error {
	path := filepath.Join(c.dir, socketName)
	switch {
	case len(path) > longestPath:
		return fmt.Errorf("the server cannot be reached by %s: %w", path, errTooLong)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w with the data directory %s: name another one with --data-dir, or its file with --config", ErrNoServer, c.dir)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s may be opened by the server's user and by root only", path)
	case errors.Is(err, context.Canceled):
		return err
	}
	var failed *net.OpError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("the server does not answer at %s: %w", path, err)
}

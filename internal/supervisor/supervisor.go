// Package supervisor owns what is said to the service manager that started the process, by systemd's protocol: a datagram
// of lines to the socket that the environment names (sd_notify(3)). Started by anything else, it says nothing.
//
// It must not stop or start anything.
package supervisor

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// Supervisor is the way to the service manager. A nil one says nothing. It is safe for any goroutine.
type Supervisor struct {
	conn  *net.UnixConn
	watch time.Duration
}

// Connect takes the socket from an environment; what is there is used at most by this process. It gives nil where there
// is no service manager. An error means that there is one and it cannot be told.
func Connect(env func(string) string) (*Supervisor, error) {
	name := env("NOTIFY_SOCKET")
	if name == "" {
		return nil, nil
	}
	if strings.HasPrefix(name, "@") {
		name = "\x00" + name[1:] // unix(7): an abstract address
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return nil, fmt.Errorf("reaching the service manager: %w", err)
	}
	return &Supervisor{conn: conn, watch: watchdog(env)}, nil
}

// watchdog reads how often the service manager wants to hear of this process. sd_watchdog_enabled(3)
func watchdog(env func(string) string) time.Duration {
	if pid := env("WATCHDOG_PID"); pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0
	}
	microseconds, err := strconv.ParseInt(env("WATCHDOG_USEC"), 10, 64)
	if err != nil || microseconds <= 0 {
		return 0
	}
	return time.Duration(microseconds) * time.Microsecond
}

// Watchdog is how often Alive must be called at least; 0: it need not.
func (s *Supervisor) Watchdog() time.Duration {
	if s == nil {
		return 0
	}
	return s.watch
}

// Ready says that the server serves.
func (s *Supervisor) Ready() { s.say("READY=1\nSTATUS=Serving.") }

// Alive says that the server still does.
func (s *Supervisor) Alive() { s.say("WATCHDOG=1") }

// Status says in words what the server does.
func (s *Supervisor) Status(text string) { s.say("STATUS=" + strings.ReplaceAll(text, "\n", " ")) }

// Stopping says that the server ends, and that it may take until then without being killed.
func (s *Supervisor) Stopping(within time.Duration) {
	s.say(fmt.Sprintf("STOPPING=1\nEXTEND_TIMEOUT_USEC=%d", within.Microseconds()))
}

// Close lets go of the socket.
func (s *Supervisor) Close() error {
	if s == nil {
		return nil
	}
	return s.conn.Close()
}

// say sends it. A service manager that is gone learns nothing any more.
func (s *Supervisor) say(text string) {
	if s != nil {
		_, _ = s.conn.Write([]byte(text))
	}
}

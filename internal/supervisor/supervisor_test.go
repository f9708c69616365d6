package supervisor

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func from(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

func TestNobodyToTell(t *testing.T) {
	s, err := Connect(from(nil))
	if s != nil || err != nil {
		t.Fatal(s, err)
	}
	s.Ready()
	s.Alive()
	s.Status("x")
	s.Stopping(time.Second)
	if err := s.Close(); err != nil || s.Watchdog() != 0 {
		t.Error(err)
	}
}

func TestServiceManagerThatIsGone(t *testing.T) {
	if _, err := Connect(from(map[string]string{"NOTIFY_SOCKET": filepath.Join(t.TempDir(), "none")})); err == nil {
		t.Error("no error")
	}
}

func TestWhatIsSaid(t *testing.T) {
	for _, name := range []string{filepath.Join(t.TempDir(), "notify"), fmt.Sprintf("@konklave-test-%d", os.Getpid())} {
		manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"}) // which knows @, too
		if err != nil {
			t.Fatal(err)
		}
		defer manager.Close()
		s, err := Connect(from(map[string]string{"NOTIFY_SOCKET": name}))
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			say  func()
			want string
		}{
			{s.Ready, "READY=1\nSTATUS=Serving."},
			{s.Alive, "WATCHDOG=1"},
			{func() { s.Status("two\nlines") }, "STATUS=two lines"},
			{func() { s.Stopping(1500 * time.Millisecond) }, "STOPPING=1\nEXTEND_TIMEOUT_USEC=1500000"},
		} {
			tt.say()
			heard := make([]byte, 256)
			n, err := manager.Read(heard)
			if err != nil || string(heard[:n]) != tt.want {
				t.Errorf("heard %q, %v, want %q", heard[:n], err, tt.want)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestWatchdog(t *testing.T) {
	mine, other := fmt.Sprint(os.Getpid()), fmt.Sprint(os.Getpid()+1)
	for _, tt := range []struct {
		microseconds, pid string
		want              time.Duration
	}{
		{"", "", 0}, {"0", "", 0}, {"-1", "", 0}, {"x", mine, 0},
		{"30000000", "", 30 * time.Second}, {"30000000", mine, 30 * time.Second}, {"30000000", other, 0},
	} {
		if got := watchdog(from(map[string]string{"WATCHDOG_USEC": tt.microseconds, "WATCHDOG_PID": tt.pid})); got != tt.want {
			t.Errorf("%+v: %v", tt, got)
		}
	}
}

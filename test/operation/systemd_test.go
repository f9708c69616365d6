package operation

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// group goes into a control group of its own, in which alone systemd then makes others. clear removes them.
const (
	group = `
set -eu
mount -t cgroup2 none /sys/fs/cgroup
mkdir /sys/fs/cgroup/$GROUP
echo $$ > /sys/fs/cgroup/$GROUP/cgroup.procs
exec unshare --pid --mount --cgroup --fork --kill-child --mount-proc bash -c "$BEGIN"
`
	clear = `
mount -t cgroup2 none /sys/fs/cgroup
for _ in $(seq 50); do find /sys/fs/cgroup/$GROUP -depth -type d -exec rmdir {} + 2>/dev/null && exit; sleep 0.1; done; exit 1
`
)

// begin makes what systemd needs and becomes it: folders of its own, and of the kernel's settings only the sight.
const begin = `
set -eu
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd /run/lock
mount -t tmpfs tmpfs /var/lib
umount /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount -o bind,ro /proc/sys /proc/sys
exec /lib/systemd/systemd --system --unit=default.target --log-target=console --show-status=no
`

// systemd is a service manager of the test's own, in namespaces.
type systemd struct {
	t    *testing.T
	init string // its process number
}

// startSystemd starts one that knows the units of a folder and no others. It skips where none can run.
func startSystemd(t *testing.T, units string) *systemd {
	t.Helper()
	if _, err := os.Stat("/lib/systemd/systemd"); err != nil {
		t.Skip("systemd is not there")
	}
	var log bytes.Buffer
	own := fmt.Sprintf("GROUP=konklave-test-%d", os.Getpid())
	c := exec.Command("unshare", "--mount", "bash", "-c", group)
	c.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+units, "container=test", "BEGIN="+begin, own)
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Wait()
	}()
	s := &systemd{t: t}
	t.Cleanup(func() {
		if pid, err := strconv.Atoi(s.init); err == nil { // and all that it started
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		_ = c.Process.Kill()
		<-ended
		tidy := exec.Command("unshare", "--mount", "bash", "-c", clear)
		tidy.Env = append(os.Environ(), own)
		if out, err := tidy.CombinedOutput(); err != nil {
			t.Errorf("control groups stay: %v %s", err, out)
		}
		if t.Failed() {
			t.Logf("systemd: %s", &log)
		}
	})
	var last string
	for late := time.After(10 * time.Second); ; {
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", c.Process.Pid))
		if s.init = strings.TrimSpace(string(children)); err == nil && s.init != "" {
			if last, err = s.systemctl("list-jobs"); err == nil {
				return s
			}
		}
		select {
		case <-ended:
			t.Skipf("systemd does not run here: %s", &log)
		case <-late:
			t.Skipf("systemd does not answer here: %s", last)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *systemd) systemctl(args ...string) (string, error) {
	out, err := exec.Command("nsenter", append([]string{"--target=" + s.init, "--pid", "--mount", "--cgroup", "systemctl", "--no-pager"}, args...)...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// must is systemctl where it has to go well.
func (s *systemd) must(args ...string) string {
	s.t.Helper()
	out, err := s.systemctl(args...)
	if err != nil {
		s.t.Fatalf("systemctl %v: %v\n%s", args, err, out)
	}
	return out
}

func (s *systemd) property(name string) string {
	s.t.Helper()
	return s.must("show", "--property="+name, "--value", "konklave.service")
}

// TestUnderSystemd runs the service as it is, for its user and path: it says when it is ready, waits for people when it is
// stopped, also longer than TimeoutStopSec, and is started again when it hangs.
func TestUnderSystemd(t *testing.T) {
	t.Parallel()
	program := built(t, "konklave")
	if !asRoot(t, "--net") {
		return
	}
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		t.Skipf("no loopback: %s", out)
	}
	text, err := os.ReadFile("../../packaging/konklave.service")
	if err != nil {
		t.Fatal(err)
	}
	unit := string(text)
	for from, to := range map[string]string{
		`ExecStart=.*`:        "ExecStart=" + program + " --drain-timeout 1m --open-hosting",
		`Environment=.*`:      "",
		`User=.*`:             "User=nobody",
		`Group=.*`:            "Group=nogroup",
		`TimeoutStopSec=.*`:   "TimeoutStopSec=2",
		`WatchdogSec=.*`:      "WatchdogSec=2",
		`(Wants|After)=.*`:    "",
		`Description=.*`:      "Description=Konklave\nDefaultDependencies=no",
		`ProtectHome=.*`:      "ProtectHome=no", // the program of the test may lie there
		`PrivateTmp=.*`:       "PrivateTmp=no",
		`WantedBy=.*`:         "WantedBy=default.target",
		`Documentation=man.*`: "",
	} {
		at := regexp.MustCompile(`(?m)^` + from + `$`)
		if !at.MatchString(unit) {
			t.Fatalf("the unit has no %s", from)
		}
		unit = at.ReplaceAllString(unit, to)
	}
	units := t.TempDir()
	for name, text := range map[string]string{
		"konklave.service": unit, "default.target": "[Unit]\nDefaultDependencies=no\n", "basic.target": "[Unit]\nDefaultDependencies=no\n",
		"sysinit.target": "[Unit]\nDefaultDependencies=no\n", "shutdown.target": "[Unit]\nDefaultDependencies=no\n",
	} {
		if err := os.WriteFile(filepath.Join(units, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s := startSystemd(t, units)
	s.must("start", "konklave.service") // returns when it says that it is ready
	if status := s.property("StatusText"); status != "Serving." {
		t.Errorf("status %q", status)
	}
	link := makeMeeting(t)
	s.must("reload", "konklave.service") // were it to end of that, it would stay so: a SIGHUP is no failure

	// It hangs: no answer to the watchdog.
	s.must("kill", "--signal=STOP", "--kill-who=main", "konklave.service")
	s.until("it is started again", func() bool {
		return s.property("NRestarts") == "1" && s.property("ActiveState") == "active" && s.property("StatusText") == "Serving."
	})

	ann := joinMeeting(t, link) // whose link is still good
	stopped := make(chan error, 1)
	go func() {
		_, err := s.systemctl("stop", "konklave.service")
		stopped <- err
	}()
	hears(t, ann, "maintenance")
	begun := time.Now()
	s.until("more than TimeoutStopSec has passed", func() bool {
		return time.Since(begun) > 4*time.Second && strings.HasPrefix(s.property("StatusText"), "Draining: 1 person in 1 room still there, until ")
	})
	if state := s.property("ActiveState"); state != "deactivating" {
		t.Errorf("state %s", state)
	}
	if err := ann.Write(t.Context(), websocket.MessageText, []byte(`{"type":"leave"}`)); err != nil {
		t.Fatal(err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if result := s.property("Result") + " " + s.property("ActiveState"); result != "success inactive" {
		t.Errorf("ended as %s", result)
	}
}

// until looks until something is so.
func (s *systemd) until(what string, is func() bool) {
	s.t.Helper()
	for late := time.Now().Add(20 * time.Second); !is(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(late) {
			s.t.Fatalf("never: %s\n%s", what, s.must("show", "konklave.service", "--property=ActiveState,SubState,Result,NRestarts,StatusText"))
		}
	}
}

const page = "http://127.0.0.1:7880"

func makeMeeting(t *testing.T) string {
	t.Helper()
	answer, err := http.Post(page+"/api/meetings", "application/json", strings.NewReader(`{"title":"Board"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	var made struct{ Link string }
	if err != nil || json.Unmarshal(text, &made) != nil || made.Link == "" {
		t.Fatalf("%s %s, %v", answer.Status, text, err)
	}
	return made.Link
}

func joinMeeting(t *testing.T, link string) *websocket.Conn {
	t.Helper()
	socket, _, err := websocket.Dial(t.Context(), page+"/control", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.CloseNow() })
	if err := socket.Write(t.Context(), websocket.MessageText, fmt.Appendf(nil, `{"type":"join","link":%q,"name":"Ann"}`, link)); err != nil {
		t.Fatal(err)
	}
	hears(t, socket, "welcome")
	return socket
}

// hears reads until a message of the type comes.
func hears(t *testing.T, socket *websocket.Conn, kind string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		_, text, err := socket.Read(ctx)
		if err != nil {
			t.Fatalf("waiting for %s: %v", kind, err)
		}
		if strings.Contains(string(text), `"type":"`+kind+`"`) {
			return
		}
	}
}

package call

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"konklave/internal/app"
	"konklave/internal/config"
)

// The test binary is a server of its own when this is set, with the settings of its environment.
const served = "TEST_CALL_SERVES"

func TestMain(m *testing.M) {
	if os.Getenv(served) != "" {
		os.Exit(serve())
	}
	os.Exit(m.Run())
}

func serve() int {
	env := map[string]string{}
	for _, one := range os.Environ() {
		if name, value, _ := strings.Cut(one, "="); strings.HasPrefix(name, "KONKLAVE_") {
			env[name] = value
		}
	}
	cfg, err := config.Load(config.Sources{Env: env})
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		defer stop()
		err = app.Run(ctx, cfg, os.Stdout, os.Stdout)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// process is a server in a process of its own, which can be killed and started again: on the same ports, with the same data.
type process struct {
	*server
	env     []string
	running *exec.Cmd
}

func startProcess(t *testing.T) *process {
	t.Helper()
	p := &process{server: &server{t: t}, env: []string{served + "=yes"}}
	for name, value := range settingsOf(t) {
		if name == "KONKLAVE_PORT" {
			value = freeTCPPort(t)
			p.url = "http://127.0.0.1:" + value
		}
		p.env = append(p.env, name+"="+value)
	}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the server wrote:\n%s", p.output)
		}
	})
	p.begin()
	return p
}

// begin starts the process and waits until it is ready.
func (p *process) begin() {
	p.t.Helper()
	p.output = &output{}
	p.running = exec.Command(os.Args[0])
	p.running.Env = p.env
	p.running.Stdout, p.running.Stderr = p.output, p.output
	p.running.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it does not outlive this one
	if err := p.running.Start(); err != nil {
		p.t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); !readyLine.MatchString(p.output.String()); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("the server did not get ready:\n%s", p.output)
		}
	}
}

// kill ends the process at once: nothing of it can be tidied up.
func (p *process) kill() {
	_ = p.running.Process.Kill()
	_ = p.running.Wait()
}

// data is the data directory.
func (p *process) data() string {
	for _, one := range p.env {
		if name, value, _ := strings.Cut(one, "="); name == "KONKLAVE_DATA_DIR" {
			return value
		}
	}
	return ""
}

// settingsWith are the settings of a meeting, some of them changed.
func settingsWith(t *testing.T, meeting json.RawMessage, change map[string]any) map[string]any {
	t.Helper()
	var is struct{ Settings map[string]any }
	if err := json.Unmarshal(meeting, &is); err != nil {
		t.Fatal(err)
	}
	maps.Copy(is.Settings, change)
	return is.Settings
}

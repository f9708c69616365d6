package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be konklave itself, so that the tests see exit codes and both outputs.
func TestMain(m *testing.M) {
	if os.Getenv("KONKLAVE_TEST_AS_PROGRAM") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program is konklave with arguments, in an empty directory.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], args...)
	c.Dir = t.TempDir()
	c.Env = append(os.Environ(), "KONKLAVE_TEST_AS_PROGRAM=1")
	return c
}

func output(c *exec.Cmd) (stdout, stderr string, code int) {
	var out, complaints bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaints
	_ = c.Run()
	return out.String(), complaints.String(), c.ProcessState.ExitCode()
}

func TestCommands(t *testing.T) {
	for _, tt := range []struct {
		name           string
		args           []string
		file, env      string
		code           int
		stdout, stderr string // parts
	}{
		{"version", []string{"version"}, "", "", 0, "konklave ", ""},
		{"version by flag", []string{"--version"}, "", "", 0, "konklave ", ""},
		{"help", []string{"--help"}, "", "", 0, "--rtc-udp-port", ""},
		{"help by command", []string{"help"}, "", "", 0, "--rtc-udp-port", ""},
		{"help of a command", []string{"help", "token", "create"}, "", "", 0, "--identity", ""},
		{"config", []string{"config"}, "port: 8000\n", "", 0, "# konklave.yaml:1", ""},
		{"the Ampel needs no settings", []string{"ampel", "history", "--lang", "de"}, "nonsense: 1\n", "", 0, "Blizz", ""},
		{"the Ampel in one form", []string{"ampel", "history", "--json", "--html"}, "", "", 1, "", "can't be used together"},
		{"config without secrets", []string{"config"}, "", "KONKLAVE_API_KEYS=mine: hunter2", 0, "mine: \"[redacted]\"", ""},
		{"flag over environment", []string{"config", "--port", "9000"}, "", "KONKLAVE_PORT=8000", 0, "port: 9000", ""},
		{"config without keys", []string{"config"}, "", "", 0, "keeps it in data/api-key", ""},
		{"negative values", []string{"--port", "-1", "--rtc-udp-port=-2", "--limits-participants", "-3"}, "", "", 1, "", "3 faults"},
		{"negative duration", []string{"token", "create", "--dev", "--identity", "ada", "--room", "hall", "--valid-for", "-1h"}, "", "", 1, "", "--valid-for must be longer"},
		{"flag without value", []string{"--port"}, "", "", 1, "", "konklave: --port needs a value\n"},
		{"flag for a value", []string{"--port", "--dev"}, "", "", 1, "", "konklave: --port needs a value, and --dev is another flag\n"},
		{"neither yes nor no", []string{"--dev=maybe"}, "", "", 1, "", "konklave: --dev: \"maybe\" is neither true nor false\n"},
		{"no duration", []string{"token", "create", "--identity", "ada", "--room", "hall", "--valid-for", "soon"}, "", "", 1, "", "\"soon\" is no duration"},
		{"half a command", []string{"token"}, "", "", 1, "", "not complete: \"create\" is missing"},
		{"identity without value", []string{"token", "create", "--room", "hall", "--identity"}, "", "", 1, "", "konklave: --identity needs a value\n"},
		{"drain without a server", []string{"drain"}, "", "", 1, "", "no server runs with the data directory ./data"},
		{"drain for no time", []string{"drain", "--within", "-1s"}, "", "", 1, "", "--within must be longer"},
		{"drain and take back", []string{"drain", "--cancel", "--wait"}, "", "", 1, "", "--cancel goes with neither"},
		{"drain and only look", []string{"drain", "--cancel", "--status"}, "", "", 1, "", "--cancel"},
		{"backup to nowhere", []string{"backup"}, "", "", 1, "", "\"<file>\" is missing"},
		{"backup of nothing", []string{"backup", "a.tar.gz"}, "", "", 1, "", "the data directory ./data cannot be read: no such file"},
		{"backup of PostgreSQL", []string{"backup", "a.tar.gz"}, "", "KONKLAVE_DATABASE=postgres://a:hunter2@db/c", 1, "", "pg_dump"},
		{"restore from nowhere", []string{"restore", "a.tar.gz"}, "", "", 1, "", "a.tar.gz cannot be read: no such file"},
		{"drain timeout", []string{"config"}, "drain_timeout: soon\n", "", 1, "", "konklave.yaml:1: drain_timeout \"soon\" is no duration"},
		{"unknown flag", []string{"--prot", "1"}, "", "", 1, "", "unknown flag --prot"},
		{"unknown command", []string{"sevre"}, "", "", 1, "", "sevre"},
		{"faults of file and environment", nil, "prot: 1\nport: x\n", "KONKLAVE_DEV=maybe", 1, "", "the configuration has 3 faults"},
		{"missing file", []string{"--config", "nowhere.yaml"}, "", "", 1, "", "nowhere.yaml cannot be read"},
		{"token", []string{"token", "create", "--dev", "--identity", "ada", "--room", "hall", "--can-publish=false"}, "", "", 0, "eyJ", ""},
		{"token for a meeting", []string{"token", "create", "--dev", "--identity", "ada", "--room", "konklave:x"}, "", "", 1, "", "belong to meetings"},
		{"token without identity", []string{"token", "create", "--room", "hall"}, "", "", 1, "", "--identity"},
		{"data directory that cannot be", []string{"--port", "0", "--rtc-udp-port", "0", "--rtc-tcp-port", "0", "--metrics-bind", "127.0.0.1:0", "--data-dir", "/proc/none"}, "", "", 1, "", "data directory /proc/none"},
	} {
		c := program(t, tt.args...)
		if tt.file != "" {
			if err := os.WriteFile(filepath.Join(c.Dir, "konklave.yaml"), []byte(tt.file), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if tt.env != "" {
			c.Env = append(c.Env, tt.env)
		}
		stdout, stderr, code := output(c)
		if code != tt.code || !strings.Contains(stdout, tt.stdout) || !strings.Contains(stderr, tt.stderr) {
			t.Errorf("%s: code %d, stdout:\n%s\nstderr:\n%s", tt.name, code, stdout, stderr)
		}
		if strings.Contains(stdout+stderr, "hunter2") {
			t.Errorf("%s: prints a secret", tt.name)
		}
	}
}

func TestServeUntilSIGTERM(t *testing.T) {
	dir := t.TempDir()
	args := []string{"--dev", "--port", "0", "--rtc-udp-port", "0", "--rtc-tcp-port", "0", "--metrics-bind", "127.0.0.1:0", "--data-dir", dir}
	first := program(t, args...)
	out, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 512)
	n, err := out.Read(line)
	if err != nil || !strings.HasPrefix(string(line[:n]), "Konklave is ready: http://localhost:") {
		t.Fatalf("got %q, %v", line[:n], err)
	}

	_, stderr, code := output(program(t, args...))
	if code != 1 || !strings.Contains(stderr, "in use by another Konklave") {
		t.Errorf("a second instance: code %d, %s", code, stderr)
	}

	begin := time.Now()
	if err := first.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("ended after %v", took)
	}
}

// TestBuiltProgramIsSmall measures what "make build" left: its size, how soon it is ready and what it needs while idle.
func TestBuiltProgramIsSmall(t *testing.T) {
	const (
		mostBinary = 60 << 20 // bytes
		mostMemory = 40 << 10 // KiB
	)
	built, err := filepath.Abs("bin/konklave")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(built)
	if err != nil {
		t.Skip("there is no bin/konklave: make build")
	}
	if info.Size() > mostBinary {
		t.Errorf("the binary has %d bytes", info.Size())
	}
	c := exec.CommandContext(t.Context(), built, "--port", "0", "--rtc-udp-port", "0", "--rtc-tcp-port", "0", "--metrics-bind", "127.0.0.1:0")
	c.Dir = t.TempDir()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}()
	if _, err := out.Read(make([]byte, 512)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > time.Second {
		t.Errorf("ready after %v", took)
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
	if err != nil {
		t.Skip("memory is measured on Linux only")
	}
	resident := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if resident == nil {
		t.Fatal("the kernel does not tell the memory")
	}
	if n, _ := strconv.Atoi(string(resident[1])); n == 0 || n > mostMemory {
		t.Errorf("idle memory is %d KiB", n)
	}
}

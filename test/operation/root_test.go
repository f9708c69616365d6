package operation

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// built is a file that make build or make deb left in bin. Without it the test is skipped.
func built(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("../../bin", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Skipf("there is no bin/%s: make build deb", pattern)
	}
	newest := found[0]
	for _, name := range found[1:] {
		if modified(t, name) > modified(t, newest) {
			newest = name
		}
	}
	path, err := filepath.Abs(newest)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func modified(t *testing.T, name string) int64 {
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime().UnixNano()
}

// asRoot tells whether to go on, as root. Where other namespaces are wanted, or this user is not root, the test is run once
// more in its own, and there is nothing left to do. It skips where that cannot be.
func asRoot(t *testing.T, namespaces ...string) bool {
	t.Helper()
	const inside = "KONKLAVE_TEST_INSIDE"
	if os.Getenv(inside) == t.Name() || os.Getuid() == 0 && len(namespaces) == 0 {
		return true
	}
	args := append([]string{"--mount"}, namespaces...)
	if os.Getuid() != 0 {
		args = append(args, "--map-root-user", "--map-auto") // other users, too: packages make some
	}
	if out, err := exec.Command("unshare", append(args, "true")...).CombinedOutput(); err != nil {
		t.Skipf("this user cannot be root in a namespace: %s", out)
	}
	again := exec.Command("unshare", append(args, os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")...)
	again.Env = append(os.Environ(), inside+"="+t.Name())
	out, err := again.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("in a namespace: %v\n%s", err, out)
	case strings.Contains(string(out), "--- SKIP"):
		t.Skipf("in a namespace:\n%s", out)
	}
	return false
}

// root is a folder that becomes the root of a small system.
type root struct {
	t   *testing.T
	dir string
}

func newRoot(t *testing.T) *root {
	r := &root{t, t.TempDir()}
	if err := os.Chmod(filepath.Dir(r.dir), 0o755); err != nil { // other users come in
		t.Fatal(err)
	}
	return r
}

func (r *root) path(name string) string { return filepath.Join(r.dir, name) }

func (r *root) write(name, text string, mode os.FileMode) {
	r.t.Helper()
	if err := os.MkdirAll(filepath.Dir(r.path(name)), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(r.path(name), []byte(text), mode); err != nil {
		r.t.Fatal(err)
	}
}

func (r *root) read(name string) string {
	r.t.Helper()
	text, err := os.ReadFile(r.path(name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

func (r *root) has(name string) bool {
	_, err := os.Lstat(r.path(name))
	return err == nil
}

// copy takes a file of the machine into the root.
func (r *root) copy(from, to string) {
	r.t.Helper()
	in, err := os.Open(from)
	if err != nil {
		r.t.Fatal(err)
	}
	defer in.Close()
	text, err := io.ReadAll(in)
	if err != nil {
		r.t.Fatal(err)
	}
	r.write(to, string(text), 0o755)
}

var library = regexp.MustCompile(`(/\S+) \(0x`)

// program takes a program of the machine into the root, with its libraries.
func (r *root) program(name, to string) {
	r.t.Helper()
	from, err := exec.LookPath(name)
	if err != nil {
		r.t.Skipf("%s is not there", name)
	}
	r.copy(from, to)
	libraries, _ := exec.Command("ldd", from).Output() // fails for static programs
	for _, m := range library.FindAllSubmatch(libraries, -1) {
		if at := string(m[1]); !r.has(at) {
			r.copy(at, at)
		}
	}
}

// run runs a command inside and gives what it printed and its exit code.
func (r *root) run(user uint32, env []string, command ...string) (string, int) {
	r.t.Helper()
	c := r.command(user, env, command...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	_ = c.Run()
	return out.String(), c.ProcessState.ExitCode()
}

func (r *root) command(user uint32, env []string, command ...string) *exec.Cmd {
	c := exec.CommandContext(r.t.Context(), command[0], command[1:]...)
	c.Dir, c.Env = "/", append([]string{"PATH=/usr/bin:/bin"}, env...)
	c.SysProcAttr = &syscall.SysProcAttr{Chroot: r.dir, Credential: &syscall.Credential{Uid: user, Gid: user}}
	return c
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

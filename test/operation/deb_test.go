package operation

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// system is a root with just so much of Debian that packages can be installed.
func system(t *testing.T) *root {
	r := newRoot(t)
	r.program("dash", "/bin/sh")
	for _, name := range []string{"grep", "chown", "chmod", "rm", "systemd-sysusers"} {
		r.program(name, "/usr/bin/"+name)
	}
	r.write("/dev/null", "", 0o666)
	r.write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n", 0o644)
	r.write("/etc/group", "root:x:0:\n", 0o644)
	r.write("/var/lib/dpkg/status", "Package: systemd\nStatus: install ok installed\nArchitecture: all\nMaintainer: x\nVersion: 252\nDescription: x\n", 0o644)
	for _, dir := range []string{"info", "updates", "triggers"} {
		if err := os.MkdirAll(r.path("/var/lib/dpkg/"+dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// dpkg does as on a machine where nobody answers questions.
func (r *root) dpkg(args ...string) {
	r.t.Helper()
	out, err := exec.Command("dpkg", append([]string{"--root=" + r.dir, "--force-confdef", "--force-confold"}, args...)...).CombinedOutput()
	if err != nil {
		r.t.Fatalf("dpkg %v: %v\n%s", args, err, out)
	}
}

// owner gives mode, user and group of a file, these by their names inside.
func (r *root) owner(name string) string {
	r.t.Helper()
	info, err := os.Stat(r.path(name))
	if err != nil {
		return "none"
	}
	stat := info.Sys().(*syscall.Stat_t)
	return fmt.Sprintf("%04o %s:%s", info.Mode().Perm(), r.nameOf("/etc/passwd", stat.Uid), r.nameOf("/etc/group", stat.Gid))
}

func (r *root) nameOf(file string, number uint32) string {
	for _, line := range lines(r.read(file)) {
		if fields := strings.Split(line, ":"); fields[2] == strconv.Itoa(int(number)) {
			return fields[0]
		}
	}
	return strconv.Itoa(int(number))
}

func (r *root) user(name string) uint32 {
	r.t.Helper()
	for _, line := range lines(r.read("/etc/passwd")) {
		if fields := strings.Split(line, ":"); fields[0] == name {
			n, err := strconv.Atoi(fields[2])
			if err != nil {
				r.t.Fatal(err)
			}
			return uint32(n)
		}
	}
	r.t.Fatalf("there is no user %s", name)
	return 0
}

// newer makes the package of a later version, whose settings have a line more.
func newer(t *testing.T) string {
	t.Helper()
	nfpm, dir := built(t, "nfpm"), t.TempDir()
	text, err := os.ReadFile("../../packaging/konklave.yaml")
	if err != nil {
		t.Fatal(err)
	}
	conffile := filepath.Join(dir, "konklave.yaml")
	if err := os.WriteFile(conffile, append(text, "# new in this version\n"...), 0o640); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(nfpm, "package", "--packager", "deb", "--target", dir)
	c.Dir = "../../packaging"
	c.Env = append(os.Environ(), "VERSION=9.0.0", "ARCH="+architecture(t), "CONFFILE="+conffile)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("nfpm: %v\n%s", err, out)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil || len(found) != 1 {
		t.Fatalf("made %v, %v", found, err)
	}
	return found[0]
}

func architecture(t *testing.T) string {
	out, err := exec.Command("dpkg", "--print-architecture").Output()
	if err != nil {
		t.Skip("dpkg is not there")
	}
	return strings.TrimSpace(string(out))
}

// TestDebianPackage installs, uses, upgrades, removes and purges it.
func TestDebianPackage(t *testing.T) {
	t.Parallel()
	if !asRoot(t) {
		return
	}
	deb, next := built(t, "deb/*.deb"), newer(t)
	r := system(t)

	r.dpkg("-i", deb)
	for name, want := range map[string]string{
		"/usr/bin/konklave": "0755 root:root", "/lib/systemd/system/konklave.service": "0644 root:root",
		"/usr/lib/sysctl.d/60-konklave.conf": "0644 root:root", "/usr/share/man/man8/konklave.8.gz": "0644 root:root",
		"/usr/share/doc/konklave/copyright": "0644 root:root", "/usr/share/doc/konklave/THIRD-PARTY": "0644 root:root",
		"/usr/share/doc/konklave/examples/school/certificates.sh": "0644 root:root", "/usr/share/doc/konklave/examples/Caddyfile": "0644 root:root",
		"/usr/share/doc/konklave/config.md": "0644 root:root",
		"/etc/konklave":                     "0750 root:konklave", "/etc/konklave/konklave.yaml": "0640 root:konklave",
		"/var/lib/konklave": "none", // the service manager makes it
	} {
		if got := r.owner(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	user := r.user("konklave")
	if out, code := r.run(user, nil, "/usr/bin/konklave", "config"); code != 0 ||
		!strings.Contains(out, "data_dir: /var/lib/konklave") || !strings.Contains(out, "drain_timeout: 1m0s") {
		t.Errorf("the service's user finds other settings: %d %s", code, out)
	}
	if out, code := r.run(65534, nil, "/usr/bin/konklave", "config"); code == 0 || !strings.Contains(out, "permission denied: run it as root or with sudo") {
		t.Errorf("anybody reads the settings: %d %s", code, out)
	}
	r.serveOnce(user)
	key := r.read("/var/lib/konklave/api-key")

	// An upgrade brings new settings where nobody changed them, and keeps what the server keeps.
	r.dpkg("-i", next)
	if text := r.read("/etc/konklave/konklave.yaml"); !strings.Contains(text, "# new in this version") {
		t.Error("settings that nobody changed stay old")
	}
	if got := r.owner("/etc/konklave/konklave.yaml") + r.owner("/etc/konklave"); got != "0640 root:konklave0750 root:konklave" {
		t.Errorf("after an upgrade: %s", got)
	}
	// Going back, the administrator's changes stay.
	changed := r.read("/etc/konklave/konklave.yaml") + "port: 7777\n"
	r.write("/etc/konklave/konklave.yaml", changed, 0o640)
	r.dpkg("-i", deb)
	if r.read("/etc/konklave/konklave.yaml") != changed || !r.has("/etc/konklave/konklave.yaml.dpkg-dist") {
		t.Error("changed settings were overwritten")
	}
	if r.read("/var/lib/konklave/api-key") != key {
		t.Error("an upgrade changed what the server keeps")
	}

	r.dpkg("--remove", "konklave")
	if r.has("/usr/bin/konklave") || r.has("/lib/systemd/system/konklave.service") || r.read("/etc/konklave/konklave.yaml") != changed ||
		r.read("/var/lib/konklave/api-key") != key {
		t.Error("after the removal the program is still there, or settings and data are not")
	}
	r.dpkg("-i", deb) // and back
	if r.read("/etc/konklave/konklave.yaml") != changed || r.user("konklave") != user {
		t.Error("after it came back settings or user are new")
	}
	r.dpkg("--purge", "konklave")
	if r.has("/etc/konklave") || r.has("/var/lib/konklave") || r.has("/usr/share/doc/konklave") {
		t.Error("something is left after the purge")
	}
}

// serveOnce runs the installed server as the service does, asks it, and stops it.
func (r *root) serveOnce(user uint32) {
	r.t.Helper()
	if err := os.MkdirAll(r.path("/var/lib/konklave"), 0o700); err != nil { // StateDirectory
		r.t.Fatal(err)
	}
	if err := os.Chown(r.path("/var/lib/konklave"), int(user), int(user)); err != nil {
		r.t.Fatal(err)
	}
	server := r.command(user, []string{"KONKLAVE_PORT=0", "KONKLAVE_RTC_UDP_PORT=0", "KONKLAVE_RTC_TCP_PORT=0", "KONKLAVE_METRICS_BIND="}, "/usr/bin/konklave")
	r.ready(server)
	for _, command := range []string{"health", "drain"} { // as root
		if out, code := r.run(0, nil, "/usr/bin/konklave", command); code != 0 || !strings.Contains(out, map[string]string{"health": "Serving: 0 people", "drain": "Nobody is there"}[command]) {
			r.t.Errorf("konklave %s: %d %s", command, code, out)
		}
	}
	r.ends(server)
}

// ready starts a server and waits until it says that it is ready.
func (r *root) ready(server *exec.Cmd) {
	r.t.Helper()
	out, err := server.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		r.t.Fatal(err)
	}
	text := make([]byte, 1024)
	if n, err := out.Read(text); err != nil || !strings.HasPrefix(string(text[:n]), "Konklave is ready") {
		r.t.Fatalf("not ready: %q, %v", text[:n], err)
	}
}

// ends waits for the end, in order, within the ten seconds after which platforms kill.
func (r *root) ends(server *exec.Cmd) {
	r.t.Helper()
	late := time.AfterFunc(10*time.Second, func() { _ = server.Process.Kill() })
	defer late.Stop()
	if err := server.Wait(); err != nil {
		r.t.Errorf("ended with %v", err)
	}
}

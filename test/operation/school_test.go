package operation

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// commands gives what a part of the example's page has people type, one text for each step.
func commands(t *testing.T, page, heading string) (steps []string) {
	t.Helper()
	_, part, ok := strings.Cut(page, "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("there is no %s", heading)
	}
	part, _, _ = strings.Cut(part, "\n## ")
	for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(part, -1) {
		steps = append(steps, m[1])
	}
	return steps
}

// TestSchoolExample types what the page says, in a network that has nothing but loopback: with the address and the name
// that stand there.
func TestSchoolExample(t *testing.T) {
	t.Parallel()
	program := built(t, "konklave")
	for _, tool := range []string{"ip", "curl", "openssl", "bash"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not there", tool)
		}
	}
	page, err := os.ReadFile("../../examples/school/README.md")
	if err != nil {
		t.Fatal(err)
	}
	steps := commands(t, string(page), "Deutsch")
	if !slices.Equal(steps, commands(t, string(page), "English")) || len(steps) != 6 {
		t.Fatalf("German and English have people type different things, or %d steps", len(steps))
	}
	if !asRoot(t, "--net") {
		return
	}

	home := t.TempDir()
	tools := filepath.Join(home, "tools")
	if err := os.Mkdir(tools, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, filepath.Join(tools, "konklave")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(tools, "sudo"), []byte("#!/bin/sh\nexec \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "hosts"), []byte("127.0.0.1 localhost\n192.168.10.2 konklave.schule.internal\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	script := "set -eu\nip link set lo up\nip addr add 192.168.10.2/24 dev lo\nmount --bind ~/hosts /etc/hosts\n"
	for _, step := range steps {
		if step == "sudo konklave\n" { // in another window
			step = "sudo konklave >server.log 2>&1 &\nserver=$!\ntrap 'kill $server; cat server.log' EXIT\n" +
				"until grep -q 'is ready' server.log; do kill -0 $server; sleep 0.1; done\n"
		}
		script += step
	}
	// And what the page promises beside them.
	script += `
curl -sS --cacert ca.pem -o /dev/null https://192.168.10.2/
curl -sS -o /dev/null -w 'leads to %{redirect_url}\n' http://konklave.schule.internal/m/x
! curl -sS https://konklave.schule.internal/ 2>/dev/null || echo trusted without the authority
stat -c '%a %n' ca-key.pem server-key.pem ca.pem adresse.png
`
	c := exec.CommandContext(t.Context(), "bash", "-c", script)
	c.Dir = "../../examples/school"
	c.Env = []string{"HOME=" + home, "PATH=" + tools + ":" + os.Getenv("PATH")}
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{
		"made a certificate for konklave.schule.internal and 192.168.10.2", "cert_file: server.pem", "Konklave is ready: https://konklave.schule.internal",
		"\x1b[30;107m", "https://konklave.schule.internal is in adresse.png", "Serving: 0 people in 0 rooms.", "\nready\n",
		"leads to https://konklave.schule.internal/m/x", "600 ca-key.pem\n600 server-key.pem\n644 ca.pem\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if strings.Contains(out.String(), "trusted without") || t.Failed() {
		t.Errorf("%s", out.String())
	}
}

package operation

import (
	"os/exec"
	"strings"
	"testing"
)

// TestServiceIsShutIn asks systemd how much the service may, of 100 points; less is better.
func TestServiceIsShutIn(t *testing.T) {
	t.Parallel()
	const most = "20" // 2.0 as it prints them
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not there")
	}
	unit := "../../packaging/konklave.service"
	if out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--threshold="+most, "--no-pager", unit).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	out, err := exec.Command("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit).CombinedOutput()
	for _, line := range lines(string(out)) {
		if line != "" && !strings.Contains(line, "Command /usr/bin/konklave is not executable") {
			t.Errorf("%s (%v)", line, err)
		}
	}
}

package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// machine describes what the figures depend on, and nothing that names it.
func machine() string {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for _, line := range strings.Split(string(text), "\n") {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	cores := 0
	if text, err := os.ReadFile("/proc/stat"); err == nil {
		cores = strings.Count(string(text), "\ncpu") // the first line sums them up and is preceded by nothing
	}
	kernel, memory := "", uint64(0)
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		kernel, _, _ = strings.Cut(unix.ByteSliceToString(name.Release[:]), "-")
	}
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		memory = info.Totalram * uint64(info.Unit) >> 30
	}
	return fmt.Sprintf("%d cores of %s, %d GB, Linux %s", cores, model, memory, kernel)
}

// versionOf asks the server for its version and takes the compiler's from this program: both are built together.
func versionOf(binary string) string {
	out, err := exec.Command(binary, "version").Output()
	if err != nil {
		return runtime.Version()
	}
	return strings.TrimSpace(string(out)) + ", " + runtime.Version()
}

// firstLine is the first line that a program says.
func firstLine(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	line, _, _ := strings.Cut(string(out), "\n")
	if err != nil || line == "" {
		return "unknown"
	}
	return strings.TrimSpace(line)
}

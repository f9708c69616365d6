package operation

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// instruction is a line of a container file. Flags such as --from are kept apart.
type instruction struct {
	name  string
	flags map[string]string
	args  []string
	text  string // all behind the flags
}

// stages reads the container file: the instructions of each stage.
func stages(t *testing.T) [][]instruction {
	t.Helper()
	text, err := os.ReadFile("../../Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	var all [][]instruction
	for _, line := range lines(string(text)) {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		i := instruction{name: name, flags: map[string]string{}}
		for strings.HasPrefix(rest, "--") {
			var flag string
			flag, rest, _ = strings.Cut(rest, " ")
			key, value, _ := strings.Cut(flag, "=")
			i.flags[key] = value
		}
		i.text, i.args = rest, strings.Fields(rest)
		if name == "FROM" {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], i)
	}
	return all
}

// TestContainerFileCopiesWhatIsNeeded compares what is copied with what is there, and with what the program is made of.
func TestContainerFileCopiesWhatIsNeeded(t *testing.T) {
	t.Parallel()
	ignored, err := os.ReadFile("../../.containerignore")
	if err != nil {
		t.Fatal(err)
	}
	var copied []string
	for _, stage := range stages(t) {
		for _, i := range stage {
			if i.name != "COPY" || i.flags["--from"] != "" {
				continue
			}
			for _, source := range i.args[:len(i.args)-1] {
				if _, err := os.Stat(filepath.Join("../..", source)); err != nil {
					t.Errorf("COPY %s: %v", i.text, err)
				}
				if slices.Contains(lines(string(ignored)), source) {
					t.Errorf("COPY %s, but .containerignore leaves it out", i.text)
				}
				copied = append(copied, source)
			}
		}
	}
	out, err := exec.Command("go", "list", "-C", "../..", "-deps", "-f", `{{if and .Module .Module.Main}}{{$dir := .Dir}}{{range .GoFiles}}{{$dir}}/{{.}}
{{end}}{{end}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	top, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files := strings.Fields(string(out))
	if len(files) < 100 {
		t.Fatalf("the program is made of %d files only", len(files))
	}
	for _, file := range files {
		name := strings.TrimPrefix(file, top+"/")
		if !slices.ContainsFunc(copied, func(source string) bool { return name == source || strings.HasPrefix(name, source+"/") }) {
			t.Errorf("%s is not copied", name)
		}
	}
	scripts, err := os.ReadFile("../../web/package.json")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`"build":`).Match(scripts) {
		t.Error("web/package.json has no build that npm could run")
	}
}

// TestContainer lays the last stage out in a folder and runs it there: as its user, with its environment, in a network of
// its own, without anything else of the machine.
func TestContainer(t *testing.T) {
	t.Parallel()
	program := built(t, "konklave")
	if !asRoot(t, "--net") {
		return
	}
	all := stages(t)
	last := all[len(all)-1]
	r := newRoot(t)
	var env, entry, health []string
	var user, volume string
	for _, i := range last {
		switch i.name {
		case "FROM":
			if i.text != "scratch" {
				t.Fatalf("the image begins with %s", i.text)
			}
		case "COPY":
			r.lay(program, i)
		case "ENV":
			env = i.args
		case "USER":
			user = i.text
		case "VOLUME":
			volume = i.text
		case "HEALTHCHECK":
			health = words(t, strings.TrimPrefix(i.text, "CMD "))
		case "ENTRYPOINT":
			entry = words(t, i.text)
		}
	}
	id, err := strconv.ParseUint(strings.Split(user, ":")[0], 10, 32)
	if err != nil || id == 0 {
		t.Fatalf("runs as %s", user)
	}
	server := r.command(uint32(id), env, entry...)
	r.ready(server)
	if out, code := r.run(uint32(id), env, health...); code != 0 || out != "Serving: 0 people in 0 rooms.\n" {
		t.Errorf("%v: %d %s", health, code, out)
	}
	if !r.has(volume + "/api-key") {
		t.Errorf("nothing is kept in %s", volume)
	}
	begun := time.Now()
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	r.ends(server)
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("ended after %v", took)
	}
	if out, code := r.run(uint32(id), env, health...); code == 0 {
		t.Errorf("%v of a server that has ended: %s", health, out)
	}
}

// lay puts what a COPY of the last stage names where it says.
func (r *root) lay(program string, i instruction) {
	r.t.Helper()
	from, to := i.args[0], i.args[1]
	switch {
	case strings.HasSuffix(from, "/konklave"):
		r.copy(program, to)
	case strings.HasSuffix(from, "/data"):
		if err := os.Mkdir(r.path(to), 0o755); err != nil {
			r.t.Fatal(err)
		}
		owner, _, _ := strings.Cut(i.flags["--chown"], ":")
		id, err := strconv.Atoi(owner)
		if err != nil {
			r.t.Fatalf("COPY %s has no owner", i.text)
		}
		if err := os.Chown(r.path(to), id, id); err != nil {
			r.t.Fatal(err)
		}
	default:
		if _, err := os.Stat(from); err == nil { // a machine without them has other tests to pass
			r.copy(from, to)
		}
	}
}

// words reads the form of a command that no shell takes apart.
func words(t *testing.T, text string) (list []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list) == 0 {
		t.Fatalf("%s: %v", text, err)
	}
	return list
}

// TestComposeExample holds the example against the program and the container file.
func TestComposeExample(t *testing.T) {
	t.Parallel()
	program := built(t, "konklave")
	text, err := os.ReadFile("../../examples/compose/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// What stands there as a comment must be right, too.
	text = regexp.MustCompile(`(?m)^(\s+)# (KONKLAVE_\w+: )`).ReplaceAll(text, []byte("$1$2"))
	var compose struct {
		Services map[string]struct {
			Build       struct{ Context, Dockerfile string }
			NetworkMode string            `yaml:"network_mode"`
			Grace       time.Duration     `yaml:"stop_grace_period"`
			Environment map[string]string `yaml:"environment"`
			Volumes     []string
		}
	}
	if err := yaml.Unmarshal(text, &compose); err != nil {
		t.Fatal(err)
	}
	s := compose.Services["konklave"]
	if _, err := os.Stat(filepath.Join("../../examples/compose", s.Build.Context, s.Build.Dockerfile)); err != nil {
		t.Error(err)
	}
	if limit, err := time.ParseDuration(s.Environment["KONKLAVE_DRAIN_TIMEOUT"]); err != nil || s.Grace < limit+15*time.Second {
		t.Errorf("killed after %v, but it drains for %v (%v)", s.Grace, limit, err)
	}
	if s.NetworkMode != "host" || !slices.Equal(s.Volumes, []string{"data:/data"}) || len(s.Environment) < 5 {
		t.Errorf("%+v", s)
	}
	c := exec.Command(program, "config")
	c.Dir = t.TempDir()
	for name, value := range s.Environment {
		c.Env = append(c.Env, name+"="+value)
	}
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

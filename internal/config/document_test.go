package config

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var update = flag.Bool("update", false, "write the generated documents anew")

// TestDocuments compares what is generated with what is committed. `go test ./internal/config -update` writes it anew.
func TestDocuments(t *testing.T) {
	for path, want := range map[string]string{
		"../../docs/config.md": Markdown(), "../../docs/konklave.sample.yaml": Sample(),
	} {
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not what the settings say: run go test ./internal/config -update", path)
		}
	}
}

func TestSampleIsTheDefaults(t *testing.T) {
	c, err := Load(Sources{FileName: "sample", File: []byte(Sample())})
	if err != nil {
		t.Fatal(err)
	}
	d, _ := Load(Sources{})
	if c.Effective(nil) == "" || strip(c.Effective(nil)) != strip(d.Effective(nil)) {
		t.Errorf("the sample changes something:\n%s", c.Effective(nil))
	}
}

// strip takes the origins away.
func strip(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i], _, _ = strings.Cut(line, " # ")
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestEffectiveHasOriginsAndNoSecrets(t *testing.T) {
	c, err := Load(Sources{Env: map[string]string{"KONKLAVE_API_KEYS": "mykey: hunter2", "KONKLAVE_PORT": "8080",
		"KONKLAVE_DATABASE": "postgres://konklave:hunter2@db.example/konklave"}})
	if err != nil {
		t.Fatal(err)
	}
	got := c.Effective(nil)
	if strings.Contains(got, "hunter2") {
		t.Errorf("prints a secret:\n%s", got)
	}
	for _, want := range []string{"KONKLAVE_PORT", "mykey: \"[redacted]\"", "# default", "udp_port: 7882", "database: \"postgres://[redacted]\""} {
		if !strings.Contains(got, want) {
			t.Errorf("does not say %q:\n%s", want, got)
		}
	}
	if _, err := Load(Sources{FileName: "printed", File: []byte(got)}); err != nil {
		t.Errorf("cannot be read back: %v", err)
	}
}

func TestEverySettingIsExplained(t *testing.T) {
	seen := map[string]string{}
	for _, s := range settings() {
		if s.help == "" || !strings.HasSuffix(s.help, ".") {
			t.Errorf("%s needs a sentence of help", s.key)
		}
		if s.preset == "" && s.unset == "" {
			t.Errorf("%s has neither a default nor a word on what an empty value means", s.key)
		}
		for _, name := range []string{s.env(), s.flag} {
			if other, twice := seen[name]; twice && name != "" {
				t.Errorf("%s and %s have the same name %s", s.key, other, name)
			}
			seen[name] = s.key
		}
	}
}

func TestFlagsOfTheCommandLine(t *testing.T) {
	flags := NewFlags()
	var cli struct{}
	parser, err := kong.New(&cli, kong.Embed(flags.Struct()))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--dev", "--port", "0", "--rtc-ip=10.77.0.1,::1", "--rtc-ip", "10.77.0.2", "--metrics-bind="}
	if _, err := parser.Parse(args); err != nil {
		t.Fatal(err)
	}
	c, err := Load(Sources{Flags: flags.Given()})
	if err != nil {
		t.Fatal(err)
	}
	if !c.Dev || c.Port != 0 || len(c.RTC.IPs) != 3 || c.Metrics.Bind.IsValid() {
		t.Errorf("got %+v", c.RTC)
	}
	if c.Origin("rtc.ips") != "--rtc-ip" || c.Origin("log.level") != "default" {
		t.Error("a flag that was not given counts as given, or the other way round")
	}
}

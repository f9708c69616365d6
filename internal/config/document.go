package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"konklave/internal/pii"
)

// Effective prints the whole configuration as a file that Load would take, each value with its origin, secrets
// redacted. Remarks about settings, by key, stand beside their origin.
func (c Config) Effective(remarks map[string]string) string {
	c.APIKeys = redacted(c.APIKeys)
	if c.Database != "" {
		c.Database = postgresScheme + pii.Redacted
	}
	return render(c, func(s setting, line string) string {
		// The comment goes to the first line of a value that takes several.
		first, rest, many := strings.Cut(line, "\n")
		first = fmt.Sprintf("%-40s # %s", first, c.origins[s.key])
		if remark := remarks[s.key]; remark != "" {
			first += "; " + remark
		}
		if many {
			return first + "\n" + rest
		}
		return first
	})
}

// Sample is a configuration file with every setting at its default and what it is for. A test compares it with
// docs/konklave.sample.yaml.
func Sample() string {
	c, err := Load(Sources{})
	if err != nil {
		panic(err) // defaults contradict each other
	}
	head := "# Every setting with its default. Copy to konklave.yaml what you change; the rest may be left out.\n" +
		"# Made from the program's list of settings: do not edit.\n"
	return head + "\n" + render(c, func(s setting, line string) string {
		indent := strings.Repeat(" ", len(line)-len(strings.TrimLeft(line, " ")))
		about := comment(indent, s.help+emptyMeans(s))
		if s.preset == "" {
			return about + indent + "# " + strings.TrimLeft(line, " ") + "\n"
		}
		return about + line + "\n"
	})
}

// Markdown is docs/config.md. A test compares it with the file.
func Markdown() string {
	var b strings.Builder
	b.WriteString(`# Configuration

Made from the program's list of settings (` + "`internal/config/config.go`" + `): do not edit.

A setting is taken from a flag, else from an environment variable, else from the file, else it has its default. The
file is ` + "`konklave.yaml`" + ` in the working directory when there is one, or what ` + "`--config`" + ` or ` + "`KONKLAVE_CONFIG`" + `
names. Unknown names and invalid values are all reported, with their place, and nothing starts.
` + "`konklave config`" + ` prints what is in effect and where each value came from, without secrets.
[konklave.sample.yaml](konklave.sample.yaml) has every setting.

| in the file | environment | flag | default | what it does |
|---|---|---|---|---|
`)
	for _, s := range settings() {
		flag := "none"
		if s.flag != "" {
			flag = "`--" + s.flag + "`"
		}
		preset := "`" + s.preset + "`"
		if s.preset == "" {
			preset = s.unset
		}
		help := s.help
		if s.preset != "" {
			help += emptyMeans(s)
		}
		if len(s.allowed) > 0 {
			help += " One of " + strings.Join(s.allowed, ", ") + "."
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s |\n", s.key, s.env(), flag, preset, help)
	}
	b.WriteString(`
Lists are separated by commas in the environment and in a flag, and are YAML lists in the file; a flag may also be given
several times. ` + "`KONKLAVE_API_KEYS=\"key: secret, key2: secret2\"`" + ` has the keys; in the file they are a mapping. There is no
flag for them, because every process of a machine can read the flags of the others.

Container platforms that put a variable for every service into each container (Kubernetes does, for a service named
konklave) make names that begin with ` + "`KONKLAVE_`" + ` and are no settings. Switch that off there (` + "`enableServiceLinks: false`" + `).
`)
	return b.String()
}

// render writes every setting as YAML, with sections, each line as each makes it.
func render(c Config, each func(s setting, line string) string) string {
	var b strings.Builder
	section := ""
	for _, s := range settings() {
		name, indent := s.key, ""
		if before, after, ok := strings.Cut(s.key, "."); ok {
			if before != section {
				section = before
				b.WriteString(section + ":\n")
			}
			name, indent = after, "  "
		}
		b.WriteString(each(s, indent+name+":"+yamlValue(s, s.texts(&c), indent)))
		b.WriteString("\n")
	}
	return b.String()
}

func yamlValue(s setting, texts []string, indent string) string {
	if !s.isList() {
		return " " + yamlScalar(texts[0])
	}
	var b strings.Builder
	if s.key == "api_keys" {
		if len(texts) == 0 {
			return " {}"
		}
		for _, text := range texts {
			key, secret, _ := strings.Cut(text, ": ")
			b.WriteString("\n" + indent + "  " + yamlScalar(key) + ": " + yamlScalar(secret))
		}
		return b.String()
	}
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = yamlScalar(text)
	}
	return " [" + strings.Join(quoted, ", ") + "]"
}

// yamlScalar writes a text so that YAML reads the same text back.
func yamlScalar(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '/' || r == '-'
	}
	if text != "" && !strings.HasPrefix(text, "-") && !strings.ContainsFunc(text, func(r rune) bool { return !plain(r) }) &&
		!slices.Contains([]string{"null", "Null", "NULL"}, text) {
		return text
	}
	node := yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Tag: "!!str", Value: text}
	out, err := yaml.Marshal(&node)
	if err != nil {
		return `""` // not reached: a string has a YAML form
	}
	return strings.TrimSuffix(string(out), "\n")
}

func redacted(keys Keys) Keys {
	shown := Keys{}
	for key := range keys {
		shown[key] = pii.Redacted
	}
	return shown
}

func emptyMeans(s setting) string {
	if s.unset == "" {
		return ""
	}
	return " Empty: " + s.unset + "."
}

// comment breaks a text into comment lines of at most 100 characters.
func comment(indent, text string) string {
	const width = 100
	var b strings.Builder
	line := indent + "#"
	for word := range strings.FieldsSeq(text) {
		if len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line = indent + "#"
		}
		line += " " + word
	}
	return b.String() + line + "\n"
}

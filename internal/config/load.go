package config

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Sources is everything that settings are taken from, as it was found.
type Sources struct {
	FileName string // as faults shall name it
	File     []byte // YAML; nil for none
	Env      map[string]string
	Flags    map[string][]string // name without dashes -> values given
}

// A Fault is one thing that is wrong with the settings.
type Fault struct {
	Where string // "konklave.yaml:3", "KONKLAVE_PORT", "--port"
	What  string
}

// Faults is the error of Load: all that is wrong, one line each.
type Faults []Fault

// Error lists the faults.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.Where + ": " + fault.What
	}
	return strings.Join(lines, "\n")
}

// sort puts the faults of the file in front, in the order of its lines. The others stay in their order.
func (src Sources) sort(faults Faults) {
	line := func(f Fault) int {
		if text, ok := strings.CutPrefix(f.Where, src.FileName+":"); ok {
			if n, err := strconv.Atoi(text); err == nil {
				return n
			}
		}
		return math.MaxInt
	}
	slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(line(a), line(b)) })
}

// value is what one source says about one setting.
type value struct {
	key   string // of the setting
	where string
	texts []string
}

// Load merges the sources over the defaults and checks the whole. Its error is a Faults.
func Load(src Sources) (Config, error) {
	list := settings()
	c := Config{origins: map[string]string{}}
	byKey := map[string]setting{}
	for _, s := range list {
		byKey[s.key] = s
		c.origins[s.key] = "default"
		if s.preset == "" {
			continue
		}
		if err := s.set(&c, s.split(s.preset)); err != nil {
			panic(fmt.Sprintf("config: default of %s: %v", s.key, err)) // a mistake in the struct tags, seen by every test
		}
	}

	values, faults := readFile(src.FileName, src.File, byKey)
	fromEnv, envFaults := readEnv(src.Env, list)
	fromFlags, flagFaults := readFlags(src.Flags, list)
	faults = slices.Concat(faults, envFaults, flagFaults)

	// In this order, so that the later source wins.
	for _, v := range slices.Concat(values, fromEnv, fromFlags) {
		if err := byKey[v.key].set(&c, v.texts); err != nil {
			faults = append(faults, Fault{v.where, v.key + " " + err.Error()})
			continue
		}
		c.origins[v.key] = v.where
	}
	c.applyDev()
	c.applySelfSigned()
	if len(faults) == 0 {
		// Settings that contradict each other make sense only once each is valid by itself.
		faults = c.check()
	}
	src.sort(faults)
	if len(faults) > 0 {
		return Config{}, Faults(faults)
	}
	return c, nil
}

// Variables that begin like ours and are no settings: the path of the file, which is read before there are settings,
// and what tests tell each other.
const (
	EnvFile       = envPrefix + "CONFIG"
	envTestPrefix = envPrefix + "TEST_"
)

func readEnv(env map[string]string, list []setting) (values []value, faults []Fault) {
	byName := map[string]setting{}
	for _, s := range list {
		byName[s.env()] = s
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !strings.HasPrefix(name, envPrefix) || strings.HasPrefix(name, envTestPrefix) || name == EnvFile {
			continue
		}
		switch s, ok := byName[name]; {
		case ok:
			values = append(values, value{s.key, name, s.split(env[name])})
		case env[name] != "": // many a shell and supervisor can only empty a variable, not take it away
			faults = append(faults, Fault{name, "there is no such setting"})
		}
	}
	return values, faults
}

func readFlags(flags map[string][]string, list []setting) (values []value, faults []Fault) {
	byName := map[string]setting{}
	for _, s := range list {
		byName[s.flag] = s
	}
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		s, ok := byName[name]
		if !ok || name == "" {
			faults = append(faults, Fault{"--" + name, "there is no such setting"})
			continue
		}
		values = append(values, value{s.key, "--" + name, flags[name]})
	}
	return values, faults
}

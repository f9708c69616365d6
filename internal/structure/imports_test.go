package structure

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the direction of imports: what the code of a package, its tests aside, may import of the project.
// id and pii are open to all.
var mayImport = map[string][]string{
	"main":                 {"app", "capacity", "config"},
	"capacity":             {"bench/load", "config", "token"},
	"app":                  {anything},
	"server":               {"token", "web"},
	"session":              {"room", "describe", "negotiate", "relay", "sdp", "signal", "signal/lkpb", "wire", "sfu", "sfu/codec", "token"},
	"doctor":               {"negotiate", "sdp", "sources", "wire"},
	"relay":                {"wire"},
	"roomservice":          {"room", "describe", "session", "signal", "signal/lkpb", "token"},
	"webhook":              {"room", "describe", "signal/lkpb", "token"},
	"describe":             {"room", "signal/lkpb"},
	"meeting/control":      {"meeting", "meeting/files", "meeting/rules", "sources"},
	"meeting/files":        {"meeting"},
	"meeting/ticket":       {"meeting", "meeting/rules"},
	"meeting/tsgen":        {"meeting", "meeting/control"},
	"meeting":              {"meeting/rules"},
	"account":              {"sources", "store"},
	"api/tsgen":            {"api"},
	"api":                  {"account", "meeting", "meeting/calendar", "meeting/plan", "meeting/rules", "sources", "store"},
	"meeting/calendar":     {"meeting/rules"},
	"meeting/plan":         {"meeting", "meeting/calendar", "meeting/rules", "sources", "store"},
	"meeting/rules":        {},
	"meeting/rules/docgen": {"meeting/rules"},
	"ampel":                {},
	"ampel/report":         {"ampel"},
	"ampel/site":           {"ampel"},
	"negotiate":            {"sdp", "sfu", "sfu/codec"},
	"wire":                 {"sfu", "sfu/bwe", "sfu/codec"},
	"sfu":                  {"sfu/bwe", "sfu/codec"},
	"sfu/bwe":              {},
	"sfu/bwe/line":         {"sfu/bwe"}, // for tests only: see TestProofsStayOutside
	"signal":               {"signal/lkpb"},
	"room":                 {},
	"sources":              {},
	"store":                {},
	"backup":               {"store"},
	"store/storetest":      {"store"}, // for tests only: see TestProofsStayOutside
	"token":                {},
	"sdp":                  {"sfu/codec"},
	"config":               {},
	"certificate":          {},
	"drain":                {},
	"operator":             {"drain"},
	"supervisor":           {},
	"signal/lkpb":          {},
	"sfu/codec":            {},
	"id":                   {},
	"pii":                  {},
	"web":                  {},
	"structure":            {},
	"scripts/gotest":       {},
	"testkit":              {anything}, // for tests only: see TestProofsStayOutside
}

const anything = "*"

var openToAll = []string{"id", "pii"}

// TestImports compares every import with the table.
func TestImports(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest || f.isProof() {
			continue
		}
		allowed, listed := mayImport[f.pkg]
		if !listed {
			t.Errorf("%s: package %s is not in the table mayImport: add it with what it may import", f.path, f.pkg)
			continue
		}
		for _, spec := range f.syntax.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			target := projectImport(name)
			if target == "" || slices.Contains(openToAll, target) || slices.Contains(allowed, target) || slices.Contains(allowed, anything) {
				continue
			}
			t.Errorf("%s: %s must not import %s", f.at(spec), f.pkg, target)
		}
	}
}

// TestProofsStayOutside keeps fakes, load and scenarios out of the program.
func TestProofsStayOutside(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest || f.pkg == "testkit" || f.pkg == "store/storetest" || f.pkg == "sfu/bwe/line" || f.isProof() {
			continue
		}
		for _, spec := range f.syntax.Imports {
			for _, outside := range []string{`"konklave/internal/testkit`, `"konklave/internal/store/storetest`, `"konklave/internal/sfu/bwe/line`, `"konklave/test/`, `"konklave/bench`} {
				if f.pkg == "capacity" && spec.Path.Value == `"konklave/bench/load"` {
					continue // the command that measures the machine needs participants
				}
				if strings.HasPrefix(spec.Path.Value, outside) {
					t.Errorf("%s: only tests and measurements may import %s", f.at(spec), spec.Path.Value)
				}
			}
		}
	}
}

// TestTablesNameWhatExists keeps packages that are gone out of the tables. Packages that may come are marked there.
func TestTablesNameWhatExists(t *testing.T) {
	exists := map[string]bool{anything: true, "testkit": true}
	for _, f := range goFiles(t) {
		exists[f.pkg] = true
	}
	for pkg, targets := range mayImport {
		for _, name := range append([]string{pkg}, targets...) {
			if !exists[name] {
				t.Errorf("mayImport names the package %s, which does not exist", name)
			}
		}
	}
	for pkg := range pure {
		if !exists[pkg] {
			t.Errorf("pure names the package %s, which does not exist", pkg)
		}
	}
}

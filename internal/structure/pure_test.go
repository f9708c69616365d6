package structure

import (
	"go/ast"
	"path"
	"strconv"
	"strings"
	"testing"
)

// pure lists the packages that only compute: the same calls give the same results, so their tests need no socket, no
// clock and no luck. Files named loop.go or loop_*.go hold the goroutine that owns a pure state, and are exempt; so is
// generated code.
var pure = map[string]bool{
	"room": true, "meeting": true, "signal": true, "sdp": true, "negotiate": true, "sfu": true, "sfu/bwe": true, "sfu/bwe/line": true, "sfu/codec": true,
	"config": true, "pii": true, "id": true, "meeting/rules": true, "meeting/calendar": true, "ampel": true, "ampel/report": true,
}

// impureImports are packages that reach outside or hide shared state. net/netip, which only computes, is none.
var impureImports = map[string]string{
	"net": "a network", "net/http": "a network", "os": "the machine", "os/exec": "the machine", "os/signal": "the machine",
	"syscall": "the machine", "golang.org/x/sys/unix": "the machine", "sync": "shared state", "sync/atomic": "shared state",
	"github.com/coder/websocket": "a network",
}

// impureCalls are functions that read a clock or start a timer. Their packages' types are fine.
var impureCalls = map[string][]string{
	"time":    {"Now", "Since", "Until", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Sleep"},
	"context": {"WithTimeout", "WithDeadline", "WithTimeoutCause", "WithDeadlineCause", "AfterFunc"},
}

// mayUseAtomics lists the packages that may use sync/atomic. Elsewhere a goroutine owns its state, or a lock guards it.
var mayUseAtomics = map[string]bool{"wire": true}

func TestPurePackages(t *testing.T) {
	for _, f := range goFiles(t) {
		base := path.Base(f.path)
		isLoop := base == "loop.go" || strings.HasPrefix(base, "loop_")
		if !pure[f.pkg] || f.isTest || f.generated || isLoop {
			continue
		}
		for _, fault := range impurities(f) {
			t.Error(fault)
		}
	}
}

// impurities lists what a pure file must not have.
func impurities(f sourceFile) []string {
	var faults []string
	local := map[string]string{} // name in this file -> import path, for packages with impure functions
	for _, spec := range f.syntax.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if what, bad := impureImports[name]; bad {
			faults = append(faults, f.at(spec)+": pure package "+f.pkg+" reaches "+what+" by "+name)
		}
		if _, watched := impureCalls[name]; watched {
			as := path.Base(name)
			if spec.Name != nil {
				as = spec.Name.Name
			}
			local[as] = name
		}
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			faults = append(faults, f.at(n)+": pure package "+f.pkg+" starts a goroutine")
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if !ok {
				break
			}
			for _, call := range impureCalls[local[x.Name]] {
				if n.Sel.Name == call {
					faults = append(faults, f.at(n)+": pure package "+f.pkg+" uses "+x.Name+"."+call)
				}
			}
		}
		return true
	})
	return faults
}

func TestAtomicsStayInWire(t *testing.T) {
	for _, f := range goFiles(t) {
		if f.isTest || f.generated || mayUseAtomics[f.pkg] || f.isProof() {
			continue
		}
		for _, spec := range f.syntax.Imports {
			if spec.Path.Value == `"sync/atomic"` {
				t.Errorf("%s: sync/atomic is for %v only", f.at(spec), mayUseAtomics)
			}
		}
	}
}

// TestImpuritiesAreFound plants one of each.
func TestImpuritiesAreFound(t *testing.T) {
	f := parse(t, `package planted
import ("os"; clock "time"; "net/netip"; "context"; "sync")
var a = netip.Addr{}
var d clock.Duration
func b() { go b(); _ = clock.Now(); _, _ = context.WithTimeout(nil, d); _ = os.Args; var _ sync.Mutex }
`)
	if got := impurities(f); len(got) != 5 {
		t.Errorf("found %d of 5: %v", len(got), got)
	}
}

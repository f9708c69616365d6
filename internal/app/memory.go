package app

import (
	"os"
	"runtime/debug"
)

// gcPercent is by how much the heap may grow before it is collected, in percent of what is alive. Nothing is allocated
// for packets, so that collections cost what joins cost, and with Go's 100 that is little for much memory.
const gcPercent = 60

// KeepMemorySmall sets when the process collects its garbage, unless the environment does (GOGC).
func KeepMemorySmall() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

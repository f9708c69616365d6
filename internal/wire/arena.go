package wire

// arena keeps the heads of packets that wait to be sealed: copied in, forgotten all at once.
type arena struct {
	chunks [][]byte
	chunk  int // in use
	used   int // of it, in bytes
}

const arenaChunk = 64 << 10

// copy keeps b until reset.
func (a *arena) copy(b []byte) []byte {
	if a.chunk < len(a.chunks) && a.used+len(b) > arenaChunk {
		a.chunk, a.used = a.chunk+1, 0
	}
	if a.chunk == len(a.chunks) {
		a.chunks = append(a.chunks, make([]byte, arenaChunk))
	}
	kept := a.chunks[a.chunk][a.used : a.used+len(b) : a.used+len(b)]
	copy(kept, b)
	a.used += len(b)
	return kept
}

func (a *arena) reset() { a.chunk, a.used = 0, 0 }

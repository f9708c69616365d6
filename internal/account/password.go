package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/crypto/argon2"

	"konklave/internal/pii"
)

// cost is how much work a hash is: RFC 9106. It stands in each hash, so that old ones are still understood when it grows.
type cost struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

// today is the cost of new hashes: 46 MiB and about a tenth of a second of one core. One lane: a second core would be taken
// from media.
var today = cost{memory: 46 << 10, passes: 2, lanes: 1}

// More than any hash of ours: a database that somebody meddled with must not use up the memory.
var mostCost = cost{memory: 1 << 20, passes: 16, lanes: 16}

const (
	saltBytes = 16
	keyBytes  = 32
)

// How many may wait for their turn, and how long at most. With today's cost that many take three seconds on one core.
const (
	mostWaiting = 32
	longestWait = 10 * time.Second
)

// Hasher makes and compares hashes of passwords (argon2id), a few at a time: forwarding of media must not wait for it.
type Hasher struct {
	cost      cost
	turns     chan struct{} // one for each that may run
	strangers chan struct{} // one for each of them that runs or waits
	known     chan struct{} // alike, for those whom strangers must not crowd out
}

// NewHasher makes a Hasher that uses a quarter of the cores, at least one.
func NewHasher() *Hasher { return newHasher(today, max(1, runtime.NumCPU()/4)) }

// CheapHasher makes one for tests of other packages: its hashes are quick to make, and quick to guess.
func CheapHasher() *Hasher { return newHasher(cost{memory: 64, passes: 1, lanes: 1}, 4) }

func newHasher(c cost, parallel int) *Hasher {
	waiting := parallel + mostWaiting
	return &Hasher{cost: c, turns: make(chan struct{}, parallel), strangers: make(chan struct{}, waiting), known: make(chan struct{}, waiting)}
}

// run does the work when it is its turn. Its error is a Failure with CodeBusy or the context's.
func (h *Hasher) run(ctx context.Context, queue chan struct{}, work func()) error {
	select {
	case queue <- struct{}{}:
		defer func() { <-queue }()
	default:
		return Failure{Code: CodeBusy, Wait: 2 * time.Second}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, longestWait, Failure{Code: CodeBusy, Wait: 5 * time.Second})
	defer cancel()
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	aside(work)
	return nil
}

// aside does the work of a hash so that forwarding need not wait for it. The runtime takes its processor from a goroutine that goes on
// and on after ten milliseconds only: where it has one processor, packets come later by that, and more. With another the kernel
// decides, which prefers who has just been woken (docs/performance.md).
func aside(work func()) {
	if runtime.GOMAXPROCS(0) == 1 {
		runtime.GOMAXPROCS(2) // no more than one hash runs at a time here: see NewHasher
		defer runtime.GOMAXPROCS(1)
	}
	work()
}

// Hash makes the hash of a password, for somebody who is known: by a link, an old password, or an administrator.
func (h *Hasher) Hash(ctx context.Context, password pii.Token) (pii.Token, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt)
	var text string
	err := h.run(ctx, h.known, func() { text = encode(h.cost, salt, derive(password, salt, h.cost, keyBytes)) })
	return pii.Token(text), err
}

// Matches tells whether a password is the one of a hash, and whether the hash should be made anew because its cost is no
// more today's. An empty hash matches nothing and takes as long: so nobody learns which accounts there are. known tells
// that a browser of the owner's asks.
func (h *Hasher) Matches(ctx context.Context, known bool, hash, password pii.Token) (ok, old bool, err error) {
	c, salt, key := h.cost, make([]byte, saltBytes), make([]byte, keyBytes)
	if hash != "" {
		if c, salt, key, err = decode(hash.Reveal()); err != nil {
			return false, false, err
		}
	}
	queue := h.strangers
	if known {
		queue = h.known
	}
	err = h.run(ctx, queue, func() { ok = subtle.ConstantTimeCompare(derive(password, salt, c, len(key)), key) == 1 })
	return ok && hash != "", c != h.cost, err
}

func derive(password pii.Token, salt []byte, c cost, length int) []byte {
	return argon2.IDKey([]byte(normal(password)), salt, c.passes, c.memory, c.lanes, uint32(length))
}

// encode writes a hash as argon2's own program does: $argon2id$v=19$m=47104,t=2,p=1$salt$key.
func encode(c cost, salt, key []byte) string {
	e := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.lanes, e.EncodeToString(salt), e.EncodeToString(key))
}

var errHash = errors.New("the stored hash of a password is not understood")

func decode(text string) (c cost, salt, key []byte, err error) {
	var version int
	var rest string
	if _, err := fmt.Sscanf(text, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &c.memory, &c.passes, &c.lanes, &rest); err != nil || version != argon2.Version {
		return c, nil, nil, errHash
	}
	for i := range rest {
		if rest[i] == '$' {
			salt, err = base64.RawStdEncoding.DecodeString(rest[:i])
			if err == nil {
				key, err = base64.RawStdEncoding.DecodeString(rest[i+1:])
			}
			break
		}
	}
	small := c.memory == 0 || c.passes == 0 || c.lanes == 0 || len(salt) < 8 || len(key) < 16
	large := c.memory > mostCost.memory || c.passes > mostCost.passes || c.lanes > mostCost.lanes || len(key) > 1<<10
	if err != nil || small || large {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}

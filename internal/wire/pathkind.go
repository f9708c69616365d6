package wire

// PathKind is what kind of path a peer's packets take.
type PathKind uint8

// The kinds of paths. Those of relays say how the peer reaches the relay.
const (
	PathNone PathKind = iota
	PathUDP
	PathTCP
	RelayUDP
	RelayTCP
	RelayTLS
)

// PathKinds are all of them.
var PathKinds = []PathKind{PathNone, PathUDP, PathTCP, RelayUDP, RelayTCP, RelayTLS}

// String is the name of the kind in metrics.
func (k PathKind) String() string {
	return [...]string{"none", "udp", "tcp", "relay_udp", "relay_tcp", "relay_tls"}[k]
}

func (k PathKind) relayed() bool { return k >= RelayUDP }

// kind is the path's kind.
func (p *path) kind() PathKind {
	switch {
	case p == nil:
		return PathNone
	case p.stream != nil:
		return p.stream.kind
	}
	return PathUDP
}

// Path is the kind of the path that the peer nominated last, PathNone before.
func (t *Transport) Path() PathKind { return PathKind(t.stats.path.Load()) }

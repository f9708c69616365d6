package relay

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/pion/stun/v4"

	"konklave/internal/wire"
)

// client is one way to a client, as its five-tuple tells it from others. One goroutine at a time speaks for it.
type client struct {
	server *Server
	from   netip.AddrPort
	kind   wire.PathKind
	send   func([]byte)       // one message to the client
	has    func() *allocation // nil for none
	gets   func(*allocation)  // nil when it ends
}

// request is a message of a client in hand.
type request struct {
	client
	m    *stun.Message
	user *user
	key  stun.MessageIntegrity // nil before it is known whose it is
}

// onMessage does what a client asks for.
func (c client) onMessage(m *stun.Message, b []byte) {
	if len(b) < channelHead {
		return
	}
	if b[0]>>6 == 1 {
		if a := c.has(); a != nil {
			a.onChannelData(b)
		}
		return
	}
	m.Raw = append(m.Raw[:0], b...)
	if m.Decode() != nil {
		return
	}
	r := request{client: c, m: m}
	switch m.Type {
	case stun.NewType(stun.MethodSend, stun.ClassIndication):
		r.onSend()
	case stun.BindingRequest:
		r.answer(mapped(c.from), stun.Fingerprint)
	case stun.NewType(stun.MethodAllocate, stun.ClassRequest), stun.NewType(stun.MethodRefresh, stun.ClassRequest),
		stun.NewType(stun.MethodCreatePermission, stun.ClassRequest), stun.NewType(stun.MethodChannelBind, stun.ClassRequest):
		if r.understood() && r.authentic() {
			r.carryOut()
		}
	}
}

func (r *request) carryOut() {
	a := r.has()
	switch {
	case r.m.Type.Method == stun.MethodAllocate:
		r.onAllocate(a)
	case a == nil:
		r.refuse(stun.CodeAllocMismatch)
	case a.user != r.user:
		r.refuse(stun.CodeWrongCredentials)
	case r.m.Type.Method == stun.MethodRefresh:
		r.onRefresh(a)
	case r.m.Type.Method == stun.MethodCreatePermission:
		r.onCreatePermission()
	default:
		r.onChannelBind(a)
	}
}

// understood refuses a request with what must be understood and is not (RFC 8489 section 6.3.1).
func (r *request) understood() bool {
	var unknown stun.UnknownAttributes
	for _, a := range r.m.Attributes {
		if a.Type.Required() && !a.Type.Known() || a.Type == stun.AttrDontFragment {
			unknown = append(unknown, a.Type)
		}
	}
	if len(unknown) > 0 {
		r.refuse(stun.CodeUnknownAttribute, unknown)
	}
	return len(unknown) == 0
}

// authentic tells whether a request is signed by somebody with a grant (RFC 8489 section 9.2.4).
func (r *request) authentic() bool {
	var name stun.Username
	var at stun.Realm
	var nonce stun.Nonce
	again := []stun.Setter{stun.NewRealm(realm), stun.NewNonce(r.server.nonce())}
	switch {
	case !r.m.Contains(stun.AttrMessageIntegrity):
		r.refuse(stun.CodeUnauthorized, again...)
		return false
	case name.GetFrom(r.m) != nil || at.GetFrom(r.m) != nil || nonce.GetFrom(r.m) != nil:
		r.refuse(stun.CodeBadRequest)
		return false
	case !r.server.fresh(nonce.String()):
		r.refuse(stun.CodeStaleNonce, again...)
		return false
	}
	u, key := r.server.whose(name.String(), r.m.Type.Method == stun.MethodAllocate)
	if u == nil || at.String() != realm || key.Check(r.m) != nil {
		r.refuse(stun.CodeUnauthorized, again...)
		return false
	}
	r.user, r.key = u, key
	return true
}

// onAllocate makes an allocation (RFC 8656 section 7.2).
func (r *request) onAllocate(a *allocation) {
	if a != nil {
		if a.made != r.m.TransactionID || a.user != r.user {
			r.refuse(stun.CodeAllocMismatch)
			return
		}
		r.granted(a) // the answer got lost
		return
	}
	six := r.from.Addr().Is6()
	if family, err := r.m.Get(stun.AttrRequestedAddressFamily); err == nil {
		if len(family) != 4 || family[0] != 1 && family[0] != 2 {
			r.refuse(stun.CodeAddrFamilyNotSupported)
			return
		}
		six = family[0] == 2
	}
	transport, err := r.m.Get(stun.AttrRequestedTransport)
	const udp = 17
	switch {
	case err != nil || len(transport) != 4:
		r.refuse(stun.CodeBadRequest)
		return
	case transport[0] != udp:
		r.refuse(stun.CodeUnsupportedTransProto)
		return
	case r.m.Contains(stun.AttrEvenPort) || r.m.Contains(stun.AttrReservationToken): // pairs of ports, which nobody needs
		r.refuse(stun.CodeInsufficientCapacity)
		return
	}
	a = &allocation{
		made: r.m.TransactionID, send: r.send, padded: r.kind != wire.RelayUDP, ended: func() { r.gets(nil) },
		until: r.server.cfg.Now().Add(shortest),
	}
	if code := r.server.allocate(r.user, a, r.kind, six); code != 0 {
		r.refuse(code)
		return
	}
	r.gets(a)
	if a.isOver() { // its grant has ended meanwhile
		r.gets(nil)
		return
	}
	r.granted(a)
}

func (r *request) granted(a *allocation) {
	life := a.refresh(r.lifetime())
	r.answer(relayedAddress(a.at), lifetimeOf(life), mapped(r.from), r.key)
}

func (r *request) onRefresh(a *allocation) {
	if life := r.lifetime(); life > 0 || !r.m.Contains(stun.AttrLifetime) {
		r.answer(lifetimeOf(a.refresh(life)), r.key)
		return
	}
	r.answer(lifetimeOf(0), r.key)
	a.close()
}

// lifetime is what the client wishes, 0 when it says nothing.
func (r *request) lifetime() time.Duration {
	b, err := r.m.Get(stun.AttrLifetime)
	if err != nil || len(b) != 4 {
		return 0
	}
	return time.Duration(binary.BigEndian.Uint32(b)) * time.Second
}

// onCreatePermission grants what is so anyway: packets to and from our media. Nobody else can be reached, so there is
// nothing to remember.
func (r *request) onCreatePermission() {
	code := stun.ErrorCode(0)
	if !r.m.Contains(stun.AttrXORPeerAddress) {
		code = stun.CodeBadRequest
	}
	_ = r.m.ForEach(stun.AttrXORPeerAddress, func(m *stun.Message) error { // never fails
		if peer, ok := peerOf(m); !ok {
			code = stun.CodeBadRequest
		} else if !r.server.cfg.Wire.IsOurs(peer.Addr()) {
			code = stun.CodeForbidden
		}
		return nil
	})
	if code != 0 {
		r.refuse(code)
		return
	}
	r.answer(r.key)
}

func (r *request) onChannelBind(a *allocation) {
	number, err := r.m.Get(stun.AttrChannelNumber)
	peer, ok := peerOf(r.m)
	switch {
	case err != nil || len(number) != 4 || !ok || number[0] < 0x40 || number[0] > 0x4f:
		r.refuse(stun.CodeBadRequest)
	case !r.server.cfg.Wire.IsMedia(peer):
		r.refuse(stun.CodeForbidden)
	case !a.bind(binary.BigEndian.Uint16(number), peer):
		r.refuse(stun.CodeBadRequest)
	default:
		r.answer(r.key)
	}
}

// onSend delivers a packet that came without a channel. What is not for our media goes nowhere.
func (r *request) onSend() {
	a := r.has()
	peer, ok := peerOf(r.m)
	data, err := r.m.Get(stun.AttrData)
	if a == nil || !ok || err != nil || !r.server.cfg.Wire.IsMedia(peer) {
		return
	}
	a.relay.Deliver(data, peer.Addr())
}

// answer says that a request has succeeded.
func (r *request) answer(with ...stun.Setter) { r.respond(stun.ClassSuccessResponse, with) }

// refuse says that it has not, and why.
func (r *request) refuse(why stun.ErrorCode, with ...stun.Setter) {
	with = append([]stun.Setter{why}, with...)
	if r.key != nil {
		with = append(with, r.key)
	}
	r.respond(stun.ClassErrorResponse, with)
}

func (r *request) respond(class stun.MessageClass, with []stun.Setter) {
	m, err := stun.Build(append([]stun.Setter{
		stun.NewTransactionIDSetter(r.m.TransactionID), stun.NewType(r.m.Type.Method, class),
	}, with...)...)
	if err == nil { // else the client asks again
		r.send(m.Raw)
	}
}

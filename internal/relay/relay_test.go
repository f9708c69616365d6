package relay

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"konklave/internal/wire"
)

var (
	loopback = netip.MustParseAddr("127.0.0.1")
	media    = netip.MustParseAddr("192.0.2.1") // what peers are told
)

// clock is a time that tests set.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time          { return time.Unix(1_700_000_000+c.seconds.Load(), 0) }
func (c *clock) advance(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }
func freePort(t *testing.T) (number uint16) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port)
}

// running is a relay in front of media ports on loopback, which peers are told to be elsewhere.
func running(t *testing.T) (*Server, *wire.Wire, *clock) {
	t.Helper()
	w, err := wire.Listen(wire.Config{Bind: []netip.Addr{loopback}, Announce: []netip.Addr{media}, Shards: 1}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{}
	var s *Server
	for range 10 { // a port that is free for TCP may be another's for UDP
		if s, err = Listen(Config{Wire: w, Bind: []netip.Addr{loopback}, Port: freePort(t), Now: c.now}); !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("closing: %v", err)
		}
		if n := s.Allocations(); n != 0 {
			t.Errorf("%d allocations are left", n)
		}
		_ = w.Close()
	})
	return s, w, c
}

// dial makes a TURN client of a library, over UDP or TCP.
func dial(t *testing.T, s *Server, network string, a Access) *turn.Client {
	t.Helper()
	at := netip.AddrPortFrom(loopback, s.cfg.Port).String()
	var conn net.PacketConn
	if network == "tcp" {
		c, err := net.Dial("tcp4", at)
		if err != nil {
			t.Fatal(err)
		}
		conn = turn.NewSTUNConn(c)
	} else {
		c, err := net.ListenPacket("udp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		conn = c
	}
	c, err := turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: at, TURNServerAddr: at, Conn: conn, Username: a.Username, Password: a.Password, LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled},
		RTO: 100 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); _ = conn.Close() })
	if err := c.Listen(); err != nil {
		t.Fatal(err)
	}
	return c
}

// allocate must succeed.
func allocate(t *testing.T, c *turn.Client) net.PacketConn {
	t.Helper()
	conn, err := c.Allocate()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// check is a connectivity check of ICE.
func check(t *testing.T, c wire.Credentials) []byte {
	t.Helper()
	m, err := stun.Build(stun.BindingRequest, stun.TransactionID, stun.NewUsername(c.Ufrag+":peer"), stun.NewShortTermIntegrity(c.Pwd), stun.Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	return m.Raw
}

// Whoever has credentials reaches our media, over UDP and TCP; the answer comes from where the check went, and names the
// relayed address.
func TestRelaysToOurMedia(t *testing.T) {
	s, w, _ := running(t)
	local := wire.NewCredentials()
	w.NewTransport(wire.TransportParams{Local: local})
	to := net.UDPAddrFromAddrPort(netip.AddrPortFrom(media, w.Candidates()[0].Addr.Port()))
	for _, network := range []string{"udp", "tcp"} {
		conn := allocate(t, dial(t, s, network, s.Admit().Access()))
		if _, err := conn.WriteTo(check(t, local), to); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		b := make([]byte, 1500)
		n, from, err := conn.ReadFrom(b)
		if err != nil || from.String() != to.String() {
			t.Fatalf("%s: from %v, %v", network, from, err)
		}
		m, mapped := &stun.Message{Raw: b[:n]}, stun.XORMappedAddress{}
		if err := m.Decode(); err != nil || mapped.GetFrom(m) != nil || m.Type != stun.BindingSuccess {
			t.Errorf("%s: no answer to a check: %v", network, err)
		}
		if mapped.String() != conn.LocalAddr().String() {
			t.Errorf("%s: seen as %v, not %v", network, mapped, conn.LocalAddr())
		}
	}
}

// Permissions are given for our own media only.
func TestRelaysNowhereElse(t *testing.T) {
	s, w, _ := running(t)
	c := dial(t, s, "udp", s.Admit().Access())
	conn := allocate(t, c)
	port := int(w.Candidates()[0].Addr.Port())
	for address, want := range map[string]bool{
		"192.0.2.1": true,
		"127.0.0.1": false, "127.8.9.10": false, "0.0.0.0": false, "255.255.255.255": false, "10.0.0.1": false, "172.16.0.1": false,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "192.0.2.2": false, "198.51.100.7": false,
		"224.0.0.1": false, "::1": false, "fe80::1": false, "fd00::1": false, "2001:db8::1": false,
	} {
		err := c.CreatePermission(&net.UDPAddr{IP: net.ParseIP(address), Port: port})
		if (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	// A permission knows no port. Behind others of ours nothing hears of it: only what goes to the media last is answered.
	local := wire.NewCredentials()
	w.NewTransport(wire.TransportParams{Local: local})
	var last []byte
	for _, at := range []string{"192.0.2.1:22", "192.0.2.1:0", "192.0.2.1:7880", fmt.Sprint("192.0.2.1:", port)} {
		to, _ := net.ResolveUDPAddr("udp4", at)
		last = check(t, local)
		_, _ = conn.WriteTo(last, to)
	}
	answer := make([]byte, 1500)
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if n, _, err := conn.ReadFrom(answer); err != nil || n < 20 || !bytes.Equal(answer[8:20], last[8:20]) { // its transaction
		t.Errorf("another one is answered, or none: %v", err)
	}
	if in := w.Stats().PacketsIn; in != 1 {
		t.Errorf("%d packets came to the media, 1 was for them", in)
	}
}

// talker is a client that says what it likes, and the answers.
type talker struct {
	t      *testing.T
	conn   net.Conn
	server *Server
	access Access
}

func talk(t *testing.T, s *Server, a Access) talker {
	t.Helper()
	conn, err := net.Dial("udp4", netip.AddrPortFrom(loopback, s.cfg.Port).String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return talker{t, conn, s, a}
}

// ask sends a request, signed, and gives the error code of the answer, 0 for success.
func (k talker) ask(method stun.Method, with ...stun.Setter) stun.ErrorCode {
	k.t.Helper()
	all := append([]stun.Setter{stun.TransactionID, stun.NewType(method, stun.ClassRequest)}, with...)
	return k.say(append(all, stun.NewUsername(k.access.Username), stun.NewRealm(realm), stun.NewNonce(k.server.nonce()),
		stun.NewLongTermIntegrity(k.access.Username, realm, k.access.Password))...)
}

func (k talker) say(all ...stun.Setter) stun.ErrorCode {
	k.t.Helper()
	m, err := stun.Build(all...)
	if err != nil {
		k.t.Fatal(err)
	}
	_, _ = k.conn.Write(m.Raw)
	_ = k.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	b := make([]byte, 1500)
	n, err := k.conn.Read(b)
	answer, code := &stun.Message{Raw: b[:n]}, stun.ErrorCodeAttribute{}
	if err != nil || answer.Decode() != nil || answer.TransactionID != m.TransactionID {
		k.t.Fatalf("no answer: %v", err)
	}
	if code.GetFrom(answer) == nil {
		return code.Code
	}
	return 0
}

// raw is an attribute.
func raw(kind stun.AttrType, value ...byte) stun.Setter {
	return stun.RawAttribute{Type: kind, Value: value}
}

// What is asked wrongly, or what nobody needs (TCP behind the relay, pairs of ports, reservations), is refused.
func TestRefusals(t *testing.T) {
	s, w, _ := running(t)
	udp := raw(stun.AttrRequestedTransport, 17, 0, 0, 0)
	ours := peerAddress(netip.AddrPortFrom(media, w.Candidates()[0].Addr.Port()))
	channel := raw(stun.AttrChannelNumber, 0x40, 0, 0, 0)
	k := talk(t, s, s.Admit().Access())
	for _, c := range []struct {
		name   string
		method stun.Method
		with   []stun.Setter
		want   stun.ErrorCode
	}{
		{"nothing to refresh", stun.MethodRefresh, nil, stun.CodeAllocMismatch},
		{"no transport", stun.MethodAllocate, nil, stun.CodeBadRequest},
		{"TCP behind", stun.MethodAllocate, []stun.Setter{raw(stun.AttrRequestedTransport, 6, 0, 0, 0)}, stun.CodeUnsupportedTransProto},
		{"an even port", stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrEvenPort, 0x80)}, stun.CodeInsufficientCapacity},
		{"a reserved port", stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrReservationToken, 1, 2, 3, 4, 5, 6, 7, 8)}, stun.CodeInsufficientCapacity},
		{"no fragments", stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrDontFragment)}, stun.CodeUnknownAttribute},
		{"unknown", stun.MethodAllocate, []stun.Setter{udp, raw(0x7fff, 1)}, stun.CodeUnknownAttribute},
		{"a strange family", stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrRequestedAddressFamily, 3, 0, 0, 0)}, stun.CodeAddrFamilyNotSupported},
		{"IPv6, which we have not", stun.MethodAllocate, []stun.Setter{udp, raw(stun.AttrRequestedAddressFamily, 2, 0, 0, 0)}, stun.CodeAddrFamilyNotSupported},
		{"all is well", stun.MethodAllocate, []stun.Setter{udp}, 0},
		{"once more", stun.MethodAllocate, []stun.Setter{udp}, stun.CodeAllocMismatch},
		{"no peer", stun.MethodCreatePermission, nil, stun.CodeBadRequest},
		{"a channel", stun.MethodChannelBind, []stun.Setter{channel, ours}, 0},
		{"the same", stun.MethodChannelBind, []stun.Setter{channel, ours}, 0},
		{"another for the same peer", stun.MethodChannelBind, []stun.Setter{raw(stun.AttrChannelNumber, 0x41, 0, 0, 0), ours}, stun.CodeBadRequest},
		{"no number of a channel", stun.MethodChannelBind, []stun.Setter{raw(stun.AttrChannelNumber, 0x50, 0, 0, 0), ours}, stun.CodeBadRequest},
		{"elsewhere", stun.MethodChannelBind, []stun.Setter{channel, peerAddress(netip.MustParseAddrPort("127.0.0.1:22"))}, stun.CodeForbidden},
		{"another port", stun.MethodChannelBind, []stun.Setter{channel, peerAddress(netip.AddrPortFrom(media, 22))}, stun.CodeForbidden},
		{"refreshed", stun.MethodRefresh, nil, 0},
		{"given back", stun.MethodRefresh, []stun.Setter{lifetimeOf(0)}, 0},
		{"gone", stun.MethodRefresh, nil, stun.CodeAllocMismatch},
	} {
		if got := k.ask(c.method, c.with...); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if got := k.say(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest), udp); got != stun.CodeUnauthorized {
		t.Errorf("unsigned: %d", got)
	}
	old := "0." + s.signature("0")
	if got := k.say(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest), udp, stun.NewUsername(k.access.Username),
		stun.NewRealm(realm), stun.NewNonce(old), stun.NewLongTermIntegrity(k.access.Username, realm, k.access.Password)); got != stun.CodeStaleNonce {
		t.Errorf("an old nonce: %d", got)
	}
	if k.ask(stun.MethodAllocate, udp) != 0 {
		t.Fatal("not allocated")
	}
	other := k
	other.access = s.Admit().Access()
	if got := other.ask(stun.MethodRefresh); got != stun.CodeWrongCredentials {
		t.Errorf("an allocation of another: %d", got)
	}
}

// Credentials are good for their time, of their user, while the grant is; what is allocated goes on after that time.
func TestCredentials(t *testing.T) {
	s, _, clock := running(t)
	grant, other := s.Admit(), s.Admit()
	good := grant.AccessFor(time.Minute)
	allowed := func(a Access, method stun.Method) bool {
		u, key := s.whose(a.Username, method == stun.MethodAllocate)
		return u != nil && bytes.Equal(key, stun.NewLongTermIntegrity(a.Username, realm, a.Password))
	}
	for name, c := range map[string]struct {
		access Access
		want   bool
	}{
		"as given":            {good, true},
		"of another":          {Access{Username: good.Username, Password: other.AccessFor(time.Minute).Password}, false},
		"a later time":        {Access{Username: "9" + good.Username, Password: good.Password}, false},
		"a time of a century": {Access{Username: "9999999999999:x", Password: good.Password}, false},
		"no time":             {Access{Username: ":" + grant.name, Password: s.password(":" + grant.name)}, false},
		"a sign":              {Access{Username: "+99999999999:" + grant.name, Password: s.password("+99999999999:" + grant.name)}, false},
		"of nobody":           {Access{Username: "99999999999:nobody", Password: s.password("99999999999:nobody")}, false},
	} {
		if got := allowed(c.access, stun.MethodAllocate); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	allocate(t, dial(t, s, "udp", good))
	clock.advance(61 * time.Second)
	if allowed(good, stun.MethodAllocate) || !allowed(good, stun.MethodRefresh) || !allowed(good, stun.MethodCreatePermission) {
		t.Error("the time holds for new allocations, and only for them")
	}
	if _, err := dial(t, s, "udp", good).Allocate(); err == nil {
		t.Error("allocated with credentials that have expired")
	}
	if !allowed(grant.Access(), stun.MethodAllocate) {
		t.Error("a grant has no fresh credentials")
	}
	grant.End()
	if allowed(grant.Access(), stun.MethodAllocate) || allowed(good, stun.MethodRefresh) {
		t.Error("credentials outlive their grant")
	}
	if n := s.Allocations(); n != 0 {
		t.Errorf("%d allocations outlive their grant", n)
	}
	grant.End() // once more is nothing
}

// One user gets so many allocations, and gives each back.
func TestQuota(t *testing.T) {
	s, _, _ := running(t)
	u := s.users[s.Admit().name]
	var all []*allocation
	seen := map[netip.AddrPort]bool{}
	for range mostOfOne {
		a := &allocation{ended: func() {}}
		if code := s.allocate(u, a, wire.RelayUDP, false); code != 0 || seen[a.at] {
			t.Fatalf("%d, at %v, which was there before: %v", code, a.at, seen[a.at])
		}
		seen[a.at] = true
		all = append(all, a)
	}
	if code := s.allocate(u, &allocation{}, wire.RelayUDP, false); code != stun.CodeAllocQuotaReached {
		t.Errorf("beyond the quota: %d", code)
	}
	other := &allocation{ended: func() {}}
	if code := s.allocate(s.users[s.Admit().name], other, wire.RelayUDP, false); code != 0 {
		t.Errorf("others cannot allocate either: %d", code)
	}
	for _, a := range append(all, other) {
		a.close()
		a.close()
	}
	if n := s.Allocations(); n != 0 || len(s.places) != 0 || len(u.allocations) != 0 {
		t.Errorf("%d allocations are not given back", n)
	}
}

// An allocation ends that is not refreshed, and so does a channel.
func TestAllocationsExpire(t *testing.T) {
	s, w, clock := running(t)
	k := talk(t, s, s.Admit().Access())
	if k.ask(stun.MethodAllocate, raw(stun.AttrRequestedTransport, 17, 0, 0, 0)) != 0 {
		t.Fatal("not allocated")
	}
	peer := peerAddress(netip.AddrPortFrom(media, w.Candidates()[0].Addr.Port()))
	bind := func(number byte) stun.ErrorCode {
		return k.ask(stun.MethodChannelBind, raw(stun.AttrChannelNumber, 0x40, number, 0, 0), peer)
	}
	if bind(1) != 0 || bind(2) == 0 {
		t.Error("a channel is bound once")
	}
	clock.advance(shortest - time.Second)
	if s.expire(); s.Allocations() != 1 || k.ask(stun.MethodRefresh) != 0 {
		t.Error("ends early")
	}
	clock.advance(time.Second)
	if bind(2) != 0 {
		t.Error("a channel that expired is in the way")
	}
	clock.advance(shortest)
	if s.expire(); s.Allocations() != 0 {
		t.Error("lives on unrefreshed")
	}
	if got := k.ask(stun.MethodRefresh); got != stun.CodeAllocMismatch {
		t.Errorf("a client of an allocation that has ended: %d", got)
	}
}

// Many requests of one source are dropped, those of others go on.
func TestFloodIsBounded(t *testing.T) {
	var s sources
	now := time.Unix(1, 0)
	flood := netip.MustParseAddr("203.0.113.1")
	passed := 0
	for range 2 * requestsOnce {
		if s.allow(now, flood) {
			passed++
		}
	}
	if passed != requestsOnce {
		t.Errorf("%d requests passed at once, not %d", passed, requestsOnce)
	}
	others := 0
	for i := range 100 {
		if s.allow(now, netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})) {
			others++
		}
	}
	if others < 95 { // some may share a place
		t.Errorf("%d of 100 others pass", others)
	}
	now = now.Add(time.Second)
	passed = 0
	for s.allow(now, flood) {
		passed++
	}
	if passed != requestsEach {
		t.Errorf("%d requests passed after a second, not %d", passed, requestsEach)
	}
	one, same := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::ffff:1%eth0")
	if network(one) != network(same) || network(netip.MustParseAddr("::ffff:203.0.113.1")) != flood {
		t.Error("one party counts as several")
	}
}

// A connection that does not allocate makes room for others; one that has stays.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	s, _, _ := running(t)
	at := netip.AddrPortFrom(loopback, s.cfg.Port).String()
	good := dial(t, s, "tcp", s.Admit().Access())
	allocate(t, good)
	first, err := net.Dial("tcp4", at)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	for range mostOfStranger {
		c, err := net.Dial("tcp4", at)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	_ = first.SetReadDeadline(time.Now().Add(patience / 2))
	if _, err := first.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Errorf("the oldest stays: %v", err)
	}
	if err := good.CreatePermission(&net.UDPAddr{IP: media.AsSlice(), Port: 1}); err != nil {
		t.Errorf("one with an allocation is gone: %v", err)
	}
}

// Whoever opens connection after connection displaces their own, and all together the oldest.
func TestWhoMakesRoom(t *testing.T) {
	w := newCrowd()
	honest := &connection{from: netip.MustParseAddr("192.0.2.7")}
	w.admit(honest)
	flood := netip.MustParseAddr("198.51.100.1")
	for i := range 10 * mostUnknown {
		oldest := w.admit(&connection{from: flood})
		if made := oldest != nil; made != (i >= mostOfStranger) || made && oldest.from != flood {
			t.Fatalf("the %dth displaces %v", i, oldest)
		}
	}
	next := netip.MustParseAddr("203.0.113.1")
	for len(w.unknown) < mostUnknown {
		next = next.Next()
		if w.admit(&connection{from: next}) != nil {
			t.Fatal("somebody makes room while there is some")
		}
	}
	if oldest := w.admit(&connection{from: next.Next()}); oldest != honest || len(w.unknown) != mostUnknown {
		t.Errorf("%v makes room, %d are there", oldest, len(w.unknown))
	}
}

func isTimeout(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}

// Messages of a stream come out as they went in, and what is none is an end.
func FuzzReadMessage(f *testing.F) {
	request, _ := stun.Build(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest))
	f.Add(append(request.Raw, 0x40, 0, 0, 3, 1, 2, 3, 0))
	f.Add([]byte{0x00, 0x03, 0xff, 0xfc})
	f.Add([]byte("GET / HTTP/1.1\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bufio.NewReader(bytes.NewReader(b))
		var again []byte
		var message [1600]byte
		for {
			n, err := readMessage(r, message[:])
			if err != nil {
				break
			}
			if n < 4 || n%4 != 0 {
				t.Errorf("a message of %d bytes", n)
			}
			again = append(again, message[:n]...)
			_ = isRequest(message[:n])
		}
		if !bytes.HasPrefix(b, again) {
			t.Error("messages are not what was sent")
		}
	})
}

func FuzzParseName(f *testing.F) {
	f.Add("1700000000:ABC")
	f.Add("-1:x")
	f.Add("99999999999999999999:x")
	f.Fuzz(func(t *testing.T, name string) {
		until, user, ok := parseName(name)
		if ok && (until < 0 || user == "" || len(user) >= len(name)) {
			t.Errorf("%q: %d, %q", name, until, user)
		}
	})
}

// No message of a stranger's breaks anything, or allocates.
func FuzzMessage(f *testing.F) {
	f.Add([]byte{0, 3, 0, 8, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0x19, 0, 4, 17, 0, 0, 0})
	f.Add([]byte{0x40, 0, 0, 1, 0xff, 0, 0, 0})
	f.Add([]byte{0, 0x16, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	s := &Server{key: []byte("key"), cfg: Config{Now: time.Now}, users: map[string]*user{}}
	f.Fuzz(func(t *testing.T, b []byte) {
		sent := 0
		c := client{
			server: s, from: netip.MustParseAddrPort("192.0.2.9:9"), send: func([]byte) { sent++ },
			has: func() *allocation { return nil }, gets: func(*allocation) { t.Error("a stranger has an allocation") },
		}
		var m stun.Message
		c.onMessage(&m, b)
		if sent > 1 {
			t.Errorf("%d answers", sent)
		}
	})
}

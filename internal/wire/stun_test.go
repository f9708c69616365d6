package wire

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"konklave/internal/sfu"

	"github.com/pion/stun/v4"
	"konklave/internal/testkit"
)

// request is a connectivity check as a full agent sends it.
func request(ufrag, pwd string, extra ...stun.Setter) []byte {
	setters := []stun.Setter{stun.TransactionID, stun.BindingRequest, stun.NewUsername(ufrag + ":peer")}
	setters = append(setters, extra...)
	setters = append(setters, stun.NewShortTermIntegrity(pwd), stun.Fingerprint)
	return stun.MustBuild(setters...).Raw
}

type rawAttribute struct {
	kind  stun.AttrType
	value []byte
}

func (a rawAttribute) AddTo(m *stun.Message) error { m.Add(a.kind, a.value); return nil }

var nominating = []stun.Setter{
	rawAttribute{stun.AttrPriority, []byte{0x7e, 0, 1, 0xff}}, rawAttribute{stun.AttrUseCandidate, nil},
}

func TestCheck(t *testing.T) {
	a := newAgent(nil, Credentials{"frag", "a password of some length"}, 0)
	raw := request("frag", "a password of some length", nominating...)
	c, ok := parseCheck(raw)
	if !ok || string(c.ufrag) != "frag" || !c.nominate || c.priority != 0x7e0001ff || !a.verify(&c) {
		t.Fatalf("check %+v, %v", c, ok)
	}
	for _, from := range []string{"192.0.2.7:1234", "[2001:db8::7]:40000"} {
		from := netip.MustParseAddrPort(from)
		var m stun.Message
		if err := stun.Decode(a.appendResponse(nil, &c, endpointOf(from, 0)), &m); err != nil {
			t.Fatal(err)
		}
		var mapped stun.XORMappedAddress
		if err := mapped.GetFrom(&m); err != nil || mapped.String() != from.String() {
			t.Errorf("mapped address %v, %v; want %v", mapped, err, from)
		}
		if err := stun.NewShortTermIntegrity("a password of some length").Check(&m); err != nil {
			t.Error(err)
		}
		if err := stun.Fingerprint.Check(&m); err != nil {
			t.Error(err)
		}
		if m.Type != stun.BindingSuccess || string(m.TransactionID[:]) != string(raw[8:20]) {
			t.Errorf("response %v", m.Type)
		}
	}
	if c, ok := parseCheck(request("frag", "another password")); !ok || a.verify(&c) {
		t.Error("wrong password passes")
	}
	raw[len(raw)-40] ^= 1
	if c, ok := parseCheck(raw); ok && a.verify(&c) {
		t.Error("changed check passes")
	}
	if _, ok := parseCheck(stun.MustBuild(stun.TransactionID, stun.BindingRequest, stun.NewUsername("frag:x")).Raw); ok {
		t.Error("check without integrity passes")
	}
}

func TestCheckDoesNotAllocate(t *testing.T) {
	a := newAgent(nil, Credentials{"frag", "password"}, 0)
	raw := request("frag", "password", nominating...)
	buf := make([]byte, 0, 128)
	if n := testing.AllocsPerRun(100, func() {
		c, _ := parseCheck(raw)
		if a.verify(&c) {
			buf = a.appendResponse(buf[:0], &c, endpoint{lo: mappedPrefix | 1, port: 9})
		}
	}); n != 0 {
		t.Errorf("%v allocations for a check", n)
	}
}

// Strangers, wrong passwords, responses and noise get no answer; the right check gets one that is no larger.
func TestSilenceForStrangers(t *testing.T) {
	w := testWire(t, Config{Shards: 1})
	local := NewCredentials()
	transport := w.NewTransport(TransportParams{Local: local})
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(w.Candidates()[0].Addr))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	dtlsHello := append([]byte{22, 254, 253}, make([]byte, 100)...)
	for _, b := range [][]byte{
		request("stranger", "x"), request(local.Ufrag, "wrong password"), {0}, {1, 2, 3}, dtlsHello,
		make([]byte, 1400), {0x80, 0xc8, 0, 1, 0, 0, 0, 0}, append([]byte{0x80, 96}, make([]byte, 20)...),
		stun.MustBuild(stun.TransactionID, stun.BindingSuccess).Raw,
	} {
		if _, err := conn.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	good := request(local.Ufrag, local.Pwd, nominating...)
	if _, err := conn.Write(good); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 2000)
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	n, err := conn.Read(buf)
	if err != nil || n > len(good) {
		t.Fatalf("answer of %d bytes to %d, %v", n, len(good), err)
	}
	var m stun.Message
	if err := stun.Decode(buf[:n], &m); err != nil || string(m.TransactionID[:]) != string(good[8:20]) {
		t.Errorf("the first answer is not for the right check: %v", err)
	}
	if transport.owner() == nil {
		t.Error("the check did not claim the transport")
	}
	await(t, settled(w), "counting")
	st := w.Stats()
	if st.Drops["integrity"] != 1 || st.Drops["stranger"] < 2 {
		t.Errorf("drops %v", st.Drops)
	}
}

// Nominations: higher priority moves, lower does not unless the old path fell silent; a restart always moves.
func TestNominate(t *testing.T) {
	transport := &Transport{wire: &Wire{limits: defaultLimits}}
	at := func(priority, generation uint32, second int64) *path {
		moment := sfu.Milliseconds(second * 1000)
		return &path{priority: priority, generation: generation, lastCheck: moment, lastNominated: moment}
	}
	first := at(100, 0, 10)
	transport.nominate(first)
	for _, c := range []struct {
		name string
		p    *path
		move bool
	}{
		{"lower priority", at(50, 0, 11), false},
		{"higher priority", at(200, 0, 11), true},
		{"lower, the old one is silent", at(50, 0, 20), true},
		{"restarted", at(10, 1, 20), true},
		{"old credentials", at(900, 0, 40), false},
	} {
		transport.nominate(c.p)
		if (transport.selected == c.p) != c.move {
			t.Errorf("%s: moved %v", c.name, transport.selected == c.p)
		}
	}

	lower, higher := at(5, 1, 21), transport.selected
	transport.paths = []*path{higher, lower}
	for i, c := range []struct{ p, want *path }{
		{lower, higher}, {higher, higher}, {lower, higher}, {higher, higher}, // both in turn
		{lower, higher}, {lower, lower}, // only the lower
		{higher, higher},
	} {
		if transport.nominate(c.p); transport.selected != c.want {
			t.Errorf("nomination %d: priority %d is selected", i, transport.selected.priority)
		}
	}
	moved := at(higher.priority, 1, 21)
	if transport.nominate(moved); transport.selected != moved {
		t.Error("the same candidate at a new address is not followed")
	}
	transport.selected.generation = 2 // restarted, on the same address
	transport.nominate(transport.selected)
	if transport.generation != 2 {
		t.Error("the restart was not noticed")
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(request("frag", "password", nominating...))
	for _, b := range testkit.Recorded(f, "stun") {
		f.Add(b)
	}
	f.Add([]byte{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	a := newAgent(nil, Credentials{"frag", "password"}, 0)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, ok := parseCheck(b)
		if !ok {
			return
		}
		a.verify(&c)
		if got := a.appendResponse(nil, &c, endpoint{}); len(got) > 128 {
			t.Errorf("response of %d bytes", len(got))
		}
	})
}

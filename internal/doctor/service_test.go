package doctor

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"konklave/internal/wire"
)

// fakeLink remembers what was sent to the browser. Exchanges take its lock for it.
type fakeLink struct {
	sent   [][]byte
	on     []wire.Channel
	closed bool
}

func (l *fakeLink) Send(ch wire.Channel, msg []byte) error {
	l.sent, l.on = append(l.sent, msg), append(l.on, ch)
	return nil
}
func (l *fakeLink) Close() { l.closed = true }

// site is a service without a network.
type site struct {
	*Service
	mux        *http.ServeMux
	links      []*fakeLink
	params     []wire.TransportParams
	overloaded bool
}

func newSite(t *testing.T) *site {
	s := &site{mux: http.NewServeMux()}
	s.Service = New(Config{
		Fingerprint: "sha-256 AA:BB",
		Candidates: func() []wire.Candidate {
			at := netip.MustParseAddrPort("192.0.2.1:7882")
			return []wire.Candidate{{Proto: "udp", Addr: at, Foundation: "u"}, {Proto: "tcp", Addr: at, Foundation: "t", TCPType: "passive"}}
		},
		NewTransport: func(p wire.TransportParams) Link {
			l := &fakeLink{}
			s.links, s.params = append(s.links, l), append(s.params, p)
			return l
		},
		Overloaded: func() bool { return s.overloaded },
	})
	s.Register(s.mux)
	t.Cleanup(s.Close)
	return s
}

// ask makes a request from an address and gives status and body.
func (s *site) ask(method, path, from, body string, headers ...string) (int, map[string]any) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = from
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.mux.ServeHTTP(w, r)
	var fields map[string]any
	_ = json.Unmarshal(w.Body.Bytes(), &fields)
	return w.Code, fields
}

const anna, bela = "198.51.100.7", "2001:db8:1:2::3"

// visit begins a check and ends it at once.
func (s *site) visit(from string) (code any) {
	status, body := s.ask("POST", "/api/check", from, "")
	if status == http.StatusCreated {
		s.ask("DELETE", "/api/check", from, "", "Authorization", "Bearer "+body["token"].(string))
	}
	return body["code"]
}

// One address may not have all the checks that there are at a time.
func TestOneSourceLeavesRoomForOthers(t *testing.T) {
	s := newSite(t)
	for i := range mostChecks {
		status, body := s.ask("POST", "/api/check", anna, "")
		if made := status == http.StatusCreated; made != (i < mostOfOne) || !made && body["code"] != "busy" {
			t.Errorf("the %dth at a time: got %d %v", i, status, body)
		}
	}
	if code := s.visit(bela); code != nil {
		t.Errorf("another is refused: %v", code)
	}
}

func TestChecksAreFewAtATimeAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		tokens := map[string]bool{}
		for range mostChecks {
			status, body := s.ask("POST", "/api/check", "", "")
			if status != http.StatusCreated || body["seconds"] != checkTime.Seconds() || len(body["paths"].([]any)) != 2 {
				t.Fatalf("got %d %v", status, body)
			}
			tokens[body["token"].(string)] = true
		}
		if len(tokens) != mostChecks {
			t.Error("tokens repeat")
		}
		if status, body := s.ask("POST", "/api/check", "", ""); status != 503 || body["code"] != "busy" {
			t.Errorf("one too many: got %d %v", status, body)
		}
		time.Sleep(checkTime)
		synctest.Wait()
		for token := range tokens {
			if s.find(token) != nil {
				t.Error("a token outlives its time")
			}
		}
		if code := s.visit(""); code != nil {
			t.Errorf("afterwards: %v", code)
		}
		if s.find("") != nil || len(s.checks) != 0 {
			t.Error("something is left")
		}
	})
}

// How sources are known, and forgotten, is tested in package sources.
func TestASourceHasARate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		s.begins.SetLimit(rate.Inf)
		for n := range sourceBurst {
			if code := s.visit(anna); code != nil {
				t.Fatalf("check %d: %v", n, code)
			}
		}
		if code := s.visit(anna); code != "rate_limited" {
			t.Errorf("one too many: %v", code)
		}
		if code := s.visit(bela); code != nil {
			t.Errorf("another source: %v", code)
		}
		time.Sleep(time.Duration(float64(time.Second) / float64(sourceRate)))
		if code := s.visit(anna); code != nil {
			t.Errorf("later: %v", code)
		}
	})
}

func TestWhoAsksTooOftenTakesNothingFromOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		for range sourceBurst {
			if code := s.visit(anna); code != nil {
				t.Fatal(code)
			}
		}
		time.Sleep(time.Second / beginRate) // for one more of somebody
		for range 20 {
			if code := s.visit(anna); code != "rate_limited" {
				t.Fatalf("got %v", code)
			}
		}
		if code := s.visit(bela); code != nil {
			t.Errorf("another source: %v", code)
		}
	})
}

func TestAllTogetherHaveARate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		for range beginBurst {
			if code := s.visit(""); code != nil {
				t.Fatal(code)
			}
		}
		if code := s.visit(""); code != "busy" {
			t.Errorf("got %v", code)
		}
		time.Sleep(time.Second / beginRate)
		if code := s.visit(""); code != nil {
			t.Errorf("later: %v", code)
		}
	})
}

func TestNoChecksUnderOverloadOrAfterTheEnd(t *testing.T) {
	s := newSite(t)
	s.overloaded = true
	if status, body := s.ask("POST", "/api/check", anna, ""); status != 503 || body["code"] != "overloaded" || body["message"] == "" {
		t.Errorf("overload: got %d %v", status, body)
	}
	s.overloaded = false
	_, body := s.ask("POST", "/api/check", anna, "")
	s.Close()
	if s.find(body["token"].(string)) != nil {
		t.Error("a check outlives the service")
	}
	if code := s.visit(anna); code != "shutting_down" {
		t.Errorf("after the end: %v", code)
	}
}

func TestRefusals(t *testing.T) {
	s := newSite(t)
	_, body := s.ask("POST", "/api/check", anna, "")
	token := "Bearer " + body["token"].(string)
	offer := func(text string) string {
		b, _ := json.Marshal(map[string]string{"offer": text})
		return string(b)
	}
	for _, tt := range []struct {
		name, path, body, token, header string
		status                          int
		code                            string
	}{
		{"no token", "/api/check/paths/udp", offer(dataOffer), "", "", 401, "check_unknown"},
		{"another token", "/api/check/paths/udp", offer(dataOffer), "Bearer x", "", 401, "check_unknown"},
		{"no such path", "/api/check/paths/turn_tls", offer(dataOffer), token, "", 404, "path_unknown"},
		{"no offer", "/api/check/paths/udp", offer("v=0"), token, "", 400, "bad_message"},
		{"no JSON", "/api/check/paths/udp", "x", token, "", 400, "bad_message"},
		{"too long", "/api/check/paths/udp", offer(strings.Repeat("x", maxBody)), token, "", 400, "bad_message"},
		{"another site", "/api/check/paths/udp", offer(dataOffer), token, "cross-site", 403, "forbidden"},
		{"an offer", "/api/check/paths/udp", offer(dataOffer), token, "", 200, ""},
		{"another one", "/api/check/paths/udp", offer(dataOffer), token, "", 404, "path_unknown"},
		{"the other path", "/api/check/paths/tcp", offer(dataOffer), token, "same-origin", 200, ""},
	} {
		status, body := s.ask("POST", tt.path, anna, tt.body, "Authorization", tt.token, "Sec-Fetch-Site", tt.header)
		if code, _ := body["code"].(string); status != tt.status || code != tt.code {
			t.Errorf("%s: got %d %v", tt.name, status, body)
		}
		if text, _ := body["answer"].(string); tt.status == 200 {
			udp, tcp := strings.Contains(text, " udp "), strings.Contains(text, " tcp ")
			if udp == tcp || tcp != strings.HasSuffix(tt.path, "tcp") {
				t.Errorf("%s: the answer names UDP %v, TCP %v", tt.name, udp, tcp)
			}
		}
	}
	s.ask("DELETE", "/api/check", anna, "", "Authorization", token)
	for _, l := range s.links {
		if !l.closed {
			t.Error("a path outlives its check")
		}
	}
	if len(s.links) != 2 {
		t.Errorf("%d paths were opened", len(s.links))
	}
}

// dataOffer is what a browser offers that wants data channels only.
const dataOffer = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n" +
	"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sctp-port:5000\r\n" +
	"a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\na=fingerprint:sha-256 " +
	"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n"

func TestRelaysArePathsOfTheirOwn(t *testing.T) {
	s := newSite(t)
	ended := 0
	s.cfg.Relays = func() ([]Relay, func()) {
		relay := Relay{Path: PathTURNTLS, URLs: []string{"turns:meet.example.org:443?transport=tcp"}, Username: "u", Credential: "c"}
		return []Relay{relay}, func() { ended++ }
	}
	const relay = `{"name":"turn_tls","relay":[{"credential":"c","urls":["turns:meet.example.org:443?transport=tcp"],"username":"u"}]}]`
	for only, want := range map[bool]string{false: `[{"name":"udp"},{"name":"tcp"},` + relay, true: "[" + relay} {
		s.cfg.RelayOnly = only
		_, body := s.ask("POST", "/api/check", anna, "")
		if text, _ := json.Marshal(body["paths"]); string(text) != want {
			t.Errorf("got %s", text)
		}
		ended = 0
		s.ask("DELETE", "/api/check", anna, "", "Authorization", "Bearer "+body["token"].(string))
		if ended != 1 {
			t.Error("the credentials outlive the check")
		}
	}
	if list := s.candidates(PathTURNTLS); len(list) != 1 || list[0].Protocol != "udp" {
		t.Error("behind a relay is the media port of UDP")
	}
}

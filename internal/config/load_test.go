package config

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"konklave/internal/pii"
)

func TestDefaults(t *testing.T) {
	c, err := Load(Sources{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Port != 7880 || c.RTC.UDPPort != 7882 || c.RTC.TCPPort != 7881 || c.Metrics.Bind.String() != "127.0.0.1:7889" {
		t.Errorf("ports are not the documented ones: %+v", c)
	}
	if len(c.Bind) != 1 || c.Bind[0].String() != "127.0.0.1" || len(c.RTC.Bind) != 0 || len(c.RTC.IPs) != 0 {
		t.Errorf("HTTP shall listen on this machine only, media on all addresses: %+v", c)
	}
	if len(c.APIKeys) != 0 || c.Dev {
		t.Error("no key and no development mode by default")
	}
}

func TestFlagOverEnvironmentOverFile(t *testing.T) {
	file := []byte("port: 1000\ndata_dir: from-file\nrtc:\n  udp_port: 1001\n  tcp_port: 1002\n  ips: [192.0.2.1, '2001:db8::1']\n")
	env := map[string]string{"KONKLAVE_PORT": "2000", "KONKLAVE_RTC_UDP_PORT": "2001", "PATH": "/bin", "KONKLAVE_CONFIG": "x",
		"KONKLAVE_TEST_BROWSER": "firefox"}
	flags := map[string][]string{"port": {"3000"}}
	c, err := Load(Sources{FileName: "konklave.yaml", File: file, Env: env, Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	if c.Port != 3000 || c.RTC.UDPPort != 2001 || c.RTC.TCPPort != 1002 || c.DataDir != "from-file" || len(c.RTC.IPs) != 2 {
		t.Errorf("got %+v", c)
	}
	for key, want := range map[string]string{"port": "--port", "rtc.udp_port": "KONKLAVE_RTC_UDP_PORT",
		"rtc.tcp_port": "konklave.yaml:5", "rtc.shards": "default"} {
		if got := c.Origin(key); got != want {
			t.Errorf("origin of %s: got %q, want %q", key, got, want)
		}
	}
}

func TestEveryFaultIsReportedWithItsPlace(t *testing.T) {
	file := `port: eighty
colour: blue
rtc:
  udp_port: 70000
  udp_port: 7882
  bind: [not-an-address]
  speed: 9
log:
  level: loud
  format:
limits: 3
api_keys:
  "bad key": hunter2
`
	env := map[string]string{"KONKLAVE_DEV": "perhaps", "KONKLAVE_PROT": "1", "KONKLAVE_API_KEYS": "hunter2"}
	flags := map[string][]string{"metrics-bind": {"nowhere"}}
	_, err := Load(Sources{FileName: "konklave.yaml", File: []byte(file), Env: env, Flags: flags})
	var faults Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want Faults", err)
	}
	want := []string{
		"konklave.yaml:1: port ", "konklave.yaml:2: there is no setting \"colour\"", "konklave.yaml:4: rtc.udp_port ",
		"konklave.yaml:5: rtc.udp_port stands already in line 4", "konklave.yaml:6: rtc.bind ",
		"konklave.yaml:7: there is no setting \"rtc.speed\"", "konklave.yaml:9: log.level ", "konklave.yaml:10: log.format has no value",
		"konklave.yaml:11: limits must be", "konklave.yaml:12: api_keys ",
		"KONKLAVE_DEV: dev ", "KONKLAVE_PROT: there is no such setting", "KONKLAVE_API_KEYS: api_keys ", "--metrics-bind: metrics.bind ",
	}
	for _, w := range want {
		if !strings.Contains("\n"+err.Error(), "\n"+w) {
			t.Errorf("missing a line that begins with %q", w)
		}
	}
	if len(faults) != len(want) {
		t.Errorf("got %d faults, want %d:\n%v", len(faults), len(want), err)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a fault repeats a secret:\n%v", err)
	}
}

func TestFaultsOfTheFileAreInTheOrderOfItsLines(t *testing.T) {
	file := "port: x\nbogus: 1\nrtc:\n  udp_port: y\n  speed: 9\nlog: {level: z}\n"
	_, err := Load(Sources{FileName: "f", File: []byte(file), Env: map[string]string{"KONKLAVE_BOGUS": "1"}, Flags: map[string][]string{"port": {"-1"}}})
	var faults Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v", err)
	}
	var where []string
	for _, f := range faults {
		where = append(where, f.Where)
	}
	if got, want := strings.Join(where, " "), "f:1 f:2 f:4 f:5 f:6 KONKLAVE_BOGUS --port"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBrokenYAMLIsReportedAtItsLine(t *testing.T) {
	for name, tt := range map[string]struct{ file, want string }{
		"tab below a section":       {"port: 1\nrtc:\n\tudp_port: 3\n", "f:3: the line is indented with a tab"},
		"tabs in two lines":         {"rtc:\n  \tudp_port: 3\n\ttcp_port: 1\n", "f:2: the line is indented with a tab; YAML takes blanks only\nf:3: the line"},
		"tab where nothing may be":  {"port: 1\n\tdata_dir: a\n", "f:2: the line is indented with a tab"},
		"tab after a deeper line":   {"rtc:\n  udp_port: 1\n\ttcp_port: 2\nport: 3\n", "f:3: the line is indented with a tab"},
		"something else":            {"port: 1\nbind: [1\nlog:\n", "f:2: is not valid YAML"},
		"tabs that do no harm here": {"port:\t1\nbind: [1\n", "is not valid YAML"},
	} {
		if _, err := Load(Sources{FileName: "f", File: []byte(tt.file)}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

func TestFilesThatAreNoSettings(t *testing.T) {
	for name, file := range map[string]string{
		"list": "- a\n- b\n", "text": "hello", "syntax": "a: [1,\n", "two documents": "port: 1\n---\nport: 2\n",
		"alias": "port: &p 1\nrtc: *p\n", "complex key": "? [a]\n: 1\n", "deep list": "bind: [[127.0.0.1]]\n", "section": "port: {a: 1}\n",
		"dash flag name": "-: 1\n",
	} {
		if _, err := Load(Sources{FileName: "f", File: []byte(file)}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for name, file := range map[string]string{"empty": "", "comments": "# hello\n", "empty section": "rtc:\n  # udp_port: 1\nport: 2\n"} {
		if _, err := Load(Sources{FileName: "f", File: []byte(file)}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSettingsThatContradict(t *testing.T) {
	for _, tt := range []struct {
		name  string
		flags map[string][]string
		want  string // part of the fault, or "" for none
	}{
		{"media on the HTTP port", map[string][]string{"rtc-tcp-port": {"7880"}}, "--rtc-tcp-port: rtc.tcp_port wants port 7880"},
		{"metrics on the HTTP port", map[string][]string{"metrics-bind": {"127.0.0.1:7880"}}, "--metrics-bind"},
		{"the same port on another address", map[string][]string{"metrics-bind": {"127.0.0.2:7880"}}, ""},
		{"UDP and TCP may share a number", map[string][]string{"rtc-udp-port": {"7880"}}, ""},
		{"any free port, twice", map[string][]string{"port": {"0"}, "rtc-tcp-port": {"0"}}, ""},
		{"no metrics", map[string][]string{"metrics-bind": {""}}, ""},
		{"announce everything", map[string][]string{"rtc-ip": {"0.0.0.0"}}, "--rtc-ip"},
		{"webhooks", map[string][]string{"webhook-url": {"https://app.example/hook?a=b", "http://127.0.0.1:1"}}, ""},
		{"webhook without scheme", map[string][]string{"webhook-url": {"app.example/hook"}}, "webhook.urls \"app.example/hook\" is no http"},
		{"webhook by file", map[string][]string{"webhook-url": {"file:///etc/passwd"}}, "--webhook-url: webhook.urls"},
		{"no key to sign with is named", map[string][]string{"webhook-api-key": {""}}, ""},
		{"every address and another", map[string][]string{"bind": {"0.0.0.0", "::"}}, "--bind: bind names every address"},
		{"public address", map[string][]string{"public-url": {"https://meet.example:8443/"}}, ""},
		{"public address with a path", map[string][]string{"public-url": {"https://meet.example/m"}}, "--public-url: public_url"},
		{"public address without a host", map[string][]string{"public-url": {"https://:8443"}}, "--public-url: public_url"},
		{"public address without scheme", map[string][]string{"public-url": {"meet.example"}}, "--public-url: public_url"},
		{"certificate", map[string][]string{"tls-cert-file": {"a"}, "tls-key-file": {"b"}, "tls-http-port": {"80"}}, ""},
		{"certificate without key", map[string][]string{"tls-cert-file": {"a"}}, "--tls-cert-file: tls.cert_file needs tls.key_file"},
		{"key without certificate", map[string][]string{"tls-key-file": {"a"}}, "--tls-key-file: tls.key_file needs tls.cert_file"},
		{"two certificates", map[string][]string{"tls-cert-file": {"a"}, "tls-key-file": {"b"}, "tls-self-signed": {"true"}}, "exclude each other"},
		{"certificate of an authority", map[string][]string{"tls-acme": {"true"}, "public-url": {"https://meet.example"}}, ""},
		{"authority without a name", map[string][]string{"tls-acme": {"true"}}, "--tls-acme: tls.acme needs public_url"},
		{"authority for an address", map[string][]string{"tls-acme": {"true"}, "public-url": {"https://192.0.2.1"}}, "--tls-acme: tls.acme needs public_url"},
		{"authority and own", map[string][]string{"tls-acme": {"true"}, "tls-self-signed": {"true"}, "public-url": {"https://meet.example"}}, "another certificate"},
		{"authority in the clear", map[string][]string{"tls-acme": {"true"}, "public-url": {"https://meet.example"}, "tls-acme-directory": {"http://ca.example/dir"}}, "--tls-acme-directory"},
		{"leading to nowhere", map[string][]string{"tls-http-port": {"80"}}, "--tls-http-port: tls.http_port needs a certificate"},
		{"plain HTTP on the port of HTTPS", map[string][]string{"tls-self-signed": {"true"}, "tls-http-port": {"7880"}}, "--tls-http-port: tls.http_port wants port 7880"},
		{"public address in the clear", map[string][]string{"tls-self-signed": {"true"}, "public-url": {"http://meet.example"}}, "must begin with https:"},
		{"database", map[string][]string{"database": {"postgres://konklave@db.example/konklave?sslmode=verify-full"}}, ""},
		{"database by socket", map[string][]string{"database": {"postgresql:///konklave?host=/run/postgresql"}}, ""},
		{"database without scheme", map[string][]string{"database": {"db.example"}}, "--database: database is no address"},
		{"password in a flag", map[string][]string{"database": {"postgres://a:b@db.example/c"}}, "--database: database has a password"},
		{"password behind it", map[string][]string{"database": {"postgres://db.example/c?password=b"}}, "--database: database has a password"},
		{"one port twice", map[string][]string{"port": {"1", "2"}}, "takes one value"},
	} {
		_, err := Load(Sources{Flags: tt.flags})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestFaultsOfTheDatabaseDoNotRepeatIt(t *testing.T) {
	for _, text := range []string{"mysql://a:hunter2@db/c", "hunter2", "a\xffhunter2", "postgres://a:hunter2@[::1"} {
		for _, src := range []Sources{
			{Env: map[string]string{"KONKLAVE_DATABASE": text}}, {Flags: map[string][]string{"database": {text}}},
			{Flags: map[string][]string{"database": {text, "hunter2"}}},
		} {
			if _, err := Load(src); err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("a fault repeats a secret: %v", err)
			}
		}
	}
}

func TestWebhooksAreSignedByAKnownKey(t *testing.T) {
	for _, tt := range []struct{ keys, named, want string }{
		{"a: 1", "", ""},
		{"a: 1, b: 2", "b", ""},
		{"a: 1, b: 2", "c", `webhook.api_key "c" is none of the API keys`},
		{"a: 1, b: 2", "", "webhook.api_key must say which"},
		{"", "", ""}, // the pair of the data directory
	} {
		env := map[string]string{"KONKLAVE_WEBHOOK_URLS": "http://app.example, http://other.example", "KONKLAVE_API_KEYS": tt.keys, "KONKLAVE_WEBHOOK_API_KEY": tt.named}
		c, err := Load(Sources{Env: env})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: got %v", tt, err)
		}
		if err == nil && len(c.Webhook.URLs) != 2 {
			t.Errorf("%+v: %v", tt, c.Webhook.URLs)
		}
	}
}

func TestDevSimulatesUnlessToldNotTo(t *testing.T) {
	for _, tt := range []struct {
		flags map[string][]string
		want  bool
	}{
		{nil, false},
		{map[string][]string{"rooms-simulate": {"true"}}, true},
		{map[string][]string{"dev": {"true"}}, true},
		{map[string][]string{"dev": {"true"}, "rooms-simulate": {"false"}}, false},
	} {
		c, err := Load(Sources{Flags: tt.flags})
		if err != nil || c.Rooms.Simulate != tt.want {
			t.Errorf("%v: %v, %v", tt.flags, c.Rooms.Simulate, err)
		}
	}
}

func TestDev(t *testing.T) {
	for _, tt := range []struct {
		name      string
		flags     map[string][]string
		env       string
		bind, ips string
		key       string
		secret    pii.Token
	}{
		{"alone", nil, "", "[127.0.0.1]", "[127.0.0.1]", "devkey", "secret"},
		{"open to others", map[string][]string{"bind": {"0.0.0.0"}}, "", "[]", "[]", "devkey", "secret"},
		{"announce one address", map[string][]string{"rtc-ip": {"10.77.0.1"}}, "", "[]", "[10.77.0.1]", "devkey", "secret"},
		{"listen on one address", map[string][]string{"rtc-bind": {"127.0.0.2"}}, "", "[127.0.0.2]", "[127.0.0.1]", "devkey", "secret"},
		{"own keys", nil, "mine: a:b", "[127.0.0.1]", "[127.0.0.1]", "mine", "a:b"},
	} {
		flags := map[string][]string{"dev": {"true"}}
		maps.Copy(flags, tt.flags)
		env := map[string]string{}
		if tt.env != "" {
			env["KONKLAVE_API_KEYS"] = tt.env
		}
		c, err := Load(Sources{Flags: flags, Env: env})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if bind, ips := fmt.Sprint(c.RTC.Bind), fmt.Sprint(c.RTC.IPs); bind != tt.bind || ips != tt.ips {
			t.Errorf("%s: listens on %s, announces %s", tt.name, bind, ips)
		}
		if len(c.APIKeys) != 1 || c.APIKeys[tt.key] != tt.secret {
			t.Errorf("%s: keys are wrong", tt.name)
		}
	}
}

// Browsers refuse the server's own certificate inside HTTPS, unless they were given it, which somebody then says.
func TestRelayInsideHTTPS(t *testing.T) {
	for _, tt := range []struct {
		flags map[string][]string
		want  bool
	}{
		{map[string][]string{"tls-cert-file": {"a"}, "tls-key-file": {"b"}}, true},
		{map[string][]string{"tls-self-signed": {"true"}}, false},
		{map[string][]string{"tls-self-signed": {"true"}, "turn-tls": {"true"}}, true},
	} {
		c, err := Load(Sources{Flags: tt.flags})
		if err != nil || c.TURN.TLS != tt.want {
			t.Errorf("%v: %v, %v", tt.flags, c.TURN.TLS, err)
		}
	}
}

func TestKeysOfFileAndEnvironment(t *testing.T) {
	file := []byte("api_keys:\n  one: first, with a comma\n  two: second\n")
	c, err := Load(Sources{FileName: "f", File: file})
	if err != nil || c.APIKeys["two"] != "second" {
		t.Fatalf("got %d keys, %v", len(c.APIKeys), err)
	}
	c, err = Load(Sources{FileName: "f", File: file, Env: map[string]string{"KONKLAVE_API_KEYS": "three: third,four:fourth"}})
	if err != nil || len(c.APIKeys) != 2 || c.APIKeys["four"] != "fourth" {
		t.Fatalf("the environment shall replace the keys of the file: got %d keys, %v", len(c.APIKeys), err)
	}
}

// FuzzLoad looks for panics, and for configurations that do not survive being printed and read again.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(Sample()), "127.0.0.1", "k: s")
	f.Add([]byte("rtc: {ips: [::1]}\ndev: true\n"), "", "")
	f.Add([]byte("a: &a [*a]\nb: *a"), "", "")
	f.Add([]byte("api_keys: {a: \"x\\ty\"}\ndata_dir: \"\\u0001 #\""), "", "")
	f.Fuzz(func(t *testing.T, file []byte, bind, keys string) {
		env := map[string]string{}
		if bind != "" {
			env["KONKLAVE_BIND"] = bind
		}
		if keys != "" {
			env["KONKLAVE_API_KEYS"] = keys
		}
		c, err := Load(Sources{FileName: "f", File: file, Env: env})
		if err != nil {
			return
		}
		plain := render(c, func(_ setting, line string) string { return line })
		again, err := Load(Sources{FileName: "f", File: []byte(plain)})
		if err != nil {
			t.Fatalf("%v\n%s", err, plain)
		}
		c.origins, again.origins = nil, nil
		// An empty list and no list are the same setting.
		if len(c.APIKeys) == 0 {
			c.APIKeys, again.APIKeys = nil, nil
		}
		if !reflect.DeepEqual(c, again) {
			t.Fatalf("read back differently:\n%s", plain)
		}
	})
}

func TestSlogLevel(t *testing.T) {
	for _, s := range settings() {
		if s.key != "log.level" {
			continue
		}
		for _, name := range s.allowed {
			if got := strings.ToLower((Log{Level: name}).SlogLevel().String()); got != name {
				t.Errorf("%s became %s", name, got)
			}
		}
	}
}

func TestOverlap(t *testing.T) {
	a, b, all := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), netip.IPv6Unspecified()
	if overlap([]netip.Addr{a}, []netip.Addr{b}) || !overlap([]netip.Addr{a}, []netip.Addr{b, a}) ||
		!overlap([]netip.Addr{all}, []netip.Addr{b}) || !overlap(nil, []netip.Addr{b}) {
		t.Error("addresses collide when they are the same or one of them is every address")
	}
}

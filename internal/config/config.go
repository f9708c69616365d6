// Package config owns the settings of the program: what there is to set, the defaults, and how the file
// (konklave.yaml), the environment (KONKLAVE_*) and the flags combine into one Config. A flag wins over the
// environment, and that over the file. Unknown keys and invalid values are reported all at once, each with the place
// where it stands.
//
// It is pure: it is handed bytes and maps and must not read files, the environment or the network itself, and nobody
// else in the program reads settings. A Config is passed by value and never changed once it is loaded.
//
// The struct below is the only list of settings. Flags, environment names, docs/config.md and the sample file are
// made from its tags:
//
//	key      name in the file; below a section the path is section.key, the environment name KONKLAVE_SECTION_KEY
//	flag     name of the flag where section-key would read badly; "-" for none
//	default  value in the text form that the environment takes; lists are separated by commas
//	unset    what an empty value means, for the documentation
//	oneof    allowed values, separated by blanks
//	help     one or more sentences for people
package config

import (
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"konklave/internal/pii"
)

// Config is every setting of one server. Load makes it.
type Config struct {
	Bind      []netip.Addr `key:"bind" default:"127.0.0.1" help:"Addresses on which HTTP and WebSocket listen. 0.0.0.0 is every IPv4 address, :: every address."`
	Port      uint16       `key:"port" default:"7880" help:"TCP port of HTTP and WebSocket. 0 takes any free port."`
	PublicURL string       `key:"public_url" unset:"not known" help:"Address under which people reach the server, such as https://meet.example.org. It is printed at the start, and plain HTTP leads there."`
	TLS       TLS          `key:"tls"`

	TrustedProxies []netip.Prefix `key:"trusted_proxies" flag:"trusted-proxy" default:"127.0.0.0/8,::1/128" unset:"none" help:"Addresses or networks of proxies in front of the server. What they say in X-Forwarded-For and X-Forwarded-Proto counts: of whom requests come, and whether by HTTPS. From others these headers are ignored."`

	DataDir     string        `key:"data_dir" default:"./data" help:"Directory for what the server keeps. Made when missing; one server at a time may use it."`
	Database    pii.Token     `key:"database" unset:"SQLite, in the file konklave.db of the data directory" help:"Address of a PostgreSQL database in which accounts and meetings are stored, such as postgres://konklave:password@db.example.org:5432/konklave. Parameters are those of PostgreSQL, such as sslmode=verify-full. A password must not stand in the flag, which every process of the machine can read."`
	Drain       time.Duration `key:"drain_timeout" default:"0s" help:"How long SIGTERM waits for people to leave before the server ends; meanwhile no meeting starts, and people are told. A second SIGTERM ends it at once. 0s does not wait: people are back by themselves once it runs again, and container platforms kill after ten seconds."`
	APIKeys     Keys          `key:"api_keys" flag:"-" unset:"a pair made at first start, kept in the data directory" help:"API keys and their secrets, with which access tokens are signed. Secrets should have 32 characters or more."`
	OpenHosting bool          `key:"open_hosting" default:"false" help:"Whether anybody who reaches the server may make a meeting, without an account. Without it only people with an account for it may."`
	Demo        bool          `key:"demo" default:"false" help:"For trying it out: print an address that signs in as a demonstration host by one click. There is none where others than this machine may reach the server, or where public_url is set. make run sets it."`
	Dev         bool          `key:"dev" default:"false" help:"For development only: listen on and announce 127.0.0.1 where bind, rtc.bind and rtc.ips say nothing else, and accept API key devkey with secret secret unless keys are set."`
	RTC         RTC           `key:"rtc"`
	TURN        TURN          `key:"turn"`
	Rooms       Rooms         `key:"rooms"`
	Webhook     Webhook       `key:"webhook"`
	Ampel       Ampel         `key:"ampel"`
	Metrics     Metrics       `key:"metrics"`
	Log         Log           `key:"log"`
	Limits      Limits        `key:"limits"`

	origins map[string]string // key of a setting -> where its value came from
}

// TLS is how HTTPS is served. Without a certificate the port serves plain HTTP, for a proxy in front.
type TLS struct {
	CertFile   string `key:"cert_file" unset:"none" help:"PEM file of the certificate, the server's own first and then those above it. The port then serves HTTPS. The file is read again when it changes."`
	KeyFile    string `key:"key_file" unset:"none" help:"PEM file of the certificate's key."`
	SelfSigned bool   `key:"self_signed" default:"false" help:"Serve HTTPS with a certificate that the server signs itself, for networks without names: browsers warn once, and the fingerprint printed at the start tells whether it is this server."`
	ACME       bool   `key:"acme" default:"false" help:"Get a certificate for the host of public_url from an authority, and renew it. Its terms are agreed to by switching this on. It must reach this server at port 443, or at port 80 where tls.http_port serves that."`
	Directory  string `key:"acme_directory" default:"https://acme-v02.api.letsencrypt.org/directory" help:"Address of the authority's ACME directory."`
	Email      string `key:"acme_email" unset:"none" help:"Address that the authority may write to. It learns it."`
	RootsFile  string `key:"acme_roots_file" unset:"those of the system" help:"PEM file of the certificates that vouch for the authority's own address, for an authority inside the organisation."`
	HTTPPort   uint16 `key:"http_port" default:"0" help:"TCP port that leads plain HTTP to HTTPS, usually 80. 0 is none."`
}

// Active tells whether the port serves HTTPS.
func (t TLS) Active() bool { return t.SelfSigned || t.ACME || t.CertFile != "" }

// RTC is how media reach the server.
type RTC struct {
	UDPPort uint16       `key:"udp_port" default:"7882" help:"UDP port of all media. 0 takes any free port."`
	TCPPort uint16       `key:"tcp_port" default:"7881" help:"TCP port of media for clients that cannot use UDP. 0 is no media over TCP."`
	Bind    []netip.Addr `key:"bind" unset:"every address" help:"Addresses on which media ports listen."`
	IPs     []netip.Addr `key:"ips" flag:"rtc-ip" unset:"those of the host of public_url (and, when none of them is this machine's, as behind a 1:1 NAT, those of the interfaces too); without it every address of the machine's interfaces that are up, without link-local ones, and 127.0.0.1" help:"Addresses that clients are told to send media to. Read again at SIGHUP, as public_url is, for those who join from then on; other interfaces are noticed within half a minute."`
	Shards  int          `key:"shards" default:"0" help:"Goroutines that forward media, each with its own socket. 0 is one per processor core, at most 8."`
	GSO     bool         `key:"gso" default:"true" help:"Whether packets of one destination leave the program joined, for the kernel or the network card to cut (UDP_SEGMENT). Where the kernel cannot do it, it is left off anyway."`
	GRO     bool         `key:"gro" default:"true" help:"Whether packets of one sender may come joined from the kernel (UDP_GRO)."`

	ForceRelay bool `key:"force_relay" default:"false" help:"Whether media must come by the relay (turn): clients are told so, and the media ports answer nobody directly."`
}

// TURN is the relay for clients whose network lets nothing else through. It leads to this server's media only.
type TURN struct {
	Port uint16 `key:"port" default:"3478" help:"UDP and TCP port of the relay (TURN), for clients that reach the media ports neither by UDP nor by TCP. It relays to this server's media and to nothing else, and opens no further ports. 0 is none; so is it in development mode where this says nothing else. Where it is left at the default and another program has the port, there is a warning and no relay there."`
	TLS  bool   `key:"tls" default:"true" help:"Whether the relay is reached at the port of HTTPS too, for networks that let nothing but HTTPS through. It needs a certificate that clients know: with tls.self_signed it is off unless this is set, for browsers that have been given that certificate to trust."`
}

// applySelfSigned leaves the relay inside HTTPS out where the certificate is the server's own and nobody asked for both:
// browsers refuse a certificate there that a person has accepted for pages.
func (c *Config) applySelfSigned() {
	if c.TLS.SelfSigned && c.origins["turn.tls"] == "default" {
		c.TURN.TLS = false
		c.origins["turn.tls"] = "tls.self_signed"
	}
}

// Relays tells whether there is a relay.
func (c Config) Relays() bool { return c.TURN.Port != 0 || c.TURN.TLS && c.TLS.Active() }

// Rooms are the rules for rooms of LiveKit clients. Rooms of meetings have their own.
type Rooms struct {
	AutoCreate   bool `key:"auto_create" default:"true" help:"Whether a room is made when somebody with a token for it joins. Without it only the server API makes rooms."`
	AllowHidden  bool `key:"allow_hidden" default:"false" help:"Whether a token may hide its participant from the others in the room. Without it such tokens are refused."`
	RemoteUnmute bool `key:"remote_unmute" default:"false" help:"Whether the server API may ask a client to unmute a track."`
	Simulate     bool `key:"simulate" default:"false" help:"Whether clients may ask the server to misbehave towards them, as the test suites of client libraries do. Development mode switches it on."`
}

// Webhook is where applications are told what happens in rooms of LiveKit clients.
type Webhook struct {
	URLs   []string `key:"urls" flag:"webhook-url" unset:"no webhooks" help:"Addresses to which events are posted, signed. Whoever receives them learns the names and identities of people in rooms."`
	APIKey string   `key:"api_key" unset:"the API key, when there is only one" help:"API key whose secret signs webhooks."`
}

// Ampel is who sees the traffic light for video conferencing services.
type Ampel struct {
	Public bool `key:"public" default:"false" help:"Whether everybody may open /ampel: the criteria, a form that rates a service in the browser, and the colours that the Berlin data-protection authority gave in 2020 and 2021, by the services' names. Without it only people who are signed in may."`
}

// Metrics is where Prometheus reads.
type Metrics struct {
	Bind netip.AddrPort `key:"bind" default:"127.0.0.1:7889" unset:"no metrics" help:"Address and port of /metrics. It has no password: keep it on an address that only the operator reaches."`
}

// Log is how the server writes its log, to standard error.
type Log struct {
	Level  string `key:"level" default:"info" oneof:"debug info warn error" help:"Least important level that is written. No level writes addresses, names, titles or tokens of people."`
	Format string `key:"format" default:"text" oneof:"text json" help:"Form of a log line."`
}

// Limits refuse what the machine could not carry. A refused client is told so.
type Limits struct {
	Participants     int `key:"participants" default:"5000" help:"Participants that may be connected at once, in all rooms together. 0 is no limit."`
	Rooms            int `key:"rooms" default:"2000" help:"Rooms that may run at once, those of meetings among them. 0 is no limit."`
	RoomVoices       int `key:"room_voices" default:"5" help:"People who are heard at once in a room where more have their microphone on: the loudest. Whoever becomes louder is heard from the first sound. 0 is everybody."`
	RoomParticipants int `key:"room_participants" default:"1000" help:"Participants that one room takes, also when its own options allow more. 0 is no limit."`
}

// Keys maps API keys to their secrets.
type Keys map[string]pii.Token

// The pair that development mode accepts: the one livekit-server --dev has, so that tools made for it work unchanged.
const (
	DevKey    = "devkey"
	DevSecret = pii.Token("secret")
)

// SlogLevel is the level as log/slog knows it.
func (l Log) SlogLevel() slog.Level {
	var level slog.Level
	// The value was checked against the list of allowed ones, all of which slog knows.
	_ = level.UnmarshalText([]byte(l.Level))
	return level
}

// PublicHost is the name or address of public_url, empty when that is not set.
func (c Config) PublicHost() string {
	u, err := url.Parse(c.PublicURL)
	if err != nil { // which Load refuses
		return ""
	}
	return u.Hostname()
}

// Origin says where the value of a setting came from: "konklave.yaml:3", "KONKLAVE_PORT", "--port", "dev" or "default".
func (c Config) Origin(key string) string { return c.origins[key] }

// applyDev narrows what was left at its default to this machine, once all sources are merged.
func (c *Config) applyDev() {
	if !c.Dev {
		return
	}
	local := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	// Somebody who opens HTTP to other machines, or names a media address, wants media from other machines too.
	open := len(c.RTC.IPs) > 0
	for _, a := range c.Bind {
		open = open || !a.IsLoopback()
	}
	if !open {
		c.RTC.IPs = []netip.Addr{local}
		c.origins["rtc.ips"] = "dev"
		if len(c.RTC.Bind) == 0 {
			c.RTC.Bind = []netip.Addr{local}
			c.origins["rtc.bind"] = "dev"
		}
	}
	if c.origins["turn.port"] == "default" {
		c.TURN.Port = 0
		c.origins["turn.port"] = "dev"
	}
	if c.origins["rooms.simulate"] == "default" {
		c.Rooms.Simulate = true
		c.origins["rooms.simulate"] = "dev"
	}
	if len(c.APIKeys) == 0 {
		c.APIKeys = Keys{DevKey: DevSecret}
		c.origins["api_keys"] = "dev"
	}
}

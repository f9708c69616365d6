package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// check finds values that are valid each by itself and not together.
func (c Config) check() []Fault {
	var faults []Fault
	complain := func(key, format string, args ...any) {
		faults = append(faults, Fault{c.origins[key], key + " " + fmt.Sprintf(format, args...)})
	}
	if len(c.Bind) == 0 {
		complain("bind", "must name at least one address")
	}
	if len(c.Bind) > 1 && slices.ContainsFunc(c.Bind, netip.Addr.IsUnspecified) {
		complain("bind", "names every address and others: :: alone is every address, 0.0.0.0 alone every IPv4 address")
	}
	if len(c.RTC.Bind) > 0 && slices.ContainsFunc(c.RTC.Bind, netip.Addr.IsUnspecified) && len(c.RTC.Bind) > 1 {
		complain("rtc.bind", "names every address and single ones; leave it empty for every address")
	}
	for _, a := range c.RTC.IPs {
		if a.IsUnspecified() {
			complain("rtc.ips", "%s is no address that a client can send to", a)
		}
	}
	for _, text := range c.Webhook.URLs {
		if u, err := url.Parse(text); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			complain("webhook.urls", "%s is no http or https address", quote(text))
		}
	}
	if key := c.Webhook.APIKey; key != "" && len(c.APIKeys) > 0 && c.APIKeys[key] == "" {
		complain("webhook.api_key", "%s is none of the API keys", quote(key))
	}
	if len(c.Webhook.URLs) > 0 && c.Webhook.APIKey == "" && len(c.APIKeys) > 1 {
		complain("webhook.api_key", "must say which of the API keys signs")
	}

	c.checkDatabase(complain)
	c.checkTLS(complain)
	if c.RTC.ForceRelay && !c.Relays() {
		complain("rtc.force_relay", "needs a relay: turn.port, or turn.tls with a certificate")
	}
	if p := c.TURN.Port; p != 0 && p == c.RTC.UDPPort {
		complain("turn.port", "wants UDP port %d, which rtc.udp_port has", p)
	}

	const mostShards = 256
	if c.RTC.Shards > mostShards {
		complain("rtc.shards", "%d is more than %d", c.RTC.Shards, mostShards)
	}

	// These listeners share the TCP ports.
	type listener struct {
		key   string
		addrs []netip.Addr
		port  uint16
	}
	tcp := []listener{{"port", c.Bind, c.Port}, {"rtc.tcp_port", c.RTC.Bind, c.RTC.TCPPort}, {"turn.port", c.RTC.Bind, c.TURN.Port}}
	if c.TLS.HTTPPort != 0 {
		tcp = append(tcp, listener{"tls.http_port", c.Bind, c.TLS.HTTPPort})
	}
	if m := c.Metrics.Bind; m.IsValid() {
		tcp = append(tcp, listener{"metrics.bind", []netip.Addr{m.Addr()}, m.Port()})
	}
	for i, a := range tcp {
		for _, b := range tcp[i+1:] {
			if a.port == b.port && a.port != 0 && overlap(a.addrs, b.addrs) {
				complain(b.key, "wants port %d, which %s has", b.port, a.key)
			}
		}
	}
	return faults
}

// overlap reports whether listeners on the same port and these addresses would collide. No address means every one.
func overlap(a, b []netip.Addr) bool {
	everything := func(list []netip.Addr) bool {
		return len(list) == 0 || slices.ContainsFunc(list, netip.Addr.IsUnspecified)
	}
	if everything(a) || everything(b) {
		return true
	}
	return slices.ContainsFunc(a, func(x netip.Addr) bool { return slices.Contains(b, x) })
}

const postgresScheme = "postgres://"

// checkDatabase sees what the address of the database says. Its faults never repeat it.
func (c Config) checkDatabase(complain func(key, format string, args ...any)) {
	text := c.Database.Reveal()
	if text == "" {
		return
	}
	if !strings.HasPrefix(text, postgresScheme) && !strings.HasPrefix(text, "postgresql://") {
		complain("database", "is no address such as %sname:password@host:5432/name", postgresScheme)
		return
	}
	if !strings.HasPrefix(c.origins["database"], "--") {
		return
	}
	u, err := url.Parse(text)
	if err != nil {
		complain("database", "is not understood")
		return
	}
	if _, has := u.User.Password(); has || u.Query().Has("password") {
		complain("database", "has a password, which every process of the machine can read in a flag: set it in the file, or by KONKLAVE_DATABASE")
	}
}

// checkTLS sees whether HTTPS can be served as the settings say.
func (c Config) checkTLS(complain func(key, format string, args ...any)) {
	if text := c.PublicURL; text != "" {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" ||
			u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			complain("public_url", "%s is no address such as https://meet.example.org", quote(text))
		}
	}
	t := c.TLS
	switch {
	case (t.CertFile == "") != (t.KeyFile == ""):
		given, missing := "tls.cert_file", "tls.key_file"
		if t.CertFile == "" {
			given, missing = missing, given
		}
		complain(given, "needs %s beside it", missing)
	case t.SelfSigned && t.CertFile != "":
		complain("tls.self_signed", "and a certificate file exclude each other")
	case t.ACME && (t.SelfSigned || t.CertFile != ""):
		complain("tls.acme", "and another certificate exclude each other")
	case t.ACME && !hasName(c.PublicURL):
		complain("tls.acme", "needs public_url with a name: that is whom the certificate is for")
	case t.ACME && !strings.HasPrefix(t.Directory, "https://"):
		complain("tls.acme_directory", "%s does not begin with https://", quote(t.Directory))
	case t.HTTPPort != 0 && !t.Active():
		complain("tls.http_port", "needs a certificate: there is no HTTPS to lead to")
	case t.Active() && strings.HasPrefix(c.PublicURL, "http:"):
		complain("public_url", "must begin with https: when the server has a certificate")
	}
}

// hasName tells whether an address has a host name that others may know, not an IP address.
func hasName(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	_, err = netip.ParseAddr(u.Hostname())
	return err != nil && strings.Contains(u.Hostname(), ".")
}

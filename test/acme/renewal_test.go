package acme

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// TestRenewalByAuthorityDropsNothing renews a certificate of an authority while people talk. The server begins with one
// whose time is nearly over, and the authority does not answer before the call stands.
func TestRenewalByAuthorityDropsNothing(t *testing.T) {
	t.Parallel()
	https := freePort(t)
	ca := startAuthority(t, build(t), map[string]int{"httpPort": freePort(t), "tlsPort": https, "validity": 600})
	line, err := testkit.NewRelay(ca.api)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	settings := []string{
		"--public-url", fmt.Sprintf("https://%s:%d", host, https), "--port", fmt.Sprint(https), "--data-dir", t.TempDir(), "--rtc-ip", "127.0.0.1", "--open-hosting",
		"--tls-acme", "--tls-acme-directory", "https://" + line.Addr() + "/dir", "--tls-acme-roots-file", ca.own,
	}
	first := start(t, settings)
	first.meets(t, ca, https)
	first.end(t)

	line.BlackHole(true)
	s := start(t, settings)
	before := s.meets(t, ca, https)
	c := s.call(t, ca.roots, https)
	line.BlackHole(false)
	line.Cut() // what was lost in it would be sent again only late
	until(t, "another certificate", func() bool { return !s.meets(t, ca, https).Equal(before) })
	c.goesOn()
}

// TestRenewalByFilesDropsNothing replaces certificate and key while people talk: first by a half of them, then by all.
func TestRenewalByFilesDropsNothing(t *testing.T) {
	t.Parallel()
	dir, https := t.TempDir(), freePort(t)
	cert, key := ownCertificate(t, dir)
	s := start(t, []string{
		"--public-url", fmt.Sprintf("https://127.0.0.1:%d", https), "--port", fmt.Sprint(https), "--data-dir", t.TempDir(), "--rtc-ip", "127.0.0.1", "--open-hosting",
		"--tls-cert-file", cert, "--tls-key-file", key,
	})
	roots := rootsOf(t, cert)
	before := shown(t, https)
	c := s.call(t, roots, https)

	nextCert, nextKey := ownCertificate(t, t.TempDir())
	replace(t, cert, nextCert)
	until(t, "a word on the half", func() bool {
		shown(t, https)
		return strings.Contains(s.String(), "the new certificate cannot be used; the one before stays")
	})
	if !shown(t, https).Equal(before) {
		t.Error("the certificate without its key is shown")
	}
	c.goesOn()
	replace(t, key, nextKey)
	until(t, "the new certificate", func() bool { return !shown(t, https).Equal(before) })
	c.goesOn()
	if _, err := (&tls.Dialer{Config: &tls.Config{RootCAs: rootsOf(t, nextCert)}}).Dial("tcp", fmt.Sprintf("127.0.0.1:%d", https)); err != nil {
		t.Errorf("a new connection does not see the new certificate: %v", err)
	}
}

// replace puts a copy of a file in the place of another at once, as tools that renew do.
func replace(t *testing.T, file, by string) {
	t.Helper()
	text, err := os.ReadFile(by)
	if err != nil {
		t.Fatal(err)
	}
	next := filepath.Join(filepath.Dir(file), "next")
	if err := os.WriteFile(next, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, file); err != nil {
		t.Fatal(err)
	}
}

func rootsOf(t *testing.T, file string) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return roots
}

// shown is the certificate that a new connection sees, whoever signed it.
func shown(t *testing.T, port int) *x509.Certificate {
	t.Helper()
	var got *x509.Certificate
	until(t, "a handshake", func() bool {
		c, err := tls.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			return false
		}
		defer c.Close()
		got = c.ConnectionState().PeerCertificates[0]
		return true
	})
	return got
}

// call is two people in a meeting, one of whom speaks and shows a picture.
type call struct {
	t        *testing.T
	visitors []*testkit.Visitor
	media    []*testkit.Participant
	speaker  string
}

// call makes a meeting and has two people join it over HTTPS, under the name of these tests.
func (s konklave) call(t *testing.T, roots *x509.CertPool, port int) *call {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	address := fmt.Sprintf("127.0.0.1:%d", port)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	site := testkit.Site{URL: "https://" + address, Client: &http.Client{Transport: transport}}
	if strings.Contains(s.String(), host) {
		site.URL = fmt.Sprintf("https://%s:%d", host, port)
	}
	c := &call{t: t}
	link, err := site.NewMeeting(ctx, "While it is renewed")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Ann", "Bob"} {
		v, err := site.Visit(ctx, link, name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(v.Close)
		p, err := testkit.Join(ctx, testkit.Options{URL: site.URL, Client: site.Client, Token: v.MediaToken})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		if err := p.Connected(ctx); err != nil {
			t.Fatal(err)
		}
		p.KeepAlive()
		c.visitors, c.media = append(c.visitors, v), append(c.media, p)
	}
	c.speaker = c.visitors[0].ID
	for _, source := range []lkpb.TrackSource{lkpb.TrackSource_MICROPHONE, lkpb.TrackSource_CAMERA} {
		if _, err := c.media[0].Publish(ctx, testkit.TrackOptions{Source: source, Mark: uint32(source)}); err != nil {
			t.Fatal(err)
		}
	}
	c.goesOn()
	return c
}

// goesOn waits for more of Ann's voice and picture, of which nothing may be missing, and sees that both sockets of both
// people still carry.
func (c *call) goesOn() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	bob := c.media[1]
	for _, source := range []lkpb.TrackSource{lkpb.TrackSource_MICROPHONE, lkpb.TrackSource_CAMERA} {
		before := 0
		bob.Look(func(v *testkit.View) { before = v.ReceivedFrom(c.speaker, source).Frames })
		if err := bob.Until(ctx, "more of "+source.String(), func(v *testkit.View) bool {
			return v.ReceivedFrom(c.speaker, source).Frames > before+20
		}); err != nil {
			c.t.Fatal(err)
		}
		bob.Look(func(v *testkit.View) {
			if r := v.ReceivedFrom(c.speaker, source); r.Skipped > 0 || r.Broken > 0 {
				c.t.Errorf("%s: %d frames are missing, %d broken", source, r.Skipped, r.Broken)
			}
		})
	}
	for i, p := range c.media {
		if err := p.Ping(ctx); err != nil {
			c.t.Errorf("signalling: %v", err)
		}
		p.Look(func(v *testkit.View) {
			if v.Ended {
				c.t.Error("signalling was cut")
			}
		})
		if err := c.visitors[i].Say(fmt.Sprint(time.Now().UnixNano()), "still there"); err != nil {
			c.t.Errorf("the control connection: %v", err)
		}
		if _, err := c.visitors[1-i].Wait(ctx, "chat"); err != nil {
			c.t.Error(err)
		}
	}
}

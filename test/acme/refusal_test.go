package acme

import (
	"fmt"
	"strings"
	"testing"
)

// TestRefusalsSayWhatToDo has an authority that cannot reach the server, and one that nobody vouches for.
func TestRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	https := freePort(t)
	ca := startAuthority(t, build(t), map[string]int{"httpPort": freePort(t), "tlsPort": freePort(t), "validity": 86400})
	for _, c := range []struct {
		what     string
		settings []string
		says     string
	}{
		{"cannot reach us", []string{"--tls-acme-roots-file", ca.own}, "must find this machine as " + host + " in DNS and reach it at port 443 from outside"},
		{"is unknown", nil, "name a file with that certificate in tls.acme_roots_file"},
	} {
		s := start(t, append([]string{
			"--public-url", fmt.Sprintf("https://%s:%d", host, https), "--port", fmt.Sprint(https), "--data-dir", t.TempDir(),
			"--tls-acme", "--tls-acme-directory", ca.directory,
		}, c.settings...))
		until(t, "what to do about an authority that "+c.what, func() bool { return strings.Contains(s.String(), c.says) })
		s.end(t)
	}
}

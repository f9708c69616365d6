package certificate

import (
	"bytes"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"strings"
	"time"
)

// State is how a certificate is, for whoever watches the server.
type State struct {
	Expires time.Time // zero: there is none yet
	Failing bool      // the next one could not be had; the log says why
}

// inTime tells whether a certificate is good now.
func inTime(c *x509.Certificate, now time.Time) error {
	switch {
	case now.Before(c.NotBefore):
		return fmt.Errorf("it is not good before %s: is the clock of this machine right?", c.NotBefore.UTC().Format(time.DateTime))
	case !now.Before(c.NotAfter):
		return fmt.Errorf("it has expired on %s", c.NotAfter.UTC().Format(time.DateOnly))
	}
	return nil
}

// leastRSA is the length of RSA keys that TR-02102-2 asks for since 2024, in bits.
const leastRSA = 3000

// doubts lists why browsers might refuse a certificate that is well-formed and in time. None is certain: an organisation
// may have made its browsers believe what others do not.
func doubts(pair *tls.Certificate, host string) (all []string) {
	leaf := pair.Leaf
	if host != "" && leaf.VerifyHostname(host) != nil {
		all = append(all, fmt.Sprintf("it is for %s and not for %s, the host of public_url", namesOf(leaf), host))
	}
	if len(pair.Certificate) == 1 && !bytes.Equal(leaf.RawIssuer, leaf.RawSubject) {
		all = append(all, "its file has no certificates but its own: those of the authority between it and the root should follow (often called chain or fullchain)")
	}
	if key, ok := leaf.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < leastRSA {
		all = append(all, fmt.Sprintf("its RSA key has %d bits, and BSI TR-02102 recommends %d or more, or an elliptic curve", key.N.BitLen(), leastRSA))
	}
	return all
}

// namesOf lists whom a certificate is for.
func namesOf(c *x509.Certificate) string {
	names := append([]string(nil), c.DNSNames...)
	for _, a := range c.IPAddresses {
		names = append(names, a.String())
	}
	if len(names) == 0 {
		return "no name"
	}
	const most = 3
	if len(names) > most {
		return fmt.Sprintf("%s and %d others", names[0], len(names)-1)
	}
	return strings.Join(names, ", ")
}

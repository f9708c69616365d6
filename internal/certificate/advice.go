package certificate

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"

	"github.com/mholt/acmez/v3/acme"
)

// advice says what an operator can do when an authority gave no certificate. Authorities name the cause differently (RFC
// 8555 section 6.7 leaves them the choice), so it tells kinds only.
func (c ACMEConfig) advice(err error) string {
	var problem acme.Problem
	var call *url.Error
	switch {
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return "this machine does not know who vouches for the authority: name a file with that certificate in tls.acme_roots_file"
	case errors.As(err, &problem) && problem.Type == acme.ProblemTypeRateLimited:
		return "the authority has been asked too often: it gives one again later"
	case errors.As(err, &problem) && problem.Type == acme.ProblemTypeCAA:
		return fmt.Sprintf("a CAA record of %s in DNS names other authorities: add this one", c.Host)
	case errors.As(err, &problem):
		ways := "port 443"
		if c.HTTPPort != 0 {
			ways += " or 80"
		}
		return fmt.Sprintf("the authority must find this machine as %s in DNS and reach it at %s from outside, through every firewall and NAT", c.Host, ways)
	case errors.As(err, &call):
		return fmt.Sprintf("this machine must reach the authority at %s", c.Directory)
	}
	return "see why"
}

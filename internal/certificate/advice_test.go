package certificate

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/mholt/acmez/v3/acme"
)

func TestAdvice(t *testing.T) {
	c := ACMEConfig{Host: "meet.example", Directory: "https://ca.example/dir", HTTPPort: 80}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&url.Error{Op: "Get", URL: "x", Err: x509.UnknownAuthorityError{}}, "tls.acme_roots_file"},
		{&url.Error{Op: "Get", URL: "x", Err: errors.New("connection refused")}, "must reach the authority at https://ca.example/dir"},
		{acme.Problem{Type: acme.ProblemTypeDNS}, "find this machine as meet.example in DNS and reach it at port 443 or 80"},
		{acme.Problem{Type: acme.ProblemTypeRateLimited}, "too often"},
		{acme.Problem{Type: acme.ProblemTypeCAA}, "CAA record of meet.example"},
		{errors.New("disk full"), "see why"},
	} {
		if got := c.advice(fmt.Errorf("asking: %w", tt.err)); !strings.Contains(got, tt.want) {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}

package certificate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"
)

// issue makes a certificate for a name, signed by an authority that is not in it.
func issue(t *testing.T, name string, public any) *tls.Certificate {
	t.Helper()
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{name},
	}
	above := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}}
	der, err := x509.CreateCertificate(rand.Reader, template, above, public, authority)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, Leaf: leaf}
}

func TestDoubts(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	whole := issue(t, "meet.example", &curve.PublicKey)
	whole.Certificate = append(whole.Certificate, whole.Certificate[0])
	for _, c := range []struct {
		what string
		pair *tls.Certificate
		host string
		want []string
	}{
		{"with those above it, for the host", whole, "meet.example", nil},
		{"where the host is not known", whole, "", nil},
		{"for another host", whole, "other.example", []string{"it is for meet.example and not for other.example"}},
		{"alone, with a short key", issue(t, "meet.example", &short.PublicKey), "meet.example", []string{"fullchain", "2048 bits"}},
	} {
		got := doubts(c.pair, c.host)
		if len(got) != len(c.want) {
			t.Errorf("%s: %q", c.what, got)
			continue
		}
		for i, part := range c.want {
			if !strings.Contains(got[i], part) {
				t.Errorf("%s: %q, want %q", c.what, got[i], part)
			}
		}
	}
	own, err := makeSelfSigned([]string{"meet.example"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := parse(own, own)
	if err != nil {
		t.Fatal(err)
	}
	if got := doubts(pair, "meet.example"); len(got) > 0 {
		t.Errorf("nothing can follow a certificate that signed itself: %q", got)
	}
}

func TestNamesOf(t *testing.T) {
	for want, names := range map[string][]string{
		"no name": nil, "a.example": {"a.example"}, "a, b, c": {"a", "b", "c"}, "a and 3 others": {"a", "b", "c", "d"},
	} {
		if got := namesOf(&x509.Certificate{DNSNames: names}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

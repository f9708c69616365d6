package certificate

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bench has a directory, a clock and a log.
type bench struct {
	t   *testing.T
	dir string
	now time.Time
	log bytes.Buffer
}

func newBench(t *testing.T) *bench {
	return &bench{t: t, dir: t.TempDir(), now: time.Now()}
}

func (b *bench) clock() time.Time { return b.now }
func (b *bench) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(&b.log, nil))
}

// write puts a certificate for a name into the two files, as a tool that renews it does.
func (b *bench) write(name string, at time.Time) (cert, key string) {
	b.t.Helper()
	text, err := makeSelfSigned([]string{name}, at)
	if err != nil {
		b.t.Fatal(err)
	}
	cert, key = filepath.Join(b.dir, "cert.pem"), filepath.Join(b.dir, "key.pem")
	for _, file := range []string{cert, key} {
		b.put(file, text)
	}
	return cert, key
}

// put writes a file; its time is the clock's, which no coarse clock of a file system blurs.
func (b *bench) put(file string, text []byte) {
	b.t.Helper()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		b.t.Fatal(err)
	}
	if err := os.Chtimes(file, b.now, b.now); err != nil {
		b.t.Fatal(err)
	}
}

// serves tells for which name the certificate is that a handshake gets now.
func (b *bench) serves(get func(*tls.ClientHelloInfo) (*tls.Certificate, error)) string {
	b.t.Helper()
	pair, err := get(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Join(pair.Leaf.DNSNames, " ")
}

func TestFilesAreReadAgain(t *testing.T) {
	b := newBench(t)
	cert, key := b.write("one.example", b.now)
	f, err := Open(FilesConfig{CertFile: cert, KeyFile: key}, b.clock, b.logger())
	if err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Minute)
	b.write("two.example", b.now)
	if name := b.serves(f.Get); name != "two.example" {
		t.Errorf("serves %s a minute after the files changed", name)
	}
	b.now = b.now.Add(time.Second)
	b.write("three.example", b.now)
	if name := b.serves(f.Get); name != "two.example" {
		t.Errorf("looks at the files with each handshake: serves %s", name)
	}
}

func TestWrongFilesKeepTheOldCertificate(t *testing.T) {
	b := newBench(t)
	cert, key := b.write("good.example", b.now)
	f, err := Open(FilesConfig{CertFile: cert, KeyFile: key}, b.clock, b.logger())
	if err != nil {
		t.Fatal(err)
	}
	other, err := makeSelfSigned([]string{"other.example"}, b.now)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what  string
		wrong func()
		says  string
	}{
		{"half of it", func() { b.put(cert, other[:len(other)/4]) }, "no whole PEM block"},
		{"the certificate, and not yet its key", func() { b.put(cert, other) }, "private key does not match"},
		{"expired", func() { b.write("old.example", b.now.Add(-500*24*time.Hour)) }, "it has expired on"},
		{"of tomorrow", func() { b.write("young.example", b.now.Add(24*time.Hour)) }, "is the clock of this machine right?"},
		{"gone", func() { os.Remove(cert) }, "cert.pem cannot be read: no such file"},
	} {
		b.log.Reset()
		b.now = b.now.Add(time.Minute)
		c.wrong()
		for range 3 {
			if name := b.serves(f.Get); name != "good.example" {
				t.Errorf("%s: serves %q", c.what, name)
			}
			b.now = b.now.Add(lookInterval)
		}
		if n := strings.Count(b.log.String(), "cannot be used; the one before stays"); n != 1 || !strings.Contains(b.log.String(), c.says) {
			t.Errorf("%s: said %d times, want %q:\n%s", c.what, n, c.says, &b.log)
		}
		if !f.State().Failing {
			t.Errorf("%s: metrics say that all is well", c.what)
		}
	}
	b.now = b.now.Add(time.Minute)
	b.write("new.example", b.now)
	if name := b.serves(f.Get); name != "new.example" {
		t.Errorf("serves %q after the files are right again", name)
	}
	if f.State().Failing {
		t.Error("metrics say that the files are still wrong")
	}
}

// Rights to read a file, or the directory in which it is, may change without a trace in its time.
func TestFilesThatCouldNotBeReadAreTriedAgain(t *testing.T) {
	b := newBench(t)
	cert, key := b.write("one.example", b.now)
	f, err := Open(FilesConfig{CertFile: cert, KeyFile: key}, b.clock, b.logger())
	if err != nil {
		t.Fatal(err)
	}
	away := key + ".away"
	if err := os.Rename(key, away); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Minute)
	if !f.State().Failing {
		t.Error("a key that is gone is not noticed")
	}
	if err := os.Rename(away, key); err != nil { // as old as before
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Minute)
	if f.State().Failing || !strings.Contains(b.log.String(), "certificate read again") {
		t.Errorf("not tried again:\n%s", &b.log)
	}
}

func TestAnEndThatIsNearIsToldOnceADay(t *testing.T) {
	b := newBench(t)
	cert, key := b.write("one.example", b.now)
	f, err := Open(FilesConfig{CertFile: cert, KeyFile: key}, b.clock, b.logger())
	if err != nil {
		t.Fatal(err)
	}
	told := func() int {
		b.serves(f.Get)
		return strings.Count(b.log.String(), "ends soon")
	}
	b.now = f.State().Expires.Add(-warnBefore - time.Hour)
	if told() != 0 {
		t.Error("told too early")
	}
	b.now = b.now.Add(2 * time.Hour)
	if told() != 1 {
		t.Error("not told")
	}
	b.now = b.now.Add(time.Hour)
	if told() != 1 {
		t.Error("told again within the hour")
	}
	b.now = b.now.Add(warnInterval)
	if told() != 2 {
		t.Error("not told again the day after")
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	b := newBench(t)
	cert, key := b.write("one.example", b.now)
	other := filepath.Join(b.dir, "other.pem")
	text, err := makeSelfSigned([]string{"other.example"}, b.now)
	if err != nil {
		t.Fatal(err)
	}
	b.put(other, text)
	locked := filepath.Join(b.dir, "locked.pem")
	b.put(locked, []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"))
	binary := filepath.Join(b.dir, "binary.der")
	b.put(binary, []byte{0x30, 0x82, 1, 2})
	for _, c := range []struct{ cert, key, says string }{
		{cert, locked, "locked by a passphrase"},
		{binary, key, "may be DER (openssl x509"},
		{cert, binary, "may be DER (openssl pkey"},
		{filepath.Join(b.dir, "none.pem"), key, "none.pem cannot be read: no such file"},
		{cert, other, "private key does not match"},
		{b.dir, key, "is a directory"},
	} {
		if _, err := Open(FilesConfig{CertFile: c.cert, KeyFile: c.key}, b.clock, b.logger()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
}

func TestOwnCertificateIsKept(t *testing.T) {
	b := newBench(t)
	names := []string{"meet.example", "192.0.2.7", "::1"}
	own := func() *x509.Certificate {
		t.Helper()
		s, err := Own(b.dir, names, b.clock, b.logger())
		if err != nil {
			t.Fatal(err)
		}
		pair, err := s.Get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf
	}
	first := own()
	for _, name := range names {
		if err := first.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if at, err := os.Stat(filepath.Join(b.dir, selfSignedFile)); err != nil || at.Mode().Perm() != 0o600 {
		t.Errorf("the key is readable by others: %v, %v", at.Mode(), err)
	}
	if !own().Equal(first) {
		t.Error("another certificate after a restart")
	}
	names = append(names, "192.0.2.8")
	second := own()
	if second.Equal(first) {
		t.Error("the same certificate for another address")
	}
	b.now = b.now.Add(370 * 24 * time.Hour)
	if own().Equal(second) {
		t.Error("the same certificate near the end of its time")
	}
	b.put(filepath.Join(b.dir, selfSignedFile), []byte("broken"))
	own()
}

func TestOwnCertificateIsRenewedWhileRunning(t *testing.T) {
	b := newBench(t)
	s, err := Own(b.dir, []string{"meet.example"}, b.clock, b.logger())
	if err != nil {
		t.Fatal(err)
	}
	first, _ := s.Get(nil)
	b.now = first.Leaf.NotAfter.Add(-time.Hour)
	good := s.path
	s.path = filepath.Join(b.dir, "none", selfSignedFile)
	for range 3 {
		if pair, err := s.Get(nil); err != nil || pair != first {
			t.Errorf("the certificate is not used to its end: %v", err)
		}
	}
	if n := strings.Count(b.log.String(), "cannot be signed anew"); n != 1 {
		t.Errorf("said %d times:\n%s", n, &b.log)
	}
	s.path = good
	second, err := s.Get(nil)
	if err != nil || !second.Leaf.NotAfter.After(b.now.Add(300*24*time.Hour)) {
		t.Fatalf("not renewed: %v", err)
	}
	if !strings.Contains(b.log.String(), Fingerprint(second.Leaf)) {
		t.Errorf("the new fingerprint is not told:\n%s", &b.log)
	}
	s.path = filepath.Join(b.dir, "none", selfSignedFile)
	b.now = second.Leaf.NotAfter.Add(time.Hour)
	if _, err := s.Get(nil); err == nil {
		t.Error("a certificate that has expired is used")
	}
}

func TestFingerprint(t *testing.T) {
	// SHA-256 of nothing, FIPS 180-4.
	const empty = "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55"
	if got := Fingerprint(&x509.Certificate{}); got != empty {
		t.Error(got)
	}
}

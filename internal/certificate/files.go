package certificate

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookInterval is how often a handshake looks whether the files have changed.
const lookInterval = 5 * time.Second

// Files is a certificate and its key in two PEM files of the operator's, which may be replaced while the server runs.
// It is safe for any goroutine.
type Files struct {
	certFile, keyFile string
	now               func() time.Time
	log               *slog.Logger

	mu      sync.Mutex
	pair    *tls.Certificate
	version version // of the files when they were last read, good or not
	looked  time.Time
}

// version tells whether the two files have changed.
type version [2]struct {
	modified time.Time
	size     int64
}

// Open reads the files. The chain begins with the server's own certificate. Errors name the file.
func Open(certFile, keyFile string, now func() time.Time, log *slog.Logger) (*Files, error) {
	f := &Files{certFile: certFile, keyFile: keyFile, now: now, log: log, looked: now()}
	v, err := f.look()
	if err != nil {
		return nil, err
	}
	pair, err := f.read()
	if err != nil {
		return nil, err
	}
	if expires := pair.Leaf.NotAfter; !now().Before(expires) {
		log.Warn("the certificate has expired: browsers will refuse it", "expired", expires.UTC().Format(time.DateOnly))
	}
	f.pair, f.version = pair, v
	return f, nil
}

// Get is for tls.Config: the newest certificate that can be used. Files that changed and cannot be used are told to
// the log once, and the one before stays.
func (f *Files) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.now(); now.Sub(f.looked) >= lookInterval {
		f.looked = now
		f.renewLocked()
	}
	return f.pair, nil
}

// renewLocked reads the files again if they changed.
func (f *Files) renewLocked() {
	v, err := f.look()
	if err == nil && v == f.version {
		return
	}
	if err != nil && f.version == (version{}) {
		return // said already
	}
	f.version = v
	var pair *tls.Certificate
	if err == nil {
		pair, err = f.read()
	}
	if err == nil && !f.now().Before(pair.Leaf.NotAfter) {
		err = errors.New("it has expired")
	}
	if err != nil {
		f.log.Error("the new certificate cannot be used; the one before stays", "why", err)
		return
	}
	f.pair = pair
	f.log.Info("certificate renewed", "expires", pair.Leaf.NotAfter.UTC().Format(time.DateOnly))
}

func (f *Files) look() (version, error) {
	var v version
	for i, file := range []string{f.certFile, f.keyFile} {
		at, err := os.Stat(file)
		if err != nil {
			return version{}, fmt.Errorf("%s cannot be read: %w", file, cause(err))
		}
		v[i].modified, v[i].size = at.ModTime(), at.Size()
	}
	return v, nil
}

func (f *Files) read() (*tls.Certificate, error) {
	var texts [2][]byte
	for i, file := range []string{f.certFile, f.keyFile} {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", file, cause(err))
		}
		texts[i] = text
	}
	pair, err := parse(texts[0], texts[1])
	if err != nil {
		return nil, fmt.Errorf("%s and %s are no certificate with its key: %w", f.certFile, f.keyFile, err)
	}
	return pair, nil
}

// cause takes the operation and path off an error whose message names them already.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

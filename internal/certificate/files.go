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

// Of an end that is near the log is told once in a while.
const (
	warnBefore   = 14 * 24 * time.Hour
	warnInterval = 24 * time.Hour
)

// FilesConfig is where a certificate is.
type FilesConfig struct {
	CertFile string // PEM: the server's own certificate first, then those above it
	KeyFile  string // PEM
	Host     string // under which browsers ask for it; empty: not known
}

// Files is a certificate and its key in two PEM files of the operator's, which may be replaced while the server runs.
// It is safe for any goroutine.
type Files struct {
	config FilesConfig
	now    func() time.Time
	log    *slog.Logger

	mu      sync.Mutex
	pair    *tls.Certificate
	version version // of the files from which pair was read
	looked  time.Time
	fault   string    // of the files as they are now, which was told to the log; empty: there is none
	warned  time.Time // that the end is near
}

// version tells whether the two files have changed.
type version [2]struct {
	modified time.Time
	size     int64
}

// Open reads the files. Errors name the file.
func Open(c FilesConfig, now func() time.Time, log *slog.Logger) (*Files, error) {
	f := &Files{config: c, now: now, log: log, looked: now()}
	v, err := f.look()
	if err != nil {
		return nil, err
	}
	pair, err := f.read()
	if err != nil {
		return nil, err
	}
	if err := inTime(pair.Leaf, now()); err != nil {
		log.Warn("browsers will refuse the certificate", "why", err)
	}
	f.takeLocked(pair, v)
	return f, nil
}

// Get is for tls.Config: the newest certificate that can be used. Files that changed and cannot be used are told to
// the log once, and the one before stays.
func (f *Files) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.renewLocked()
	return f.pair, nil
}

// State is how the certificate is now.
func (f *Files) State() State {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.renewLocked()
	return State{Expires: f.pair.Leaf.NotAfter, Failing: f.fault != ""}
}

// renewLocked reads the files again if they changed, at most once in lookInterval. Files that cannot be used are tried
// each time: what makes them right need not show in their times, such as a right to read them.
func (f *Files) renewLocked() {
	now := f.now()
	if now.Sub(f.looked) < lookInterval {
		return
	}
	f.looked = now
	f.warnLocked(now)
	v, err := f.look()
	if err == nil && v == f.version && f.fault == "" {
		return
	}
	var pair *tls.Certificate
	if err == nil {
		pair, err = f.read()
	}
	if err == nil {
		err = inTime(pair.Leaf, now)
	}
	if err != nil {
		if why := err.Error(); why != f.fault {
			f.fault = why
			f.log.Error("the new certificate cannot be used; the one before stays", "why", why)
		}
		return
	}
	f.fault = ""
	f.log.Info("certificate read again", "expires", pair.Leaf.NotAfter.UTC().Format(time.DateOnly))
	f.takeLocked(pair, v)
}

func (f *Files) takeLocked(pair *tls.Certificate, v version) {
	f.pair, f.version, f.warned = pair, v, time.Time{}
	for _, doubt := range doubts(pair, f.config.Host) {
		f.log.Warn("some browsers may refuse the certificate", "why", doubt)
	}
}

// warnLocked says that nobody has replaced the files, while there is time.
func (f *Files) warnLocked(now time.Time) {
	end := f.pair.Leaf.NotAfter
	if now.Before(end.Add(-warnBefore)) || now.Sub(f.warned) < warnInterval {
		return
	}
	f.warned = now
	f.log.Warn("the certificate ends soon: put a new one into its files", "expires", end.UTC().Format(time.DateOnly))
}

func (f *Files) look() (version, error) {
	var v version
	for i, file := range []string{f.config.CertFile, f.config.KeyFile} {
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
	for i, file := range []string{f.config.CertFile, f.config.KeyFile} {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", file, cause(err))
		}
		texts[i] = text
	}
	pair, err := parse(texts[0], texts[1])
	if err != nil {
		return nil, fmt.Errorf("%s and %s are no certificate with its key: %w", f.config.CertFile, f.config.KeyFile, err)
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

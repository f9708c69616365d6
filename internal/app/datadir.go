package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"konklave/internal/backup"
	"konklave/internal/config"
)

// dataDir is the directory of what the server keeps, held by this process alone.
type dataDir struct {
	path string
	lock *os.File
}

// claimDataDir opens the data directory and sees that the ports are free: a start that fails must leave nothing behind,
// so a directory is made after that. One that is there comes first, because who starts a second server on it should
// hear of that and not of ports.
func claimDataDir(cfg config.Config) (*dataDir, error) {
	if err := backup.Unfinished(cfg.DataDir); err != nil {
		return nil, err
	}
	if _, err := os.Stat(cfg.DataDir); err != nil {
		if err := freePorts(cfg); err != nil {
			return nil, err
		}
		return openDataDir(cfg.DataDir)
	}
	data, err := openDataDir(cfg.DataDir)
	if err != nil {
		return nil, err
	}
	if err := freePorts(cfg); err != nil {
		_ = data.close()
		return nil, err
	}
	return data, nil
}

// openDataDir makes the directory when it is missing, sees that it can be written, and locks it. The lock ends with
// the process, however that ends.
func openDataDir(path string) (*dataDir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("the data directory %s cannot be made: %w", path, cause(err))
	}
	lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data directory %s cannot be written: %w", path, cause(err))
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder := holderOf(lock)
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("the data directory %s is in use by another Konklave%s: stop that one, or choose another directory with --data-dir", path, holder)
		}
		return nil, fmt.Errorf("the data directory %s cannot be locked: %w", path, err)
	}
	if err := writeHolder(lock); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("the data directory %s cannot be written: %w", path, cause(err))
	}
	return &dataDir{path: path, lock: lock}, nil
}

// writeHolder leaves the process number for the message that a second instance prints.
func writeHolder(lock *os.File) error {
	if err := lock.Truncate(0); err != nil {
		return err
	}
	_, err := lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// holderOf reads it: " (process 123)", or nothing.
func holderOf(lock *os.File) string {
	text, err := io.ReadAll(io.LimitReader(lock, 32))
	if err != nil {
		return ""
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

func (d *dataDir) close() error { return d.lock.Close() }

// cause takes the operation and path off an error whose message names them already.
func cause(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

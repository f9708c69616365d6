package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"konklave/internal/store"
)

// Errors of Restore about archives that are well but of another kind.
var (
	ErrNoDatabase = errors.New("the backup holds no database: it is of a server that has PostgreSQL")
	ErrDatabase   = errors.New("the backup holds a database of SQLite, and this server is set to have PostgreSQL (database)")
)

// Target is what is brought back.
type Target struct {
	Dir      string // the data directory, whose lock is held
	Database bool   // the server has SQLite: the archive must hold its database
	Now      time.Time
}

// Restored is what Restore did.
type Restored struct {
	Manifest
	Kept string // folder of what was there before, or empty
}

// Restore replaces what is in a data directory by what is in an archive, once all of that is known to be whole. When it fails,
// the directory is as it was; when it is killed, Unfinished says so and the next Restore makes it so.
func Restore(ctx context.Context, t Target, archive io.Reader) (Restored, error) {
	if err := undo(t.Dir, os.Rename); err != nil {
		return Restored{}, fmt.Errorf("an earlier restoration cannot be taken back: %w", err)
	}
	if err := Forget(t.Dir, t.Now); err != nil {
		return Restored{}, err
	}
	incoming, err := os.MkdirTemp(t.Dir, incomingPrefix)
	if err != nil {
		return Restored{}, err
	}
	m, err := unpack(archive, incoming)
	if err == nil {
		err = check(ctx, t, m, incoming)
	}
	if err == nil {
		err = giveTo(t.Dir, incoming)
	}
	kept := ""
	if err == nil {
		kept, err = swap(t.Dir, incoming, t.Now, os.Rename)
	}
	return Restored{Manifest: m, Kept: kept}, errors.Join(err, os.RemoveAll(incoming))
}

func check(ctx context.Context, t Target, m Manifest, incoming string) error {
	switch {
	case t.Database && !m.HasDatabase():
		return ErrNoDatabase
	case !t.Database && m.HasDatabase():
		return ErrDatabase
	case !t.Database:
		return nil
	}
	return store.CheckFile(ctx, filepath.Join(incoming, store.FileName))
}

// giveTo makes the owner of the data directory that of what was unpacked: root restores for the server's user.
func giveTo(dir, unpacked string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 || owner.Uid == 0 {
		return nil
	}
	return filepath.WalkDir(unpacked, func(at string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(at, int(owner.Uid), int(owner.Gid))
	})
}

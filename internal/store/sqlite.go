package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// FileName is that of the SQLite database in the data directory. Beside it are, while it is open, the files that end in
// -wal and -shm: what is written goes to the former first.
const FileName = "konklave.db"

// How long SQLite waits for another process that holds the database, and how many read at once.
const (
	lockWait    = 5 * time.Second
	mostReaders = 4
)

func openSQLite(ctx context.Context, o Options) (*Store, error) {
	path, err := filepath.Abs(filepath.Join(o.Dir, FileName))
	if err != nil {
		return nil, err
	}
	cannot := "the database " + path + " cannot be opened"
	if err := makeFile(path); err != nil {
		return nil, fmt.Errorf("%s: %w", cannot, err)
	}
	engine := sqliteEngine{}
	s := &Store{engine: engine, write: openFile(path, o.lockWait, false), read: openFile(path, o.lockWait, true)}
	s.write.SetMaxOpenConns(1)
	s.read.SetMaxOpenConns(mostReaders)
	s.read.SetMaxIdleConns(mostReaders)
	if err := s.write.PingContext(ctx); err != nil {
		return nil, errors.Join(advice(engine, cannot, err), s.Close())
	}
	return s, nil
}

// makeFile makes the database with rights for nobody else, which its other files get from it. A file that is there is not
// opened: closing it would let go what SQLite has locked of it in this process.
func makeFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		err = giveToOwner(file)
	}
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			return at.Err
		}
		return err
	}
	return file.Close()
}

// giveToOwner makes the owner of the directory that of a file that root has made, as by a command beside the server.
func giveToOwner(file *os.File) error {
	info, err := os.Stat(filepath.Dir(file.Name()))
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 || owner.Uid == 0 {
		return nil
	}
	return file.Chown(int(owner.Uid), int(owner.Gid))
}

// inMemory has SQLite sort in memory: there may be no folder for temporary files, and what is sorted is for nobody else.
const inMemory = "temp_store(MEMORY)"

// openFile gives connections to the database. What is committed is in the write-ahead log on the disk, also when the
// machine loses power (synchronous); what is deleted is overwritten (secure_delete).
func openFile(path string, wait time.Duration, readOnly bool) *sql.DB {
	q := url.Values{"_txlock": {"immediate"}, "_dqs": {"0"}}
	for _, pragma := range []string{"synchronous(FULL)", "foreign_keys(1)", "secure_delete(1)", "journal_size_limit(4194304)", inMemory} {
		q.Add("_pragma", pragma)
	}
	q.Set("_busy_timeout", strconv.FormatInt(wait.Milliseconds(), 10))
	if readOnly {
		q.Set("_query_only", "1")
	} else {
		q.Set("_journal_mode", "WAL")
	}
	return openURL(&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()})
}

func openURL(u *url.URL) *sql.DB {
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		panic(err) // only for a driver that is not there
	}
	return db
}

type sqliteEngine struct{}

func (sqliteEngine) rebind(query string) string                { return query }
func (sqliteEngine) readOptions() *sql.TxOptions               { return &sql.TxOptions{ReadOnly: true} }
func (sqliteEngine) writeOptions() *sql.TxOptions              { return nil }
func (sqliteEngine) exclude(context.Context, *sql.Tx) error    { return nil } // every transaction that writes does
func (sqliteEngine) again(err error, inCommit bool) (yes bool) { return false }

// settle empties the write-ahead log, in which pages stay as they were. Who reads at the moment is not disturbed: then it
// remains until next time.
func (sqliteEngine) settle(ctx context.Context, db *sql.DB) {
	_, _ = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}

func (sqliteEngine) code(err error) (code int, isSQLite bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0, false
	}
	return e.Code(), true
}

func (s sqliteEngine) fault(err error) error {
	code, ok := s.code(err)
	if !ok {
		if errors.Is(err, context.DeadlineExceeded) {
			return failure{Busy, "waited too long"}
		}
		return err
	}
	detail := sqlite.ErrorCodeString[code]
	if detail == "" {
		detail = sqlite.ErrorCodeString[code&0xff]
	}
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrExists
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrReferred
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return failure{Full, detail}
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return failure{ReadOnly, detail}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT:
		return failure{Busy, detail}
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR:
		return failure{Damaged, detail}
	}
	return err
}

// remedy says what the operator can do when the database does not open.
func (s sqliteEngine) remedy(err error) string {
	var f Failure
	if !errors.As(s.fault(err), &f) {
		return ""
	}
	switch f {
	case Full:
		return "make room on the disk"
	case ReadOnly:
		return "the user that runs Konklave must be able to write the file and its directory"
	case Busy:
		return "end the program that holds " + FileName + ", such as a shell of sqlite3"
	case Damaged:
		return "see whether the disk is well, and restore a backup with konklave restore"
	}
	return ""
}

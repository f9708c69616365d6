// Package store owns the database: SQLite in a file of the data directory, or PostgreSQL where the operator names one. It
// opens it, brings its tables up to date, and runs transactions on it, the same SQL on both.
//
// It must not decide what is stored: each area of the program owns its tables and queries. It logs no value and no query,
// and its errors hold none.
//
// # How an area adds a table and queries
//
// A table: a file migrations/NNNN_area.sql with the next number. All files that a database has not had yet run in their
// order when it is opened; a file that was released is never changed. Before each CREATE TABLE stand three comments,
// "-- purpose:", "-- retention:" and "-- test:" (the test that deletes it), which a test compares with docs/privacy.md. What
// expires by itself is deleted by a Retention (purge.go) that the area registers.
//
// SQL is what both databases understand alike: the types TEXT, BIGINT, BOOLEAN and BYTEA; placeholders "?"; INSERT ... ON
// CONFLICT ... DO UPDATE, RETURNING, CASE, COALESCE. Times are BIGINT, milliseconds since 1970 (Millis, Time). Keys are made
// by the program (internal/id), not counted by the database. No LIKE (upper and lower case differ), no date functions, no
// AUTOINCREMENT or SERIAL, no zero byte in TEXT, and ORDER BY TEXT only where bytes are an order good enough. Indexes are
// made by CREATE INDEX; constraints are PRIMARY KEY, UNIQUE, NOT NULL, CHECK, REFERENCES ... ON DELETE.
//
// Queries: functions of a file of its own (area.go) that take a *Tx, so that several make one transaction:
//
//	func (tx *Tx) Account(id id.AccountID) (Account, error) {
//		return One(tx, scanAccount, `SELECT id, email, made_at FROM account WHERE id = ?`, id)
//	}
//
//	func scanAccount(scan Scan) (a Account, err error) {
//		var made int64
//		err = scan(&a.ID, &a.Email, &made)
//		a.Made = Time(made)
//		return a, err
//	}
//
// Callers run them in Read or Write. What these are given may run several times, so it only works on the Tx and on what it
// sets anew each time.
//
// Tests of them begin with storetest.Each, which runs on both databases.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"time"

	"konklave/internal/pii"
)

// Options say which database is opened.
type Options struct {
	Dir      string    // the data directory, for SQLite
	Database pii.Token // address of PostgreSQL, postgres://...; empty for SQLite

	// Alone is for a server: no other may use the database, commands may. While PostgreSQL does not answer, as when the whole
	// machine has just started, Open waits Patience for it and says so in Log.
	Alone    bool
	Patience time.Duration
	Log      *slog.Logger // nil: nobody is told

	migrations fs.FS         // for tests; nil for those of the program
	lockWait   time.Duration // for tests; 0 for lockWait
}

// Store is the open database. Any goroutine may use it.
type Store struct {
	engine engine
	read   *sql.DB
	write  *sql.DB // the same for PostgreSQL; one connection for SQLite, so that writers wait in order
	health *health
	alone  *alone // or nil
}

// engine is what differs between the databases.
type engine interface {
	// rebind gives a query with "?" the placeholders of the database.
	rebind(query string) string
	// fault makes an error of the driver one of this package's, or leaves it as it is.
	fault(err error) error
	// remedy says what the operator can do about an error of the driver when the database does not open; empty: nothing is known.
	remedy(err error) string
	// again tells whether a transaction that failed with this error, of the driver, is to be run once more. When it
	// failed in COMMIT it may have happened all the same.
	again(err error, inCommit bool) bool
	// readOptions and writeOptions make transactions that see one state of the database, and that happen one after another.
	readOptions() *sql.TxOptions
	writeOptions() *sql.TxOptions
	// exclude has others that migrate wait until tx ends.
	exclude(ctx context.Context, tx *sql.Tx) error
	// settle has what was deleted leave the files, as far as that is ours to do.
	settle(ctx context.Context, db *sql.DB)
}

// patience is how long a transaction may take. A database that does not answer must not hold up those who wait.
const patience = 10 * time.Second

// mostAttempts is how often a transaction is run that others were in the way of.
const mostAttempts = 10

// Open opens the database, makes it when it is missing, and brings its tables up to date. Its error says what to do.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.lockWait == 0 {
		o.lockWait = lockWait
	}
	if o.migrations == nil {
		o.migrations = embedded()
	}
	open := openSQLite
	if o.Database != "" {
		open = openPostgres
	}
	s, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	s.health = newHealth()
	if err := s.migrate(ctx, o.migrations); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if o.Alone && o.Database != "" {
		if err := s.hold(ctx, o.lockWait); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// Close lets the database go. Those who use it must have ended.
func (s *Store) Close() error {
	if s.alone != nil && s.alone.conn != nil {
		_ = s.alone.conn.Close() // it may be broken
	}
	err := s.read.Close()
	if s.write != s.read {
		err = errors.Join(err, s.write.Close())
	}
	return s.engine.fault(err)
}

// Read runs f in a transaction that sees one state of the database and changes nothing.
func (s *Store) Read(ctx context.Context, f func(*Tx) error) error {
	err := s.run(ctx, s.read, s.engine.readOptions(), f)
	s.health.note(false, err)
	return err
}

// Write runs f in a transaction that happens whole or not at all, as if alone. When it returns nil, what f wrote is on the
// disk. It returns what f returns, or the first error of a statement in f, and then nothing was written. f may run several
// times.
//
// Where the connection breaks while the transaction ends, nobody knows whether it has happened: that is an error too.
func (s *Store) Write(ctx context.Context, f func(*Tx) error) error {
	err := s.run(ctx, s.write, s.engine.writeOptions(), f)
	s.health.note(true, err)
	return err
}

func (s *Store) run(outer context.Context, db *sql.DB, o *sql.TxOptions, f func(*Tx) error) error {
	ctx, cancel := context.WithTimeout(outer, patience)
	defer cancel()
	for attempt := 1; ; attempt++ {
		inCommit, err := s.attempt(ctx, db, o, f)
		if err == nil {
			return nil
		}
		if outer.Err() != nil {
			return outer.Err() // and not what the database made of it
		}
		if attempt == mostAttempts || !s.engine.again(err, inCommit) || !pause(ctx, attempt) {
			return s.engine.fault(err)
		}
	}
}

// attempt runs f once. Its error is the driver's or that of f.
func (s *Store) attempt(ctx context.Context, db *sql.DB, o *sql.TxOptions, f func(*Tx) error) (inCommit bool, err error) {
	plain, err := db.BeginTx(ctx, o)
	if err != nil {
		return false, err
	}
	defer func() { _ = plain.Rollback() }() // nothing after a commit
	tx := &Tx{ctx: ctx, tx: plain, engine: s.engine}
	err = f(tx)
	if tx.failed != nil { // also where f went on: PostgreSQL would not, and both shall do the same
		return false, tx.failed
	}
	if err != nil {
		return false, err
	}
	return true, plain.Commit()
}

// pause waits a moment, by chance, so that those who were in each other's way are not again.
func pause(ctx context.Context, attempt int) bool {
	timer := time.NewTimer(rand.N(time.Millisecond << min(attempt, 7)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Millis is how times are stored. The zero time is 0.
func Millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Time reads what Millis made.
func Time(millis int64) time.Time {
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// advice is an error about opening a database, with what to do.
func advice(e engine, what string, err error) error {
	if do := e.remedy(err); do != "" {
		return fmt.Errorf("%s: %w: %s", what, e.fault(err), do)
	}
	return fmt.Errorf("%s: %w", what, e.fault(err))
}

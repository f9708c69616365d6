package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// oldestPostgres is the oldest version that is taken, as server_version_num counts.
const oldestPostgres = 14_00_00

// Connections to PostgreSQL, and how long making one may take where the address says nothing else.
const (
	mostConnections = 10
	connectWait     = 5 * time.Second
)

// migrationLock is the number of the lock under which tables are made. Nobody else should use the number.
const migrationLock = 0x6b6f6e6b6c617665 // "konklave"

func openPostgres(ctx context.Context, o Options) (*Store, error) {
	config, err := pgx.ParseConfig(o.Database.Reveal())
	if err != nil {
		// The driver's error may hold the address, and that a password.
		return nil, errors.New("the address in database is not understood: it has the form postgres://user:password@host:5432/name")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWait
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "konklave"
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(mostConnections)
	db.SetMaxIdleConns(mostConnections)
	engine := postgresEngine{}
	s := &Store{engine: engine, write: db, read: db}
	version, err := awaitPostgres(ctx, db, o)
	if err != nil {
		where := net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port)))
		return nil, errors.Join(advice(engine, "the database at "+where+" cannot be opened", err), s.Close())
	}
	if err := newEnough(version); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// askAgain is how often a PostgreSQL that does not answer is asked.
const askAgain = 500 * time.Millisecond

// awaitPostgres asks for the version until there is an answer, or no patience left.
func awaitPostgres(ctx context.Context, db *sql.DB, o Options) (version int, err error) {
	until, told := time.Now().Add(o.Patience), false
	for {
		one, cancel := context.WithTimeout(ctx, patience)
		err := db.QueryRowContext(one, "SELECT current_setting('server_version_num')::int").Scan(&version)
		cancel()
		fault := postgresEngine{}.fault(err)
		if !errors.Is(fault, Unreachable) || !time.Now().Before(until) {
			return version, err
		}
		if !told {
			o.Log.Warn("waiting for PostgreSQL", "why", fault, "at most", o.Patience)
			told = true
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func newEnough(version int) error {
	if version < oldestPostgres {
		return fmt.Errorf("PostgreSQL %d is too old: %d or newer is needed", version/10000, oldestPostgres/10000)
	}
	return nil
}

type postgresEngine struct{}

func (postgresEngine) readOptions() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

func (postgresEngine) writeOptions() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelSerializable}
}

func (postgresEngine) exclude(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrationLock))
	return err
}

// settle leaves it to PostgreSQL, whose autovacuum gives room of deleted rows to others.
func (postgresEngine) settle(context.Context, *sql.DB) {}

// rebind makes "?" outside of quotes and comments "$1", "$2".
func (postgresEngine) rebind(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	var b strings.Builder
	n, end := 0, "" // what ends the text that is being passed over
	for i := 0; i < len(query); i++ {
		c := query[i]
		switch {
		case end != "":
			if string(c) == end {
				end = ""
			}
		case c == '\'' || c == '"':
			end = string(c)
		case strings.HasPrefix(query[i:], "--"):
			end = "\n"
		case c == '?':
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// SQLSTATE codes that mean something here: https://www.postgresql.org/docs/current/errcodes-appendix.html
const (
	uniqueViolation     = "23505"
	foreignKeyViolation = "23503"
	serializationFailed = "40001"
	deadlockDetected    = "40P01"
	diskFull            = "53100"
	readOnlyTransaction = "25006"
	lockNotAvailable    = "55P03"
	noSuchDatabase      = "3D000"
	noSuchSchema        = "3F000"
	notAllowed          = "42501"
)

func (postgresEngine) fault(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if unreachable(err) {
			return failure{Unreachable, reason(err)}
		}
		return err
	}
	// The message of others may repeat values.
	detail := e.Message + ", SQLSTATE " + e.Code
	switch class := e.Code[:2]; {
	case e.Code == uniqueViolation:
		return ErrExists
	case e.Code == foreignKeyViolation:
		return ErrReferred
	case e.Code == diskFull:
		return failure{Full, detail}
	case e.Code == readOnlyTransaction:
		return failure{ReadOnly, detail}
	case e.Code == lockNotAvailable || class == "40":
		return failure{Busy, detail}
	case class == "28" || e.Code == noSuchDatabase || e.Code == noSuchSchema || e.Code == notAllowed:
		return failure{Refused, detail}
	case class == "08" || class == "57" || class == "53":
		return failure{Unreachable, detail}
	case class == "58" || class == "XX":
		return failure{Damaged, detail}
	case class == "22" || class == "23":
		return fmt.Errorf("the database does not take a value (SQLSTATE %s)", e.Code)
	}
	return fmt.Errorf("the database does not understand: %s", detail)
}

// unreachable tells whether an error is one of the connection.
func unreachable(err error) bool {
	var network net.Error
	var connect *pgconn.ConnectError
	return errors.As(err, &network) || errors.As(err, &connect) || errors.Is(err, context.DeadlineExceeded) ||
		pgconn.SafeToRetry(err) || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
}

// reason is the innermost text: those around it name user and database.
func reason(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "it takes too long"
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// again runs a transaction once more when others were in its way, or when the connection broke before it ended: then it
// has not happened.
func (postgresEngine) again(err error, inCommit bool) bool {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code == serializationFailed || e.Code == deadlockDetected || !inCommit && strings.HasPrefix(e.Code, "57P")
	}
	return !inCommit && unreachable(err) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}

// remedy says what the operator can do when the database does not open.
func (p postgresEngine) remedy(err error) string {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if unreachable(err) {
			return "see whether PostgreSQL runs there and lets this machine in"
		}
		return ""
	}
	switch {
	case strings.HasPrefix(e.Code, "28"):
		return "see user and password in database, and pg_hba.conf"
	case e.Code == noSuchDatabase:
		return "make it with createdb, and give its owner's name in database"
	case e.Code == noSuchSchema || e.Code == notAllowed:
		return "the user must own the database, or be allowed to make tables in its schema"
	case e.Code == readOnlyTransaction:
		return "it is a standby, or was made read-only: name the one that may be written"
	case e.Code == diskFull:
		return "make room on its disk"
	}
	return ""
}

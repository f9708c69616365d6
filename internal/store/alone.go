package store

import (
	"context"
	"database/sql"
	"errors"
	"hash/fnv"
	"log/slog"
	"time"
)

// ErrHeld is Open's error where another server has the database for itself.
var ErrHeld = errors.New("the database is in use by another Konklave: stop that one, or name another database")

// aloneClass and the number of the schema are the lock that a server holds while it uses PostgreSQL.
const aloneClass = 0x6b6f6e6b // "konk"

// alone is how a server has PostgreSQL for itself: two would each conduct the same meetings. SQLite needs nothing: the data
// directory has a lock. The lock goes with its connection, so a server that was killed holds nobody up, and one whose machine
// is gone for half a minute at most.
type alone struct {
	schema int32
	conn   *sql.Conn
}

// lookAtLock is how often it is seen whether the lock is still there, after a restart of PostgreSQL for instance.
const lookAtLock = 30 * time.Second

// hold takes the lock, and waits so long for one who ends.
func (s *Store) hold(ctx context.Context, wait time.Duration) error {
	until := time.Now().Add(wait)
	ctx, cancel := context.WithTimeout(ctx, wait+patience)
	defer cancel()
	var schema string
	if err := s.write.QueryRowContext(ctx, "SELECT current_schema()").Scan(&schema); err != nil {
		return s.engine.fault(err)
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(schema))
	s.alone = &alone{schema: int32(sum.Sum32())}
	for attempt := 1; ; attempt++ {
		err := s.alone.take(ctx, s.write)
		if err == nil || !errors.Is(err, ErrHeld) {
			return s.engine.fault(err)
		}
		if time.Now().After(until) || !pause(ctx, attempt) {
			return ErrHeld
		}
	}
}

// take tries once, on a connection of its own.
func (a *alone) take(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	// So that PostgreSQL notices when this machine is gone. On a socket of the same machine that has no meaning.
	_, err = conn.ExecContext(ctx, "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3")
	taken := false
	if err == nil {
		err = conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1, $2)", int32(aloneClass), a.schema).Scan(&taken)
	}
	if err == nil && !taken {
		err = ErrHeld
	}
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	a.conn = conn
	return nil
}

// keepHeld takes the lock anew when its connection is gone.
func (s *Store) keepHeld(ctx context.Context, log *slog.Logger) {
	if s.alone == nil || s.alone.conn.PingContext(ctx) == nil {
		return
	}
	_ = s.alone.conn.Close()
	if err := s.alone.take(ctx, s.write); errors.Is(err, ErrHeld) {
		log.Error("another Konklave uses the database as well: meetings may be conducted twice; stop one of the two")
	}
}

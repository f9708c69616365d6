package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL
)

// postgres is the PostgreSQL of the tests of a package. It listens on a socket in its folder only.
type postgres struct {
	start   sync.Once
	err     error // why it does not run
	folder  string
	admin   *sql.DB
	life    *os.File // PostgreSQL ends when this is closed, also by the end of the process
	schemas struct {
		sync.Mutex
		count int
	}
}

var server postgres

// errMissing is why tests are left out.
var errMissing = errors.New("PostgreSQL is not installed: make test-tools installs it (Debian: apt-get install postgresql)")

// schema makes an empty schema and gives the address of the database with it.
func (p *postgres) schema(t testing.TB) string {
	t.Helper()
	p.start.Do(func() { p.err = p.run() })
	if errors.Is(p.err, errMissing) {
		t.Skip(p.err)
	}
	if p.err != nil {
		t.Fatal("starting PostgreSQL: ", p.err)
	}
	p.schemas.Lock()
	p.schemas.count++
	name := fmt.Sprintf("test_%d", p.schemas.count)
	p.schemas.Unlock()
	if _, err := p.admin.ExecContext(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	return p.address("search_path", name)
}

func (p *postgres) address(options ...string) string {
	q := url.Values{"host": {p.folder}, "user": {"konklave"}, "sslmode": {"disable"}}
	for i := 0; i+1 < len(options); i += 2 {
		q.Set(options[i], options[i+1])
	}
	return "postgres:///postgres?" + q.Encode()
}

// whole is the life of PostgreSQL, for sh: begun, then stopped when its standard input ends, its folder removed. So nothing
// stays behind, however the tests end, and nobody has to say that they have.
const whole = `
"$1/initdb" --pgdata="$2/data" --username=konklave --auth=trust --no-sync --locale=C --encoding=UTF8 --no-instructions >"$2/log" 2>&1 || {
	cat "$2/log"; rm -rf "$2"; exit 1
}
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200 -c jit=off \
	-c autovacuum=off -c shared_buffers=16MB >>"$2/log" 2>&1 </dev/null &
pid=$!
cat >/dev/null
kill -QUIT $pid
wait $pid
rm -rf "$2"
`

// run starts PostgreSQL and returns when it answers.
func (p *postgres) run() error {
	programs, err := programs()
	if err != nil {
		return err
	}
	if p.folder, err = os.MkdirTemp("", "konklave-postgres-"); err != nil {
		return err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	var said bytes.Buffer
	cmd := exec.Command("sh", "-c", whole, "sh", programs, p.folder)
	// A group of its own: who interrupts the tests at a terminal must not interrupt the removal of the folder.
	cmd.Stdin, cmd.Stdout, cmd.Dir, cmd.SysProcAttr = read, &said, p.folder, &syscall.SysProcAttr{Setpgid: true}
	if err := p.unprivileged(cmd.SysProcAttr); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.life = write
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	if p.admin, err = sql.Open("pgx", p.address()); err != nil {
		return err
	}
	return p.await(over, &said)
}

func (p *postgres) await(over <-chan error, said *bytes.Buffer) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-over:
			return fmt.Errorf("%w\n%s", err, said)
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(p.folder, "log"))
			return fmt.Errorf("%w\n%s", ctx.Err(), log)
		case <-look.C:
			if p.admin.PingContext(ctx) == nil {
				return nil
			}
		}
	}
}

// unprivileged has PostgreSQL run as another user where this is root, for whom it would not run.
func (p *postgres) unprivileged(attributes *syscall.SysProcAttr) error {
	if os.Getuid() != 0 {
		return nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			return err
		}
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(p.folder, uid, gid)
}

// programs is the folder of initdb and postgres. Debian keeps them out of PATH, a folder for each version.
func programs() (string, error) {
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	if found, err := exec.LookPath("initdb"); err == nil {
		if found, err = filepath.EvalSymlinks(found); err == nil {
			folders = append(folders, filepath.Dir(found))
		}
	}
	for i := len(folders) - 1; i >= 0; i-- {
		if _, err := os.Stat(filepath.Join(folders[i], "postgres")); err == nil {
			return folders[i], nil
		}
	}
	return "", errMissing
}

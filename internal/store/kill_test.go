package store_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// The test binary is the program that is killed when this names a data directory.
const killedIn = "KONKLAVE_TEST_KILLED_IN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedIn); dir != "" {
		fmt.Println("failed:", writeUntilKilled(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// mostRows is how many are kept.
const mostRows = 50

// writeUntilKilled says which row is the last one, and then each row that it has written, each of which takes the place of an older
// one. Rows are long, so that pages move from the log to the database often.
func writeUntilKilled(dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		return err
	}
	var n, least, count int64
	err = s.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(strings.Replace(makeThings, "CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1)); err != nil {
			return err
		}
		_, err := store.One(tx, func(scan store.Scan) (struct{}, error) { return struct{}{}, scan(&n, &least, &count) },
			`SELECT COALESCE(MAX(count), 0), COALESCE(MIN(count), 1), COUNT(*) FROM thing`)
		return err
	})
	if err != nil {
		return err
	}
	if count != n-least+1 || count > mostRows {
		return fmt.Errorf("%d rows, from number %d to %d", count, least, n)
	}
	for ; ; n++ {
		fmt.Println(n)
		err := s.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(`DELETE FROM thing WHERE count <= ?`, n+1-mostRows)
			return errors.Join(err, row(n+1).insert(tx))
		})
		if err != nil {
			return err
		}
	}
}

func row(n int64) thing {
	return thing{key: id.LinkID(fmt.Sprint(n)), count: n, name: pii.Name(strings.Repeat("x", 8_000))}
}

// TestKilledAnywhere kills a program that writes 200 times, while it opens the database or while it writes. What it had said
// to be written is there, and it starts again.
func TestKilledAnywhere(t *testing.T) {
	const lanes, kills = 2, 100
	var all sync.WaitGroup
	for range lanes {
		dir := storetest.MemoryDir(t)
		all.Go(func() {
			acknowledged, silent := int64(0), 0
			for i := range kills {
				now, said := liveShortly(t, dir, i%4 == 3)
				if !said {
					silent++
					continue
				}
				if now < acknowledged {
					t.Errorf("%d rows were said to be written, %d are there", acknowledged, now)
				}
				acknowledged = now
			}
			t.Logf("%d rows; %d of %d were killed before they had opened it", acknowledged, silent, kills)
			if acknowledged < kills/4 || silent > kills/2 {
				t.Error("the test kills too early")
			}
		})
	}
	all.Wait()
}

// liveShortly starts the program, kills it at some moment while it writes or, early, while it opens the database, and gives the last
// row that it said to be there.
func liveShortly(t *testing.T, dir string, early bool) (acknowledged int64, said bool) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killedIn+"="+dir)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Error(err)
		return 0, false
	}
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return 0, false
	}
	lines, text := bufio.NewReader(out), ""
	if early {
		time.Sleep(rand.N(100 * time.Millisecond))
	} else {
		text, _ = lines.ReadString('\n') // the rows that it found
		time.Sleep(rand.N(20 * time.Millisecond))
	}
	_ = cmd.Process.Signal(syscall.SIGKILL)
	rest, _ := io.ReadAll(lines)
	_ = cmd.Wait()
	for line := range strings.Lines(text + string(rest)) {
		if !strings.HasSuffix(line, "\n") {
			break // it was killed while it said so
		}
		if _, err := fmt.Sscan(line, &acknowledged); err != nil {
			t.Errorf("%s%s", line, &complaints)
		}
		said = true
	}
	return acknowledged, said
}

// TestConnectionsCutAnywhere has PostgreSQL end the writer's connection at any moment. A write that returned nil is
// there once; one that failed may be there or not.
func TestConnectionsCutAnywhere(t *testing.T) {
	o := storetest.Postgres(t)
	s, other := storetest.Open(t, o), storetest.Open(t, o)
	run(t, s, makeThings)
	const cuts = 100
	pids := make(chan int64, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range cuts {
			pid := <-pids
			time.Sleep(rand.N(2 * time.Millisecond))
			run(t, other, `SELECT pg_terminate_backend(CAST(? AS INT))`, pid)
		}
	}()
	written, failed := map[int64]bool{}, 0
	for n := int64(1); ; n++ {
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			pid, err := store.One(tx, store.Value[int64], `SELECT pg_backend_pid()`)
			if err != nil {
				return err
			}
			select {
			case pids <- pid:
			default:
			}
			return row(n).insert(tx)
		})
		if written[n] = err == nil; err != nil {
			failed++
		}
		select {
		case <-done:
		default:
			continue
		}
		break
	}
	t.Logf("%d writes, %d failed", len(written), failed)
	err := s.Read(t.Context(), func(tx *store.Tx) error {
		there, err := store.All(tx, store.Value[int64], `SELECT count FROM thing ORDER BY count`)
		for _, n := range there {
			delete(written, n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for n, acknowledged := range written {
		if acknowledged {
			t.Errorf("row %d was acknowledged and is not there", n)
		}
	}
	if failed > cuts/2 {
		t.Errorf("%d writes failed: only those are to whose end is unknown", failed)
	}
}

package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestFaultsOfPostgreSQL has errors that a test cannot make happen, or not soon. Values in their texts go no further.
func TestFaultsOfPostgreSQL(t *testing.T) {
	const value = "Ada Lovelace"
	p := postgresEngine{}
	for code, want := range map[string]struct {
		is     error
		remedy string
	}{
		"28P01": {Refused, "user and password"},    // wrong password
		"28000": {Refused, "pg_hba.conf"},          // no entry for this machine
		"53100": {Full, "make room on its disk"},   // no room
		"25006": {ReadOnly, "the one that may be"}, // a standby
		"53300": {Unreachable, ""},                 // too many connections
		"57P03": {Unreachable, ""},                 // it starts
		"57P01": {Unreachable, ""},                 // it ends
		"40001": {Busy, ""},
		"58030": {Damaged, ""}, // its disk fails
		"23505": {ErrExists, ""},
		"23503": {ErrReferred, ""},
		"42501": {Refused, "own the database"},
	} {
		err := fmt.Errorf("outer: %w", &pgconn.PgError{Code: code, Message: "what it says", Detail: value})
		if got := p.fault(err); !errors.Is(got, want.is) || strings.Contains(got.Error(), value) {
			t.Errorf("%s is %v, want %v", code, got, want.is)
		}
		if got := p.remedy(err); !strings.Contains(got, want.remedy) || want.remedy == "" && got != "" {
			t.Errorf("%s: advised %q, want %q", code, got, want.remedy)
		}
	}
	for _, code := range []string{"22P02", "23502", "23514"} {
		if got := p.fault(&pgconn.PgError{Code: code, Message: value}); strings.Contains(got.Error(), value) {
			t.Errorf("%s repeats a value: %v", code, got)
		}
	}
	for _, err := range []error{io.ErrUnexpectedEOF, context.DeadlineExceeded} {
		if got := p.fault(err); !errors.Is(got, Unreachable) {
			t.Errorf("%v is %v", err, got)
		}
	}
	if mine := errors.New("mine"); p.fault(mine) != mine || p.again(mine, false) {
		t.Error("an error of the caller is taken for one of the database")
	}
}

func TestVersionsOfPostgreSQL(t *testing.T) {
	for version, ok := range map[int]bool{9_06_24: false, 13_00_20: false, 14_00_00: true, 17_00_02: true} {
		if err := newEnough(version); (err == nil) != ok || !ok && !strings.Contains(err.Error(), "is too old: 14 or newer") {
			t.Errorf("%d: %v", version, err)
		}
	}
}

package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Tx is a running transaction. It is used by one goroutine, and not after the function it was given to has returned.
type Tx struct {
	ctx    context.Context
	tx     *sql.Tx
	engine engine
	failed error // the first error of a statement: nothing is written then
}

// Scan puts the columns of a row into what the pointers point to. Types of internal/pii and internal/id are taken as well.
type Scan func(to ...any) error

// Exec runs a statement and tells how many rows it has changed.
func (tx *Tx) Exec(query string, args ...any) (rows int64, err error) {
	plain, err := values(args)
	if err != nil {
		return 0, tx.fail(err)
	}
	result, err := tx.tx.ExecContext(tx.ctx, tx.engine.rebind(query), plain...)
	if err == nil {
		rows, err = result.RowsAffected()
	}
	return rows, tx.fail(err)
}

// All reads every row that a query gives. It is none of Tx's methods because those cannot have a type of their own.
func All[T any](tx *Tx, read func(Scan) (T, error), query string, args ...any) (list []T, err error) {
	err = tx.Each(func(scan Scan) error {
		row, err := read(scan)
		list = append(list, row)
		return err
	}, query, args...)
	return list, err
}

// One reads the row that a query gives. Its error is ErrNone when there is none.
func One[T any](tx *Tx, read func(Scan) (T, error), query string, args ...any) (row T, err error) {
	found := false
	err = tx.Each(func(scan Scan) (err error) {
		if !found {
			row, err = read(scan)
		}
		found = true
		return err
	}, query, args...)
	if err == nil && !found {
		err = ErrNone
	}
	return row, err
}

// Each hands the rows of a query to read, one after another, until that returns an error. Within read, nothing else of the
// transaction may be used.
func (tx *Tx) Each(read func(Scan) error, query string, args ...any) error {
	plain, err := values(args)
	if err != nil {
		return tx.fail(err)
	}
	rows, err := tx.tx.QueryContext(tx.ctx, tx.engine.rebind(query), plain...)
	if err != nil {
		return tx.fail(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := read(rows.Scan); err != nil {
			return err
		}
	}
	return tx.fail(rows.Err())
}

// Value reads the one column of one row, such as a count.
func Value[T any](scan Scan) (v T, err error) {
	err = scan(&v)
	return v, err
}

// fail remembers an error of a statement, as the driver gave it, and returns what it means.
func (tx *Tx) fail(err error) error {
	if err == nil {
		return nil
	}
	if tx.failed == nil {
		tx.failed = err
	}
	return tx.engine.fault(err)
}

var errTime = errors.New("times are stored by Millis")

// values makes arguments plain values. Drivers must not see our types: one of them would store what String gives, which is
// [redacted] for those of internal/pii.
func values(args []any) ([]any, error) {
	plain := make([]any, len(args))
	for i, arg := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if _, isTime := v.(time.Time); isTime {
			err = errTime
		}
		if err != nil {
			return nil, fmt.Errorf("argument %d of a statement: %w", i+1, err)
		}
		plain[i] = v
	}
	return plain, nil
}

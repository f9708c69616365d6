package store

import "io/fs"

// WithMigrations is o with other migrations than those of the program.
func (o Options) WithMigrations(from fs.FS) Options {
	o.migrations = from
	return o
}

// Steps are migrations, each of which makes a table with a row; one named wrong fails after that.
func Steps(names ...string) fs.FS { return steps(names...) }

// Rebind is what PostgreSQL gets of a query.
func Rebind(query string) string { return postgresEngine{}.rebind(query) }

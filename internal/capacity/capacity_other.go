//go:build !linux

package capacity

import (
	"context"
	"errors"
	"io"
)

// Run refuses: the participants use system calls of Linux.
func Run(context.Context, Options, io.Writer) error { return errors.New("bench works on Linux only") }

//go:build !linux

package capacity

import (
	"context"
	"io"
)

// Run refuses.
func Run(context.Context, Options, io.Writer) error { return errOnlyLinux }

package app

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// Signals turns signals into what they mean for a server. asked is closed by the first SIGTERM where a server drains
// before it ends; the context ends by a second one, and by the first signal of any other kind. After that the next signal
// ends the process at once. stop lets go of the signals.
func Signals(parent context.Context, drains bool) (ctx context.Context, asked <-chan struct{}, stop func()) {
	ctx, cancel := context.WithCancel(parent)
	arrived := make(chan os.Signal, 1)
	signal.Notify(arrived, syscall.SIGTERM, syscall.SIGINT)
	first, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		defer signal.Stop(arrived)
		for told := false; ; {
			select {
			case s := <-arrived:
				if drains && s == syscall.SIGTERM && !told {
					told = true
					close(first)
					continue
				}
				cancel()
				return
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, first, func() {
		cancel()
		<-done
	}
}

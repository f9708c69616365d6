package shelf

import (
	"errors"
	"os"
	"syscall"
)

// settler brings to the disk what was written to a file. Disks may take long, and the owner of a Shelf must not wait: so a
// goroutine does it, once for all that was written meanwhile.
type settler struct {
	waiting chan *os.File // one at most: a later file has all of an earlier one
	done    chan struct{}
}

func newSettler(sync func(*os.File) error) *settler {
	s := &settler{waiting: make(chan *os.File, 1), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		for file := range s.waiting {
			// A file that has been replaced meanwhile is closed. Where the disk fails, the next write says so.
			_ = sync(file)
		}
	}()
	return s
}

// settle has what was written to the file up to now brought to the disk. One goroutine at a time may call it.
func (s *settler) settle(file *os.File) {
	select {
	case <-s.waiting:
	default:
	}
	s.waiting <- file
}

// close waits until all is there.
func (s *settler) close() {
	close(s.waiting)
	<-s.done
}

// syncDir brings the names in a directory to the disk. Some file systems cannot, which is theirs to know.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}

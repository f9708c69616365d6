package session

import (
	"sync"
	"time"
)

const (
	workersIdle = 8           // that wait for more to do, at most
	workersWait = time.Second // how long they do
)

// workers do what comes often and seldom takes long, such as writing what a socket has queued. A goroutine for each such
// thing would grow its stack each time; one that stays for each socket would hold its stack for all time.
//
// Whoever begins a job that has others behind it calls the next worker first. On one core that one gets its turn when a
// job waits for something, and not before: so as many work as there are jobs that wait, and one more.
type workers struct {
	mu      sync.Mutex
	jobs    []func()
	next    int           // in jobs
	called  bool          // a worker was called and has not come yet
	waiting int           // workers without anything to do
	wake    chan struct{} // one for each that was called out of waiting
}

func newWorkers() *workers { return &workers{wake: make(chan struct{}, workersIdle)} }

// writers write for all sockets. Each socket waits for the end of its own job.
var writers = newWorkers()

// do has a job done at once, by somebody else.
func (w *workers) do(job func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs = append(w.jobs, job)
	w.call()
}

// call brings a worker, unless one comes already.
func (w *workers) call() {
	switch {
	case w.called:
		return
	case w.waiting > 0:
		w.waiting--
		w.wake <- struct{}{}
	default:
		go w.work()
	}
	w.called = true
}

func (w *workers) work() {
	timer := time.NewTimer(workersWait)
	defer timer.Stop()
	for w.workOff() {
		timer.Reset(workersWait)
		select {
		case <-w.wake:
		case <-timer.C:
			if w.leave() {
				return
			}
			<-w.wake // called in the same moment
		}
	}
}

// workOff does all jobs that nobody else does, and tells whether to wait for more.
func (w *workers) workOff() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.called = false
	for w.next < len(w.jobs) {
		job := w.jobs[w.next]
		w.jobs[w.next] = nil
		if w.next++; w.next < len(w.jobs) {
			w.call()
		} else {
			w.jobs, w.next = w.jobs[:0], 0
		}
		w.mu.Unlock()
		job()
		w.mu.Lock()
	}
	if w.waiting == workersIdle {
		return false
	}
	w.waiting++
	return true
}

// leave ends the waiting of a worker, unless it was called.
func (w *workers) leave() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == 0 {
		return false
	}
	w.waiting--
	return true
}

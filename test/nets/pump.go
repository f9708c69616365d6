package main

import (
	"sync"
	"time"

	"konklave/test/nets/shaper"
)

// pump carries packets along a line in real time. They arrive in their order.
type pump struct {
	mu      sync.Mutex
	line    *shaper.Line
	begun   time.Time
	waiting chan parcel
	arrive  func([]byte)
}

type parcel struct {
	at     time.Duration // since begun
	packet []byte
}

// mostWaiting is how many packets a line holds: more than any that a test is about.
const mostWaiting = 8192

// newPump makes a perfect line at whose end packets are given to arrive. It runs as long as this process.
func newPump(seed uint64, arrive func([]byte)) *pump {
	p := &pump{line: shaper.NewLine(seed), begun: time.Now(), waiting: make(chan parcel, mostWaiting), arrive: arrive}
	go p.run()
	return p
}

// become changes the line.
func (p *pump) become(shape shaper.Shape) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line.Become(shape)
}

// send puts a packet on the line, unless it is lost.
func (p *pump) send(packet []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.line.Take(time.Since(p.begun), len(packet))
	if !ok {
		return
	}
	select {
	case p.waiting <- parcel{at, packet}:
	default:
	}
}

func (p *pump) run() {
	for next := range p.waiting {
		time.Sleep(next.at - time.Since(p.begun))
		p.arrive(next.packet)
	}
}

package server

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// mostNewcomers is how many connections may be about to send their first header.
const mostNewcomers = 1024

// newcomers are the connections whose first header is not there yet. When there are too many, the one that has waited
// longest is closed: an honest client sends its header at once, so a flood of others does not keep it out.
type newcomers struct {
	most int

	mu    sync.Mutex
	order list.List // of net.Conn, oldest first
	place map[net.Conn]*list.Element
}

// note is an http.Server's ConnState.
func (n *newcomers) note(c net.Conn, state http.ConnState) {
	if oldest := n.change(c, state); oldest != nil {
		_ = oldest.Close()
	}
}

// change gives the connection that has to go, or nil.
func (n *newcomers) change(c net.Conn, state http.ConnState) net.Conn {
	n.mu.Lock()
	defer n.mu.Unlock()
	if state != http.StateNew { // the header has been read, or the connection is over
		n.forgetLocked(c)
		return nil
	}
	if n.place == nil {
		n.place = make(map[net.Conn]*list.Element)
	}
	n.place[c] = n.order.PushBack(c)
	if n.order.Len() <= n.most {
		return nil
	}
	oldest := n.order.Front().Value.(net.Conn)
	n.forgetLocked(oldest)
	return oldest
}

// closeAll ends all that wait.
func (n *newcomers) closeAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for c := range n.place {
		_ = c.Close()
	}
}

func (n *newcomers) forgetLocked(c net.Conn) {
	if e, ok := n.place[c]; ok {
		n.order.Remove(e)
		delete(n.place, c)
	}
}

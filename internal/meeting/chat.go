package meeting

import (
	"container/heap"
	"slices"
)

// chat is what was said in a meeting and is still kept, oldest first: what newcomers are shown, and what people who
// lost their connection may have missed.
type chat struct {
	said []Said
	size int // bytes
}

// messageSize is what a message takes beside its body and its id, bytes, about.
const messageSize = 256

func sizeOf(m Said) int { return len(m.Body) + len(m.ID) + messageSize }

// has tells whether this very message was said.
func (c *chat) has(m Said) bool {
	return slices.ContainsFunc(c.said, func(k Said) bool { return k.ID == m.ID && k.From == m.From })
}

// add keeps a message. Its caller then forgets while the chat is full.
func (c *chat) add(m Said) {
	c.said = append(c.said, m)
	c.size += sizeOf(m)
}

func (c *chat) full() bool { return len(c.said) > ReplayHistory || c.size > MaxChat }

// forget takes the oldest message away.
func (c *chat) forget() Said {
	m := c.said[0]
	c.size -= sizeOf(m)
	c.said = slices.Delete(c.said, 0, 1)
	return m
}

// recent is what a newcomer is shown; never nil, so that a client gets a list.
func (c *chat) recent() []Said {
	return append([]Said{}, c.said[max(0, len(c.said)-ChatHistory):]...)
}

// forgetChat makes room when all meetings together keep too much: the oldest messages go, whose ever they are. It frees
// more than it must, so that it is rarely needed.
func (r *registry) forgetChat() {
	talks := make(talks, 0, len(r.meetings))
	for _, e := range r.meetings {
		if len(e.state.chat.said) > 0 {
			talks = append(talks, e.state)
		}
	}
	heap.Init(&talks)
	for wanted := r.mostChat - r.mostChat/16; r.chat > wanted && len(talks) > 0; {
		oldest := talks[0]
		before := oldest.chat.size
		oldest.forgetOldest()
		r.chat -= before - oldest.chat.size
		if len(oldest.chat.said) > 0 {
			heap.Fix(&talks, 0)
		} else {
			heap.Pop(&talks)
		}
	}
}

// talks are meetings with a chat, as a heap with the oldest message at its top.
type talks []*State

// Len implements heap.Interface.
func (t talks) Len() int { return len(t) }

// Less implements heap.Interface.
func (t talks) Less(i, j int) bool { return t[i].chat.said[0].At < t[j].chat.said[0].At }

// Swap implements heap.Interface.
func (t talks) Swap(i, j int) { t[i], t[j] = t[j], t[i] }

// Push implements heap.Interface.
func (t *talks) Push(x any) { *t = append(*t, x.(*State)) }

// Pop implements heap.Interface.
func (t *talks) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	return last
}

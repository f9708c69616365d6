package meeting

import "container/heap"

// forgetChat makes room when all meetings together keep too much: the oldest messages go, whose ever they are. It frees
// more than it must, so that it is rarely needed.
func (r *registry) forgetChat() {
	talks := make(talks, 0, len(r.meetings))
	for _, e := range r.meetings {
		if len(e.state.chat.said) > 0 {
			talks = append(talks, &e.state.chat)
		}
	}
	heap.Init(&talks)
	for wanted := r.mostChat - r.mostChat/16; r.chat > wanted && len(talks) > 0; {
		oldest := talks[0]
		before := oldest.size
		oldest.forgetOldest()
		r.chat -= before - oldest.size
		if len(oldest.said) > 0 {
			heap.Fix(&talks, 0)
		} else {
			heap.Pop(&talks)
		}
	}
}

// talks are chats in which something was said, as a heap with the oldest message at its top.
type talks []*chat

// Len implements heap.Interface.
func (t talks) Len() int { return len(t) }

// Less implements heap.Interface.
func (t talks) Less(i, j int) bool { return t[i].said[0].At < t[j].said[0].At }

// Swap implements heap.Interface.
func (t talks) Swap(i, j int) { t[i], t[j] = t[j], t[i] }

// Push implements heap.Interface.
func (t *talks) Push(x any) { *t = append(*t, x.(*chat)) }

// Pop implements heap.Interface.
func (t *talks) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	return last
}

package meeting

import (
	"slices"

	"konklave/internal/id"
)

// chat is what was said in a meeting and is still kept, oldest first: what newcomers are shown, and what people who
// lost their connection may have missed.
type chat struct {
	said []*message
	size int // bytes
}

// message is something that was said, with the events that told of it.
type message struct {
	Said
	notes []*note
}

// messageSize is what a message takes beside its body and its id, bytes, about.
const messageSize = 256

func (m *message) size() int { return len(m.Body) + len(m.ID) + messageSize }

// find gives the message of an author, or nil.
func (c *chat) find(from id.Identity, ref string) *message {
	i := slices.IndexFunc(c.said, func(m *message) bool { return m.ID == ref && m.From == from })
	if i < 0 {
		return nil
	}
	return c.said[i]
}

// add keeps a message. Its caller then forgets while the chat is full.
func (c *chat) add(m *message) {
	c.said = append(c.said, m)
	c.size += m.size()
}

func (c *chat) full() bool { return len(c.said) > ReplayHistory || c.size > MaxChat }

// edit replaces the text of a message, also for those who have missed what told of it.
func (c *chat) edit(m *message, keyID uint32, body []byte) {
	c.size -= m.size()
	m.KeyID, m.Body, m.Edited = keyID, body, true
	c.size += m.size()
	for _, n := range m.notes {
		switch n.event.(type) {
		case Chat:
			n.event = Chat(m.Said)
		case Edited:
			n.event = m.edited()
		}
	}
}

// delete takes a message away, also for those who have missed what told of it.
func (c *chat) delete(m *message) {
	c.drop(m)
	for _, n := range m.notes {
		n.event = Deleted{ID: m.ID, From: m.From}
	}
}

// forgetOldest takes the oldest message away. Who has missed what told of it gets a fresh welcome.
func (c *chat) forgetOldest() {
	m := c.said[0]
	c.drop(m)
	for _, n := range m.notes {
		n.event = nil
	}
}

// forgetAll takes everything away that was said.
func (c *chat) forgetAll() {
	for len(c.said) > 0 {
		c.forgetOldest()
	}
}

func (c *chat) drop(m *message) {
	c.size -= m.size()
	c.said = slices.DeleteFunc(c.said, func(other *message) bool { return other == m })
}

// recent is what a newcomer is shown; never nil, so that a client gets a list.
func (c *chat) recent(reads func(*message) bool) []Said {
	recent := []Said{}
	for _, m := range c.said {
		if reads(m) {
			recent = append(recent, m.Said)
		}
	}
	return recent[max(0, len(recent)-ChatHistory):]
}

func (m *message) edited() Edited {
	return Edited{ID: m.ID, From: m.From, KeyID: m.KeyID, Body: m.Body}
}

package room

import "sync"

// Delivery is a message on its way to several members, with what they make of it: a message to a thousand clients
// is encoded once per variant, by the first session that writes it.
type Delivery struct {
	Message Message

	mu      sync.Mutex
	encoded map[int]encoding
}

type encoding struct {
	bytes []byte
	err   error
}

// Encoded gives the message as encode makes it for a variant (of protocol, of format), calling encode only the
// first time. The bytes are shared and must not be changed.
func (d *Delivery) Encoded(variant int, encode func(Message) ([]byte, error)) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	e, ok := d.encoded[variant]
	if !ok {
		e.bytes, e.err = encode(d.Message)
		if d.encoded == nil {
			d.encoded = make(map[int]encoding, 1)
		}
		d.encoded[variant] = e
	}
	return e.bytes, e.err
}

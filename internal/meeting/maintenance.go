package meeting

// announce tells everybody, unless they know. It is never refused.
func (r *registry) announce(m Maintenance) Code {
	if m == r.maintenance {
		return ""
	}
	r.maintenance = m
	for conn := range r.outlets {
		r.send(conn, m)
	}
	return ""
}

// people counts those who have a place, also while their connection is broken.
func (r *registry) people() int {
	n := 0
	for _, e := range r.meetings {
		n += len(e.state.people)
	}
	return n
}

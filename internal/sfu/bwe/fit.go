package bwe

// fit is the straight line through the moments of packets over the bytes before them (least squares): its slope is the
// time that a byte takes. That uses all packets alike, so jitter, which moves any one of them, hardly matters.
type fit struct {
	n, bytes, sum, moments, squares, products float64
}

func (l *fit) add(at Time, bytes int) {
	l.n++
	l.moments += float64(at)
	l.squares += l.bytes * l.bytes
	l.products += l.bytes * float64(at)
	l.sum += l.bytes
	l.bytes += float64(bytes)
}

// slope is in nanoseconds a byte, 0 when there is none.
func (l *fit) slope() float64 {
	spread := l.n*l.squares - l.sum*l.sum
	if spread <= 0 {
		return 0
	}
	return (l.n*l.products - l.sum*l.moments) / spread
}

// rate is the rate of a line that rises.
func (l *fit) rate() Rate {
	slope := l.slope()
	if slope <= 0 {
		return mostRate
	}
	return Rate(float64(8*second) / slope)
}

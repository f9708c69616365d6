package bwe

// cluster is a probe: everything that leaves while it is open belongs to it.
type cluster struct {
	id     uint8 // 0 when there is none
	open   bool
	test   bool // it is to tell what losses depend on
	rate   Rate // that it tries
	before Rate // that was believed when it began
	queue  Time // that stood then
	begin  Time
	end    Time
	asked  Time // when it was asked last what to send

	sent    int64 // bytes
	padding int64 // of them
	packets int
	newest  int64 // number of its last packet

	arrived int  // packets that came
	least   Time // queue that one of them found
	in, out fit  // when their bytes came, and when they left
}

// depart takes a packet that is sent while the cluster is open, and gives the cluster's id, 0 when it is over.
func (c *cluster) depart(now Time, bytes int, kind Kind) uint8 {
	if now >= c.end {
		c.open = false
		return 0
	}
	c.sent += int64(bytes)
	if kind == Padding {
		c.padding += int64(bytes)
	}
	c.packets++
	return c.id
}

// arrive takes one of its packets that came.
func (c *cluster) arrive(sentAt, queue Time, bytes int) {
	if c.arrived == 0 || queue < c.least {
		c.least = queue
	}
	c.arrived++
	c.out.add(sentAt-c.begin, bytes)
	c.in.add(sentAt-c.begin+queue, bytes)
}

// speed is how fast the cluster left, and how fast it came.
func (c *cluster) speed() (left, arrived Rate) {
	left = min(c.out.rate(), c.rate.times(1.25)) // a burst says little of more
	return left, min(left, c.in.rate())
}

// grown is the queue that it made.
func (c *cluster) grown() Time {
	return Time((c.in.slope() - c.out.slope()) * c.in.bytes)
}

// due is how many bytes of padding are missing at this moment, up to the next question: that comes as late as the last one
// did.
func (c *cluster) due(now Time) int {
	late := min(max(now-c.asked, probeTick), probeLate)
	c.asked = now
	return c.rate.Bytes(now+late-c.begin) - int(c.sent)
}

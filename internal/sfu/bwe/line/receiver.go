package line

import (
	"github.com/pion/interceptor/pkg/twcc"
)

// Receiver gives transport-wide feedback, as browsers do.
type Receiver struct {
	line     *Line
	recorder *twcc.Recorder
	tell     func(fci []byte)
	waiting  bool

	Bytes   [Bulk + 1]int // that came, by use
	Lost    [Bulk + 1]int // packets
	Arrival func(p Packet)
}

// FeedbackInterval is the time between two messages of feedback of a browser that receives more than a little.
const FeedbackInterval = 60 * Millisecond

// NewReceiver makes a receiver whose feedback goes to tell, at the near end, as the control information of each message.
func NewReceiver(l *Line, tell func(fci []byte)) *Receiver {
	r := &Receiver{line: l, recorder: twcc.NewRecorder(1), tell: tell}
	l.Every(l.Now+l.upTo(FeedbackInterval), FeedbackInterval, r.report)
	return r
}

// clockAhead is by how much the receiver's clock differs from ours.
const clockAhead = 12345678 * Millisecond

// Arrived takes a packet.
func (r *Receiver) Arrived(p Packet) {
	r.Bytes[p.Use] += p.Bytes
	r.recorder.Record(2, uint16(p.Number), int64(r.line.Now+clockAhead)/1000)
	r.waiting = true
	if r.Arrival != nil {
		r.Arrival(p)
	}
}

// Dropped notes a packet that does not come.
func (r *Receiver) Dropped(p Packet) { r.Lost[p.Use]++ }

func (r *Receiver) report() {
	if !r.waiting {
		return
	}
	r.waiting = false
	for _, p := range r.recorder.BuildFeedbackPacket() {
		b, err := p.(interface{ Marshal() ([]byte, error) }).Marshal()
		if err != nil {
			panic(err)
		}
		r.line.Back(func() { r.tell(b[12:]) })
	}
}

// Total is how many bytes came.
func (r *Receiver) Total() int {
	n := 0
	for _, bytes := range r.Bytes {
		n += bytes
	}
	return n
}

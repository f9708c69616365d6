package attack

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"
)

// channels opens data channels until the server ends the transport, then joins again and does otherwise: messages of
// the channel protocol that are none, records that are no SCTP, chunks that lie about their length.
func channels(ctx context.Context, t Target) (string, error) {
	joins := 0
	for ctx.Err() == nil {
		c, err := t.join(ctx, t.Room, name(0), true, nil)
		if err != nil {
			break
		}
		joins++
		for c.Tell(nil) != nil && pause(ctx, 5*time.Millisecond) {
		}
		pause(ctx, 100*time.Millisecond) // for the two channels that everybody has
		for i := range uint16(200) {
			if ctx.Err() != nil {
				break
			}
			var err error
			switch joins % 3 {
			case 0:
				_, err = c.Dial(fmt.Sprintf("channel %d", i), 4+2*i)
			case 1:
				err = c.Tell(BadChunk(int(i)))
			case 2:
				stream, e := c.Stream(4 + 2*i)
				if err = e; err == nil {
					_, err = stream.Write(randomBytes(int(i)))
				}
			}
			if err != nil {
				break
			}
		}
		pause(ctx, 50*time.Millisecond)
		c.Close()
	}
	return fmt.Sprintf("%d joins", joins), nil
}

// BadChunk is an SCTP packet (RFC 9260 section 3) with a right checksum and nonsense after it, of one kind or another.
func BadChunk(kind int) []byte {
	b := make([]byte, 12, 100)
	binary.BigEndian.PutUint16(b, 5000)
	binary.BigEndian.PutUint16(b[2:], 5000)
	copy(b[4:], randomBytes(4)) // verification tag
	switch kind % 6 {
	case 0:
		b = append(b, 0, 3, 0xff, 0xff) // DATA that is longer than the packet
	case 1:
		b = append(b, 1, 0, 0, 4) // INIT without its fields
	case 2:
		b = append(b, 192, 0, 0, 0) // FORWARD-TSN of no length
	case 3:
		b = append(b, randomBytes(60)...)
	case 4:
		b = append(b, 6, 0, 0, 4) // ABORT
	case 5:
		return randomBytes(40)
	}
	binary.LittleEndian.PutUint32(b[8:], crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
	return b
}

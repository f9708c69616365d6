package testkit

import (
	"io"
	"runtime"
	"strings"

	"github.com/pion/transport/v4/packetio"
)

// Like pion's own (srtp.ReadStreamSRTP).
const streamBytes = 1000 * 1000

// newStreamBuffer makes the buffer of one incoming stream. Media may come before the answer that declares them; pion then peeks into the
// stream to find out what it is, without a lock beside the receiver that begins to read once the answer is there. Whoever peeks
// gets nothing: every stream of ours is declared, so nothing is found out by peeking.
func newStreamBuffer(kind packetio.BufferPacketType, _ uint32) io.ReadWriteCloser {
	buffer := packetio.NewBuffer()
	if kind != packetio.RTPBufferPacket {
		buffer.SetLimitSize(100 * 1000)
		return buffer
	}
	buffer.SetLimitSize(streamBytes)
	return unpeekable{buffer}
}

type unpeekable struct{ *packetio.Buffer }

func (b unpeekable) Read(p []byte) (int, error) {
	if peeked() {
		return 0, io.EOF
	}
	return b.Buffer.Read(p)
}

// peeked says whether it is asked below pion's Peek.
func peeked() bool {
	var callers [4]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, "ReadStreamSRTP).Peek") {
			return true
		}
		if !more {
			return false
		}
	}
}

package wire

import (
	"fmt"
	"math/rand/v2"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Feedback for the whole transport comes many times a second from everybody who receives anything, and can wait; what
// else comes cannot. So the kernel gives it to a second socket, by a program that looks at each datagram: that of an
// address has first the sockets of all shards, then as many again for feedback.

// sorting is the program: the index of the socket for a datagram, of those of one address in the order of their bind.
// Where there are several shards, the peer's address and port say which, the same for all that comes from there.
func sorting(shards int, v6 bool) []bpf.Instruction {
	const (
		network = 0xfff00000 // SKF_NET_OFF: from here on offsets are those of the IP header, else of the UDP payload
		// The first two bytes of feedback: message 15 of type 205 (RFC 4585 section 6.1), without the bit for padding. SRTCP
		// leaves them in the clear.
		padding, feedback = 0x2000, 0x8fcd
	)
	sources, port := []uint32{12}, uint32(20) // words of the peer's address, its port; IP options are not reckoned with
	if v6 {
		sources, port = []uint32{8, 12, 16, 20}, 40
	}
	list := []bpf.Instruction{bpf.LoadAbsolute{Off: network + port, Size: 2}}
	for _, at := range sources {
		list = append(list,
			bpf.ALUOpConstant{Op: bpf.ALUOpMul, Val: rand.Uint32() | 1}, // nobody can choose a port for a shard
			bpf.TAX{},
			bpf.LoadAbsolute{Off: network + at, Size: 4},
			bpf.ALUOpX{Op: bpf.ALUOpXor},
		)
	}
	return append(list,
		bpf.ALUOpConstant{Op: bpf.ALUOpMul, Val: rand.Uint32() | 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpShiftRight, Val: 16}, // the upper bits depend on all below
		bpf.ALUOpConstant{Op: bpf.ALUOpMod, Val: uint32(shards)},
		bpf.TAX{},
		bpf.LoadAbsolute{Off: 0, Size: 2},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0xffff &^ padding},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: feedback, SkipFalse: 3},
		bpf.TXA{},
		bpf.ALUOpConstant{Op: bpf.ALUOpAdd, Val: uint32(shards)},
		bpf.RetA{},
		bpf.TXA{},
		bpf.RetA{},
	)
}

// sortFeedback has the kernel sort what comes to the address whose ports have this place in each shard, and opens the
// sockets for feedback. With a kernel that does not sort, all comes to the others.
func sortFeedback(shards [][]*port, place int, open func() (fd int, err error)) error {
	first := shards[0][place]
	program, err := bpf.Assemble(sorting(len(shards), first.v6))
	if err != nil {
		return fmt.Errorf("writing a program for the kernel: %w", err)
	}
	filters := make([]unix.SockFilter, len(program))
	for i, in := range program {
		filters[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	what := unix.SockFprog{Len: uint16(len(filters)), Filter: &filters[0]}
	if unix.SetsockoptSockFprog(first.fd, unix.SOL_SOCKET, unix.SO_ATTACH_REUSEPORT_CBPF, &what) != nil {
		return nil
	}
	for _, ports := range shards {
		fd, err := open()
		if err != nil {
			return err
		}
		enlarge(fd, unix.SO_RCVBUFFORCE, unix.SO_RCVBUF)
		ports[place].feedback = fd
	}
	return nil
}

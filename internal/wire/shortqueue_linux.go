package wire

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// unsent is how many bytes of a connection the kernel may hold that it has not sent yet.
const unsent = 32 << 10

// ShortQueue has a connection's writes wait soon instead of letting the kernel queue megabytes, which would be seconds
// of sound and picture on a slow line: what is too much must stay where it can be left out.
func ShortQueue(conn net.Conn) {
	for {
		above, ok := conn.(interface{ NetConn() net.Conn }) // such as TLS
		if !ok {
			break
		}
		conn = above.NetConn()
	}
	c, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, unsent)
	})
}

//go:build !linux

package wire

import "net"

// ShortQueue limits what the kernel may hold of a connection.
func ShortQueue(conn net.Conn) {
	if c, ok := conn.(*net.TCPConn); ok {
		_ = c.SetWriteBuffer(64 << 10)
	}
}

package main

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// device is the only network card of a place, besides loopback.
const device = "net0"

// place is a network namespace whose one card is a TUN device: what is sent there comes to us, packet by packet.
type place struct {
	netns string // path of the namespace, for nsenter
	tun   *os.File
}

// newPlace makes a place with these addresses and a route to everywhere. The namespace lasts as long as this process.
func newPlace(addrs []netip.Prefix) (*place, error) {
	made := make(chan error)
	p := &place{}
	go func() {
		runtime.LockOSThread() // and never unlocked: the namespace is this thread's
		made <- p.make(addrs)
		select {}
	}()
	return p, <-made
}

func (p *place) make(addrs []netip.Prefix) error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("making a network namespace: %w", err)
	}
	p.netns = fmt.Sprintf("/proc/%d/task/%d/ns/net", os.Getpid(), unix.Gettid())
	var err error
	if p.tun, err = openTUN(); err != nil {
		return fmt.Errorf("opening a TUN device: %w", err)
	}
	commands := []string{"link set lo up", "link set " + device + " addrgenmode none", "link set " + device + " up"}
	for _, a := range addrs {
		commands = append(commands, add(a), "route replace "+everywhere(a.Addr())+" dev "+device)
	}
	return ip(commands)
}

// move replaces the addresses of a place, as when a computer changes from one network to another.
func (p *place) move(from, to []netip.Prefix) error {
	var commands []string
	for _, a := range to { // first, since the routes go with the last address
		commands = append(commands, add(a))
	}
	for _, a := range from {
		commands = append(commands, "addr del "+a.String()+" dev "+device)
	}
	return ip(commands, "nsenter", "--net="+p.netns)
}

// ip runs commands of ip(8), all in one.
func ip(commands []string, within ...string) error {
	line := append(within, "ip", "-batch", "-")
	c := exec.Command(line[0], line[1:]...)
	c.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("ip: %w: %s", err, said)
	}
	return nil
}

// add is the command that adds an address. One of IPv6 is good at once, without asking others whether it is theirs.
func add(a netip.Prefix) string {
	command := "addr add " + a.String() + " dev " + device
	if a.Addr().Is6() {
		command += " nodad"
	}
	return command
}

// everywhere is the network of all addresses of a family.
func everywhere(a netip.Addr) string {
	if a.Is6() {
		return "::/0"
	}
	return "0.0.0.0/0"
}

// openTUN opens the device in the namespace of the calling thread. Packets come and go as they are on the wire: whole and
// with their checksums.
func openTUN() (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	var request struct {
		name  [unix.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], device)
	request.flags = unix.IFF_TUN | unix.IFF_NO_PI
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TUNSETIFF, uintptr(unsafe.Pointer(&request))); errno != 0 {
		_ = unix.Close(fd)
		return nil, errno
	}
	return os.NewFile(uintptr(fd), device), nil
}

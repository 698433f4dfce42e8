package syscalls

import (
	"encoding/binary"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs/sock"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// option names an option by level and number, in inner numbering.
type option struct{ level, name int }

// optionShapes say how the bytes of an option, or of the control message of the same number, are to be read: w is a 32-bit
// word in the guest's order, q one of 64 bits, r four bytes as they are. The last letter holds for the rest. Those that are
// not here are words.
var optionShapes = map[option]string{
	{linux.SOL_SOCKET, linux.SO_BINDTODEVICE}:   "r",
	{linux.SOL_SOCKET, linux.SO_COOKIE}:         "q",
	{linux.SOL_IP, linux.IP_ADD_MEMBERSHIP}:     "rrw",
	{linux.SOL_IP, linux.IP_DROP_MEMBERSHIP}:    "rrw",
	{linux.SOL_IP, linux.IP_MULTICAST_IF}:       "rrw",
	{linux.SOL_IP, linux.IP_PKTINFO}:            "wr",
	{linux.SOL_IPV6, ipv6AddMembership}:         "rrrrw",
	{linux.SOL_IPV6, ipv6DropMembership}:        "rrrrw",
	{linux.SOL_IPV6, linux.IPV6_PKTINFO}:        "rrrrw",
	{linux.SOL_TCP, linux.TCP_CONGESTION}:       "r",
	{linux.SOL_TCP, linux.TCP_INFO}:             "rr" + "wwwwwwwwwwwwwwwwwwwwwwww" + "q",
	{linux.SOL_IP, ipOptions}:                   "r",
	{linux.SOL_ICMPV6, icmp6Filter}:             "w",
	{linux.SOL_NETLINK, netlinkListMemberships}: "w",
}

// Numbers from linux/in.h, linux/in6.h, linux/icmpv6.h and linux/netlink.h.
const (
	ipOptions              = 4
	ipv6AddMembership      = 20
	ipv6DropMembership     = 21
	icmp6Filter            = 1
	netlinkListMemberships = 9
)

// convert gives the bytes of an option in the inner form for the guest's, and the other way round. A value that is not
// made of whole words, such as a single byte, stays as it is.
func convert(order layout.Order, level, name int, value []byte) []byte {
	out := append([]byte(nil), value...)
	if order == layout.Little {
		return out
	}
	shape, ok := optionShapes[option{level, name}]
	if !ok {
		shape = "w"
	}
	for rest := out; len(rest) >= 4; shape = tail(shape) {
		size := 4
		switch {
		case shape[0] == 'w':
			binary.LittleEndian.PutUint32(rest, binary.BigEndian.Uint32(rest))
		case shape[0] == 'q' && len(rest) >= 8:
			size = 8
			binary.LittleEndian.PutUint64(rest, binary.BigEndian.Uint64(rest))
		}
		rest = rest[size:]
	}
	return out
}

// tail is a shape without its first letter, unless that is the last one.
func tail(shape string) string {
	if len(shape) > 1 {
		return shape[1:]
	}
	return shape
}

// optionOf translates an option's level and number.
func optionOf(t *kernel.Task, level, name args.Int) option {
	o := option{int(int64(t.ABI.Consts.SockLevel.ToInner(uint64(uint32(level))))), int(name)}
	if o.level == linux.SOL_SOCKET {
		o.name = int(int64(t.ABI.Consts.SockOpt.ToInner(uint64(uint32(name)))))
	}
	return o
}

// timeouts are the options whose value is a struct timeval: in the ABI's own long, or in 64 bits.
var timeouts = map[option]struct{ send, wide bool }{
	{linux.SOL_SOCKET, linux.SO_RCVTIMEO_OLD}: {false, false},
	{linux.SOL_SOCKET, linux.SO_SNDTIMEO_OLD}: {true, false},
	{linux.SOL_SOCKET, linux.SO_RCVTIMEO_NEW}: {false, true},
	{linux.SOL_SOCKET, linux.SO_SNDTIMEO_NEW}: {true, true},
}

func timevalCodec(t *kernel.Task, wide bool) *layout.Codec[linux.Timeval] {
	if wide {
		return t.ABI.Structs.Timeval64
	}
	return t.ABI.Structs.Timeval
}

// maxOption bounds the value of an option in bytes.
const maxOption = 4096

// setsockopt implements Linux system call setsockopt(2).
func setsockopt(t *kernel.Task, fd args.FD, level, name args.Int, at args.Addr, size args.Int) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		if size < 0 || size > maxOption {
			return 0, linux.EINVAL
		}
		value := make([]byte, size)
		if errno := t.Space().Read(uint64(at), value); errno != 0 {
			return 0, errno
		}
		o := optionOf(t, level, name)
		if tv, ok := timeouts[o]; ok {
			return 0, setTimeout(t, c.sock, tv.send, tv.wide, value)
		}
		return 0, c.sock.SetOption(&t.Caller, o.level, o.name, convert(t.ABI.Data.Order, o.level, o.name, value))
	})
}

func setTimeout(t *kernel.Task, s sock.Socket, send, wide bool, value []byte) linux.Errno {
	codec := timevalCodec(t, wide)
	if len(value) < codec.Size() {
		return linux.EINVAL
	}
	var tv linux.Timeval
	codec.Decode(value, &tv)
	return s.Common().SetTimeout(send, tv)
}

// getsockopt implements Linux system call getsockopt(2).
func getsockopt(t *kernel.Task, fd args.FD, level, name args.Int, at, sizeAt args.Addr) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		room, errno := t.Space().Word(uint64(sizeAt), 4)
		if errno != 0 {
			return 0, errno
		}
		if int32(room) < 0 {
			return 0, linux.EINVAL
		}
		value, errno := c.option(optionOf(t, level, name), int(room))
		if errno != 0 {
			return 0, errno
		}
		value = value[:min(len(value), int(room))]
		if errno := t.Space().Write(uint64(at), value); errno != 0 {
			return 0, errno
		}
		return 0, t.Space().SetWord(uint64(sizeAt), 4, uint64(len(value)))
	})
}

// option reads an option in the guest's form.
func (c *socketCall) option(o option, room int) ([]byte, linux.Errno) {
	if tv, ok := timeouts[o]; ok {
		v := c.sock.Common().TimeoutValue(tv.send)
		return encoded(timevalCodec(c.t, tv.wide), &v), 0
	}
	value, errno := c.sock.Option(&c.t.Caller, o.level, o.name, room)
	if errno != 0 {
		return nil, errno
	}
	if o.level == linux.SOL_SOCKET {
		value = c.renumber(o.name, value)
	}
	return convert(c.t.ABI.Data.Order, o.level, o.name, value), 0
}

// renumber gives values that are numbers of the ABI as the guest numbers them.
func (c *socketCall) renumber(name int, value []byte) []byte {
	v, errno := sock.ParseInt(value)
	if errno != 0 {
		return value
	}
	switch name {
	case linux.SO_ERROR:
		return sock.Int(int(c.t.ABI.Consts.Errno.ToGuest(uint64(v))))
	case linux.SO_TYPE:
		return sock.Int(int(c.t.ABI.Consts.Socket.ToGuest(uint64(v))))
	}
	return value
}

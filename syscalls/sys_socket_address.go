package syscalls

import (
	"encoding/binary"
	"net/netip"
	"strings"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/fs/sock"
)

// Sizes of socket addresses in bytes (linux/un.h, linux/in.h, linux/in6.h, linux/netlink.h, linux/socket.h).
const (
	sizeofStorage  = 128
	sizeofUnix     = 110
	sizeofInet     = 16
	sizeofInet6    = 28
	minInet6       = 24 // without sin6_scope_id, as RFC 2133 had it
	sizeofNetlink  = 12
	sizeofFamily   = 2
	offsetIn6Scope = 24
)

// loadAddress reads a socket address in the form of the socket's family. naming says that it is for bind(2).
func (c *socketCall) loadAddress(at uint64, size int32, naming bool) (sock.Address, linux.Errno) {
	if size < 0 || size > sizeofStorage {
		return sock.Address{}, linux.EINVAL
	}
	raw := make([]byte, size)
	if errno := c.t.Space().Read(at, raw); errno != 0 {
		return sock.Address{}, errno
	}
	a, errno := parseAddress(c.t.ABI.Data.Order, c.sock.Common().Family, raw)
	if errno == 0 && !naming && a.Family == linux.AF_UNIX && len(raw) == sizeofFamily {
		errno = linux.EINVAL
	}
	return a, errno
}

// parseAddress reads a guest's sockaddr for a socket of a family. The family in it may be another one, which is the
// socket's to judge.
func parseAddress(order layout.Order, family int, raw []byte) (a sock.Address, errno linux.Errno) {
	if len(raw) < sizeofFamily {
		return a, linux.EINVAL
	}
	a.Family = uint16(order.Uint(raw[:2]))
	switch {
	case family == linux.AF_UNIX && a.Family == linux.AF_UNIX:
		return parseUnix(a, raw)
	case family == linux.AF_NETLINK && a.Family == linux.AF_NETLINK:
		if len(raw) < sizeofNetlink {
			return a, linux.EINVAL
		}
		a.ID, a.Groups = uint32(order.Uint(raw[4:8])), uint32(order.Uint(raw[8:12]))
	case family == linux.AF_INET && a.Family == linux.AF_UNSPEC && len(raw) < sizeofInet: // dissolves an association
	case family == linux.AF_INET, family == linux.AF_INET6 && a.Family == linux.AF_INET:
		if len(raw) < sizeofInet {
			return a, linux.EINVAL
		}
		a.Port, a.IP = binary.BigEndian.Uint16(raw[2:]), netip.AddrFrom4([4]byte(raw[4:8]))
	case family == linux.AF_INET6 && a.Family == linux.AF_INET6:
		return parseInet6(order, a, raw)
	}
	return a, 0
}

// parseUnix reads a sockaddr_un: a path ends at a NUL, an abstract name, which begins with one, at the end.
func parseUnix(a sock.Address, raw []byte) (sock.Address, linux.Errno) {
	if len(raw) > sizeofUnix {
		return a, linux.EINVAL
	}
	a.Path = string(raw[2:])
	if !a.Abstract() {
		a.Path, _, _ = strings.Cut(a.Path, "\x00")
	}
	return a, 0
}

func parseInet6(order layout.Order, a sock.Address, raw []byte) (sock.Address, linux.Errno) {
	if len(raw) < minInet6 {
		return a, linux.EINVAL
	}
	a.Port, a.Flow = binary.BigEndian.Uint16(raw[2:]), binary.BigEndian.Uint32(raw[4:])
	a.IP = netip.AddrFrom16([16]byte(raw[8:24]))
	if len(raw) >= sizeofInet6 {
		a.Scope = uint32(order.Uint(raw[offsetIn6Scope:sizeofInet6]))
	}
	return a, 0
}

// formatAddress writes an address as the guest has it; nothing for one without a family.
func formatAddress(order layout.Order, a *sock.Address) []byte {
	raw := make([]byte, sizeofStorage)
	order.PutUint(raw[:2], uint64(a.Family))
	switch a.Family {
	case linux.AF_UNIX:
		return formatUnix(raw, a)
	case linux.AF_INET:
		binary.BigEndian.PutUint16(raw[2:], a.Port)
		if a.IP.Is4() {
			copy(raw[4:], a.IP.AsSlice())
		}
		return raw[:sizeofInet]
	case linux.AF_INET6:
		binary.BigEndian.PutUint16(raw[2:], a.Port)
		binary.BigEndian.PutUint32(raw[4:], a.Flow)
		if a.IP.IsValid() {
			ip := a.IP.As16()
			copy(raw[8:], ip[:])
		}
		order.PutUint(raw[offsetIn6Scope:sizeofInet6], uint64(a.Scope))
		return raw[:sizeofInet6]
	case linux.AF_NETLINK:
		order.PutUint(raw[4:8], uint64(a.ID))
		order.PutUint(raw[8:12], uint64(a.Groups))
		return raw[:sizeofNetlink]
	}
	return nil
}

func formatUnix(raw []byte, a *sock.Address) []byte {
	n := sizeofFamily + copy(raw[2:sizeofUnix+1], a.Path)
	if a.Path != "" && !a.Abstract() {
		n++ // the NUL, which is past the end of sun_path if that is full
	}
	return raw[:n]
}

// storeAddress writes an address, cut to what the int at sizeAt says, and its full size there (move_addr_to_user).
func (c *socketCall) storeAddress(a *sock.Address, at, sizeAt uint64) linux.Errno {
	room, errno := c.t.Space().Word(sizeAt, 4)
	if errno != 0 {
		return errno
	}
	if int32(room) < 0 {
		return linux.EINVAL
	}
	raw := formatAddress(c.t.ABI.Data.Order, a)
	if errno := c.t.Space().Write(at, raw[:min(len(raw), int(room))]); errno != 0 {
		return errno
	}
	return c.t.Space().SetWord(sizeAt, 4, uint64(len(raw)))
}

package syscalls

import (
	"bytes"
	"encoding/binary"
	"net/netip"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/mm"
)

// socketRequests are the requests of ioctl(2) that every socket takes (sockios.h). SIOCINQ is FIONREAD.
var socketRequests = map[args.IoctlCmd]func(*ioctlCall, fs.SocketIoctl) (result, linux.Errno){
	linux.TIOCOUTQ:   (*ioctlCall).unsent, // SIOCOUTQ
	linux.SIOCATMARK: (*ioctlCall).atMark,
}

func (c *ioctlCall) unsent(s fs.SocketIoctl) (result, linux.Errno) {
	n, errno := s.Unsent()
	if errno != 0 {
		return 0, errno
	}
	return c.setInt32(n)
}

func (c *ioctlCall) atMark(s fs.SocketIoctl) (result, linux.Errno) {
	yes, errno := s.AtMark()
	switch {
	case errno != 0:
		return 0, errno
	case yes:
		return c.setInt32(1)
	}
	return c.setInt32(0)
}

// deviceRequests are the requests about network devices (netdevice(7)).
var deviceRequests = map[args.IoctlCmd]func(*ioctlCall, []fs.NetDevice) (result, linux.Errno){
	linux.SIOCGIFCONF: (*ioctlCall).listDevices,
	linux.SIOCGIFNAME: (*ioctlCall).nameDevice,
}

// deviceFacts are the requests that ask for one fact about a device, by its name: what they put into the union of struct
// ifreq.
var deviceFacts = map[args.IoctlCmd]func(*ioctlCall, *fs.NetDevice, []byte) linux.Errno{
	linux.SIOCGIFINDEX: func(c *ioctlCall, d *fs.NetDevice, out []byte) linux.Errno { return c.putFact(out, 4, d.Index) },
	linux.SIOCGIFFLAGS: func(c *ioctlCall, d *fs.NetDevice, out []byte) linux.Errno {
		return c.putFact(out, 2, int(d.Flags))
	},
	linux.SIOCGIFMTU:    func(c *ioctlCall, d *fs.NetDevice, out []byte) linux.Errno { return c.putFact(out, 4, d.MTU) },
	linux.SIOCGIFMETRIC: func(c *ioctlCall, _ *fs.NetDevice, out []byte) linux.Errno { return c.putFact(out, 4, 0) },
	linux.SIOCGIFTXQLEN: func(c *ioctlCall, d *fs.NetDevice, out []byte) linux.Errno {
		return c.putFact(out, 4, d.QueueLen)
	},
	linux.SIOCGIFHWADDR: func(c *ioctlCall, d *fs.NetDevice, out []byte) linux.Errno {
		copy(out[2:], d.Address[:])
		return c.putFact(out, 2, int(d.Hardware))
	},
	linux.SIOCGIFADDR:    func(c *ioctlCall, d *fs.NetDevice, out []byte) linux.Errno { return c.putIP(d, out, ownIP) },
	linux.SIOCGIFDSTADDR: func(c *ioctlCall, d *fs.NetDevice, out []byte) linux.Errno { return c.putIP(d, out, ownIP) },
	linux.SIOCGIFNETMASK: func(c *ioctlCall, d *fs.NetDevice, out []byte) linux.Errno { return c.putIP(d, out, netmask) },
	linux.SIOCGIFBRDADDR: func(c *ioctlCall, d *fs.NetDevice, out []byte) linux.Errno {
		return c.putIP(d, out, broadcast)
	},
	linux.SIOCSIFFLAGS: func(*ioctlCall, *fs.NetDevice, []byte) linux.Errno { return linux.EPERM },
}

// socketIoctl answers the requests that only sockets take; ENOTTY if it is none.
func (c *ioctlCall) socketIoctl(cmd args.IoctlCmd, s fs.SocketIoctl) (result, linux.Errno) {
	if op := socketRequests[cmd]; op != nil {
		return op(c, s)
	}
	list, ok := s.(fs.NetDevices)
	if !ok {
		return 0, linux.ENOTTY
	}
	if op := deviceRequests[cmd]; op != nil {
		return op(c, list.Devices())
	}
	if fact := deviceFacts[cmd]; fact != nil {
		return c.tellFact(list.Devices(), fact)
	}
	return 0, linux.ENOTTY
}

func (c *ioctlCall) putFact(out []byte, size, v int) linux.Errno {
	c.t.ABI.Data.Order.PutUint(out[:size], uint64(v))
	return 0
}

// tellFact reads a struct ifreq, finds the device that it names and writes the fact into it.
func (c *ioctlCall) tellFact(list []fs.NetDevice, fact func(*ioctlCall, *fs.NetDevice, []byte) linux.Errno) (
	result, linux.Errno) {
	codec := c.t.ABI.Structs.Ifreq
	var r linux.Ifreq
	if errno := mm.Load(c.t.Space(), codec, c.arg, &r); errno != 0 {
		return 0, errno
	}
	name, _, _ := bytes.Cut(r.Name[:], []byte{0})
	for i := range list {
		if list[i].Name != string(name) {
			continue
		}
		if errno := fact(c, &list[i], r.Data[:]); errno != 0 {
			return 0, errno
		}
		return 0, mm.Store(c.t.Space(), codec, c.arg, &r)
	}
	return 0, linux.ENODEV
}

// nameDevice is SIOCGIFNAME: the name of the device with an index.
func (c *ioctlCall) nameDevice(list []fs.NetDevice) (result, linux.Errno) {
	codec := c.t.ABI.Structs.Ifreq
	var r linux.Ifreq
	if errno := mm.Load(c.t.Space(), codec, c.arg, &r); errno != 0 {
		return 0, errno
	}
	index := int(int32(c.t.ABI.Data.Order.Uint(r.Data[:4])))
	for _, d := range list {
		if d.Index == index {
			r.Name = [16]byte{}
			copy(r.Name[:15], d.Name)
			return 0, mm.Store(c.t.Space(), codec, c.arg, &r)
		}
	}
	return 0, linux.ENODEV
}

// listDevices is SIOCGIFCONF: a struct ifconf has the size of a buffer and its address; the IPv4 addresses of all devices
// go there, as many as fit.
func (c *ioctlCall) listDevices(list []fs.NetDevice) (result, linux.Errno) {
	pointer := uint64(c.t.ABI.Data.PtrSize)
	room, errno := c.int32()
	if errno != 0 {
		return 0, errno
	}
	at, errno := c.t.Space().Word(c.arg+pointer, int(pointer))
	if errno != 0 {
		return 0, errno
	}
	codec, used := c.t.ABI.Structs.Ifreq, 0
	for i := range list {
		var r linux.Ifreq
		copy(r.Name[:15], list[i].Name)
		if c.putIP(&list[i], r.Data[:], ownIP) != 0 {
			continue
		}
		if at != 0 && used+codec.Size() > int(room) {
			break
		}
		if at != 0 {
			if errno := mm.Store(c.t.Space(), codec, at+uint64(used), &r); errno != 0 {
				return 0, errno
			}
		}
		used += codec.Size()
	}
	return c.setInt32(used)
}

// putIP writes what which makes of a device's IPv4 address as a struct sockaddr_in; EADDRNOTAVAIL without one.
func (c *ioctlCall) putIP(d *fs.NetDevice, out []byte, which func(netip.Prefix) netip.Addr) linux.Errno {
	for _, p := range d.Addresses {
		if !p.Addr().Is4() {
			continue
		}
		ip := which(p).As4()
		c.t.ABI.Data.Order.PutUint(out[:2], linux.AF_INET)
		copy(out[2:4], []byte{0, 0})
		copy(out[4:8], ip[:])
		return 0
	}
	return linux.EADDRNOTAVAIL
}

func ownIP(p netip.Prefix) netip.Addr { return p.Addr() }

func netmask(p netip.Prefix) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], hostMask(p)^0xffffffff)
	return netip.AddrFrom4(b)
}

// broadcast is the last address of a network; loopback has none.
func broadcast(p netip.Prefix) netip.Addr {
	b := p.Addr().As4()
	if p.Addr().IsLoopback() {
		return netip.IPv4Unspecified()
	}
	binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])|hostMask(p))
	return netip.AddrFrom4(b)
}

// hostMask has the bits of a network's addresses that tell hosts apart.
func hostMask(p netip.Prefix) uint32 { return uint32(uint64(1)<<(32-p.Bits()) - 1) }

package fs

import (
	"net/netip"
	"time"

	"muslrun/arch/linux"
)

// Abilities of FileOps that sockets have.
type (
	// IOTimer bounds how long a blocking read (EventIn) or write (EventOut) waits: it fails with EAGAIN then (SO_RCVTIMEO
	// and SO_SNDTIMEO of socket(7)). 0 is no bound, less than 0 not to wait at all.
	IOTimer interface {
		Timeout(events Events) time.Duration
	}
	// SocketIoctl answers the requests of ioctl(2) that are a socket's own; SIOCINQ is BytesReadable.
	SocketIoctl interface {
		// Unsent is how much of what was sent the peer has not got (SIOCOUTQ).
		Unsent() (int, linux.Errno)
		// AtMark says that the out-of-band mark is next (SIOCATMARK).
		AtMark() (bool, linux.Errno)
	}
	// NetDevices is a socket by which one can ask for network devices (netdevice(7)), in ascending order of index.
	NetDevices interface {
		Devices() []NetDevice
	}
)

// NetDevice is a network interface.
type NetDevice struct {
	Index    int
	Name     string
	Flags    uint32 // DeviceUp and so on
	Hardware uint16 // HardwareEthernet and so on
	MTU      int
	QueueLen int
	Address  [6]byte // of the hardware
	// Addresses are those of the interface with their networks, IPv4 first.
	Addresses []netip.Prefix
	Gateway   netip.Addr // the router behind it, if there is one
	Received  NetTraffic
	Sent      NetTraffic
}

// NetTraffic is what has gone one way through a device.
type NetTraffic struct{ Bytes, Packets uint64 }

// SocketInfo is what /proc/net tells of a socket.
type SocketInfo struct {
	Family, Type, Protocol int
	// State is as TCP numbers it (linux/tcp_states.h), for AF_UNIX as enum socket_state of linux/net.h.
	State         uint8
	Listening     bool
	Local, Remote netip.AddrPort // of AF_INET and AF_INET6
	Path          string         // of AF_UNIX, as it was bound
	Port, Groups  uint32         // of AF_NETLINK
	Inode         uint64         // 0 for one that no program has
	UID           uint32
	Unread        int // bytes
	Unsent        int // bytes
}

// NetStatistic is a line of /proc/net/snmp: counters of one protocol by their names in the MIB of RFC 1213.
type NetStatistic struct {
	Protocol string
	Counters []NetCounter
}

// NetCounter is one of them.
type NetCounter struct {
	Name  string
	Value int64
}

// Flags and hardware kinds of network devices (linux/if.h, linux/if_arp.h).
const (
	DeviceUp        = 0x1     // IFF_UP
	DeviceBroadcast = 0x2     // IFF_BROADCAST
	DeviceLoopback  = 0x8     // IFF_LOOPBACK
	DeviceRunning   = 0x40    // IFF_RUNNING
	DeviceMulticast = 0x1000  // IFF_MULTICAST
	DeviceLowerUp   = 0x10000 // IFF_LOWER_UP

	HardwareEthernet = 1   // ARPHRD_ETHER
	HardwareLoopback = 772 // ARPHRD_LOOPBACK
)

// Refs is the number of references to the description at this moment.
func (f *File) Refs() int { return int(f.refs.Load()) }

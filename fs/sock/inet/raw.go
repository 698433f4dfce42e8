package inet

import (
	"encoding/binary"

	"gvisor.dev/gvisor/pkg/tcpip"

	"muslrun/arch/linux"
	"muslrun/fs/sock"
)

// Options of raw sockets that are not in package linux (linux/icmpv6.h, linux/in6.h).
const (
	icmp6Filter  = 1
	ipv6Checksum = 7
)

// setHeaderIncluded is IP_HDRINCL, which only raw sockets have.
func (s *Socket) setHeaderIncluded(v []byte) linux.Errno {
	on, errno := parse(linux.SOL_IP, v)
	switch {
	case s.Type != linux.SOCK_RAW:
		return linux.ENOPROTOOPT
	case errno != 0:
		return errno
	}
	s.ep.SocketOptions().SetHeaderIncluded(on != 0)
	return 0
}

// setChecksum is IPV6_CHECKSUM: where in a packet the checksum is to be put. The kernel knows it of ICMPv6, and is told at
// the level of raw sockets all the same.
func (s *Socket) setChecksum(v []byte) linux.Errno {
	at, errno := sock.ParseInt(v)
	switch {
	case s.Type != linux.SOCK_RAW:
		return linux.ENOPROTOOPT
	case errno != 0:
		return errno
	case s.Protocol == linux.IPPROTO_ICMPV6:
		return 0
	}
	return errnoOf(s.ep.SetSockOptInt(tcpip.IPv6Checksum, at))
}

// setFilter is ICMPV6_FILTER: a bit for each type that is not to be received. What a short value leaves out stays.
func (s *Socket) setFilter(v []byte) linux.Errno {
	var f tcpip.ICMPv6Filter
	if err := s.ep.GetSockOpt(&f); err != nil {
		return errnoOf(err)
	}
	for i := range f.DenyType {
		if len(v) >= 4*i+4 {
			f.DenyType[i] = binary.LittleEndian.Uint32(v[4*i:])
		}
	}
	return errnoOf(s.ep.SetSockOpt(&f))
}

func (s *Socket) filter() (out []byte, errno linux.Errno) {
	var f tcpip.ICMPv6Filter
	err := s.ep.GetSockOpt(&f)
	for _, word := range f.DenyType {
		out = binary.LittleEndian.AppendUint32(out, word)
	}
	return out, errnoOf(err)
}

package inet

import (
	"net/netip"

	"gvisor.dev/gvisor/pkg/tcpip"

	"muslrun/arch/linux"
	"muslrun/fs/sock"
)

func address(a netip.Addr) tcpip.Address { return tcpip.AddrFromSlice(a.AsSlice()) }

func addrOf(a tcpip.Address) netip.Addr {
	ip, _ := netip.AddrFromSlice(a.AsSlice())
	return ip
}

// toNetstack translates an address that the guest gave, for a socket of its family. In a bind the unspecified address
// stands for all. EAFNOSUPPORT: it is of another family.
func (s *Socket) toNetstack(a *sock.Address) (tcpip.FullAddress, linux.Errno) {
	full := tcpip.FullAddress{Port: a.Port, NIC: tcpip.NICID(a.Scope)}
	switch {
	case int(a.Family) == s.Family && s.Family == linux.AF_INET && a.IP.Is4():
	case a.Family == linux.AF_INET6 && s.Family == linux.AF_INET6:
		if !a.IP.IsLinkLocalUnicast() && !a.IP.IsMulticast() {
			full.NIC = 0
		}
	case a.Family == linux.AF_INET && s.Family == linux.AF_INET6 && s.Type == linux.SOCK_DGRAM && a.IP.Is4():
		a.IP = netip.AddrFrom16(a.IP.As16())
	default:
		return full, linux.EAFNOSUPPORT
	}
	if !a.IP.IsUnspecified() {
		full.Addr = address(a.IP)
	}
	return full, 0
}

// fromNetstack translates an address for the guest; an empty one is the unspecified address.
func (s *Socket) fromNetstack(full tcpip.FullAddress) sock.Address {
	a := sock.Address{Family: uint16(s.Family), Port: full.Port, IP: addrOf(full.Addr)}
	switch {
	case !a.IP.IsValid() && s.Family == linux.AF_INET:
		a.IP = netip.IPv4Unspecified()
	case !a.IP.IsValid():
		a.IP = netip.IPv6Unspecified()
	case s.Family == linux.AF_INET6:
		a.IP = netip.AddrFrom16(a.IP.As16()) // IPv4-mapped
	}
	if a.IP.IsLinkLocalUnicast() && s.Family == linux.AF_INET6 {
		a.Scope = uint32(full.NIC)
	}
	return a
}

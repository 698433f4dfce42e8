package sock

import "net/netip"

// Address is a socket address of any family. It is comparable.
type Address struct {
	Family uint16 // linux.AF_*

	// Path is of AF_UNIX: a path name, or an abstract name, which begins with a NUL byte; "" of a socket without a name.
	Path string

	// IP, Port, Flow and Scope are of AF_INET and AF_INET6.
	IP    netip.Addr
	Port  uint16
	Flow  uint32 // sin6_flowinfo, as it lies in memory when read big-endian
	Scope uint32 // sin6_scope_id: the index of an interface

	// Port ID and multicast groups of AF_NETLINK.
	ID, Groups uint32
}

// Abstract reports whether an AF_UNIX address is in the abstract name space (unix(7)).
func (a *Address) Abstract() bool { return a.Path != "" && a.Path[0] == 0 }

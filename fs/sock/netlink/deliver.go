package netlink

import (
	"slices"

	"muslrun/arch/linux"
)

// Deliver puts a message of the kernel into the socket: C libraries have mq_notify(3) tell a thread of theirs by one.
func (s *Socket) Deliver(message []byte) linux.Errno {
	s.put(slices.Clone(message))
	return 0
}

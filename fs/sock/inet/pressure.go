package inet

import (
	"sync/atomic"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"

	"muslrun/arch/linux"
)

// What all sockets together may hold in their queues, as net.ipv4.tcp_mem and udp_mem limit it: each buffer has a limit of
// its own, but a program can have many.
const (
	queuesLimit  = 256 << 20
	measureEvery = 16 << 20              // bytes sent
	measureAgain = 20 * time.Millisecond // while there is too much
)

// pressure measures the queues now and then: adding up at each send would cost more than most.
type pressure struct {
	limit int64
	sent  atomic.Int64 // bytes since the last measurement
	high  atomic.Int64 // when there was too much, in nanoseconds since 1970; 0 if there was not
}

// admit refuses a send of n bytes with ENOBUFS while the queues hold too much.
func (s *Stack) admit(n int) linux.Errno {
	p := &s.pressure
	high := p.high.Load()
	if p.sent.Add(int64(n)) < min(measureEvery, p.limit/4) && (high == 0 || time.Since(time.Unix(0, high)) < measureAgain) {
		if high != 0 {
			return linux.ENOBUFS
		}
		return 0
	}
	p.sent.Store(0)
	if s.queued() < p.limit {
		p.high.Store(0)
		return 0
	}
	p.high.Store(time.Now().UnixNano())
	return linux.ENOBUFS
}

// queued is how many bytes the queues of all sockets hold. Connections that nobody has accepted are counted at their other
// ends, as what was not sent yet.
func (s *Stack) queued() (sum int64) {
	for ep := range s.owned() {
		for _, queue := range []tcpip.SockOptInt{tcpip.SendQueueSizeOption, tcpip.ReceiveQueueSizeOption} {
			if n, err := ep.GetSockOptInt(queue); err == nil {
				sum += int64(n)
			}
		}
	}
	return sum
}

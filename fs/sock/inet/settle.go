package inet

import "runtime"

// Settle returns when netstack has done what calls and timers have set going: all that was sent over loopback has arrived and
// was answered. It may be called while no other goroutine uses the sockets.
func (s *Stack) Settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.net == nil {
		return
	}
	for packets := s.packets(); packets != s.settled; packets = s.packets() {
		s.settled = packets
		s.net.Pause() // returns when the queues of the protocols' own goroutines are empty
		s.net.Resume()
		for s.resolver != nil && s.resolver.working() {
			runtime.Gosched()
		}
	}
}

// packets is how many packets there have been.
func (s *Stack) packets() uint64 {
	st := s.net.Stats()
	return st.IP.PacketsReceived.Value() + st.IP.PacketsSent.Value() + st.TCP.SegmentsSent.Value()
}

package inet

import (
	"net/netip"
	"sync"
	"sync/atomic"

	"gvisor.dev/gvisor/pkg/tcpip"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// Netstack knows nothing of TCP's urgent pointer. The byte travels in the stream as any other; where it is is told by one
// socket of the guest to the other, as a position that both count. What leaves the guest loses the mark on its way, as it
// does behind many a firewall.

// mark is a place in a stream with an urgent byte.
type mark struct {
	set    bool
	at     int64 // bytes of the stream before it
	value  byte
	unread bool // by MSG_OOB
}

// urgent is the receiving side of a stream.
type urgent struct {
	mu    sync.Mutex // held while the stream is read
	taken int64      // bytes that were read, with those that were passed over
	mark

	known atomic.Bool // there was a mark: what comes may be an urgent byte
}

// pair is a connection as one end sees it.
type pair struct{ local, remote netip.AddrPort }

func (s *Socket) pair() pair {
	local, _ := s.Name()
	remote, _ := s.Peer()
	return pair{netip.AddrPortFrom(local.IP.Unmap(), local.Port), netip.AddrPortFrom(remote.IP.Unmap(), remote.Port)}
}

func (p pair) otherEnd() pair { return pair{p.remote, p.local} }

// sendUrgent sends bytes of which the last is urgent; the peer is told before it can come. sending is locked.
func (s *Socket) sendUrgent(data []byte, o tcpip.WriteOptions) (n int, errno linux.Errno) {
	last := len(data) - 1
	if last > 0 {
		if n, errno = s.write(data[:last], o); errno != 0 || n < last {
			return n, errno
		}
	}
	options := s.ep.SocketOptions()
	if options.GetDelayOption() { // Nagle's algorithm does not hold urgent data back
		options.SetDelayOption(false)
		defer options.SetDelayOption(true)
	}
	m := mark{set: true, at: s.sent, value: data[last], unread: true}
	s.told = s.pair().otherEnd()
	s.stack.urge(s.told, m)
	one, errno := s.write(data[last:], o)
	if errno != 0 {
		s.stack.urge(s.told, mark{at: m.at})
	}
	if n += one; n > 0 {
		errno = 0
	}
	return n, errno
}

// urge tells one end of a connection of a mark, or that there is none after all.
func (st *Stack) urge(end pair, m mark) {
	to := st.find(end, m)
	if to == nil {
		return
	}
	to.urgent.mu.Lock()
	to.setMark(m)
	to.urgent.mu.Unlock()
	if m.set {
		to.Queue().Notify(fs.EventPri)
		to.SignalUrgent()
	}
}

// find is the socket at one end of a connection. For one that nobody has accepted yet the mark is kept.
func (st *Stack) find(end pair, m mark) *Socket {
	st.owners.Lock()
	defer st.owners.Unlock()
	for _, s := range st.ours {
		if s.Type == linux.SOCK_STREAM && s.pair() == end {
			return s
		}
	}
	if m.set {
		st.early[end] = m
	} else {
		delete(st.early, end)
	}
	return nil
}

// takeEarly gives a connection that was accepted the mark that came before.
func (s *Socket) takeEarly() {
	st, own := s.stack, s.pair()
	st.owners.Lock()
	defer st.owners.Unlock()
	if m, ok := st.early[own]; ok {
		delete(st.early, own)
		s.urgent.mu.Lock()
		defer s.urgent.mu.Unlock()
		if !s.urgent.set { // nothing newer came
			s.urgent.mark = m
			s.urgent.known.Store(true)
		}
	}
}

// forgetEarly forgets what the peer was to be told when it is accepted.
func (s *Socket) forgetEarly() {
	s.sending.Lock()
	told := s.told
	s.sending.Unlock()
	if told == (pair{}) {
		return
	}
	st := s.stack
	st.owners.Lock()
	defer st.owners.Unlock()
	delete(st.early, told)
}

// setMark replaces the mark. An urgent byte that nobody has read is one as any other then, unless it is the next: that
// one is passed over (tcp_check_urg).
func (s *Socket) setMark(m mark) {
	u := &s.urgent
	switch {
	case !m.set && u.set && u.at == m.at:
		u.mark = mark{}
		return
	case !m.set:
		return
	case u.set && u.at == u.taken && !s.Flag(linux.SO_OOBINLINE):
		u.passOver(s)
	}
	u.mark = m
	u.known.Store(true)
}

// arrived reports whether the urgent byte has come; it is told of before.
func (u *urgent) arrived(s *Socket) bool {
	n, err := s.ep.GetSockOptInt(tcpip.ReceiveQueueSizeOption)
	return err == nil && int64(n) > u.at-u.taken
}

// passOver throws the byte at the mark away: EAGAIN if it is not there yet.
func (u *urgent) passOver(s *Socket) linux.Errno {
	var sink [1]byte
	w := tcpip.SliceWriter(sink[:])
	if res, err := s.ep.Read(&w, tcpip.ReadOptions{}); err != nil || res.Count == 0 {
		return linux.EAGAIN
	}
	u.passed(1)
	return 0
}

// passed notes that bytes were taken off the stream.
func (u *urgent) passed(n int) {
	if u.taken += int64(n); u.set && u.taken > u.at {
		u.mark = mark{}
	}
}

// limit cuts a buffer to what is before the mark. Who reads at the mark passes over the urgent byte; of what is peeked at
// it is to be skipped.
func (u *urgent) limit(s *Socket, buf []byte, peek bool) (cut []byte, skip int, errno linux.Errno) {
	switch {
	case !u.set:
		return buf, 0, 0
	case u.taken < u.at:
		return buf[:min(int64(len(buf)), u.at-u.taken)], 0, 0
	case s.Flag(linux.SO_OOBINLINE):
		return buf, 0, 0
	case peek:
		return make([]byte, len(buf)+1), 1, 0
	}
	return buf, 0, u.passOver(s)
}

// poll adds EventPri while the urgent byte is unread. It alone makes a socket not readable.
func (u *urgent) poll(s *Socket, ev fs.Events) fs.Events {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.set {
		return ev
	}
	if u.unread && u.arrived(s) {
		ev |= fs.EventPri
	}
	if u.at == u.taken && ev&(fs.EventIn|fs.EventRdHup|fs.EventHup) == fs.EventIn && !s.Flag(linux.SO_OOBINLINE) {
		if n, err := s.ep.GetSockOptInt(tcpip.ReceiveQueueSizeOption); err == nil && n <= 1 {
			ev &^= fs.EventIn
		}
	}
	return ev
}

// before is how many of n bytes that are there are before the mark, all if it is not among them.
func (u *urgent) before(s *Socket, n int) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	if left := u.at - u.taken; u.set && left < int64(n) && !s.Flag(linux.SO_OOBINLINE) {
		return int(left)
	}
	return n
}

// receiveUrgent takes the urgent byte out of the stream's turn (tcp_recv_urg). Its place stays marked.
func (s *Socket) receiveUrgent(m *sock.Message, dst [][]byte) (int, linux.Errno) {
	u := &s.urgent
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.set || !u.unread || s.Flag(linux.SO_OOBINLINE) {
		return 0, linux.EINVAL
	}
	if !u.arrived(s) {
		return 0, linux.EAGAIN
	}
	n := fs.CopyOut(dst, []byte{u.value})
	u.unread = m.Has(linux.MSG_PEEK)
	if m.Out |= linux.MSG_OOB; n == 0 {
		m.Out |= linux.MSG_TRUNC
	}
	return n, 0
}

// AtMark implements fs.SocketIoctl (SIOCATMARK).
func (s *Socket) AtMark() (bool, linux.Errno) {
	if s.isListening() {
		return false, linux.EINVAL
	}
	u := &s.urgent
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.set && u.at == u.taken, 0
}

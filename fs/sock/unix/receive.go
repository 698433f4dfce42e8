package unix

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
)

// Receive implements sock.Socket.
func (s *Socket) Receive(c *fs.Caller, m *sock.Message, dst [][]byte) (int, linux.Errno) {
	if s.Type != linux.SOCK_STREAM {
		return s.receiveDatagram(c, m, dst)
	}
	if m.Has(linux.MSG_OOB) {
		return s.receiveUrgent(m, dst)
	}
	return s.receiveStream(c, m, dst)
}

// receiveDatagram takes the first message. What does not fit is lost.
func (s *Socket) receiveDatagram(_ *fs.Caller, m *sock.Message, dst [][]byte) (int, linux.Errno) {
	if m.Has(linux.MSG_OOB) {
		return 0, linux.EOPNOTSUPP
	}
	if errno := s.TakeError(); errno != 0 {
		return 0, errno
	}
	n, done, blocked, errno := s.takeDatagram(m, dst)
	wake(blocked)
	if done != nil {
		s.domain.land(done.files)
		done.files = nil
		s.refund(done)
	}
	return n, errno
}

// takeDatagram copies the first message out and, unless it is to stay, removes it.
func (s *Socket) takeDatagram(m *sock.Message, dst [][]byte) (n int, done *packet, blocked map[*Socket]struct{},
	errno linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.connected() && s.state != established && !s.dead {
		return 0, nil, nil, linux.ENOTCONN
	}
	if s.queue.len() == 0 {
		if s.shut&shutReceive != 0 && (s.connected() || !m.Has(linux.MSG_DONTWAIT)) {
			return 0, nil, nil, 0
		}
		return 0, nil, nil, linux.EAGAIN
	}
	p := s.queue.at(0)
	if n = fs.CopyOut(dst, p.data); n < len(p.data) {
		m.Out |= linux.MSG_TRUNC
	}
	if m.Has(linux.MSG_TRUNC) {
		n = len(p.data)
	}
	s.describe(m, p)
	if m.Has(linux.MSG_PEEK) {
		m.Files = copyFiles(p.files)
		return n, nil, nil, 0
	}
	m.Files = p.files
	return n, s.queue.pop(), s.takeBlocked(), 0
}

// describe tells the receiver who sent a packet, and when.
func (s *Socket) describe(m *sock.Message, p *packet) {
	if a := p.from.name.Load(); a != nil {
		m.Addr = *a
	}
	if s.PassCred() {
		cred := anonymous
		if p.known {
			cred = p.cred
		}
		m.Cred = &cred
	}
	m.Stamp = p.stamp
}

// copyFiles is for MSG_PEEK: the receiver gets descriptors of its own.
func copyFiles(files []*fs.File) (out []*fs.File) {
	for _, f := range files {
		out = append(out, f.Ref())
	}
	return out
}

// receiveStream takes bytes of one sender: up to a packet with files, or to an out-of-band byte.
func (s *Socket) receiveStream(_ *fs.Caller, m *sock.Message, dst [][]byte) (int, linux.Errno) {
	n, done, errno := s.takeStream(m, dst)
	for p := done; p != nil; {
		next := p.next
		s.refund(p)
		p = next
	}
	if !m.Has(linux.MSG_PEEK) {
		s.domain.land(m.Files)
	}
	return n, errno
}

// takeStream copies first and removes then: the copy may fault. done is the list of the packets that are used up.
func (s *Socket) takeStream(m *sock.Message, dst [][]byte) (n int, done *packet, errno linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != established && !s.dead {
		return 0, nil, linux.EINVAL
	}
	n, errno = s.copyStream(m, dst)
	if !m.Has(linux.MSG_PEEK) {
		done = s.consume(s.dropMarks(nil), n)
	}
	return n, done, errno
}

// dropMarks removes the marks, and the out-of-band byte that a program passes over, at the front of the queue, and adds
// them to a list.
func (s *Socket) dropMarks(done *packet) *packet {
	for s.queue.len() > 0 {
		p := s.queue.at(0)
		skipped := p == s.urgent && !s.Flag(linux.SO_OOBINLINE)
		if len(p.data) > 0 && !skipped {
			break
		}
		if p == s.urgent {
			s.urgent = nil
		}
		done = s.finish(done)
	}
	return done
}

// copyStream copies from the front of the queue without removing anything.
func (s *Socket) copyStream(m *sock.Message, dst [][]byte) (n int, errno linux.Errno) {
	cursor := fs.NewCursor(dst)
	for i, p := range s.queue.all() {
		if s.passedOver(p) {
			if n > 0 {
				break
			}
			continue
		}
		if i > 0 && n > 0 && !s.glues(s.queue.at(i-1), p) || cursor.Done() {
			break
		}
		s.describe(m, p)
		n += cursor.Put(p.data)
		if len(p.files) > 0 {
			if m.Files = p.files; m.Has(linux.MSG_PEEK) {
				m.Files = copyFiles(p.files)
			}
			break
		}
	}
	if n > 0 || fs.Size(dst) == 0 && s.queue.len() > 0 {
		return n, 0
	}
	return 0, s.nothing()
}

// passedOver reports a packet that ordinary reads do not see.
func (s *Socket) passedOver(p *packet) bool {
	return len(p.data) == 0 || p == s.urgent && !s.Flag(linux.SO_OOBINLINE)
}

// glues reports whether one receive may take from both packets: with SO_PASSCRED those of one sender only, and never on
// past an out-of-band byte.
func (s *Socket) glues(a, b *packet) bool {
	if b == s.urgent || b.mark {
		return false
	}
	return !s.PassCred() || a.known == b.known && a.cred == b.cred
}

// nothing is why there is nothing to receive; 0 is end of file.
func (s *Socket) nothing() linux.Errno {
	if errno := s.TakeError(); errno != 0 {
		return errno
	}
	if s.shut&shutReceive != 0 {
		return 0
	}
	return linux.EAGAIN
}

// consume removes n bytes from the front of the queue and adds the packets that are used up to a list. Files that were copied
// belong to the message now.
func (s *Socket) consume(done *packet, n int) *packet {
	for n > 0 {
		p := s.queue.at(0)
		k := min(n, len(p.data))
		n, p.data, p.files = n-k, p.data[k:], nil
		if p == s.urgent {
			s.urgent = nil
		}
		if len(p.data) > 0 {
			break
		}
		done = s.finish(done)
	}
	return done
}

// finish moves the first packet of the queue to the front of a list.
func (s *Socket) finish(done *packet) *packet {
	p := s.queue.pop()
	p.next = done
	return p
}

// receiveUrgent takes the out-of-band byte, whose place stays marked.
func (s *Socket) receiveUrgent(m *sock.Message, dst [][]byte) (int, linux.Errno) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.urgent
	if p == nil || s.Flag(linux.SO_OOBINLINE) {
		return 0, linux.EINVAL
	}
	n := fs.CopyOut(dst, p.data)
	if m.Out |= linux.MSG_OOB; n == 0 {
		m.Out |= linux.MSG_TRUNC
		return 0, 0
	}
	if !m.Has(linux.MSG_PEEK) {
		p.data, p.mark, s.urgent = nil, true, nil
	}
	return n, 0
}

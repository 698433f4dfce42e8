package unix

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// takeOff counts files that go into a message. ETOOMANYREFS: there are more than limit already, and the caller is not
// privileged.
func (d *Domain) takeOff(c *fs.Caller, files []*fs.File, limit uint64) linux.Errno {
	if len(files) == 0 {
		return 0
	}
	d.flight.Lock()
	defer d.flight.Unlock()
	if uint64(d.aloft.Load()) > limit && !c.Cred.Has(linux.CAP_SYS_RESOURCE) && !c.Cred.Has(linux.CAP_SYS_ADMIN) {
		return linux.ETOOMANYREFS
	}
	d.aloft.Add(int64(len(files)))
	for _, f := range files {
		if s, ok := f.Ops.(*Socket); ok {
			d.flying[s]++
		}
	}
	return 0
}

// land counts files that have left a message.
func (d *Domain) land(files []*fs.File) {
	if len(files) == 0 {
		return
	}
	d.flight.Lock()
	defer d.flight.Unlock()
	d.aloft.Add(-int64(len(files)))
	for _, f := range files {
		s, ok := f.Ops.(*Socket)
		if !ok {
			continue
		}
		if d.flying[s]--; d.flying[s] == 0 {
			delete(d.flying, s)
		}
	}
}

// discard drops packets that nobody will receive.
func (d *Domain) discard(c *fs.Caller, lost []*packet) {
	for _, p := range lost {
		files := p.files
		p.files = nil
		p.from.refund(p)
		d.land(files)
		d.throwAway(c, files)
	}
}

// throwAway closes files. Closing a socket may discard more: that is put on the pile, so that a long chain of sockets in
// each other's queues is no deep recursion.
func (d *Domain) throwAway(c *fs.Caller, files []*fs.File) {
	d.trash.Lock()
	defer d.trash.Unlock()
	d.pile = append(d.pile, files...)
	if d.sweeping {
		return
	}
	d.sweeping = true
	for len(d.pile) > 0 {
		f := d.pile[len(d.pile)-1]
		d.pile = d.pile[:len(d.pile)-1]
		d.trash.Unlock()
		f.Unref(c)
		d.trash.Lock()
	}
	d.sweeping = false
}

// due says whether it is time to look for garbage when a socket has closed. The work of looking grows with the number of
// sockets under way, so it is done once for so many that close.
func (d *Domain) due() bool {
	if d.aloft.Load() == 0 {
		return false
	}
	d.flight.Lock()
	defer d.flight.Unlock()
	const share = 4
	if d.spared++; d.spared < len(d.flying)/share {
		return false
	}
	d.spared = 0
	return true
}

// collect empties the queues of sockets that nobody can reach any more.
func (d *Domain) collect(c *fs.Caller) { d.discard(c, d.garbage()) }

// garbage finds the packets of unreachable sockets. A socket whose every reference is in a message is a candidate. The
// references in candidates' own queues do not count; a candidate that has others can be reached, and so can what is in
// its queue.
func (d *Domain) garbage() (lost []*packet) {
	d.flight.Lock()
	defer d.flight.Unlock()
	outside := map[*Socket]int{}
	for s, count := range d.flying {
		if f := s.file.Load(); f != nil && f.Refs() == count {
			outside[s] = count
		}
	}
	for s := range outside {
		s.eachInFlight(func(child *Socket) {
			if _, candidate := outside[child]; candidate {
				outside[child]--
			}
		})
	}
	keepReachable(outside)
	for s := range outside {
		lost = append(lost, s.takeCarriers()...)
	}
	return lost
}

// keepReachable removes from a set of candidates those that can be reached from outside, and all that they lead to.
func keepReachable(outside map[*Socket]int) {
	var reached []*Socket
	for s, count := range outside {
		if count > 0 {
			reached = append(reached, s)
		}
	}
	for _, s := range reached {
		delete(outside, s)
	}
	for len(reached) > 0 {
		s := reached[len(reached)-1]
		reached = reached[:len(reached)-1]
		s.eachInFlight(func(child *Socket) {
			if _, candidate := outside[child]; candidate {
				delete(outside, child)
				reached = append(reached, child)
			}
		})
	}
}

// eachInFlight calls fn for every socket in the messages of a socket's queue, or of those in its backlog.
func (s *Socket) eachInFlight(fn func(*Socket)) {
	for _, q := range s.holders() {
		q.mu.Lock()
		for _, p := range q.queue.all() {
			for _, f := range p.files {
				if child, ok := f.Ops.(*Socket); ok {
					fn(child)
				}
			}
		}
		q.mu.Unlock()
	}
}

// holders is the sockets whose queues only s leads to: itself, and those in its backlog.
func (s *Socket) holders() []*Socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Socket{s}, s.pending...)
}

// takeCarriers removes the packets that carry files.
func (s *Socket) takeCarriers() (lost []*packet) {
	for _, q := range s.holders() {
		q.mu.Lock()
		for i := 0; i < q.queue.len(); {
			if p := q.queue.at(i); len(p.files) > 0 {
				q.queue.remove(i)
				lost = append(lost, p)
				continue
			}
			i++
		}
		q.mu.Unlock()
	}
	return lost
}

package mm

import (
	"slices"

	"muslrun/arch/linux"
)

// Memory locks. Nothing is ever paged out; only what is refused and told of them can be seen.

// Lock marks a range as locked (mlock(2)). limit is how many bytes may be locked.
func (s *Space) Lock(addr, size, limit uint64) linux.Errno {
	return s.setLocked(addr, size, func(start, end uint64) bool {
		already := s.lockedIn(start, end)
		return end-start-already <= limit-min(limit, s.lockedIn(0, s.size))
	}, true)
}

// Unlock ends Lock for a range (munlock(2)).
func (s *Space) Unlock(addr, size uint64) linux.Errno { return s.setLocked(addr, size, nil, false) }

func (s *Space) setLocked(addr, size uint64, may func(start, end uint64) bool, locked bool) linux.Errno {
	start := addr &^ (s.abi.PageSize - 1)
	size = s.pageUp(size + addr - start)
	switch {
	case start+size < start:
		return linux.EINVAL
	case size == 0: // also what is too long to be rounded up
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if may != nil && !may(start, start+size) {
		return linux.ENOMEM
	}
	covered := s.vmas.covered(start, start+size)
	for _, v := range s.vmas.between(start, start+size) {
		v.locked = locked
	}
	s.vmas.tidy(start, start+size)
	if !covered {
		return linux.ENOMEM
	}
	return 0
}

// lockedIn is how many bytes of a range are locked. The Space is locked.
func (s *Space) lockedIn(start, end uint64) (n uint64) {
	for _, v := range s.vmas.overlap(start, end) {
		if v.locked {
			n += min(v.End, end) - max(v.Start, start)
		}
	}
	return n
}

// LockAll implements mlockall(2): current says whether what is mapped becomes locked, future whether what will be does. limit
// is how many bytes may be locked: ENOMEM.
func (s *Space) LockAll(current, future bool, limit uint64) linux.Errno {
	s.mu.Lock()
	defer s.mu.Unlock()
	if current && s.total > limit {
		return linux.ENOMEM
	}
	s.lockFuture, s.lockLimit = future, limit
	if current {
		s.lockEach(true)
	}
	return 0
}

// UnlockAll ends every lock (munlockall(2)).
func (s *Space) UnlockAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lockFuture = false
	s.lockEach(false)
}

func (s *Space) lockEach(locked bool) {
	for _, v := range s.vmas.all {
		v.locked = locked
	}
	s.vmas.tidy(0, s.size)
}

// mayLock reports whether size more bytes may be locked.
func (s *Space) mayLock(size, limit uint64) bool {
	locked := s.lockedIn(0, s.size)
	return locked <= limit && size <= limit-locked
}

// Locked reports that the mapping is locked.
func (v *VMA) Locked() bool { return v.locked }

// Locked reports whether a page of the range is locked.
func (s *Space) Locked(addr, size uint64) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.ContainsFunc(s.vmas.overlap(addr, addr+size), func(v *VMA) bool { return v.locked })
}

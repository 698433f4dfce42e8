package mm

import (
	"muslrun/arch/linux"
	"muslrun/emu"
)

// Advice is what madvise(2) does to a range.
type Advice uint8

// The kinds of advice that have an effect a program can see.
const (
	AdviseNothing      Advice = iota // check the range only
	AdviseFree                       // checked: the pages may stay
	AdviseReclaim                    // MADV_COLD and MADV_PAGEOUT: checked, nothing is ever paged out
	AdvisePopulateRead               // checked: the pages are there
	AdvisePopulateWrite
	AdviseDontNeed       // drop the pages: zeros, or the file's bytes, at the next touch
	AdviseDontNeedLocked // even if they are locked
	AdviseDontFork
	AdviseDoFork
	AdviseWipeOnFork
	AdviseKeepOnFork
)

// Advise applies advice to a range (madvise(2)): ENOMEM if part of it is not mapped, after the rest has been done.
func (s *Space) Advise(addr, size uint64, advice Advice) linux.Errno {
	asked := size
	size = s.pageUp(size)
	switch {
	case !s.aligned(addr), addr+size < addr, size < asked:
		return linux.EINVAL
	case size == 0:
		return 0
	}
	s.lockPaused()
	defer s.unlockResumed()
	hole := !s.vmas.covered(addr, addr+size)
	for _, v := range s.vmas.between(addr, addr+size) {
		if errno := s.adviseVMA(v, advice); errno != 0 {
			return errno
		}
	}
	s.vmas.tidy(addr, addr+size)
	if hole {
		return linux.ENOMEM
	}
	return 0
}

func (s *Space) adviseVMA(v *VMA, advice Advice) linux.Errno {
	switch advice {
	case AdviseFree:
		return invalidIf(v.Object != nil || v.locked)
	case AdviseReclaim:
		return invalidIf(v.locked)
	case AdvisePopulateRead:
		return s.mayPopulate(v, emu.ProtRead)
	case AdvisePopulateWrite:
		return s.mayPopulate(v, emu.ProtWrite)
	case AdviseDontNeed, AdviseDontNeedLocked:
		if v.locked && advice == AdviseDontNeed {
			return linux.EINVAL
		}
		return s.discard(v)
	case AdviseDontFork, AdviseDoFork:
		v.noFork = advice == AdviseDontFork
	case AdviseKeepOnFork:
		v.wipeFork = false
	case AdviseWipeOnFork:
		v.wipeFork = v.Object == nil
		return invalidIf(v.Object != nil)
	}
	return 0
}

func invalidIf(bad bool) linux.Errno {
	if bad {
		return linux.EINVAL
	}
	return 0
}

// mayPopulate answers as if every page were touched: EINVAL without the right, EFAULT past the end of the file.
func (s *Space) mayPopulate(v *VMA, prot emu.Prot) linux.Errno {
	switch {
	case effective(v.Prot)&prot == 0:
		return linux.EINVAL
	case v.Object != nil && v.fileEnd(v.Object.Size(), s.abi.PageSize) < v.End:
		return linux.EFAULT
	}
	return 0
}

// discard gives a private VMA fresh pages; a shared one keeps its object's.
func (s *Space) discard(v *VMA) linux.Errno {
	if v.Shared {
		return 0
	}
	errno := s.back(v, v.Start, v.End)
	s.changed(v.Start, v.size())
	if s.machine != nil && v.Prot&emu.ProtExec != 0 {
		s.machine.CodeChanged(v.Start, v.size())
	}
	return errno
}

// Mapped reports whether every page of a range is mapped.
func (s *Space) Mapped(addr, size uint64) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return addr+size >= addr && s.vmas.covered(addr, addr+size)
}

// VMAs is a copy of the mappings in ascending order (/proc/PID/maps).
func (s *Space) VMAs() []VMA {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]VMA, len(s.vmas.all))
	for i, v := range s.vmas.all {
		out[i] = *v
	}
	return out
}

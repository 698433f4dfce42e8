package mm

import (
	"muslrun/arch/linux"
	"muslrun/emu"
)

const (
	// growStep is how much a mapping grows at least: a fault for every page would cost more than the pages.
	growStep = 64 << 10
	// guardGap is what stays free between a mapping that grows and the one below (stack_guard_gap).
	guardGap = 1 << 20
)

// MapStack maps the stack of a new program at the top of the address space: size bytes now, which grow up to limit. What
// may become stack is given to no other mapping unless the program insists.
func (s *Space) MapStack(size, limit uint64, prot emu.Prot) linux.Errno {
	_, errno := s.Map(Request{Addr: s.top - size, Size: size, Place: FixedFree, Prot: prot, Grows: true, Name: "[stack]"})
	if errno == 0 {
		s.mapTop = s.top - min(max(limit, size)+guardGap, s.top/2)
	}
	return errno
}

// grow extends the mapping above addr down to addr, if that is one that grows, within its limits (expand_downwards in
// Linux's mm/mmap.c). It returns the mapping, or nil.
func (s *Space) grow(addr uint64) *VMA {
	i := s.vmas.index(addr)
	if i == len(s.vmas.all) || !s.vmas.all[i].grows {
		return nil
	}
	v := s.vmas.all[i]
	start := addr &^ (s.abi.PageSize - 1)
	lowest := max(MinAddr, v.End-min(s.limits.Stack, v.End))
	if i > 0 {
		lowest = max(lowest, s.vmas.all[i-1].floorAbove())
	}
	lowest = s.pageUp(lowest)
	if start < lowest || !s.enlarge(v, max(start&^(growStep-1), lowest)) {
		return nil
	}
	return v
}

// floorAbove is where a mapping above this one that grows has to end. Guard pages are a gap themselves.
func (v *VMA) floorAbove() uint64 {
	if v.grows || v.Prot == 0 {
		return v.End
	}
	return v.End + guardGap
}

// enlarge moves the start of a private anonymous mapping down, over free memory.
func (s *Space) enlarge(v *VMA, start uint64) bool {
	size := v.Start - start
	if s.limits.AS < s.total || size > s.limits.AS-s.total {
		return false
	}
	if v.charged && s.account != nil && !s.account.Charge(size) {
		return false
	}
	if s.back(v, start, v.Start) != 0 {
		if v.charged && s.account != nil {
			s.account.Refund(size)
		}
		return false
	}
	v.Start = start
	s.total += size
	s.changed(start, size)
	return true
}

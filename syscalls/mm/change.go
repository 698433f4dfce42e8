package mm

import (
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
)

// Protect changes the protection of a page range (mprotect(2)). Like Linux it stops at the first page that cannot be
// changed and leaves those before it changed.
func (s *Space) Protect(addr, size uint64, prot emu.Prot) linux.Errno {
	size = s.pageUp(size)
	if !s.aligned(addr) {
		return linux.EINVAL
	}
	if size == 0 {
		return 0
	}
	if !s.inside(addr, size) {
		return linux.ENOMEM
	}
	s.lockPaused()
	defer s.unlockResumed()
	if len(s.vmas.all)+2 > MaxVMAs {
		return linux.ENOMEM
	}
	errno := s.protectLocked(addr, addr+size, prot)
	s.vmas.tidy(addr, addr+size)
	s.changed(addr, size)
	return errno
}

func (s *Space) protectLocked(start, end uint64, prot emu.Prot) linux.Errno {
	for _, v := range s.vmas.between(start, end) {
		if v.Start > start {
			return linux.ENOMEM // a hole
		}
		if prot&^v.MaxProt != 0 {
			return linux.EACCES
		}
		if errno := s.protectVMA(v, prot); errno != 0 {
			return errno
		}
		start = v.End
	}
	if start < end {
		return linux.ENOMEM
	}
	return 0
}

func (s *Space) protectVMA(v *VMA, prot emu.Prot) linux.Errno {
	old, was := v.Prot, v.isData()
	v.Prot = prot
	if v.isData() && !was && !s.mayHaveData(0) {
		v.Prot = old
		return linux.ENOMEM
	}
	if errno := s.charge(v); errno != 0 {
		v.Prot = old
		return errno
	}
	backed := s.backedEnd(v)
	if backed == v.Start {
		return 0
	}
	return hostErrno(s.window.Protect(v.Start, backed-v.Start, effective(prot)))
}

// backedEnd is the first address of a VMA without host memory: its end, or where its file ended when it was last looked at.
func (s *Space) backedEnd(v *VMA) uint64 {
	if v.Object == nil {
		return v.End
	}
	return v.Start + s.window.Accessible(v.Start, v.size(), emu.ProtMapped)
}

// resized follows a file that shrank or grew under its mappings.
func (s *Space) resized(o *fs.MapObject, size int64) {
	s.lockPaused()
	defer s.unlockResumed()
	s.cutLocked(o, size)
}

// cutLocked takes the pages past the end of a file out of its mappings.
func (s *Space) cutLocked(o *fs.MapObject, size int64) {
	for _, v := range s.vmas.all {
		if v.Object != o {
			continue
		}
		if end := v.fileEnd(size, s.abi.PageSize); end < s.backedEnd(v) {
			_ = s.window.Unmap(end, v.End-end)
			s.changed(end, v.End-end)
		}
	}
}

// Brk moves the end of the heap (brk(2)) and returns where it is then; 0 asks.
func (s *Space) Brk(addr uint64) uint64 {
	s.lockPaused()
	defer s.unlockResumed()
	if addr < s.brkStart || addr > s.size {
		return s.brkEnd
	}
	old, end := s.pageUp(s.brkEnd), s.pageUp(addr)
	switch {
	case end < old:
		if s.unmapLocked(end, old-end) {
			s.changed(end, old-end)
		}
	case end > old && !s.growHeap(old, end):
		return s.brkEnd
	}
	s.brkEnd = addr
	return addr
}

func (s *Space) growHeap(old, end uint64) bool {
	if end-s.brkStart > s.limits.Data || !s.vmas.free(old, end+s.abi.PageSize) {
		return false
	}
	v := &VMA{Start: old, End: end, Prot: emu.ProtRead | emu.ProtWrite, MaxProt: emu.ProtAll, Name: "[heap]", locked: s.lockFuture}
	if v.locked && !s.mayLock(end-old, s.lockLimit) || s.admit(v, 0) != 0 {
		return false
	}
	if s.back(v, old, end) != 0 {
		s.refund(v)
		return false
	}
	s.add(v)
	s.changed(old, end-old)
	return true
}

// SetBrk says where the heap of a new program starts.
func (s *Space) SetBrk(addr uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.brkStart, s.brkEnd = addr, addr
}

// BrkStart is where the heap starts (start_brk of /proc/PID/stat).
func (s *Space) BrkStart() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.brkStart
}

// Remap is what mremap(2) is asked for.
type Remap struct {
	Old, OldSize, NewSize uint64
	MayMove               bool
	Fixed                 bool // move to New
	KeepOld               bool // MREMAP_DONTUNMAP
	New                   uint64
}

// Remap resizes or moves a mapping (mremap(2)) and returns its address.
func (s *Space) Remap(r Remap) (uint64, linux.Errno) {
	r.OldSize, r.NewSize = s.pageUp(r.OldSize), s.pageUp(r.NewSize)
	if !s.aligned(r.Old) || r.NewSize == 0 {
		return 0, linux.EINVAL
	}
	if r.Fixed && (!s.aligned(r.New) || !s.inside(r.New, r.NewSize) || r.overlaps()) {
		return 0, linux.EINVAL
	}
	s.lockPaused()
	defer s.unlockResumed()
	v := s.vmas.find(r.Old)
	if v == nil || !s.inside(r.Old, max(r.OldSize, 1)) {
		return 0, linux.EFAULT
	}
	if r.OldSize == 0 && !v.Shared {
		return 0, linux.EINVAL
	}
	if r.Old+r.OldSize > v.End {
		return 0, linux.EFAULT
	}
	if !r.Fixed && !r.KeepOld {
		if addr, errno, done := s.resizeInPlace(v, &r); done {
			return addr, errno
		}
	}
	if !r.MayMove {
		return 0, linux.ENOMEM
	}
	return s.move(v, &r)
}

func (r *Remap) overlaps() bool { return r.New < r.Old+r.OldSize && r.Old < r.New+r.NewSize }

// resizeInPlace shrinks, or grows into free space behind the mapping; done is false if the mapping has to move.
func (s *Space) resizeInPlace(v *VMA, r *Remap) (addr uint64, errno linux.Errno, done bool) {
	end, want := r.Old+r.OldSize, r.Old+r.NewSize
	switch {
	case r.OldSize == 0:
		return 0, 0, false
	case r.NewSize <= r.OldSize:
		if r.NewSize < r.OldSize && s.unmapLocked(want, end-want) {
			s.changed(want, end-want)
		}
		return r.Old, 0, true
	case end != v.End || !s.inside(r.Old, r.NewSize) || !s.vmas.free(end, want):
		return 0, 0, false
	}
	grown := v.clone(v.at(end), end, want)
	if errno := s.admit(grown, 0); errno != 0 {
		return 0, errno, true
	}
	if errno := s.back(grown, end, want); errno != 0 {
		s.refund(grown)
		return 0, errno, true
	}
	s.add(grown)
	s.changed(end, want-end)
	return r.Old, 0, true
}

// clone is an uncharged VMA like v elsewhere.
func (v *VMA) clone(offset int64, start, end uint64) *VMA {
	c := *v
	c.Start, c.End, c.Offset, c.charged = start, end, offset, false
	return &c
}

// move puts a mapping somewhere else, larger or smaller.
func (s *Space) move(v *VMA, r *Remap) (uint64, linux.Errno) {
	to, errno := s.moveTarget(r)
	if errno != 0 {
		return 0, errno
	}
	moved := v.clone(v.at(r.Old), to, to+r.NewSize)
	if errno := s.admit(moved, r.OldSize); errno != 0 {
		return 0, errno
	}
	if r.Fixed {
		s.unmapLocked(to, r.NewSize)
	}
	if errno := s.back(moved, to, to+r.NewSize); errno != 0 {
		s.refund(moved)
		return 0, errno
	}
	if keep := min(r.OldSize, r.NewSize); keep > 0 {
		if err := s.movePages(v, r.Old, to, keep); err != nil {
			_ = s.window.Unmap(to, r.NewSize)
			s.refund(moved)
			return 0, hostErrno(err)
		}
	}
	s.add(moved)
	s.leaveOld(v, r)
	s.changed(r.Old, max(r.OldSize, s.abi.PageSize))
	s.changed(to, r.NewSize)
	return to, 0
}

// movePages takes the backed pages along.
func (s *Space) movePages(v *VMA, from, to, size uint64) error {
	backed := s.window.Accessible(from, size, emu.ProtMapped)
	if backed == 0 {
		return nil
	}
	return s.window.Move(from, to, backed)
}

// leaveOld removes the old mapping, or leaves it empty for MREMAP_DONTUNMAP.
func (s *Space) leaveOld(v *VMA, r *Remap) {
	if r.OldSize == 0 {
		return
	}
	if !r.KeepOld {
		s.unmapLocked(r.Old, r.OldSize)
		return
	}
	if v := s.vmas.find(r.Old); v != nil {
		_ = s.back(v, r.Old, r.Old+r.OldSize)
	}
}

func (s *Space) moveTarget(r *Remap) (uint64, linux.Errno) {
	if r.Fixed {
		if r.New < MinAddr {
			return 0, linux.EPERM
		}
		return r.New, 0
	}
	return s.placeBelow(s.mapBase, r.NewSize)
}

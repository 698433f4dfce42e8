package mm

import (
	"errors"

	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"

	"golang.org/x/sys/unix"
)

// Placement is how Map treats the address that it is given.
type Placement uint8

// The placements of mmap(2).
const (
	Hint      Placement = iota // take the address if it is free, else choose one
	Fixed                      // MAP_FIXED: replace what is there
	FixedFree                  // MAP_FIXED_NOREPLACE: EEXIST if something is there
	Low32                      // MAP_32BIT: choose one below 2 GiB
)

// Request is what Map maps.
type Request struct {
	Addr, Size uint64
	Place      Placement
	Prot       emu.Prot
	MaxProt    emu.Prot // 0 means all
	Shared     bool
	Locked     bool   // MAP_LOCKED
	LockLimit  uint64 // RLIMIT_MEMLOCK, for Locked
	Grows      bool   // downwards when it is touched below, up to Limits.Stack (MAP_GROWSDOWN)
	Name       string
	// File is the description that /proc/PID/maps names; Map takes a reference of its own. Object is its memory, which must
	// be given for every file; a shared anonymous mapping has an Object and no File.
	File   *fs.File
	Object *fs.MapObject
	Offset int64
}

// Map makes a mapping and returns its address (mmap(2)).
func (s *Space) Map(r Request) (uint64, linux.Errno) {
	r.Size = s.pageUp(r.Size)
	if r.Size == 0 {
		return 0, linux.ENOMEM // the length wrapped around; mmap(2) has answered EINVAL for 0
	}
	if r.Object != nil {
		r.Object.Observe(s, func(size int64) { s.resized(r.Object, size) })
	}
	s.lockPaused()
	defer s.unlockResumed()
	addr, errno := s.mapLocked(&r)
	if errno != 0 {
		s.forget(r.Object)
	}
	return addr, errno
}

func (s *Space) mapLocked(r *Request) (uint64, linux.Errno) {
	if errno := s.admitLock(r); errno != 0 {
		return 0, errno
	}
	addr, errno := s.place(r)
	if errno != 0 {
		return 0, errno
	}
	v := &VMA{Start: addr, End: addr + r.Size, Prot: r.Prot, MaxProt: r.MaxProt, Shared: r.Shared,
		Name: r.Name, File: r.File, Object: r.Object, Offset: r.Offset, grows: r.Grows, locked: r.Locked}
	if v.MaxProt == 0 {
		v.MaxProt = emu.ProtAll
	}
	if errno := s.admit(v, s.overlapSize(addr, addr+r.Size)); errno != 0 {
		return 0, errno
	}
	s.unmapLocked(addr, r.Size)
	if errno := s.back(v, v.Start, v.End); errno != 0 {
		s.refund(v)
		return 0, errno
	}
	s.add(v)
	s.changed(addr, r.Size)
	return addr, 0
}

// admitLock refuses what would have to be locked, beyond the limit.
func (s *Space) admitLock(r *Request) linux.Errno {
	limit := r.LockLimit
	if !r.Locked {
		if !s.lockFuture {
			return 0
		}
		r.Locked, limit = true, s.lockLimit
	}
	if !s.mayLock(r.Size, limit) {
		return linux.EAGAIN
	}
	return 0
}

// add puts a backed and admitted VMA on the list.
func (s *Space) add(v *VMA) {
	if v.File != nil {
		v.File.Ref()
	}
	s.total += v.size()
	s.vmas.insert(v)
}

// place chooses the address of a new mapping.
func (s *Space) place(r *Request) (uint64, linux.Errno) {
	switch r.Place {
	case Fixed, FixedFree:
		return s.placeFixed(r)
	case Low32:
		return s.placeBelow(min(s.mapBase, 1<<31), r.Size)
	}
	hint := r.Addr &^ (s.abi.PageSize - 1)
	if hint >= MinAddr && s.inside(hint, r.Size) && s.vmas.free(hint, hint+r.Size) {
		return hint, 0
	}
	return s.placeBelow(s.mapBase, r.Size)
}

func (s *Space) placeFixed(r *Request) (uint64, linux.Errno) {
	switch {
	case !s.aligned(r.Addr):
		return 0, linux.EINVAL
	case !s.inside(r.Addr, r.Size):
		return 0, linux.ENOMEM
	case r.Addr < MinAddr:
		return 0, linux.EPERM
	case r.Place == FixedFree && !s.vmas.free(r.Addr, r.Addr+r.Size):
		return 0, linux.EEXIST
	}
	return r.Addr, 0
}

func (s *Space) placeBelow(top, size uint64) (uint64, linux.Errno) {
	if addr, ok := s.vmas.gapBelow(top, MinAddr, size, s.abi.PageSize); ok {
		return addr, 0
	}
	if top != s.mapBase {
		return 0, linux.ENOMEM
	}
	if addr, ok := s.vmas.gapBelow(s.mapTop, MinAddr, size, s.abi.PageSize); ok {
		return addr, 0
	}
	if addr, ok := s.vmas.gapBelow(s.size, s.top, size, s.abi.PageSize); ok {
		return addr, 0
	}
	return 0, linux.ENOMEM
}

// FindFree is an address at which size bytes could be mapped, at or below the usual place, aligned to a power of two.
func (s *Space) FindFree(size, align uint64) (uint64, linux.Errno) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if addr, ok := s.vmas.gapBelow(s.mapBase, MinAddr, s.pageUp(size), max(align, s.abi.PageSize)); ok {
		return addr, 0
	}
	return 0, linux.ENOMEM
}

// admit checks limits for a new VMA that replaces some bytes of others, and charges it.
func (s *Space) admit(v *VMA, replaced uint64) linux.Errno {
	if len(s.vmas.all) >= MaxVMAs {
		return linux.ENOMEM
	}
	if grown := s.total + v.size() - replaced; grown > s.limits.AS {
		return linux.ENOMEM
	}
	if v.isData() && !s.mayHaveData(int64(v.size()-replaced)) {
		return linux.ENOMEM
	}
	return s.charge(v)
}

// isData reports whether RLIMIT_DATA counts the VMA (is_data_mapping in Linux's mm/internal.h).
func (v *VMA) isData() bool { return v.Prot&emu.ProtWrite != 0 && !v.Shared && !v.grows }

// mayHaveData applies RLIMIT_DATA to so many bytes more.
func (s *Space) mayHaveData(more int64) bool {
	if s.limits.Data == ^uint64(0) {
		return true
	}
	for _, v := range s.vmas.all {
		if v.isData() {
			more += int64(v.size())
		}
	}
	return more <= 0 || uint64(more) <= s.limits.Data
}

func (s *Space) charge(v *VMA) linux.Errno {
	if v.charged || !v.accountable() {
		return 0
	}
	if s.account != nil && !s.account.Charge(v.size()) {
		return linux.ENOMEM
	}
	v.charged, v.owned = true, true
	return 0
}

func (s *Space) refund(v *VMA) {
	if v.charged && s.account != nil {
		s.account.Refund(v.size())
	}
	v.charged = false
}

func (s *Space) overlapSize(start, end uint64) uint64 {
	var n uint64
	for _, v := range s.vmas.overlap(start, end) {
		n += min(v.End, end) - max(v.Start, start)
	}
	return n
}

// back gives host memory to [start, end) of a VMA, as far as its file reaches; pages past the end of the file stay without.
func (s *Space) back(v *VMA, start, end uint64) linux.Errno {
	if v.Object == nil {
		return hostErrno(s.window.MapAnonymous(start, end-start, effective(v.Prot)))
	}
	reach := min(end, max(start, v.fileEnd(v.Object.Size(), s.abi.PageSize)))
	if reach > start {
		err := s.window.MapFile(start, reach-start, effective(v.Prot), v.Object.FD, v.at(start), v.Shared)
		if err != nil {
			return hostErrno(err)
		}
	}
	if end > reach {
		return hostErrno(s.window.Unmap(reach, end-reach))
	}
	return 0
}

// fileEnd is the address of the first page of the VMA past the end of a file of the given size.
func (v *VMA) fileEnd(fileSize int64, page uint64) uint64 {
	if fileSize <= v.Offset {
		return v.Start
	}
	n := uint64(fileSize-v.Offset+int64(page)-1) &^ (page - 1)
	return v.Start + min(n, v.size())
}

// Unmap removes every mapping of a page range (munmap(2)).
func (s *Space) Unmap(addr, size uint64) linux.Errno {
	size = s.pageUp(size)
	if !s.aligned(addr) || !s.inside(addr, size) {
		return linux.EINVAL
	}
	s.lockPaused()
	defer s.unlockResumed()
	if len(s.vmas.all)+1 >= MaxVMAs+2 {
		return linux.ENOMEM // no room for the split
	}
	if s.unmapLocked(addr, size) {
		s.changed(addr, size)
	}
	return 0
}

// unmapLocked removes mappings and reports whether there were any.
func (s *Space) unmapLocked(addr, size uint64) bool {
	if s.vmas.free(addr, addr+size) {
		return false
	}
	for _, v := range s.vmas.carve(addr, addr+size) {
		s.drop(v, v.Start, v.End)
		_ = s.window.Unmap(v.Start, v.size())
	}
	return true
}

// drop settles the accounts of a VMA that is off the list.
func (s *Space) drop(v *VMA, start, end uint64) {
	s.total -= end - start
	s.refund(v)
	if v.File != nil {
		v.File.Unref(s.vmas.caller)
	}
	s.forget(v.Object)
}

// forget stops observing an object that nothing maps any more.
func (s *Space) forget(o *fs.MapObject) {
	if o != nil && !s.maps(o) {
		o.Forget(s)
	}
}

// maps reports whether a VMA on the list still maps the object.
func (s *Space) maps(o *fs.MapObject) bool {
	for _, v := range s.vmas.all {
		if v.Object == o {
			return true
		}
	}
	return false
}

// hostErrno is the guest's view of a failed host call on its memory.
func hostErrno(err error) linux.Errno {
	var e unix.Errno
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e) && (e == unix.EACCES || e == unix.EPERM || e == unix.ENODEV):
		return linux.Errno(e)
	}
	return linux.ENOMEM
}

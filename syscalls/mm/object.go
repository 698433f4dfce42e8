package mm

import (
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
)

// RemapFile maps other pages of the object that is mapped shared at addr (remap_file_pages(2)): those from offset on.
func (s *Space) RemapFile(addr, size uint64, offset int64) linux.Errno {
	r, errno := s.sharedAt(addr, size)
	if errno != 0 {
		return errno
	}
	r.Offset = offset
	hold := new(int) // the last mapping may go before the new one is there
	r.Object.Observe(hold, func(int64) {})
	defer r.Object.Forget(hold)
	if r.File != nil {
		defer r.File.Unref(s.vmas.caller)
	}
	_, errno = s.Map(r)
	return errno
}

// sharedAt describes the shared mapping of one object over a whole range, as a request to map there. A file in it is the
// caller's to release.
func (s *Space) sharedAt(addr, size uint64) (Request, linux.Errno) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.vmas.find(addr)
	if v == nil || !v.Shared || !s.inside(addr, size) || !s.vmas.covered(addr, addr+size) {
		return Request{}, linux.EINVAL
	}
	for _, o := range s.vmas.overlap(addr, addr+size) {
		if o.Object != v.Object || !o.Shared || o.Prot != v.Prot {
			return Request{}, linux.EINVAL
		}
	}
	if v.File != nil {
		v.File.Ref()
	}
	return Request{
		Addr: addr, Size: size, Place: Fixed, Prot: v.Prot, MaxProt: v.MaxProt, Shared: true, Name: v.Name, File: v.File,
		Object: v.Object,
	}, 0
}

// hole is a range of an object.
type hole struct {
	file         *fs.File // nil for a shared anonymous mapping
	object       *fs.MapObject
	offset, size int64
}

// Remove makes holes in the objects that are mapped shared in a range (MADV_REMOVE of madvise(2)): EINVAL, EACCES, ENOMEM for
// memory that is not mapped, or the errors of fallocate(2).
func (s *Space) Remove(c *fs.Caller, addr, size uint64) linux.Errno {
	asked := size
	size = s.pageUp(size)
	if !s.aligned(addr) || addr+size < addr || size < asked {
		return linux.EINVAL
	}
	holes, errno := s.holes(addr, addr+size)
	for _, h := range holes {
		switch {
		case errno == linux.EINVAL || errno == linux.EACCES: // nothing is removed
		case h.file == nil:
			if emu.PunchShared(h.object.FD, h.offset, h.size) != nil {
				errno = linux.EIO
			}
		default:
			if e := h.file.Allocate(c, linux.FALLOC_FL_PUNCH_HOLE|linux.FALLOC_FL_KEEP_SIZE, h.offset, h.size); e != 0 {
				errno = e
			}
		}
		if h.file != nil {
			h.file.Unref(c)
		}
	}
	return errno
}

// holes are the parts of objects behind a range; each file among them is referenced. What is not mapped is ENOMEM, in the end.
func (s *Space) holes(start, end uint64) (out []hole, errno linux.Errno) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if !s.vmas.covered(start, end) {
		errno = linux.ENOMEM
	}
	for _, v := range s.vmas.overlap(start, end) {
		switch {
		case v.locked, v.Object == nil:
			return out, linux.EINVAL
		case !v.Shared, v.MaxProt&emu.ProtWrite == 0:
			return out, linux.EACCES
		}
		from, to := max(start, v.Start), min(end, v.End)
		if v.File != nil {
			v.File.Ref()
		}
		out = append(out, hole{v.File, v.Object, v.at(from), int64(to - from)})
	}
	return out, errno
}

package mm

import "muslrun/fs"

// Mappings counts the mappings of an object. It implements ipc.Attachment.
func (s *Space) Mappings(o *fs.MapObject) (n int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, v := range s.vmas.all {
		if v.Object == o {
			n++
		}
	}
	return n
}

// AttachedAt is the shared object of which the first mapping at or after addr is where it would be if the whole object
// had been mapped at addr; nil if there is none.
func (s *Space) AttachedAt(addr uint64) *fs.MapObject {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, v := range s.vmas.all[s.vmas.index(addr):] {
		if v.Shared && v.Object != nil && v.Start-uint64(v.Offset) == addr {
			return v.Object
		}
	}
	return nil
}

// Detach unmaps what is left of an object of which size bytes were mapped at addr (shmdt(2)). Other mappings that took
// the place of parts of it stay.
func (s *Space) Detach(addr, size uint64, o *fs.MapObject) {
	s.lockPaused()
	defer s.unlockResumed()
	for i := s.vmas.index(addr); i < len(s.vmas.all) && s.vmas.all[i].Start < addr+size; {
		v := s.vmas.all[i]
		if v.Object != o || v.Start-uint64(v.Offset) != addr {
			i++
			continue
		}
		start, n := v.Start, v.size()
		s.unmapLocked(start, n)
		s.changed(start, n)
	}
}

package mm

import (
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
)

// NewShared makes the object behind a shared anonymous mapping. It is freed when the last mapping has gone.
func (s *Space) NewShared(size uint64) (*fs.MapObject, linux.Errno) {
	size = s.pageUp(size)
	if s.account != nil && !s.account.Charge(size) {
		return nil, linux.ENOMEM
	}
	fd, err := emu.NewShared(int64(size))
	if err != nil {
		s.account.Refund(size)
		return nil, linux.ENOMEM
	}
	return &fs.MapObject{
		FD: fd, Writable: true,
		Size: func() int64 { return int64(size) },
		Unused: func() {
			emu.CloseShared(fd)
			s.account.Refund(size)
		},
	}, 0
}

// Shared is the object behind an address and the offset in it, if memory that is shared with others is mapped there; nil
// otherwise.
func (s *Space) Shared(addr uint64) (*fs.MapObject, int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.vmas.find(addr)
	if v == nil || !v.Shared {
		return nil, 0
	}
	return v.Object, v.at(addr)
}

package mm

import (
	"bytes"
	"runtime/debug"
	"strings"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/emu"
)

// Guard arms the current goroutine: a touch of guest memory that is gone becomes a panic, not the end of muslrun. Every
// task's goroutine calls it once, and defers Caught around what touches guest memory.
func Guard() { debug.SetPanicOnFault(true) }

// Caught is deferred around code that touches Views. It turns a fault into EFAULT and lets every other panic pass.
func Caught(errno *linux.Errno) { Recovered(recover(), errno) }

// Recovered is Caught for one who has called recover himself.
func Recovered(r any, errno *linux.Errno) {
	if r == nil {
		return
	}
	if _, fault := r.(interface{ Addr() uintptr }); !fault {
		panic(r)
	}
	*errno = linux.EFAULT
}

// View is guest memory as the host sees it: as much of the n bytes at addr as the guest may access in this way, from the
// start; it is shorter than n if a page is not accessible. It stays usable until the mapping changes; then it faults.
func (s *Space) View(addr, n uint64, access emu.Access) []byte {
	want := emu.Prot(access)
	ok := s.window.Accessible(addr, n, want)
	for ok < n && s.Fault(addr+ok, access).Resolved {
		ok = s.window.Accessible(addr, n, want)
	}
	return s.window.Bytes(addr, ok)
}

// Read copies guest memory out (copy_from_user); all of it, or EFAULT.
func (s *Space) Read(addr uint64, dst []byte) (errno linux.Errno) {
	v := s.View(addr, uint64(len(dst)), emu.Read)
	if len(v) < len(dst) {
		return linux.EFAULT
	}
	defer Caught(&errno)
	copy(dst, v)
	return 0
}

// Write copies into guest memory (copy_to_user); all of it, or EFAULT with nothing written.
func (s *Space) Write(addr uint64, src []byte) (errno linux.Errno) {
	v := s.View(addr, uint64(len(src)), emu.Write)
	if len(v) < len(src) {
		return linux.EFAULT
	}
	defer Caught(&errno)
	copy(v, src)
	return 0
}

// Poke writes to mapped memory whatever its protection: for loaders and debuggers, never on a guest's behalf.
func (s *Space) Poke(addr uint64, src []byte) linux.Errno {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := uint64(len(src))
	start := addr &^ (emu.PageSize - 1)
	end := (addr + size + emu.PageSize - 1) &^ (emu.PageSize - 1)
	if s.window.Accessible(addr, size, emu.ProtMapped) < size {
		return linux.EFAULT
	}
	for _, v := range s.vmas.overlap(start, end) {
		v.owned = true
	}
	for page := start; page < end; page += emu.PageSize {
		old := s.window.Prot(page) &^ emu.ProtMapped
		if err := s.window.Protect(page, emu.PageSize, emu.ProtRead|emu.ProtWrite); err != nil {
			return linux.EFAULT
		}
		lo, hi := max(addr, page), min(addr+size, page+emu.PageSize)
		copy(s.window.Bytes(lo, hi-lo), src[lo-addr:])
		if err := s.window.Protect(page, emu.PageSize, old); err != nil {
			return linux.EFAULT
		}
	}
	return 0
}

// Peek reads mapped memory whatever its protection, as Poke writes.
func (s *Space) Peek(addr uint64, dst []byte) linux.Errno {
	if errno := s.Read(addr, dst); errno == 0 {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	const page = emu.PageSize
	size := uint64(len(dst))
	if size > page-addr%page || s.window.Accessible(addr, size, emu.ProtMapped) < size {
		return linux.EFAULT
	}
	at := addr &^ (page - 1)
	old := s.window.Prot(at) &^ emu.ProtMapped
	if s.window.Protect(at, page, old|emu.ProtRead) != nil {
		return linux.EFAULT
	}
	copy(dst, s.window.Bytes(addr, size))
	if s.window.Protect(at, page, old) != nil {
		return linux.EFAULT
	}
	return 0
}

// Private reports whether a mapping is the process's own, so that what is written to it changes no file.
func (s *Space) Private(addr uint64) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.vmas.find(addr)
	return v != nil && !v.Shared
}

// CString reads a NUL-terminated string of at most limit bytes, the NUL not counted. It answers tooLong for a longer one.
func (s *Space) CString(addr, limit uint64, tooLong linux.Errno) (str string, errno linux.Errno) {
	defer Caught(&errno)
	var b strings.Builder
	for uint64(b.Len()) <= limit {
		v := s.View(addr, emu.PageSize-addr%emu.PageSize, emu.Read)
		if len(v) == 0 {
			return "", linux.EFAULT
		}
		if i := bytes.IndexByte(v, 0); i >= 0 {
			b.Write(v[:i])
			break
		}
		b.Write(v)
		addr += uint64(len(v))
	}
	if uint64(b.Len()) > limit {
		return "", tooLong
	}
	return b.String(), 0
}

// Word reads an unsigned integer of 1, 2, 4 or 8 bytes in the guest's byte order.
func (s *Space) Word(addr uint64, size int) (v uint64, errno linux.Errno) {
	var buf [8]byte
	if errno := s.Read(addr, buf[:size]); errno != 0 {
		return 0, errno
	}
	return s.abi.Data.Order.Uint(buf[:size]), 0
}

// SetWord writes an integer of 1, 2, 4 or 8 bytes in the guest's byte order.
func (s *Space) SetWord(addr uint64, size int, v uint64) linux.Errno {
	var buf [8]byte
	s.abi.Data.Order.PutUint(buf[:size], v)
	return s.Write(addr, buf[:size])
}

// Pointer reads a guest pointer.
func (s *Space) Pointer(addr uint64) (uint64, linux.Errno) { return s.Word(addr, s.abi.Data.PtrSize) }

// Load reads a structure in the guest's layout.
func Load[C any](s *Space, codec *layout.Codec[C], addr uint64, dst *C) (errno linux.Errno) {
	v := s.View(addr, uint64(codec.Size()), emu.Read)
	if len(v) < codec.Size() {
		return linux.EFAULT
	}
	defer Caught(&errno)
	codec.Decode(v, dst)
	return 0
}

// Store writes a structure in the guest's layout.
func Store[C any](s *Space, codec *layout.Codec[C], addr uint64, src *C) (errno linux.Errno) {
	v := s.View(addr, uint64(codec.Size()), emu.Write)
	if len(v) < codec.Size() {
		return linux.EFAULT
	}
	defer Caught(&errno)
	codec.Encode(v, src)
	return 0
}

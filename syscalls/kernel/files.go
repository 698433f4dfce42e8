package kernel

import (
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Files is a table of open files (files_struct).
type Files struct {
	mu    sync.RWMutex
	slots []slot
	hint  int // no free descriptor below it
	users atomic.Int32
}

// ref adds a task that uses the table.
func (t *Files) ref() *Files {
	t.users.Add(1)
	return t
}

// unref drops one and reports whether it was the last.
func (t *Files) unref() bool { return t.users.Add(-1) == 0 }

type slot struct {
	file    *fs.File
	cloexec bool
}

// Get is the file behind a descriptor, with a reference for the caller to drop; nil if it is not open. A file that was
// opened with O_PATH is found too.
func (t *Files) Get(fd int32) *fs.File {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if s := t.slot(fd); s != nil {
		return s.file.Ref()
	}
	return nil
}

// slot is an open descriptor's place. The table is locked.
func (t *Files) slot(fd int32) *slot {
	if fd < 0 || int(fd) >= len(t.slots) || t.slots[fd].file == nil {
		return nil
	}
	return &t.slots[fd]
}

// Add gives a file the lowest free descriptor at or above from and below limit; EMFILE if there is none. The table takes
// over the caller's reference, unless it fails.
func (t *Files) Add(f *fs.File, from int32, limit uint64, cloexec bool) (int32, linux.Errno) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fd := max(int(from), t.hint)
	for fd < len(t.slots) && t.slots[fd].file != nil {
		fd++
	}
	if uint64(fd) >= limit {
		return -1, linux.EMFILE
	}
	if int(from) <= t.hint {
		t.hint = fd + 1
	}
	t.put(fd, slot{f, cloexec})
	return int32(fd), 0
}

func (t *Files) put(fd int, s slot) {
	for fd >= len(t.slots) {
		t.slots = append(t.slots, slot{})
	}
	t.slots[fd] = s
}

// Set puts a file at a descriptor and returns the one that was there, whose reference is the caller's now (dup2).
func (t *Files) Set(fd int32, f *fs.File, cloexec bool) *fs.File {
	t.mu.Lock()
	defer t.mu.Unlock()
	var old *fs.File
	if s := t.slot(fd); s != nil {
		old = s.file
	}
	t.put(int(fd), slot{f, cloexec})
	return old
}

// Remove closes a descriptor and returns its file, whose reference is the caller's now; nil if it is not open.
func (t *Files) Remove(fd int32) *fs.File {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.slot(fd)
	if s == nil {
		return nil
	}
	f := s.file
	*s = slot{}
	t.hint = min(t.hint, int(fd))
	return f
}

// Cloexec reports FD_CLOEXEC of a descriptor, and whether it is open.
func (t *Files) Cloexec(fd int32) (cloexec, open bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	s := t.slot(fd)
	return s != nil && s.cloexec, s != nil
}

// SetCloexec changes FD_CLOEXEC and reports whether the descriptor is open.
func (t *Files) SetCloexec(fd int32, cloexec bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.slot(fd)
	if s != nil {
		s.cloexec = cloexec
	}
	return s != nil
}

// List is the open descriptors in ascending order.
func (t *Files) List() []int32 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var fds []int32
	for fd := range t.slots {
		if t.slots[fd].file != nil {
			fds = append(fds, int32(fd))
		}
	}
	return fds
}

// Capacity is how many descriptors the table has room for, in steps of 64 (FDSize of proc(5)).
func (t *Files) Capacity() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return (max(len(t.slots), 1) + 63) &^ 63
}

// Clone is a table with the same open files (fork).
func (t *Files) Clone() *Files {
	t.mu.RLock()
	defer t.mu.RUnlock()
	c := &Files{slots: append([]slot(nil), t.slots...), hint: t.hint}
	for i := range c.slots {
		if c.slots[i].file != nil {
			c.slots[i].file.Ref()
		}
	}
	return c
}

// take removes the descriptors that match and returns their files.
func (t *Files) take(match func(fd int, s slot) bool) []*fs.File {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []*fs.File
	for fd := range t.slots {
		if s := &t.slots[fd]; s.file != nil && match(fd, *s) {
			out = append(out, s.file)
			*s = slot{}
			t.hint = min(t.hint, fd)
		}
	}
	return out
}

// TakeRange removes the descriptors first to last (close_range) and returns their files for the caller to close.
func (t *Files) TakeRange(first, last uint32) []*fs.File {
	return t.take(func(fd int, _ slot) bool { return uint32(fd) >= first && uint32(fd) <= last })
}

// CloexecRange sets FD_CLOEXEC on the descriptors first to last.
func (t *Files) CloexecRange(first, last uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for fd := range t.slots {
		if uint32(fd) >= first && uint32(fd) <= last {
			t.slots[fd].cloexec = t.slots[fd].file != nil
		}
	}
}

// takeCloexec removes what execve closes.
func (t *Files) takeCloexec() []*fs.File {
	return t.take(func(_ int, s slot) bool { return s.cloexec })
}

// takeAll empties the table.
func (t *Files) takeAll() []*fs.File { return t.take(func(int, slot) bool { return true }) }

// UnshareFiles gives the task a table of its own (unshare(2), CLONE_FILES).
func (t *Task) UnshareFiles() {
	if t.Files.users.Load() == 1 {
		return
	}
	shared := t.Files
	t.Files = shared.Clone().ref()
	if shared.unref() { // the others have ended meanwhile
		for _, f := range shared.takeAll() {
			t.CloseFile(f)
		}
	}
}

package memfs

import (
	"math"
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// file is a regular file.
type file struct {
	node
	data   sync.RWMutex // guards the contents: exclusive to who changes them
	size   atomic.Int64 // changes with data held
	pages  []*page      // of a small file; nil is a hole, reserved was never written
	memfd  *memfd       // of another one
	seals  atomic.Uint32
	memory bool // made by memfd_create(2): it may be sealed
}

// page is a piece of contents.
type page [pageSize]byte

// reserved stands for a page that fallocate(2) has set aside: it counts, but is still a hole to lseek(2).
var reserved = new(page)

// maxPages is how many pages a file may have before it moves to a memfd.
const maxPages = 1024

// Stat implements fs.Inode.
func (f *file) Stat() (linux.Stat, linux.Errno) {
	st := f.stat()
	st.Size = f.size.Load()
	st.Blocks = f.allocated() / 512
	return st, 0
}

// allocated is the storage in use, in bytes.
func (f *file) allocated() int64 {
	f.data.RLock()
	defer f.data.RUnlock()
	if f.memfd != nil {
		return f.memfd.allocated()
	}
	n := int64(0)
	for _, p := range f.pages {
		if p != nil {
			n += pageSize
		}
	}
	return n
}

// Drop implements fs.Held.
func (f *file) Drop() { drop(f, 1) }

func (f *file) free() {
	f.data.Lock()
	defer f.data.Unlock()
	if f.memfd != nil {
		f.retire()
	}
	f.discard(0, int64(len(f.pages)))
	f.pages = nil
}

// Open implements fs.Inode.
func (f *file) Open(_ *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	if f.stale() {
		return nil, linux.ESTALE
	}
	return &open{file: f, noatime: flags&linux.O_NOATIME != 0}, 0
}

// SetAttr implements fs.Inode.
func (f *file) SetAttr(c *fs.Caller, set *fs.SetAttr) linux.Errno {
	if set.Mask&fs.AttrMode != 0 && f.seals.Load()&linux.F_SEAL_EXEC != 0 && (f.stat().Mode^set.Mode)&0o111 != 0 {
		return linux.EPERM
	}
	if set.Mask&fs.AttrSize != 0 {
		if errno := f.truncate(set.Size); errno != 0 {
			return errno
		}
	}
	return f.node.SetAttr(c, set)
}

// truncate sets the size.
func (f *file) truncate(size int64) linux.Errno {
	f.data.Lock()
	defer f.data.Unlock()
	old := f.size.Load()
	seals := f.seals.Load()
	switch {
	case size < old && seals&linux.F_SEAL_SHRINK != 0, size > old && seals&linux.F_SEAL_GROW != 0:
		return linux.EPERM
	case f.memfd == nil && size > maxPages*pageSize:
		if errno := f.promote(); errno != 0 {
			return errno
		}
	}
	if f.memfd != nil {
		return f.resize(size)
	}
	f.size.Store(size)
	if size <= old { // pages that fallocate(2) has put past the end go too
		f.shrink(size)
	}
	return 0
}

// shrink drops the pages past size, and clears the rest of the last one.
func (f *file) shrink(size int64) {
	keep := pagesFor(size)
	f.discard(keep, int64(len(f.pages)))
	if keep < int64(len(f.pages)) {
		clear(f.pages[keep:])
		f.pages = f.pages[:keep]
	}
	if tail := size % pageSize; tail > 0 && keep <= int64(len(f.pages)) {
		f.pages[keep-1].wipe(tail, pageSize)
	}
}

func pagesFor(size int64) int64 { return (size + pageSize - 1) / pageSize }

// discard makes a hole of the pages from i up to j.
func (f *file) discard(i, j int64) {
	for j = min(j, int64(len(f.pages))); i < j; i++ {
		if f.pages[i] != nil {
			f.pages[i] = nil
			f.fs.charge(-pageSize)
		}
	}
}

// wipe clears a part of a page.
func (p *page) wipe(from, to int64) {
	if p != nil && p != reserved {
		clear(p[from:to])
	}
}

// page gives page i, and makes it if it is a hole; nil if the file system is full.
func (f *file) page(i int64) *page {
	f.reach(i)
	switch {
	case f.pages[i] == reserved:
		f.pages[i] = new(page)
	case f.pages[i] == nil && f.fs.charge(pageSize):
		f.pages[i] = new(page)
	}
	return f.pages[i]
}

// reach makes the list of pages long enough for page i.
func (f *file) reach(i int64) {
	for int64(len(f.pages)) <= i {
		f.pages = append(f.pages, nil)
	}
}

// read copies contents out. It runs with data held shared.
func (f *file) read(dst [][]byte, off int64) (int, linux.Errno) {
	left := f.size.Load() - off
	done := 0
	for _, b := range dst {
		if left <= 0 {
			break
		}
		b = b[:min(int64(len(b)), left)]
		n, errno := f.readInto(b, off)
		done += n
		if errno != 0 && done == 0 {
			return 0, errno
		}
		if n < len(b) {
			break
		}
		off += int64(n)
		left -= int64(n)
	}
	return done, 0
}

func (f *file) readInto(b []byte, off int64) (int, linux.Errno) {
	if f.memfd != nil {
		return f.memfd.read(b, off)
	}
	for done := 0; done < len(b); {
		i, at := (off+int64(done))/pageSize, (off+int64(done))%pageSize
		chunk := b[done:min(len(b), done+int(pageSize-at))]
		if i < int64(len(f.pages)) && f.pages[i] != nil {
			copy(chunk, f.pages[i][at:])
		} else {
			clear(chunk)
		}
		done += len(chunk)
	}
	return len(b), 0
}

// write copies contents in. It runs with data held.
func (f *file) write(src [][]byte, off int64) (int, linux.Errno) {
	size := int64(fs.Size(src))
	if off > math.MaxInt64-size {
		return 0, linux.EFBIG
	}
	room, errno := f.writable(off, size)
	if errno != 0 {
		return 0, errno
	}
	if f.memfd == nil && off+size > maxPages*pageSize {
		if errno := f.promote(); errno != 0 {
			return 0, errno
		}
	}
	done := 0
	for _, b := range src {
		n, errno := f.writeFrom(b[:min(int64(len(b)), room-int64(done))], off+int64(done))
		done += n
		if errno != 0 && done == 0 {
			return 0, errno
		}
		if n < len(b) {
			break
		}
	}
	return done, 0
}

// writable is how much of a write of size bytes at off the seals let pass. Linux writes page by page (shmem_write_begin),
// so of a write that would grow a file sealed against it the pages that lie within are written.
func (f *file) writable(off, size int64) (int64, linux.Errno) {
	seals, end := f.seals.Load(), f.size.Load()
	switch {
	case size == 0:
		return 0, 0
	case seals&(linux.F_SEAL_WRITE|linux.F_SEAL_FUTURE_WRITE) != 0:
		return 0, linux.EPERM
	case seals&linux.F_SEAL_GROW == 0 || off+size <= end:
		return size, 0
	}
	room := end&^(pageSize-1) - off
	if room <= 0 {
		return 0, linux.EPERM
	}
	return room, 0
}

func (f *file) writeFrom(b []byte, off int64) (int, linux.Errno) {
	if f.memfd != nil {
		return f.writeMemfd(b, off)
	}
	done := 0
	for done < len(b) {
		i, at := (off+int64(done))/pageSize, (off+int64(done))%pageSize
		p := f.page(i)
		if p == nil {
			return done, linux.ENOSPC
		}
		n := copy(p[at:], b[done:])
		done += n
		f.grow(off + int64(done))
	}
	return done, 0
}

// grow makes the size at least that.
func (f *file) grow(size int64) {
	if size > f.size.Load() {
		f.size.Store(size)
	}
}

package procfs

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// memFile is /proc/PID/mem: offsets are addresses.
type memFile struct {
	fs.UnsupportedFile
	n node
}

func openMem(n node) fs.FileOps { return &memFile{n: n} }

// Seekable implements fs.FileOps.
func (*memFile) Seekable() bool { return true }

// Seek implements fs.Seeker: there is no end.
func (*memFile) Seek(_ *fs.Caller, cur, off int64, whence int) (int64, linux.Errno) {
	if whence != linux.SEEK_SET && whence != linux.SEEK_CUR {
		return 0, linux.EINVAL
	}
	return fs.SeekOffset(cur, 0, off, whence)
}

// ReadAt implements fs.FileOps: EIO where nothing is mapped. A process that has ended has no memory, and no error either.
func (f *memFile) ReadAt(_ *fs.Caller, dst [][]byte, off int64) (int, linux.Errno) {
	return eachPage(dst, off, f.n.task.ReadMemory)
}

// WriteAt implements fs.FileOps.
func (f *memFile) WriteAt(_ *fs.Caller, src [][]byte, off int64) (int, linux.Errno) {
	return eachPage(src, off, f.n.task.WriteMemory)
}

// eachPage copies in pieces that cross no page, up to the first that cannot be.
func eachPage(buffers [][]byte, off int64, copy func(addr uint64, piece []byte) (bool, linux.Errno)) (done int, errno linux.Errno) {
	const page = 4096
	addr := uint64(off)
	for _, b := range buffers {
		for len(b) > 0 {
			n := min(uint64(len(b)), page-addr%page)
			there, errno := copy(addr, b[:n])
			switch {
			case !there:
				return done, 0
			case errno != 0 && done > 0:
				return done, 0
			case errno != 0:
				return 0, linux.EIO
			}
			done, addr, b = done+int(n), addr+n, b[n:]
		}
	}
	return done, 0
}

// Bits of an entry of pagemap (Documentation/admin-guide/mm/pagemap.rst). Frame numbers are not told.
const (
	pagePresent = 1 << 63
	pageFile    = 1 << 61 // of a file, or shared
)

// pagemapFile is /proc/PID/pagemap: 64 bits for each page.
type pagemapFile struct {
	fs.UnsupportedFile
	n node
}

func openPagemap(n node) fs.FileOps { return &pagemapFile{n: n} }

// Seekable implements fs.FileOps.
func (*pagemapFile) Seekable() bool { return true }

// Seek implements fs.Seeker, as of mem.
func (*pagemapFile) Seek(c *fs.Caller, cur, off int64, whence int) (int64, linux.Errno) {
	return (*memFile)(nil).Seek(c, cur, off, whence)
}

// ReadAt implements fs.FileOps: whole entries only, and none past the address space.
func (f *pagemapFile) ReadAt(_ *fs.Caller, dst [][]byte, off int64) (int, linux.Errno) {
	const entry, most = 8, 1 << 20
	want := fs.Size(dst)
	if off%entry != 0 || want%entry != 0 {
		return 0, linux.EINVAL
	}
	m := f.n.task.Memory()
	if m == nil {
		return 0, 0
	}
	first, last := uint64(off)/entry, m.Top/m.PageSize
	if first >= last {
		return 0, 0
	}
	text := make([]byte, entry*min(uint64(min(want, most)/entry), last-first))
	for _, v := range f.n.task.Mappings() {
		v.pages(text, first, m)
	}
	return fs.CopyOut(dst, text), 0
}

// pages sets the entries of a mapping's pages among those from first on.
func (m *Mapping) pages(entries []byte, first uint64, memory *Memory) {
	if !m.Read && !m.Write && !m.Execute {
		return
	}
	bits := uint64(pagePresent)
	if m.Share || m.Ino != 0 {
		bits |= pageFile
	}
	size := memory.PageSize
	end := min(m.End/size, first+uint64(len(entries)/8))
	for page := max(m.Start/size, first); page < end; page++ {
		memory.Order.PutUint(entries[(page-first)*8:][:8], bits)
	}
}

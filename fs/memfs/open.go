package memfs

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// open is an open regular file.
type open struct {
	file    *file
	noatime bool
}

// Seekable implements fs.FileOps.
func (*open) Seekable() bool { return true }

// Poll implements fs.FileOps: contents are always there.
func (*open) Poll() fs.Events { return fs.EventIn | fs.EventOut }

// Queue implements fs.FileOps.
func (*open) Queue() *fs.Queue { return nil }

// Release implements fs.FileOps; the VFS tells the inode (fs.Held).
func (*open) Release(*fs.Caller) {}

// ReadAt implements fs.FileOps.
func (o *open) ReadAt(c *fs.Caller, dst [][]byte, off int64) (int, linux.Errno) {
	if !o.noatime {
		o.file.accessed(c)
	}
	o.file.data.RLock()
	defer o.file.data.RUnlock()
	return o.file.read(dst, off)
}

// WriteAt implements fs.FileOps.
func (o *open) WriteAt(c *fs.Caller, src [][]byte, off int64) (int, linux.Errno) {
	o.file.data.Lock()
	defer o.file.data.Unlock()
	return o.write(c, src, off)
}

// Append implements fs.Appender.
func (o *open) Append(c *fs.Caller, src [][]byte) (n int, end int64, errno linux.Errno) {
	o.file.data.Lock()
	defer o.file.data.Unlock()
	off := o.file.size.Load()
	n, errno = o.write(c, src, off)
	return n, off + int64(n), errno
}

func (o *open) write(c *fs.Caller, src [][]byte, off int64) (int, linux.Errno) {
	n, errno := o.file.write(src, off)
	if n > 0 {
		o.file.changed(c)
	}
	return n, errno
}

// Sync implements fs.Syncer: memory is as durable as it gets.
func (*open) Sync(*fs.Caller, bool) linux.Errno { return 0 }

// Map implements fs.Mapper: the contents move to a memfd, where the host can map them.
func (o *open) Map() (*fs.MapObject, linux.Errno) {
	o.file.data.Lock()
	defer o.file.data.Unlock()
	if o.file.memfd == nil {
		if errno := o.file.promote(); errno != 0 {
			return nil, errno
		}
	}
	return o.file.memfd.object, 0
}

// Seek implements fs.Seeker.
func (o *open) Seek(_ *fs.Caller, cur, off int64, whence int) (int64, linux.Errno) {
	f := o.file
	f.data.RLock()
	defer f.data.RUnlock()
	size := f.size.Load()
	if whence != linux.SEEK_DATA && whence != linux.SEEK_HOLE || off < 0 || off >= size {
		return fs.SeekOffset(cur, size, off, whence)
	}
	if f.memfd != nil {
		return f.memfd.seek(off, whence)
	}
	return f.seekPages(off, whence == linux.SEEK_DATA)
}

// seekPages finds the next data or hole from off on, which is below the size. The end of the file is a hole.
func (f *file) seekPages(off int64, data bool) (int64, linux.Errno) {
	size := f.size.Load()
	for i := off / pageSize; i < pagesFor(size); i++ {
		there := i < int64(len(f.pages)) && f.pages[i] != nil && f.pages[i] != reserved
		if there == data {
			return max(off, i*pageSize), 0
		}
	}
	if data {
		return 0, linux.ENXIO
	}
	return size, 0
}

// Allocate implements fs.Allocator: plain, KEEP_SIZE and PUNCH_HOLE as tmpfs, and ZERO_RANGE besides.
func (o *open) Allocate(c *fs.Caller, mode uint32, off, length int64) linux.Errno {
	f := o.file
	f.data.Lock()
	defer f.data.Unlock()
	errno := f.allocate(mode, off, length)
	if errno == 0 {
		f.changed(c)
	}
	return errno
}

func (f *file) allocate(mode uint32, off, length int64) linux.Errno {
	end := off + length
	keep := mode&linux.FALLOC_FL_KEEP_SIZE != 0
	if mode&^(linux.FALLOC_FL_KEEP_SIZE|linux.FALLOC_FL_PUNCH_HOLE|linux.FALLOC_FL_ZERO_RANGE) != 0 {
		return linux.EOPNOTSUPP
	}
	if mode&linux.FALLOC_FL_PUNCH_HOLE != 0 {
		if f.seals.Load()&(linux.F_SEAL_WRITE|linux.F_SEAL_FUTURE_WRITE) != 0 {
			return linux.EPERM
		}
		return f.punch(off, end)
	}
	if !keep && end > f.size.Load() && f.seals.Load()&linux.F_SEAL_GROW != 0 {
		return linux.EPERM
	}
	if f.memfd == nil && end > maxPages*pageSize {
		if errno := f.promote(); errno != 0 {
			return errno
		}
	}
	if mode&linux.FALLOC_FL_ZERO_RANGE != 0 {
		if errno := f.punch(off, end); errno != 0 {
			return errno
		}
	}
	return f.reserve(off, end, keep)
}

// reserve makes pages of the holes between off and end, or none if the file system has no room for all.
func (f *file) reserve(off, end int64, keep bool) linux.Errno {
	if f.memfd != nil {
		return f.reserveMemfd(off, end, keep)
	}
	f.reach(pagesFor(end) - 1)
	run := f.pages[off/pageSize : pagesFor(end)]
	missing := int64(0)
	for _, p := range run {
		if p == nil {
			missing++
		}
	}
	if !f.fs.charge(missing * pageSize) {
		return linux.ENOSPC
	}
	for i, p := range run {
		switch p {
		case nil:
			run[i] = reserved
		case reserved:
			run[i] = new(page) // asked for twice, tmpfs takes it for data
		}
	}
	if !keep {
		f.grow(end)
	}
	return 0
}

// punch makes a hole: whole pages go, the edges are cleared.
func (f *file) punch(off, end int64) linux.Errno {
	if f.memfd != nil {
		return f.punchMemfd(off, end)
	}
	end = min(end, int64(len(f.pages))*pageSize)
	for i := off / pageSize; i < pagesFor(end); i++ {
		from, to := max(off-i*pageSize, 0), min(end-i*pageSize, pageSize)
		if from == 0 && to == pageSize {
			f.discard(i, i+1)
		} else {
			f.pages[i].wipe(from, to)
		}
	}
	return 0
}

// Seals implements fs.Sealer. Files that memfd_create(2) did not make cannot be sealed, which is a seal.
func (o *open) Seals() uint32 { return o.file.seals.Load() | o.sealed() }

func (o *open) sealed() uint32 {
	if o.file.memory {
		return 0
	}
	return linux.F_SEAL_SEAL
}

// AddSeals implements fs.Sealer. F_SEAL_EXEC on what can be run seals its bytes too: nothing is writable and executable.
func (o *open) AddSeals(seals uint32) linux.Errno {
	f := o.file
	f.data.Lock()
	defer f.data.Unlock()
	if o.Seals()&linux.F_SEAL_SEAL != 0 {
		return linux.EPERM
	}
	if seals&linux.F_SEAL_EXEC != 0 && f.stat().Mode&0o111 != 0 {
		seals |= linux.F_SEAL_SHRINK | linux.F_SEAL_GROW | linux.F_SEAL_WRITE | linux.F_SEAL_FUTURE_WRITE
	}
	if f.memfd == nil {
		f.seals.Or(seals)
		return 0
	}
	object := f.memfd.object
	object.Sealing.Lock()
	defer object.Sealing.Unlock()
	if seals&linux.F_SEAL_WRITE != 0 && f.seals.Load()&linux.F_SEAL_WRITE == 0 && object.MappedWritable() {
		return linux.EBUSY
	}
	f.seals.Or(seals)
	return 0
}

package memfs

import (
	"errors"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// memfd holds the contents of a large or mapped file.
type memfd struct {
	fd      int
	object  *fs.MapObject
	cleanup runtime.Cleanup
	charged int64 // bytes counted in FS.bytes
}

// memfds are the files whose contents are in memfds, oldest first. Host descriptors are scarce: beyond maxMemfds,
// small files that nobody has open go back to pages.
type memfds struct {
	mu   sync.Mutex
	list []*file
}

const maxMemfds = 2048

// promote moves the contents to a memfd, with data held.
func (f *file) promote() linux.Errno {
	f.fs.mapped.makeRoom()
	fd, err := unix.MemfdCreate("muslrun", unix.MFD_CLOEXEC)
	if err != nil {
		return linux.ENOSPC
	}
	if err := f.copyTo(fd); err != nil {
		_ = unix.Close(fd)
		return linux.ENOSPC
	}
	f.discard(0, int64(len(f.pages)))
	f.pages = nil
	f.memfd = &memfd{fd: fd, object: &fs.MapObject{FD: fd, Size: f.size.Load, Writable: true}}
	f.memfd.cleanup = runtime.AddCleanup(f.memfd.object, func(fd int) { _ = unix.Close(fd) }, fd)
	f.settle()
	f.fs.mapped.add(f)
	return 0
}

func (f *file) copyTo(fd int) error {
	if err := unix.Ftruncate(fd, f.size.Load()); err != nil {
		return err
	}
	for i, p := range f.pages {
		if err := f.copyPage(fd, int64(i)*pageSize, p); err != nil {
			return err
		}
	}
	return nil
}

// copyPage writes the page at off to fd, up to the end of the file; holes and pages in reserve stay so.
func (f *file) copyPage(fd int, off int64, p *page) (err error) {
	left := min(f.size.Load()-off, pageSize)
	switch {
	case p == nil:
	case p == reserved || left <= 0:
		err = unix.Fallocate(fd, unix.FALLOC_FL_KEEP_SIZE, off, pageSize)
	default:
		_, err = unix.Pwrite(fd, p[:left], off)
	}
	return err
}

// demote moves the contents back to pages if the file is small and nobody has it open or mapped. It does not wait
// for data, as its caller holds that of another file.
func (f *file) demote() bool {
	if !f.data.TryLock() {
		return false
	}
	defer f.data.Unlock()
	size := f.size.Load()
	if f.memfd == nil || f.inUse() || size > maxPages*pageSize {
		return false
	}
	pages := make([]*page, pagesFor(size))
	for i := range pages {
		if f.memfd.hole(int64(i)) {
			continue
		}
		pages[i] = new(page)
		if _, err := unix.Pread(f.memfd.fd, pages[i][:], int64(i)*pageSize); err != nil {
			return false
		}
	}
	f.retire()
	f.pages = pages
	for _, p := range pages {
		if p != nil {
			f.fs.bytes.Add(pageSize)
		}
	}
	return true
}

func (f *file) inUse() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.holds > 0
}

// retire gives the memfd up, with data held. Who has it mapped keeps it until the mapping goes.
func (f *file) retire() {
	m := f.memfd
	f.memfd = nil
	f.fs.charge(-m.charged)
	f.fs.mapped.remove(f)
	m.object.Retire(sync.OnceFunc(func() {
		m.cleanup.Stop()
		_ = unix.Close(m.fd)
	}))
}

func (l *memfds) add(f *file) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, f)
}

func (l *memfds) remove(f *file) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = slices.DeleteFunc(l.list, func(o *file) bool { return o == f })
}

// makeRoom demotes one file if there are many.
func (l *memfds) makeRoom() {
	l.mu.Lock()
	var old []*file
	if len(l.list) >= maxMemfds {
		old = slices.Clone(l.list)
	}
	l.mu.Unlock()
	for _, f := range old {
		if f.demote() {
			return
		}
	}
}

// errnoOf gives the guest's error number of a failed host call.
func errnoOf(err error) linux.Errno {
	var e unix.Errno
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e) && e != unix.EMFILE:
		return linux.Errno(e)
	}
	return linux.EIO
}

// settle counts what the host has allocated meanwhile: pages come by writes and by shared mappings.
func (f *file) settle() {
	now := f.memfd.allocated()
	f.fs.bytes.Add(now - f.memfd.charged)
	f.memfd.charged = now
}

func (m *memfd) allocated() int64 {
	var st unix.Stat_t
	if unix.Fstat(m.fd, &st) != nil {
		return 0
	}
	return st.Blocks * 512
}

func (m *memfd) read(b []byte, off int64) (int, linux.Errno) {
	n, err := unix.Pread(m.fd, b, off)
	return max(n, 0), errnoOf(err)
}

func (m *memfd) seek(off int64, whence int) (int64, linux.Errno) {
	at, err := unix.Seek(m.fd, off, whence)
	return at, errnoOf(err)
}

// hole reports whether page i is one.
func (m *memfd) hole(i int64) bool {
	at, err := unix.Seek(m.fd, i*pageSize, unix.SEEK_DATA)
	return err != nil || at >= (i+1)*pageSize
}

// affordable is how many of the n bytes from off on the file system has room for.
func (f *file) affordable(off, n int64) int64 {
	limit := f.fs.opts.MaxBytes
	free := limit - f.fs.bytes.Load()
	first, end := off/pageSize, pagesFor(off+n)
	if limit == 0 || free >= (end-first)*pageSize {
		return n
	}
	for i := first; i < end; i++ {
		if !f.memfd.hole(i) {
			continue
		}
		if free -= pageSize; free < 0 {
			return max(0, i*pageSize-off)
		}
	}
	return n
}

func (f *file) writeMemfd(b []byte, off int64) (int, linux.Errno) {
	room := f.affordable(off, int64(len(b)))
	if room == 0 && len(b) > 0 {
		return 0, linux.ENOSPC
	}
	done := 0
	for done < int(room) {
		n, err := unix.Pwrite(f.memfd.fd, b[done:room], off+int64(done))
		if n <= 0 {
			f.wrote(off, done)
			return done, errnoOf(err)
		}
		done += n
	}
	f.wrote(off, done)
	return done, 0
}

// wrote settles the size and the storage after a write.
func (f *file) wrote(off int64, n int) {
	f.settle()
	if end := off + int64(n); n > 0 && end > f.size.Load() {
		f.size.Store(end)
		f.memfd.object.Resized(end)
	}
}

// resize sets the size. Who maps the file is told before it shrinks and after it has grown.
func (f *file) resize(size int64) linux.Errno {
	old := f.size.Load()
	if size < old {
		f.size.Store(size)
		f.memfd.object.Resized(size)
	}
	if err := unix.Ftruncate(f.memfd.fd, size); err != nil {
		f.size.Store(old)
		return errnoOf(err)
	}
	if size > old {
		f.size.Store(size)
		f.memfd.object.Resized(size)
	}
	f.settle()
	return 0
}

func (f *file) reserveMemfd(off, end int64, keep bool) linux.Errno {
	if f.affordable(off, end-off) < end-off {
		return linux.ENOSPC
	}
	if end-off > maxReserve {
		return linux.ENOSPC
	}
	if err := unix.Fallocate(f.memfd.fd, unix.FALLOC_FL_KEEP_SIZE, off, end-off); err != nil {
		return errnoOf(err)
	}
	f.settle()
	if !keep && end > f.size.Load() {
		return f.resize(end)
	}
	return 0
}

// maxReserve bounds one fallocate in a file system without limits: it takes the host's memory at once.
const maxReserve = 1 << 32

func (f *file) punchMemfd(off, end int64) linux.Errno {
	err := unix.Fallocate(f.memfd.fd, unix.FALLOC_FL_KEEP_SIZE|unix.FALLOC_FL_PUNCH_HOLE, off, end-off)
	f.settle()
	return errnoOf(err)
}

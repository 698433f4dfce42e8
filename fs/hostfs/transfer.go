package hostfs

import (
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// direction is how bytes travel between buffers and a host file.
type direction struct {
	one  func(fd int, b []byte, off int64) (int, error)
	many func(fd int, b [][]byte, off int64) (int, error)
	// through moves one chunk by way of a buffer of ours.
	through func(fd int, guest, ours []byte, off int64) (int, error)
}

var (
	readTo = direction{unix.Pread, unix.Preadv, func(fd int, guest, ours []byte, off int64) (int, error) {
		n, err := retry(func() (int, error) { return unix.Pread(fd, ours, off) })
		copy(guest, ours[:max(n, 0)])
		return n, err
	}}
	writeFrom = direction{unix.Pwrite, unix.Pwritev, func(fd int, guest, ours []byte, off int64) (int, error) {
		copy(ours, guest)
		return retry(func() (int, error) { return unix.Pwrite(fd, ours, off) })
	}}
)

// transfer moves bytes between buffers and a host file at an offset. It hands the buffers to the host's kernel; if that stops
// at one of their pages (the page may be one that muslrun's own fault handler would provide), the rest goes by way of a
// buffer of ours, and a page that is really bad faults in our copy, as fs.FileOps wants it.
func transfer(bufs [][]byte, off int64, d *direction, fd int) (int, linux.Errno) {
	total := fs.Size(bufs)
	if total == 0 {
		return 0, 0
	}
	n, err := direct(bufs, off, d, fd)
	n = max(n, 0)
	switch {
	case err != nil && err != unix.EFAULT:
		return n, errnoOf(err)
	case err == nil && (n == total || !stoppedAtPage(bufs, n)):
		return n, 0
	}
	return bounce(bufs, n, off, d, fd)
}

func direct(bufs [][]byte, off int64, d *direction, fd int) (n int, err error) {
	for {
		if len(bufs) == 1 {
			n, err = d.one(fd, bufs[0], off)
		} else {
			n, err = d.many(fd, bufs, off)
		}
		if err != unix.EINTR {
			return n, err
		}
	}
}

// stoppedAtPage reports whether byte n of the buffers begins a host page: only there can a bad page have cut a transfer.
func stoppedAtPage(bufs [][]byte, n int) bool {
	for _, b := range bufs {
		if n < len(b) {
			return uintptr(unsafe.Pointer(&b[n]))%4096 == 0 || n == 0
		}
		n -= len(b)
	}
	return false
}

const chunk = 64 << 10

var chunks = sync.Pool{New: func() any { return new([chunk]byte) }}

// bounce transfers what comes after the first done bytes. It ends early where the file does.
func bounce(bufs [][]byte, done int, off int64, d *direction, fd int) (int, linux.Errno) {
	buf := chunks.Get().(*[chunk]byte)
	defer chunks.Put(buf)
	skip := done
	for _, b := range bufs {
		if skip >= len(b) {
			skip -= len(b)
			continue
		}
		b, skip = b[skip:], 0
		for len(b) > 0 {
			size := min(len(b), chunk)
			n, err := d.through(fd, b[:size], buf[:size], off+int64(done))
			if err != nil && done == 0 {
				return 0, errnoOf(err)
			}
			if err != nil || n <= 0 {
				return done, 0
			}
			done += n
			b = b[n:]
		}
	}
	return done, 0
}

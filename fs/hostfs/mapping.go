package hostfs

import (
	"runtime"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// mapObject gives the one MapObject of a regular file. Its descriptor is open for reading and writing if the host allows
// that at the first mapping, and is closed when neither the node nor a mapping refers to it.
func (n *node) mapObject() (*fs.MapObject, linux.Errno) {
	if o := n.mapped(); o != nil {
		return o, 0
	}
	fd, writable, errno := n.openToMap()
	if errno != 0 {
		return nil, errno
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.object != nil {
		_ = unix.Close(fd)
		return n.object, 0
	}
	// Size keeps the node alive as long as something maps the file, so that truncations find the object.
	n.object = &fs.MapObject{FD: fd, Writable: writable, Size: func() int64 { return n.sizeOf(fd) }}
	runtime.AddCleanup(n.object, func(fd int) { _ = unix.Close(fd) }, fd)
	return n.object, 0
}

// mapped is the MapObject if there is one already.
func (n *node) mapped() *fs.MapObject {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.object
}

func (n *node) openToMap() (fd int, writable bool, errno linux.Errno) {
	errno = n.use(func(path int) (err error) {
		if !n.sb.opts.ReadOnly {
			if fd, err = n.sb.reopen(path, unix.O_RDWR); err == nil {
				writable = true
				return nil
			}
		}
		fd, err = n.sb.reopen(path, unix.O_RDONLY)
		return err
	})
	return fd, writable, errno
}

// sizeOf is the file's size now, or the one that a truncation is about to leave: no page past it may be mapped. 0 if the
// host cannot tell.
func (n *node) sizeOf(fd int) int64 {
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil {
		return 0
	}
	if to := n.shrinkTo.Load(); to > 0 {
		return min(st.Size, to-1)
	}
	return st.Size
}

// resize runs a host call that sets the size, and tells those who map the file: before it shrinks, after it has grown. The
// caller holds n.sizing.
func (n *node) resize(size int64, call func() linux.Errno) linux.Errno {
	o := n.mapped()
	if o == nil {
		return call()
	}
	before := o.Size()
	if size >= before {
		errno := call()
		if errno == 0 && size > before {
			o.Resized(size)
		}
		return errno
	}
	n.shrinkTo.Store(size + 1)
	defer n.shrinkTo.Store(0)
	o.Resized(size)
	return call() // if it fails, the pages come back by faults: Size is the old one then
}

// grown tells those who map the file that a write may have made it longer.
func (n *node) grown(end int64) {
	if o := n.mapped(); o != nil {
		o.Resized(max(end, o.Size()))
	}
}

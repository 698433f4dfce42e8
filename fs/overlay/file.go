package overlay

import (
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// file is an open file description of a regular file. One that reads from the lower layer goes over to the copy when there
// is one, so that it sees what others write.
type file struct {
	fs.UnsupportedFile // regular files are always ready
	node               *node
	flags              uint32

	now atomic.Pointer[fs.FileOps] // of the layer that is used now

	mu    sync.Mutex
	below fs.FileOps // of the lower layer, while or after it was used
	moved bool       // now belongs to the copy
}

func (n *node) openFile(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	if flags&linux.O_ACCMODE != linux.O_RDONLY {
		if _, errno := n.copyUp(c, wholeFile); errno != 0 {
			return nil, errno
		}
	}
	f := &file{node: n, flags: flags}
	layer := n.copied()
	f.moved = layer != nil
	if !f.moved {
		layer = n.lower
	}
	ops, errno := layer.Open(c, flags)
	if errno != 0 {
		return nil, errno
	}
	if !f.moved {
		f.below = ops
	}
	f.now.Store(&ops)
	return f, 0
}

// ops gives the operations of the layer that has the file now.
func (f *file) ops(c *fs.Caller) (fs.FileOps, linux.Errno) {
	if f.below == nil || f.node.upper.Load() == nil {
		return *f.now.Load(), 0
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.moved {
		return *f.now.Load(), 0
	}
	ops, errno := f.node.copied().Open(inner(c), f.flags)
	if errno != 0 {
		return nil, errno
	}
	f.moved = true
	f.now.Store(&ops)
	return ops, 0
}

// ReadAt reads from the layer that has the file now.
func (f *file) ReadAt(c *fs.Caller, dst [][]byte, off int64) (int, linux.Errno) {
	ops, errno := f.ops(c)
	if errno != 0 {
		return 0, errno
	}
	return ops.ReadAt(c, dst, off)
}

// WriteAt writes to the copy.
func (f *file) WriteAt(c *fs.Caller, src [][]byte, off int64) (int, linux.Errno) {
	ops, errno := f.ops(c)
	if errno != 0 {
		return 0, errno
	}
	return ops.WriteAt(c, src, off)
}

// Append writes at the end of the copy.
func (f *file) Append(c *fs.Caller, src [][]byte) (n int, end int64, errno linux.Errno) {
	ops, errno := f.ops(c)
	if errno != 0 {
		return 0, 0, errno
	}
	if a, ok := ops.(fs.Appender); ok {
		return a.Append(c, src)
	}
	st, errno := f.node.Stat()
	if errno != 0 {
		return 0, 0, errno
	}
	n, errno = ops.WriteAt(c, src, st.Size)
	return n, st.Size + int64(n), errno
}

// Seekable is true: it is a regular file.
func (f *file) Seekable() bool { return true }

// Seek asks the layer, which may know of holes.
func (f *file) Seek(c *fs.Caller, cur, off int64, whence int) (int64, linux.Errno) {
	ops, errno := f.ops(c)
	if errno != 0 {
		return 0, errno
	}
	if s, ok := ops.(fs.Seeker); ok {
		return s.Seek(c, cur, off, whence)
	}
	st, errno := f.node.Stat()
	if errno != 0 {
		return 0, errno
	}
	return fs.SeekOffset(cur, st.Size, off, whence)
}

// Sync has nothing to do for a layer in memory.
func (f *file) Sync(c *fs.Caller, dataOnly bool) linux.Errno {
	ops, errno := f.ops(c)
	if errno != 0 {
		return errno
	}
	if s, ok := ops.(fs.Syncer); ok && f.moved {
		return s.Sync(c, dataOnly)
	}
	return 0
}

// Allocate works on the copy.
func (f *file) Allocate(c *fs.Caller, mode uint32, off, length int64) linux.Errno {
	ops, errno := f.ops(c)
	if errno != 0 {
		return errno
	}
	if a, ok := ops.(fs.Allocator); ok {
		return a.Allocate(c, mode, off, length)
	}
	return linux.EOPNOTSUPP
}

// Map gives the memory of the layer that has the file now; see the package comment for what that means after a copy-up.
func (f *file) Map() (*fs.MapObject, linux.Errno) {
	ops, errno := f.ops(nil)
	if errno != 0 {
		return nil, errno
	}
	if m, ok := ops.(fs.Mapper); ok {
		return m.Map()
	}
	return nil, linux.ENODEV
}

// Release gives back the descriptions of both layers.
func (f *file) Release(c *fs.Caller) {
	now := *f.now.Load()
	now.Release(c)
	if f.below != nil && f.moved {
		f.below.Release(c)
	}
}

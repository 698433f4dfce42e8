package fs

import (
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
)

// File is an open file description (open(2)): what descriptors, of one process or many, refer to.
type File struct {
	Ops  FileOps // nil for O_PATH
	Path Path    // where it was opened; the zero Path for pipes, sockets and the like

	refs   atomic.Int32
	flags  atomic.Uint32 // O_ACCMODE and status flags
	mu     sync.Mutex    // held during reads and writes that use the offset (f_pos_lock)
	offset int64

	claimed bool        // counted as a writer of its file (busy.go)
	locked  atomic.Bool // has had a lock of its own (lock.go)

	owner    atomic.Pointer[Owner]
	released map[any]func() // guarded by mu

	asyncMu sync.Mutex
	async   *Waiter // tells the owner of events (O_ASYNC)
}

// NewFile makes a description with one reference.
func NewFile(path Path, ops FileOps, flags uint32) *File {
	f := &File{Ops: ops, Path: path}
	f.refs.Store(1)
	f.flags.Store(flags)
	if path.Mount != nil {
		path.Mount.files.Add(1)
		path.Dentry.opens.Add(1)
	}
	if h, ok := path.held(); ok {
		h.Hold()
	}
	return f
}

// Held is an ability of an Inode: it is told how many descriptions stand on it, O_PATH included, and so knows when
// the storage of a file without a name can go. Its Open answers ESTALE afterwards, which makes the VFS look the name
// up again.
type Held interface {
	Hold()
	Drop()
}

func (p Path) held() (Held, bool) {
	if p.IsZero() {
		return nil, false
	}
	h, ok := p.Dentry.inode.(Held)
	return h, ok
}

// Flags are the access mode and the status flags (F_GETFL).
func (f *File) Flags() uint32 { return f.flags.Load() }

// SetFlags replaces the flags (F_SETFL; the caller keeps the bits that cannot change).
func (f *File) SetFlags(flags uint32) { f.flags.Store(flags) }

// ChangeFlags is SetFlags with the say of the file system (FlagSetter).
func (f *File) ChangeFlags(flags uint32) linux.Errno {
	if s, ok := f.Ops.(FlagSetter); ok {
		if errno := s.SetFlags(flags); errno != 0 {
			return errno
		}
	}
	f.SetFlags(flags)
	return 0
}

// Ref adds a reference and returns f.
func (f *File) Ref() *File {
	f.refs.Add(1)
	return f
}

// Unref drops a reference; the last one releases the file.
func (f *File) Unref(c *Caller) {
	if f.refs.Add(-1) == 0 {
		f.release(c)
	}
}

func (f *File) release(c *Caller) {
	f.tellReleased()
	if f.Ops != nil {
		f.endAsync()
		f.releaseLocks()
		f.closed()
		f.Ops.Release(c)
	}
	f.unclaim()
}

// IsPath reports an O_PATH description.
func (f *File) IsPath() bool { return f.Flags()&linux.O_PATH != 0 }

// isRegular reports a regular file: limits on size and advisory locks on its inode concern it.
func (f *File) isRegular() bool { return f.Path.Dentry != nil && f.Path.Dentry.kind == linux.S_IFREG }

// Readable reports whether the access mode allows reading.
func (f *File) Readable() bool {
	mode := f.Flags() & (linux.O_ACCMODE | linux.O_PATH)
	return mode == linux.O_RDONLY || mode == linux.O_RDWR
}

// Writable reports whether the access mode allows writing.
func (f *File) Writable() bool {
	mode := f.Flags() & (linux.O_ACCMODE | linux.O_PATH)
	return mode == linux.O_WRONLY || mode == linux.O_RDWR
}

// Stater is an ability of FileOps without a Path: pipes, sockets, eventfd and the like report themselves.
type Stater interface {
	Stat() (linux.Stat, linux.Errno)
}

// Stat implements fstat(2), on O_PATH descriptions too.
func (f *File) Stat() (linux.Stat, linux.Errno) {
	if s, ok := f.Ops.(Stater); ok {
		return s.Stat()
	}
	if f.Path.IsZero() {
		return linux.Stat{}, linux.EBADF
	}
	return f.Path.Stat()
}

// Poll gives the pending events. What has no FileOps has none.
func (f *File) Poll() Events {
	if f.Ops == nil {
		return EventNval
	}
	return f.Ops.Poll()
}

// PollAs is Poll on behalf of a caller.
func (f *File) PollAs(c *Caller) Events {
	if p, ok := f.Ops.(CallerPoller); ok {
		return p.PollAs(c)
	}
	return f.Poll()
}

// Queue is where changes of Poll are announced, or nil.
func (f *File) Queue() *Queue {
	if f.Ops == nil {
		return nil
	}
	return f.Ops.Queue()
}

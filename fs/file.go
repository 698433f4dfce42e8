package fs

import (
	"sync"
	"sync/atomic"

	"muslrun/arch/linux"
)

// File is an open file description (open(2)): what descriptors, of one process or many, refer to.
type File struct {
	Ops  FileOps
	Path Path // where it was opened; the zero Path for pipes, sockets and the like

	refs   atomic.Int32
	flags  atomic.Uint32 // O_ACCMODE and status flags
	mu     sync.Mutex    // held during reads and writes that use the offset (f_pos_lock)
	offset int64
}

// NewFile makes a description with one reference.
func NewFile(path Path, ops FileOps, flags uint32) *File {
	f := &File{Ops: ops, Path: path}
	f.refs.Store(1)
	f.flags.Store(flags)
	return f
}

// Flags are the access mode and the status flags (F_GETFL).
func (f *File) Flags() uint32 { return f.flags.Load() }

// SetFlags replaces the flags (F_SETFL; the caller keeps the bits that cannot change).
func (f *File) SetFlags(flags uint32) { f.flags.Store(flags) }

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

var _ = linux.EPERM

func (f *File) release(c *Caller) { f.Ops.Release(c) }

package memfs

import (
	"muslrun/arch/linux"
	"muslrun/fs"
)

// symlink is a symbolic link.
type symlink struct {
	node
	target string
}

// Stat implements fs.Inode.
func (l *symlink) Stat() (linux.Stat, linux.Errno) {
	st := l.stat()
	st.Size = int64(len(l.target))
	return st, 0
}

// Readlink implements fs.Inode.
func (l *symlink) Readlink(c *fs.Caller) (string, linux.Errno) {
	l.accessed(c)
	return l.target, 0
}

// Drop implements fs.Held.
func (l *symlink) Drop() { drop(l, 1) }

func (l *symlink) free() { l.fs.charge(-int64(len(l.target))) }

// special is a device, a FIFO or the name of a socket: something that others open.
type special struct {
	node
	rdev   uint64
	socket any
}

// Stat implements fs.Inode.
func (s *special) Stat() (linux.Stat, linux.Errno) {
	st := s.stat()
	st.Rdev = s.rdev
	return st, 0
}

// Open implements fs.Inode.
func (s *special) Open(c *fs.Caller, flags uint32) (fs.FileOps, linux.Errno) {
	st, _ := s.Stat()
	if s.fs.opts.Special == nil || st.Mode&linux.S_IFMT == linux.S_IFSOCK {
		return nil, linux.ENXIO
	}
	return s.fs.opts.Special.OpenSpecial(c, s, &st, flags)
}

// Socket implements fs.SocketName.
func (s *special) Socket() any { return s.socket }

// Drop implements fs.Held.
func (s *special) Drop() { drop(s, 1) }

func (*special) free() {}

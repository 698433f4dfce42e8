package overlay

import (
	"math"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// wholeFile is the size for copyUp that cuts nothing off.
const wholeFile int64 = math.MaxInt64

// copyUp gives the file's copy in the store, and makes it if there is none: of a regular file the first size bytes.
func (n *node) copyUp(c *fs.Caller, size int64) (fs.Inode, linux.Errno) {
	if up := n.copied(); up != nil {
		return up, 0
	}
	n.copying.Lock()
	defer n.copying.Unlock()
	if up := n.copied(); up != nil {
		return up, 0
	}
	in := inner(c)
	up, errno := n.store(in, size)
	if errno != 0 {
		return nil, errno
	}
	n.sb.mu.Lock()
	defer n.sb.mu.Unlock()
	n.upper.Store(&up)
	n.keep()
	n.discard()
	return up, 0
}

// store copies the lower file into the store.
func (n *node) store(in *fs.Caller, size int64) (fs.Inode, linux.Errno) {
	st, errno := n.lower.Stat()
	if errno != 0 {
		return nil, errno
	}
	spec := fs.CreateSpec{Mode: st.Mode, UID: st.UID, GID: st.GID, Rdev: st.Rdev}
	if n.kind == linux.S_IFLNK {
		if spec.Target, errno = n.lower.Readlink(in); errno != 0 {
			return nil, errno
		}
	}
	name := storeName(n.ino)
	up, errno := n.sb.store.Create(in, name, &spec)
	if errno != 0 {
		return nil, errno
	}
	if errno := fill(in, up, n.lower, &st, min(size, st.Size)); errno != 0 {
		_ = n.sb.store.Remove(in, name, n.isDir())
		return nil, errno
	}
	return up, 0
}

// fill copies what CreateSpec does not say: data, extended attributes and times.
func fill(in *fs.Caller, up, lower fs.Inode, st *linux.Stat, size int64) linux.Errno {
	if st.Mode&linux.S_IFMT == linux.S_IFREG && size > 0 {
		if errno := copyData(in, up, lower, size); errno != 0 {
			return errno
		}
	}
	if errno := copyAttrs(in, up, lower); errno != 0 {
		return errno
	}
	return up.SetAttr(in, &fs.SetAttr{
		Mask: fs.AttrMode | fs.AttrAtime | fs.AttrMtime, Mode: st.Mode & 0o7777,
		Atime: st.Atime, Mtime: st.Mtime, Ctime: in.Now(),
	})
}

// copyAttrs copies the extended attributes that the store can hold.
func copyAttrs(in *fs.Caller, up, lower fs.Inode) linux.Errno {
	names, errno := lower.Listxattr(in)
	if errno != 0 {
		return 0 // a layer without attributes
	}
	for _, name := range names {
		value, errno := lower.Getxattr(in, name)
		if errno != 0 {
			continue
		}
		if errno := up.Setxattr(in, name, value, 0); errno != 0 && errno != linux.EOPNOTSUPP {
			return errno
		}
	}
	return 0
}

// copyChunk is how much is copied at a time.
const copyChunk = 64 << 10

// copyData copies the first size bytes of a regular file. Holes that the lower layer knows of are skipped.
func copyData(in *fs.Caller, up, lower fs.Inode, size int64) linux.Errno {
	src, errno := lower.Open(in, linux.O_RDONLY)
	if errno != 0 {
		return errno
	}
	defer src.Release(in)
	dst, errno := up.Open(in, linux.O_WRONLY)
	if errno != 0 {
		return errno
	}
	defer dst.Release(in)
	for off := int64(0); off < size; {
		start := seek(in, src, off, linux.SEEK_DATA, off)
		end := min(seek(in, src, start, linux.SEEK_HOLE, size), size)
		if errno := copyRange(in, dst, src, start, end); errno != 0 {
			return errno
		}
		off = max(end, off+1)
	}
	return up.SetAttr(in, &fs.SetAttr{Mask: fs.AttrSize, Size: size, Ctime: in.Now()})
}

// seek is where data or a hole begins at or after off: the end if there is none any more, or unknown if the layer cannot tell.
func seek(in *fs.Caller, src fs.FileOps, off int64, whence int, unknown int64) int64 {
	s, ok := src.(fs.Seeker)
	if !ok {
		return unknown
	}
	at, errno := s.Seek(in, off, off, whence)
	switch errno {
	case 0:
		return max(at, off)
	case linux.ENXIO:
		return wholeFile
	}
	return unknown
}

// copyRange copies the bytes from off to end, or to the end of a file that has become shorter.
func copyRange(in *fs.Caller, dst, src fs.FileOps, off, end int64) linux.Errno {
	buf := make([]byte, max(0, min(copyChunk, end-off)))
	for off < end {
		n, errno := src.ReadAt(in, [][]byte{buf[:min(int64(len(buf)), end-off)]}, off)
		if errno != 0 || n <= 0 {
			return errno
		}
		if errno := writeAll(in, dst, buf[:n], off); errno != 0 {
			return errno
		}
		off += int64(n)
	}
	return 0
}

func writeAll(in *fs.Caller, dst fs.FileOps, b []byte, off int64) linux.Errno {
	for len(b) > 0 {
		n, errno := dst.WriteAt(in, [][]byte{b}, off)
		if errno != 0 {
			return errno
		}
		if n <= 0 {
			return linux.EIO
		}
		b, off = b[n:], off+int64(n)
	}
	return 0
}

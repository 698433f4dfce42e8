package syscalls

import (
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// onAttributes runs an operation on the inode of an open file; EOPNOTSUPP for one that has no name anywhere.
func onAttributes(t *kernel.Task, fd args.FD, op func(p fs.Path) (result, linux.Errno)) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		switch {
		case f.IsPath():
			return 0, linux.EBADF
		case f.Path.IsZero():
			return 0, linux.EOPNOTSUPP
		}
		return op(f.Path)
	})
}

// byName runs an operation on the inode that a name leads to.
func byName(t *kernel.Task, name args.Path, flags fs.WalkFlags, op func(p fs.Path) (result, linux.Errno)) (
	value result, errno linux.Errno) {
	_, errno = resolved(t, linux.AT_FDCWD, name, flags, func(p fs.Path) (errno linux.Errno) {
		value, errno = op(p)
		return errno
	})
	return value, errno
}

// setAttribute gives the operation of setxattr(2) and its kin.
func setAttribute(t *kernel.Task, name args.AttrName, value args.InBuf, flags args.UInt) func(fs.Path) (result, linux.Errno) {
	return func(p fs.Path) (result, linux.Errno) {
		if flags&^(linux.XATTR_CREATE|linux.XATTR_REPLACE) != 0 {
			return 0, linux.EINVAL
		}
		b, errno := value.Bytes(t, linux.XATTR_SIZE_MAX, linux.E2BIG)
		if errno != 0 {
			return 0, errno
		}
		return 0, p.Setxattr(&t.Caller, string(name), b, uint32(flags))
	}
}

// setxattr implements Linux system call setxattr(2).
func setxattr(t *kernel.Task, path args.Path, name args.AttrName, value args.InBuf, flags args.UInt) (result, linux.Errno) {
	return byName(t, path, 0, setAttribute(t, name, value, flags))
}

// lsetxattr implements Linux system call lsetxattr(2).
func lsetxattr(t *kernel.Task, path args.Path, name args.AttrName, value args.InBuf, flags args.UInt) (result, linux.Errno) {
	return byName(t, path, fs.WalkNoFollow, setAttribute(t, name, value, flags))
}

// fsetxattr implements Linux system call fsetxattr(2).
func fsetxattr(t *kernel.Task, fd args.FD, name args.AttrName, value args.InBuf, flags args.UInt) (result, linux.Errno) {
	return onAttributes(t, fd, setAttribute(t, name, value, flags))
}

// fill answers with bytes: their number alone if the buffer has no size, ERANGE if they do not fit.
func fill(t *kernel.Task, out args.OutBuf, b []byte) (result, linux.Errno) {
	switch {
	case out.Len == 0:
		return result(len(b)), 0
	case uint64(len(b)) > out.Len:
		return 0, linux.ERANGE
	}
	return result(len(b)), out.Store(t, b)
}

func getAttribute(t *kernel.Task, name args.AttrName, out args.OutBuf) func(fs.Path) (result, linux.Errno) {
	return func(p fs.Path) (result, linux.Errno) {
		value, errno := p.Getxattr(&t.Caller, string(name))
		if errno != 0 {
			return 0, errno
		}
		return fill(t, out, value)
	}
}

// getxattr implements Linux system call getxattr(2).
func getxattr(t *kernel.Task, path args.Path, name args.AttrName, out args.OutBuf) (result, linux.Errno) {
	return byName(t, path, 0, getAttribute(t, name, out))
}

// lgetxattr implements Linux system call lgetxattr(2).
func lgetxattr(t *kernel.Task, path args.Path, name args.AttrName, out args.OutBuf) (result, linux.Errno) {
	return byName(t, path, fs.WalkNoFollow, getAttribute(t, name, out))
}

// fgetxattr implements Linux system call fgetxattr(2).
func fgetxattr(t *kernel.Task, fd args.FD, name args.AttrName, out args.OutBuf) (result, linux.Errno) {
	return onAttributes(t, fd, getAttribute(t, name, out))
}

func listAttributes(t *kernel.Task, out args.OutBuf) func(fs.Path) (result, linux.Errno) {
	return func(p fs.Path) (result, linux.Errno) {
		names, errno := p.Listxattr(&t.Caller)
		if errno != 0 {
			return 0, errno
		}
		var list strings.Builder
		for _, name := range names {
			list.WriteString(name)
			list.WriteByte(0)
		}
		if list.Len() > linux.XATTR_LIST_MAX {
			return 0, linux.E2BIG
		}
		return fill(t, out, []byte(list.String()))
	}
}

// listxattr implements Linux system call listxattr(2).
func listxattr(t *kernel.Task, path args.Path, out args.OutBuf) (result, linux.Errno) {
	return byName(t, path, 0, listAttributes(t, out))
}

// llistxattr implements Linux system call llistxattr(2).
func llistxattr(t *kernel.Task, path args.Path, out args.OutBuf) (result, linux.Errno) {
	return byName(t, path, fs.WalkNoFollow, listAttributes(t, out))
}

// flistxattr implements Linux system call flistxattr(2).
func flistxattr(t *kernel.Task, fd args.FD, out args.OutBuf) (result, linux.Errno) {
	return onAttributes(t, fd, listAttributes(t, out))
}

func removeAttribute(t *kernel.Task, name args.AttrName) func(fs.Path) (result, linux.Errno) {
	return func(p fs.Path) (result, linux.Errno) { return 0, p.Removexattr(&t.Caller, string(name)) }
}

// removexattr implements Linux system call removexattr(2).
func removexattr(t *kernel.Task, path args.Path, name args.AttrName) (result, linux.Errno) {
	return byName(t, path, 0, removeAttribute(t, name))
}

// lremovexattr implements Linux system call lremovexattr(2).
func lremovexattr(t *kernel.Task, path args.Path, name args.AttrName) (result, linux.Errno) {
	return byName(t, path, fs.WalkNoFollow, removeAttribute(t, name))
}

// fremovexattr implements Linux system call fremovexattr(2).
func fremovexattr(t *kernel.Task, fd args.FD, name args.AttrName) (result, linux.Errno) {
	return onAttributes(t, fd, removeAttribute(t, name))
}

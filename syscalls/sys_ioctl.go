package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// ioctlCall is one ioctl(2): an open file and the third argument.
type ioctlCall struct {
	t    *kernel.Task
	fd   args.FD
	file *fs.File
	arg  uint64
}

// anyFile are the requests that every file takes.
var anyFile = map[args.IoctlCmd]func(*ioctlCall) (result, linux.Errno){
	linux.FIOCLEX:  func(c *ioctlCall) (result, linux.Errno) { return c.setCloexec(true) },
	linux.FIONCLEX: func(c *ioctlCall) (result, linux.Errno) { return c.setCloexec(false) },
	linux.FIONBIO:  func(c *ioctlCall) (result, linux.Errno) { return c.setFlag(linux.O_NONBLOCK) },
	linux.FIOASYNC: func(c *ioctlCall) (result, linux.Errno) { return c.setFlag(linux.FASYNC) },
	linux.FIONREAD: (*ioctlCall).bytesReadable,
	linux.FIOQSIZE: (*ioctlCall).size,
}

// ioctl implements Linux system call ioctl(2).
func ioctl(t *kernel.Task, fd args.FD, cmd args.IoctlCmd, arg args.Hex) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if f.IsPath() {
			return 0, linux.EBADF
		}
		c := &ioctlCall{t, fd, f, uint64(arg)}
		if op := anyFile[cmd]; op != nil {
			return op(c)
		}
		if op := ptyRequests[cmd]; op != nil {
			if master, ok := f.Ops.(fs.PTYMaster); ok {
				return op(c, master)
			}
		}
		if op := ttyRequests[cmd]; op != nil {
			if tty, ok := f.Ops.(fs.Terminal); ok {
				return op(c, tty)
			}
		}
		if s, ok := f.Ops.(fs.SocketIoctl); ok {
			return c.socketIoctl(cmd, s)
		}
		return 0, linux.ENOTTY
	})
}

// int32 and setInt32 read and write an int that the argument points to.
func (c *ioctlCall) int32() (int32, linux.Errno) {
	v, errno := c.t.Space().Word(c.arg, 4)
	return int32(v), errno
}

func (c *ioctlCall) setInt32(v int) (result, linux.Errno) {
	return 0, c.t.Space().SetWord(c.arg, 4, uint64(v))
}

func (c *ioctlCall) setCloexec(on bool) (result, linux.Errno) {
	if !c.t.Files.SetCloexec(int32(c.fd), on) {
		return 0, linux.EBADF
	}
	return 0, 0
}

// setFlag sets or clears a status flag as the int that the argument points to says.
func (c *ioctlCall) setFlag(flag uint32) (result, linux.Errno) {
	on, errno := c.int32()
	if errno != 0 {
		return 0, errno
	}
	flags := c.file.Flags() &^ flag
	if on != 0 {
		flags |= flag
	}
	if flag == linux.FASYNC && !c.file.CanSignal() {
		return 0, linux.ENOTTY
	}
	return 0, changeFlags(c.file, flags, int32(c.fd))
}

// bytesReadable is FIONREAD: of a regular file, what lies between the offset and the end.
func (c *ioctlCall) bytesReadable() (result, linux.Errno) {
	if r, ok := c.file.Ops.(fs.BytesReadable); ok {
		n, errno := r.Readable()
		if errno != 0 {
			return 0, errno
		}
		return c.setInt32(n)
	}
	st, errno := c.file.Stat()
	if errno != 0 || st.Mode&linux.S_IFMT != linux.S_IFREG {
		return 0, linux.ENOTTY
	}
	return c.setInt32(int(st.Size - c.file.Offset()))
}

// size is FIOQSIZE: the bytes that a file, directory or symbolic link takes.
func (c *ioctlCall) size() (result, linux.Errno) {
	st, errno := c.file.Stat()
	if errno != 0 {
		return 0, errno
	}
	switch st.Mode & linux.S_IFMT {
	case linux.S_IFREG, linux.S_IFDIR, linux.S_IFLNK:
		return 0, c.t.Space().SetWord(c.arg, 8, uint64(st.Blocks)*512)
	}
	return 0, linux.ENOTTY
}

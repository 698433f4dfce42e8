package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/sock"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// socketCall is a system call on a socket.
type socketCall struct {
	t    *kernel.Task
	file *fs.File
	sock sock.Socket
}

// withSocket runs fn on an open socket: EBADF, ENOTSOCK.
func withSocket(t *kernel.Task, fd args.FD, fn func(*socketCall) (result, linux.Errno)) (result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		if f.IsPath() {
			return 0, linux.EBADF
		}
		s, ok := f.Ops.(sock.Socket)
		if !ok {
			return 0, linux.ENOTSOCK
		}
		return fn(&socketCall{t, f, s})
	})
}

// blocks reports whether the call may wait.
func (c *socketCall) blocks() bool { return c.file.Flags()&linux.O_NONBLOCK == 0 }

// wait does an operation until it answers something else than EAGAIN, unless the socket does not block.
func (c *socketCall) wait(events fs.Events, op func() linux.Errno) linux.Errno {
	if !c.blocks() {
		return op()
	}
	return c.t.WaitFor(c.file, events, op)
}

// socketKind splits the type argument of socket(2) into the type proper and O_CLOEXEC and O_NONBLOCK.
func socketKind(t *kernel.Task, kind args.Int) (proper int, flags uint64, errno linux.Errno) {
	consts := t.ABI.Consts
	flags = consts.Open.ToInner(uint64(uint32(kind) &^ linux.SOCK_TYPE_MASK))
	if flags&^(linux.O_CLOEXEC|linux.O_NONBLOCK) != 0 {
		return 0, 0, linux.EINVAL
	}
	proper = int(int64(consts.Socket.ToInner(uint64(kind & linux.SOCK_TYPE_MASK))))
	if proper <= 0 || proper > linux.SOCK_PACKET {
		return 0, 0, linux.EINVAL
	}
	return proper, flags, 0
}

// socket implements Linux system call socket(2).
func socket(t *kernel.Task, family, kind, protocol args.Int) (result, linux.Errno) {
	proper, flags, errno := socketKind(t, kind)
	if errno != 0 {
		return 0, errno
	}
	if t.Kernel.Network == nil || family < 0 || family >= linux.AF_MAX {
		return 0, linux.EAFNOSUPPORT
	}
	f, errno := t.Kernel.Network.Socket(&t.Caller, t.ABI, int(family), proper, int(protocol), flags&linux.O_NONBLOCK != 0)
	if errno != 0 {
		return 0, errno
	}
	return install(t, f, flags&linux.O_CLOEXEC != 0)
}

// socketpair implements Linux system call socketpair(2).
func socketpair(t *kernel.Task, family, kind, protocol args.Int, at args.Addr) (result, linux.Errno) {
	proper, flags, errno := socketKind(t, kind)
	if errno != 0 {
		return 0, errno
	}
	if t.Kernel.Network == nil || family < 0 || family >= linux.AF_MAX {
		return 0, linux.EAFNOSUPPORT
	}
	a, b, errno := t.Kernel.Network.SocketPair(&t.Caller, int(family), proper, int(protocol), flags&linux.O_NONBLOCK != 0)
	if errno != 0 {
		return 0, errno
	}
	return 0, installPair(t, a, b, flags&linux.O_CLOEXEC != 0, uint64(at))
}

// installPair gives two files descriptors and writes them to memory; it is both or neither.
func installPair(t *kernel.Task, a, b *fs.File, cloexec bool, at uint64) linux.Errno {
	first, errno := install(t, a, cloexec)
	if errno != 0 {
		b.Unref(&t.Caller)
		return errno
	}
	second, errno := install(t, b, cloexec)
	if errno != 0 {
		closeBoth(t, first)
		return errno
	}
	if errno = t.Space().SetWord(at, 4, first); errno == 0 {
		errno = t.Space().SetWord(at+4, 4, second)
	}
	if errno != 0 {
		closeBoth(t, first, second)
	}
	return errno
}

// bind implements Linux system call bind(2).
func bind(t *kernel.Task, fd args.FD, at args.Addr, size args.Int) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		addr, errno := c.loadAddress(uint64(at), int32(size), true)
		if errno != 0 {
			return 0, errno
		}
		return 0, c.sock.Bind(&t.Caller, t.FS, addr)
	})
}

// listen implements Linux system call listen(2).
func listen(t *kernel.Task, fd args.FD, backlog args.Int) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		return 0, c.sock.Listen(&t.Caller, int(backlog))
	})
}

// connect implements Linux system call connect(2). A call that a signal interrupts goes on when it is restarted.
func connect(t *kernel.Task, fd args.FD, at args.Addr, size args.Int) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		addr, errno := c.loadAddress(uint64(at), int32(size), false)
		if errno != 0 {
			return 0, errno
		}
		errno = c.wait(fs.EventOut, func() linux.Errno { return c.sock.Connect(&t.Caller, t.FS, addr) })
		if errno != linux.EINPROGRESS && (errno != linux.EALREADY || !c.blocks()) || !c.blocks() {
			return 0, errno
		}
		if errno = c.wait(fs.EventOut, c.sock.Connected); errno == linux.EAGAIN {
			errno = linux.EINPROGRESS // SO_SNDTIMEO is over
		}
		return 0, errno
	})
}

// accept implements Linux system call accept(2).
func accept(t *kernel.Task, fd args.FD, at, size args.Addr) (result, linux.Errno) {
	return accept4(t, fd, at, size, 0)
}

// accept4 implements Linux system call accept4(2).
func accept4(t *kernel.Task, fd args.FD, at, size args.Addr, flags args.OpenFlags) (result, linux.Errno) {
	if flags&^(linux.O_CLOEXEC|linux.O_NONBLOCK) != 0 {
		return 0, linux.EINVAL
	}
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		if !t.Files.Room(t.Limit(linux.RLIMIT_NOFILE).Cur) {
			return 0, linux.EMFILE // and the connection stays where it is
		}
		var conn sock.Socket
		errno := c.wait(fs.EventIn, func() (errno linux.Errno) {
			conn, errno = c.sock.Accept(&t.Caller)
			return errno
		})
		if errno != 0 {
			return 0, errno
		}
		f, errno := t.Kernel.Network.SocketFile(&t.Caller, conn, flags&linux.O_NONBLOCK != 0)
		if errno != 0 {
			conn.Release(&t.Caller)
			return 0, errno
		}
		if at != 0 {
			if errno := c.storePeer(conn, uint64(at), uint64(size)); errno != 0 {
				f.Unref(&t.Caller)
				return 0, errno
			}
		}
		return install(t, f, flags&linux.O_CLOEXEC != 0)
	})
}

// storePeer writes the address of a new connection's other end; ECONNABORTED if it has gone.
func (c *socketCall) storePeer(conn sock.Socket, at, size uint64) linux.Errno {
	peer, errno := conn.Peer()
	if errno != 0 {
		return linux.ECONNABORTED
	}
	return c.storeAddress(&peer, at, size)
}

// getsockname implements Linux system call getsockname(2).
func getsockname(t *kernel.Task, fd args.FD, at, size args.Addr) (result, linux.Errno) {
	return addressOf(t, fd, at, size, sock.Socket.Name)
}

// getpeername implements Linux system call getpeername(2).
func getpeername(t *kernel.Task, fd args.FD, at, size args.Addr) (result, linux.Errno) {
	return addressOf(t, fd, at, size, sock.Socket.Peer)
}

func addressOf(t *kernel.Task, fd args.FD, at, size args.Addr, which func(sock.Socket) (sock.Address, linux.Errno)) (
	result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		a, errno := which(c.sock)
		if errno != 0 {
			return 0, errno
		}
		return 0, c.storeAddress(&a, uint64(at), uint64(size))
	})
}

// shutdown implements Linux system call shutdown(2).
func shutdown(t *kernel.Task, fd args.FD, how args.Int) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		if how < linux.SHUT_RD || how > linux.SHUT_RDWR {
			return 0, linux.EINVAL
		}
		return 0, c.sock.Shutdown(int(how))
	})
}

package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	"muslrun/fs/sock"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// send sends a message from the guest's buffers. A stream that blocks goes on until everything is sent. What was sent
// counts more than the error that ends it.
func (c *socketCall) send(m *sock.Message, bufs [][]byte) (sent int, errno linux.Errno) {
	stream := c.sock.Common().Type == linux.SOCK_STREAM
	total := fs.Size(bufs)
	for {
		left := fs.Tail(bufs, sent)
		var n int
		op := func() (errno linux.Errno) {
			n, errno = c.sock.Send(&c.t.Caller, m, left)
			return errno
		}
		if m.Has(linux.MSG_DONTWAIT) {
			errno = op()
		} else {
			errno = c.wait(fs.EventOut, op)
		}
		sent += n
		if errno != 0 || n == 0 || !stream || sent >= total || m.Has(linux.MSG_DONTWAIT) {
			break
		}
	}
	switch {
	case sent > 0:
		errno = 0
	case errno == linux.EPIPE && stream && !m.Has(linux.MSG_NOSIGNAL):
		c.t.SendSelf(linux.SIGPIPE)
	}
	return sent, errno
}

// breaksPipe reports whether a write that fails with EPIPE raises SIGPIPE: on sockets other than streams it does not.
func breaksPipe(f *fs.File) bool {
	s, ok := f.Ops.(sock.Socket)
	return !ok || s.Common().Type == linux.SOCK_STREAM
}

// receive receives a message into the guest's buffers. A stream waits for as much as SO_RCVLOWAT or MSG_WAITALL says.
func (c *socketCall) receive(m *sock.Message, bufs [][]byte) (got int, errno linux.Errno) {
	target := c.target(m, fs.Size(bufs))
	for {
		left := fs.Tail(bufs, got)
		var n int
		op := func() (errno linux.Errno) {
			n, errno = c.sock.Receive(&c.t.Caller, m, left)
			return errno
		}
		if m.Has(linux.MSG_DONTWAIT) {
			errno = op()
		} else {
			errno = c.wait(fs.EventIn, op)
		}
		if errno != 0 {
			break
		}
		if got += n; n == 0 || got >= target || len(m.Files) > 0 || m.Has(linux.MSG_DONTWAIT) {
			break
		}
	}
	if got > 0 {
		errno = 0
	}
	return got, errno
}

// target is how many bytes end a receive.
func (c *socketCall) target(m *sock.Message, total int) int {
	base := c.sock.Common()
	switch {
	case base.Type != linux.SOCK_STREAM || m.Flags&(linux.MSG_PEEK|linux.MSG_OOB|linux.MSG_ERRQUEUE) != 0:
		return 0
	case m.Has(linux.MSG_WAITALL):
		return total
	}
	return min(base.RcvLowat(), total)
}

// flags are those of a message call: a socket that does not block has MSG_DONTWAIT.
func (c *socketCall) flags(f args.UInt) uint32 {
	const compat = 1 << 31 // MSG_CMSG_COMPAT, which is the kernel's own
	flags := uint32(f) &^ compat
	if !c.blocks() {
		flags |= linux.MSG_DONTWAIT
	}
	return flags
}

// sendto implements Linux system call sendto(2).
func sendto(t *kernel.Task, fd args.FD, buf args.InBuf, flags args.UInt, at args.Addr, size args.Int) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		m := sock.Message{Flags: c.flags(flags), Names: t.FS}
		if at != 0 {
			if errno := c.destination(&m, uint64(at), int32(size)); errno != 0 {
				return 0, errno
			}
		}
		bufs, errno := buf.View(t)
		if errno != 0 {
			return 0, errno
		}
		n, errno := c.send(&m, bufs)
		return result(n), errno
	})
}

// destination reads where a message goes; a size of 0 is no address.
func (c *socketCall) destination(m *sock.Message, at uint64, size int32) (errno linux.Errno) {
	if size == 0 {
		return 0
	}
	m.HasAddr = true
	m.Addr, errno = c.loadAddress(at, size, false)
	return errno
}

// sendCall implements Linux system call send(2), which only socketcall(2) and a few ABIs have.
func sendCall(t *kernel.Task, fd args.FD, buf args.InBuf, flags args.UInt) (result, linux.Errno) {
	return sendto(t, fd, buf, flags, 0, 0)
}

// recvfrom implements Linux system call recvfrom(2).
func recvfrom(t *kernel.Task, fd args.FD, buf args.OutBuf, flags args.UInt, at, size args.Addr) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		bufs, errno := buf.View(t)
		if errno != 0 {
			return 0, errno
		}
		m := sock.Message{Flags: c.flags(flags)}
		n, errno := c.receive(&m, bufs)
		m.Drop(&t.Caller)
		if errno == 0 && at != 0 {
			errno = c.storeAddress(&m.Addr, uint64(at), uint64(size))
		}
		if errno != 0 {
			return 0, errno
		}
		return result(n), 0
	})
}

// recvCall implements Linux system call recv(2).
func recvCall(t *kernel.Task, fd args.FD, buf args.OutBuf, flags args.UInt) (result, linux.Errno) {
	return recvfrom(t, fd, buf, flags, 0, 0)
}

type msghdrIn = args.In[linux.Msghdr, args.MsghdrLayout]
type msghdrInOut = args.InOut[linux.Msghdr, args.MsghdrLayout]

// sendmsg implements Linux system call sendmsg(2).
func sendmsg(t *kernel.Task, fd args.FD, at msghdrIn, flags args.UInt) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		var h linux.Msghdr
		if errno := at.Get(t, &h); errno != 0 {
			return 0, errno
		}
		n, errno := c.sendMessage(&h, c.flags(flags))
		return result(n), errno
	})
}

// buffers are the memory that a message header names.
func (c *socketCall) buffers(h *linux.Msghdr, access emu.Access) ([][]byte, linux.Errno) {
	const most = 1024 // UIO_MAXIOV
	if h.Iovlen > most {
		return nil, linux.EMSGSIZE
	}
	vec, errno := args.Iovecs(c.t, h.Iov, h.Iovlen)
	if errno != 0 {
		return nil, errno
	}
	return c.t.Views(vec, access)
}

func (c *socketCall) sendMessage(h *linux.Msghdr, flags uint32) (int, linux.Errno) {
	m := sock.Message{Flags: flags, Names: c.t.FS}
	if int32(h.Namelen) < 0 {
		return 0, linux.EINVAL
	}
	if h.Name != 0 {
		if errno := c.destination(&m, h.Name, int32(min(h.Namelen, sizeofStorage))); errno != 0 {
			return 0, errno
		}
	}
	if errno := c.loadControl(&m, h.Control, h.Controllen); errno != 0 {
		m.Drop(&c.t.Caller)
		return 0, errno
	}
	defer m.Drop(&c.t.Caller) // what was not sent
	bufs, errno := c.buffers(h, emu.Read)
	if errno != 0 {
		return 0, errno
	}
	return c.send(&m, bufs)
}

// recvmsg implements Linux system call recvmsg(2).
func recvmsg(t *kernel.Task, fd args.FD, at msghdrInOut, flags args.UInt) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		var h linux.Msghdr
		if errno := at.In().Get(t, &h); errno != 0 {
			return 0, errno
		}
		n, errno := c.receiveMessage(&h, c.flags(flags), uint32(flags))
		if errno == 0 {
			errno = at.Out().Put(t, &h)
		}
		if errno != 0 {
			return 0, errno
		}
		return result(n), 0
	})
}

// receiveMessage receives as a message header says and changes it to what was received; asked are the flags as the guest
// gave them.
func (c *socketCall) receiveMessage(h *linux.Msghdr, flags, asked uint32) (int, linux.Errno) {
	if int32(h.Namelen) < 0 && h.Name != 0 {
		return 0, linux.EINVAL
	}
	bufs, errno := c.buffers(h, emu.Write)
	if errno != 0 {
		return 0, errno
	}
	m := sock.Message{Flags: flags}
	n, errno := c.receive(&m, bufs)
	if errno != 0 {
		m.Drop(&c.t.Caller)
		return 0, errno
	}
	h.Flags = m.Out | asked&linux.MSG_CMSG_CLOEXEC
	c.storeControl(&m, h)
	if h.Name != 0 {
		raw := formatAddress(c.t.ABI.Data.Order, &m.Addr)
		errno = c.t.Space().Write(h.Name, raw[:min(len(raw), int(h.Namelen))])
		h.Namelen = uint32(len(raw))
	}
	return n, errno
}

// mmsghdrs is an array of struct mmsghdr.
type mmsghdrs = args.In[linux.Mmsghdr, args.MmsghdrLayout]

// sendmmsg implements Linux system call sendmmsg(2).
func sendmmsg(t *kernel.Task, fd args.FD, list mmsghdrs, count, flags args.UInt) (result, linux.Errno) {
	return withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		return eachMessage(t, list, count, func(_ int, h *linux.Mmsghdr) (bool, linux.Errno) {
			n, errno := c.sendMessage(&h.Hdr, c.flags(flags))
			h.Len = uint32(n)
			return true, errno
		})
	})
}

// eachMessage calls fn for the headers of an array and writes them back. It gives the number of those that were done; an
// error counts only if it is the first one's.
func eachMessage(t *kernel.Task, list mmsghdrs, count args.UInt, fn func(i int, h *linux.Mmsghdr) (more bool, errno linux.Errno)) (
	result, linux.Errno) {
	const most = 1024 // UIO_MAXIOV
	out := args.Out[linux.Mmsghdr, args.MmsghdrLayout]{Addr: list.Addr}
	for i := range int(min(count, most)) {
		var h linux.Mmsghdr
		errno, more := list.At(t, i, &h), false
		if errno == 0 {
			more, errno = fn(i, &h)
		}
		if errno == 0 {
			errno = out.PutAt(t, i, &h)
		}
		switch {
		case errno != 0 && i == 0:
			return 0, errno
		case errno != 0:
			return result(i), 0
		case !more:
			return result(i + 1), 0
		}
	}
	return result(min(count, most)), 0
}

// recvmmsg implements Linux system calls recvmmsg(2) and recvmmsg_time64. The time-out is looked at after each message
// only, as the manual complains.
func recvmmsg[S args.Codec[linux.Timespec]](t *kernel.Task, fd args.FD, list mmsghdrs, count, flags args.UInt,
	timeout args.InOut[linux.Timespec, S]) (result, linux.Errno) {
	var limit linux.Timespec
	if timeout.Addr != 0 {
		if errno := timeout.In().Get(t, &limit); errno != 0 {
			return 0, errno
		}
		if limit.Sec < 0 || limit.Nsec < 0 || limit.Nsec >= 1e9 {
			return 0, linux.EINVAL
		}
	}
	end := t.Kernel.Clock.Monotonic() + min(kernel.Nanoseconds(limit), 1<<62)
	n, errno := withSocket(t, fd, func(c *socketCall) (result, linux.Errno) {
		return eachMessage(t, list, count, func(i int, h *linux.Mmsghdr) (bool, linux.Errno) {
			f := c.flags(flags) &^ linux.MSG_WAITFORONE
			if i > 0 && flags&linux.MSG_WAITFORONE != 0 {
				f |= linux.MSG_DONTWAIT
			}
			n, errno := c.receiveMessage(&h.Hdr, f, uint32(flags))
			h.Len = uint32(n)
			return timeout.Addr == 0 || t.Kernel.Clock.Monotonic() < end, errno
		})
	})
	if errno == 0 && timeout.Addr != 0 {
		left := kernel.Timespec(max(end-t.Kernel.Clock.Monotonic(), 0))
		errno = timeout.Out().Put(t, &left)
	}
	return n, errno
}

// socketSubcalls are what socketcall(2) does, by number less one (linux/net.h).
func socketSubcalls() []call {
	return []call{
		sys3("socket", socket), sys3("bind", bind), sys3("connect", connect), sys2("listen", listen),
		sys3("accept", accept), sys3("getsockname", getsockname), sys3("getpeername", getpeername),
		sys4("socketpair", socketpair), sys3("send", sendCall), sys3("recv", recvCall), sys5("sendto", sendto),
		sys5("recvfrom", recvfrom), sys2("shutdown", shutdown), sys5("setsockopt", setsockopt),
		sys5("getsockopt", getsockopt), sys3("sendmsg", sendmsg), sys3("recvmsg", recvmsg), sys4("accept4", accept4),
		sys5("recvmmsg", recvmmsg[native]), sys4("sendmmsg", sendmmsg),
	}
}

// socketcall implements Linux system call socketcall(2): a number, and the address of the arguments, each a long.
func socketcall(t *kernel.Task, number args.Int, at args.Addr) (result, linux.Errno) {
	calls := socketSubcalls()
	if number < 1 || int(number) > len(calls) {
		return 0, linux.EINVAL
	}
	var words kernel.Words
	size := t.ABI.Data.LongSize
	for i := range subcallWords[number-1] {
		var errno linux.Errno
		if words[i], errno = t.Space().Word(uint64(at)+uint64(i*size), size); errno != 0 {
			return 0, errno
		}
	}
	var s args.Source
	s.Reset(t, &words)
	return calls[number-1].run(&s)
}

// subcallWords is how many arguments each subcall has.
var subcallWords = [...]int{3, 3, 3, 2, 3, 3, 3, 4, 4, 4, 6, 6, 2, 5, 5, 3, 3, 4, 5, 4}

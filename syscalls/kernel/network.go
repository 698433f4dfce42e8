package kernel

import (
	"time"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/fs"
)

// Network makes sockets. The families behind it are wired by whoever makes the Kernel. The operations of the files are
// fs/sock.Socket.
type Network interface {
	// Socket is a new socket (socket(2)); kind is linux.SOCK_STREAM and so on. abi is the guest's, by which netlink
	// messages are made. Errors: EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT, EPERM.
	Socket(c *fs.Caller, abi *arch.ABI, family, kind, protocol int, nonblock bool) (*fs.File, linux.Errno)
	// SocketPair is two sockets that are connected (socketpair(2)).
	SocketPair(c *fs.Caller, family, kind, protocol int, nonblock bool) (a, b *fs.File, errno linux.Errno)
	// SocketFile is the description of a socket that came out of a backlog.
	SocketFile(c *fs.Caller, ops fs.FileOps, nonblock bool) (*fs.File, linux.Errno)
}

// WaitFor does a file operation, and where it answers EAGAIN waits for the events and does it again, as long as the
// file's time-out for the events allows (fs.IOTimer): EAGAIN is the answer when that is over. A call with a time-out is
// not restarted after a signal.
func (t *Task) WaitFor(f *fs.File, events fs.Events, op func() linux.Errno) linux.Errno {
	errno := op()
	q := f.Ops.Queue()
	if errno != linux.EAGAIN || q == nil {
		return errno
	}
	deadline := NoDeadline
	if timer, ok := f.Ops.(fs.IOTimer); ok {
		if d := timer.Timeout(events); d != 0 {
			deadline = t.after(d)
		}
	}
	blocked := t.BlockOn(q, events, deadline, func() bool {
		errno = op()
		return errno != linux.EAGAIN
	})
	switch {
	case blocked == 0:
		return errno
	case blocked == linux.ETIMEDOUT:
		return linux.EAGAIN
	case deadline != NoDeadline:
		return linux.EINTR
	}
	return blocked
}

// after is the monotonic time after a while; a negative one is over already.
func (t *Task) after(d time.Duration) int64 {
	now := t.Kernel.Clock.Monotonic()
	if d > 1<<62-time.Duration(now) {
		return 1 << 62
	}
	return max(now+int64(d), 0)
}

// Room reports whether a descriptor below limit is free.
func (t *Files) Room(limit uint64) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for fd := t.hint; fd < len(t.slots); fd++ {
		if t.slots[fd].file == nil {
			return uint64(fd) < limit
		}
	}
	return uint64(max(len(t.slots), t.hint)) < limit
}

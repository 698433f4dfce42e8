package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/ipc"
	"muslrun/syscalls/kernel"
)

type (
	mqAttrIn  = args.In[linux.MqAttr, args.MqAttrLayout]
	mqAttrOut = args.Out[linux.MqAttr, args.MqAttrLayout]
)

// mqOpen implements Linux system call mq_open (mq_open(3)). The name has lost its slash.
func mqOpen(t *kernel.Task, name args.Path, flags args.OpenFlags, mode args.Mode, attr mqAttrIn) (
	result, linux.Errno) {
	o := ipc.MQOpen{Name: string(name), Flags: uint32(flags), Mode: uint32(mode) &^ t.FS.Umask(),
		Limit: t.Limit(linux.RLIMIT_MSGQUEUE).Cur}
	if !attr.Null() {
		o.Attr = &linux.MqAttr{}
		if errno := attr.Get(t, o.Attr); errno != 0 {
			return 0, errno
		}
	}
	ops, errno := t.Kernel.IPC.OpenMQ(&t.Caller, o)
	if errno != 0 {
		return 0, errno
	}
	const kept = linux.O_ACCMODE | linux.O_NONBLOCK
	f, errno := t.Kernel.AnonFS.File("[mqueue]", ops, uint32(flags)&kept)
	if errno != 0 {
		ops.Release(&t.Caller)
		return 0, errno
	}
	return install(t, f, true) // always close-on-exec
}

// mqUnlink implements Linux system call mq_unlink (mq_unlink(3)).
func mqUnlink(t *kernel.Task, name args.Path) (result, linux.Errno) {
	return 0, t.Kernel.IPC.UnlinkMQ(&t.Caller, string(name))
}

// withMQ runs fn on a message queue that is open for reading or for writing.
func withMQ(t *kernel.Task, fd args.FD, may func(*fs.File) bool, fn func(*fs.File, *ipc.MQ) (result, linux.Errno)) (
	result, linux.Errno) {
	return withFile(t, fd, func(f *fs.File) (result, linux.Errno) {
		q, errno := ipc.MQOf(f)
		switch {
		case errno != 0:
			return 0, errno
		case !may(f):
			return 0, linux.EBADF
		}
		return fn(f, q)
	})
}

// mqDeadline is the monotonic time of a time-out, which is a time of the wall clock.
func mqDeadline[L timespecOf](t *kernel.Task, timeout args.In[linux.Timespec, L]) (int64, linux.Errno) {
	if timeout.Null() {
		return kernel.NoDeadline, 0
	}
	var ts linux.Timespec
	if errno := timeout.Get(t, &ts); errno != 0 {
		return 0, errno
	}
	if !validTime(&ts) {
		return 0, linux.EINVAL
	}
	return deadline(t, max(kernel.Nanoseconds(ts)-t.Kernel.Clock.Realtime(), 0)), 0
}

// mqTimedsend implements Linux system call mq_timedsend (mq_timedsend(3)).
func mqTimedsend[L timespecOf](t *kernel.Task, fd args.FD, text args.InBuf, priority args.UInt,
	timeout args.In[linux.Timespec, L]) (result, linux.Errno) {
	end, errno := mqDeadline(t, timeout)
	switch {
	case errno != 0:
		return 0, errno
	case priority >= linux.MQ_PRIO_MAX:
		return 0, linux.EINVAL
	}
	return withMQ(t, fd, (*fs.File).Writable, func(f *fs.File, q *ipc.MQ) (result, linux.Errno) {
		b, errno := text.Bytes(t, uint64(q.Attr().Msgsize), linux.EMSGSIZE)
		if errno != 0 {
			return 0, errno
		}
		return 0, mqWait(t, f, fs.EventOut, end, func() linux.Errno { return q.Send(&t.Caller, b, uint32(priority)) })
	})
}

// mqTimedreceive implements Linux system call mq_timedreceive (mq_timedreceive(3)).
func mqTimedreceive[L timespecOf](t *kernel.Task, fd args.FD, buf args.OutBuf, priority args.Addr,
	timeout args.In[linux.Timespec, L]) (result, linux.Errno) {
	end, errno := mqDeadline(t, timeout)
	if errno != 0 {
		return 0, errno
	}
	return withMQ(t, fd, (*fs.File).Readable, func(f *fs.File, q *ipc.MQ) (result, linux.Errno) {
		if int64(buf.Len) >= 0 && int64(buf.Len) < q.Attr().Msgsize {
			return 0, linux.EMSGSIZE
		}
		var text []byte
		var prio uint32
		q.Waiting(1)
		errno := mqWait(t, f, fs.EventIn, end, func() (errno linux.Errno) {
			text, prio, errno = q.Receive(&t.Caller)
			return errno
		})
		q.Waiting(-1)
		if errno != 0 {
			return 0, errno
		}
		if priority != 0 {
			if errno := t.Space().SetWord(uint64(priority), 4, uint64(prio)); errno != 0 {
				return 0, errno
			}
		}
		return result(len(text)), buf.Store(t, text)
	})
}

// mqWait does an operation, and where it answers EAGAIN and the queue blocks, waits until it can be done.
func mqWait(t *kernel.Task, f *fs.File, events fs.Events, end int64, op func() linux.Errno) linux.Errno {
	errno := op()
	if errno != linux.EAGAIN || f.Flags()&linux.O_NONBLOCK != 0 {
		return errno
	}
	blocked := t.BlockOn(f.Queue(), events, end, func() bool {
		errno = op()
		return errno != linux.EAGAIN
	})
	if blocked != 0 {
		return blocked
	}
	return errno
}

// mqGetsetattr implements Linux system call mq_getsetattr (mq_getattr(3), mq_setattr(3)).
func mqGetsetattr(t *kernel.Task, fd args.FD, in mqAttrIn, out mqAttrOut) (result, linux.Errno) {
	flagsOf := &t.ABI.Consts.Open
	var flags uint32
	if !in.Null() {
		var attr linux.MqAttr
		if errno := in.Get(t, &attr); errno != 0 {
			return 0, errno
		}
		if flags = uint32((*flagsOf).ToInner(uint64(attr.Flags))); flags&^linux.O_NONBLOCK != 0 {
			return 0, linux.EINVAL
		}
	}
	any := func(*fs.File) bool { return true }
	return withMQ(t, fd, any, func(f *fs.File, q *ipc.MQ) (result, linux.Errno) {
		attr := q.Attr()
		old := f.Flags()
		attr.Flags = int64((*flagsOf).ToGuest(uint64(old & linux.O_NONBLOCK)))
		if !in.Null() {
			f.SetFlags(old&^linux.O_NONBLOCK | flags)
		}
		return 0, out.PutIf(t, &attr)
	})
}

// mqNotify implements Linux system call mq_notify (mq_notify(3)).
func mqNotify(t *kernel.Task, fd args.FD, event args.In[linux.Sigevent, args.SigeventLayout]) (result, linux.Errno) {
	var request *ipc.Notification
	if !event.Null() {
		var ev linux.Sigevent
		if errno := event.Get(t, &ev); errno != 0 {
			return 0, errno
		}
		var errno linux.Errno
		if request, errno = mqNotification(t, &ev); errno != 0 {
			return 0, errno
		}
	}
	any := func(*fs.File) bool { return true }
	return withMQ(t, fd, any, func(_ *fs.File, q *ipc.MQ) (result, linux.Errno) {
		return 0, q.Notify(t.Group.PID, request)
	})
}

// mqNotification is what a struct sigevent asks for.
func mqNotification(t *kernel.Task, ev *linux.Sigevent) (*ipc.Notification, linux.Errno) {
	n := &ipc.Notification{Owner: t.Group.PID, Woken: func(*fs.Caller) {}}
	switch ev.Notify {
	case linux.SIGEV_NONE:
		return n, 0
	case linux.SIGEV_SIGNAL:
		n.Signal = int32(t.ABI.Consts.Signals.ToInner(uint64(uint32(ev.Signo))))
		if n.Signal < 0 || int(n.Signal) >= t.ABI.Consts.NSig {
			return nil, linux.EINVAL
		}
		group, value := t.Group, ev.Value
		n.Woken = func(sender *fs.Caller) {
			if n.Signal != 0 {
				group.Send(&linux.Siginfo{Signo: n.Signal, Code: linux.SI_MESGQ, Pid: int32(sender.PID), UID: sender.Cred.UID,
					Value: value})
			}
		}
		return n, 0
	case linux.SIGEV_THREAD:
		return mqCookie(t, n, ev)
	}
	return nil, linux.EINVAL
}

// mqCookie is SIGEV_THREAD as C libraries use it: the signal number is a netlink socket, from which a thread of
// theirs reads the cookie behind the value, with a last byte that says what has happened.
func mqCookie(t *kernel.Task, n *ipc.Notification, ev *linux.Sigevent) (*ipc.Notification, linux.Errno) {
	const woken, removed = 1, 2 // NOTIFY_WOKENUP, NOTIFY_REMOVED
	cookie := make([]byte, 32)  // NOTIFY_COOKIE_LEN
	if errno := t.Space().Read(ev.Value, cookie); errno != 0 {
		return nil, errno
	}
	f := t.Files.Get(ev.Signo)
	if f == nil {
		return nil, linux.EBADF
	}
	defer f.Unref(&t.Caller)
	socket, ok := f.Ops.(mailbox)
	if !ok {
		return nil, linux.ENOTSOCK
	}
	tell := func(what byte) {
		cookie[len(cookie)-1] = what
		socket.Deliver(cookie)
	}
	n.Woken = func(*fs.Caller) { tell(woken) }
	n.Removed = func() { tell(removed) }
	return n, 0
}

// mailbox is a netlink socket into which the kernel puts a message.
type mailbox interface {
	Deliver(message []byte) linux.Errno
}

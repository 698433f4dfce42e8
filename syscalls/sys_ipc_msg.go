package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/ipc"
	"muslrun/syscalls/kernel"
)

// msgget implements Linux system call msgget(2).
func msgget(t *kernel.Task, key args.Int, flags args.UInt) (result, linux.Errno) {
	id, errno := t.Kernel.IPC.Msgget(&t.Caller, int32(key), uint32(flags))
	return result(id), errno
}

// msgTypeSize is the size of a message's type: a long to the kernel.
func msgTypeSize(t *kernel.Task) int { return max(t.ABI.Data.LongSize, t.ABI.Data.KernelLong) }

// msgsnd implements Linux system call msgsnd(2).
func msgsnd(t *kernel.Task, id args.Int, buf args.Addr, size args.Size, flags args.UInt) (result, linux.Errno) {
	head := msgTypeSize(t)
	typ, errno := t.Space().Word(uint64(buf), head)
	switch {
	case errno != 0:
		return 0, errno
	case size > linux.MSGMAX || id < 0 || signed(typ, head) < 1:
		return 0, linux.EINVAL
	}
	m := ipc.Message{Type: signed(typ, head), Text: make([]byte, size)}
	if errno := t.Space().Read(uint64(buf)+uint64(head), m.Text); errno != 0 {
		return 0, errno
	}
	errno = t.Kernel.IPC.Msgsnd(&t.Caller, int32(id), m, false)
	if errno != linux.EAGAIN || flags&linux.IPC_NOWAIT != 0 {
		return 0, errno
	}
	return 0, msgWait(t, int32(id), fs.EventOut, func() linux.Errno {
		return t.Kernel.IPC.Msgsnd(&t.Caller, int32(id), m, true)
	}, linux.EAGAIN)
}

// msgWait tries again as often as the queue has changed, while the answer is again.
func msgWait(t *kernel.Task, id int32, events fs.Events, try func() linux.Errno, again linux.Errno) linux.Errno {
	q, errno := t.Kernel.IPC.MsgWait(id)
	if errno != 0 {
		return linux.EIDRM
	}
	blocked := t.BlockOn(q, events, kernel.NoDeadline, func() bool {
		errno = try()
		return errno != again
	})
	if blocked != 0 {
		return linux.ERESTARTNOHAND
	}
	return errno
}

// msgrcv implements Linux system call msgrcv(2).
func msgrcv(t *kernel.Task, id args.Int, buf args.Addr, size args.Size, typ args.Long, flags args.UInt) (
	result, linux.Errno) {
	if negativeSize(t, size) {
		return 0, linux.EINVAL
	}
	var m ipc.Message
	receive := func(again bool) (errno linux.Errno) {
		m, errno = t.Kernel.IPC.Msgrcv(&t.Caller, int32(id), uint64(size), int64(typ), uint32(flags), again)
		return errno
	}
	errno := receive(false)
	if errno == linux.ENOMSG && flags&linux.IPC_NOWAIT == 0 {
		errno = msgWait(t, int32(id), fs.EventIn, func() linux.Errno { return receive(true) }, linux.ENOMSG)
	}
	if errno != 0 {
		return 0, errno
	}
	head := msgTypeSize(t)
	if errno := t.Space().SetWord(uint64(buf), head, uint64(m.Type)); errno != 0 {
		return 0, errno
	}
	return result(len(m.Text)), t.Space().Write(uint64(buf)+uint64(head), m.Text)
}

// negativeSize reports a size_t that would be negative as a long.
func negativeSize(t *kernel.Task, size args.Size) bool {
	return signed(uint64(size), t.ABI.Data.PtrSize) < 0
}

// msgctl implements Linux system call msgctl(2).
func msgctl(t *kernel.Task, id args.Int, command args.UInt, buf args.Addr) (result, linux.Errno) {
	n, addr := t.Kernel.IPC, uint64(buf)
	switch cmd := ipcCommand(command); cmd {
	case linux.IPC_INFO, linux.MSG_INFO:
		info, highest := n.MsgInfo(cmd == linux.MSG_INFO)
		return result(highest), args.Out[linux.Msginfo, args.MsginfoLayout]{Addr: addr}.Put(t, &info)
	case linux.IPC_STAT, linux.MSG_STAT, linux.MSG_STAT_ANY:
		id, ds, errno := n.MsgStat(&t.Caller, int32(id), cmd != linux.IPC_STAT, cmd == linux.MSG_STAT_ANY)
		if errno != 0 {
			return 0, errno
		}
		return statResult(id, cmd), args.Out[linux.MsqidDS, args.MsqidDSLayout]{Addr: addr}.Put(t, &ds)
	case linux.IPC_SET:
		var ds linux.MsqidDS
		if errno := (args.In[linux.MsqidDS, args.MsqidDSLayout]{Addr: addr}).Get(t, &ds); errno != 0 {
			return 0, errno
		}
		return 0, n.MsgSet(&t.Caller, int32(id), &ds)
	case linux.IPC_RMID:
		return 0, n.MsgRemove(&t.Caller, int32(id))
	}
	return 0, linux.EINVAL
}

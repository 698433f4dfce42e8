package syscalls

import (
	"slices"

	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/ipc"
	"muslrun/syscalls/kernel"
)

// sembufs is an array of operations.
type sembufs = args.In[linux.Sembuf, args.SembufLayout]

// semget implements Linux system call semget(2).
func semget(t *kernel.Task, key, count args.Int, flags args.UInt) (result, linux.Errno) {
	id, errno := t.Kernel.IPC.Semget(&t.Caller, int32(key), int32(count), uint32(flags))
	return result(id), errno
}

// semop implements Linux system call semop(2).
func semop(t *kernel.Task, id args.Int, ops sembufs, count args.UInt) (result, linux.Errno) {
	return 0, semWait(t, int32(id), ops, uint32(count), kernel.NoDeadline)
}

// semtimedop implements Linux system call semtimedop(2).
func semtimedop[L timespecOf](t *kernel.Task, id args.Int, ops sembufs, count args.UInt, timeout args.In[linux.Timespec,
	L]) (
	result, linux.Errno) {
	if timeout.Null() {
		return semop(t, id, ops, count)
	}
	var ts linux.Timespec
	if errno := timeout.Get(t, &ts); errno != 0 {
		return 0, errno
	}
	if count >= 1 && count <= linux.SEMOPM && id >= 0 && !validTime(&ts) {
		return 0, linux.EINVAL
	}
	return 0, semWait(t, int32(id), ops, uint32(count), deadline(t, kernel.Nanoseconds(ts)))
}

// semWait does operations, and waits until they can be done: EAGAIN when the time is over. Signals end it with EINTR,
// whatever their handler's flags are (signal(7)).
func semWait(t *kernel.Task, id int32, ops sembufs, count uint32, end int64) linux.Errno {
	switch {
	case count < 1 || id < 0:
		return linux.EINVAL
	case count > linux.SEMOPM:
		return linux.E2BIG
	}
	list := make([]linux.Sembuf, count)
	for i := range list {
		if errno := ops.At(t, i, &list[i]); errno != 0 {
			return errno
		}
	}
	var undo *ipc.UndoList
	if slices.ContainsFunc(list, func(op linux.Sembuf) bool { return op.Flg&linux.SEM_UNDO != 0 }) {
		undo = t.SemUndo()
	}
	w, errno := t.Kernel.IPC.Semop(&t.Caller, id, list, undo, t.Wake)
	if w == nil {
		return errno
	}
	return awaitSem(t, w, end)
}

func awaitSem(t *kernel.Task, w *ipc.SemWaiter, end int64) linux.Errno {
	for {
		if done, errno := w.Done(); done {
			return errno
		}
		blocked := t.Block(end)
		if blocked == 0 {
			continue
		}
		if done, errno := w.Cancel(); done {
			return errno
		}
		if blocked == linux.ETIMEDOUT {
			return linux.EAGAIN
		}
		return linux.EINTR
	}
}

// semctl implements Linux system call semctl(2). arg is a union semun: a value, or an address.
func semctl(t *kernel.Task, id, num args.Int, command args.UInt, arg args.Hex) (result, linux.Errno) {
	n, addr := t.Kernel.IPC, uint64(arg)
	switch cmd := ipcCommand(command); cmd {
	case linux.IPC_INFO, linux.SEM_INFO:
		info, highest := n.SemInfo(cmd == linux.SEM_INFO)
		return result(highest), args.Out[linux.Seminfo, args.SeminfoLayout]{Addr: addr}.Put(t, &info)
	case linux.IPC_STAT, linux.SEM_STAT, linux.SEM_STAT_ANY:
		id, ds, errno := n.SemStat(&t.Caller, int32(id), cmd != linux.IPC_STAT, cmd == linux.SEM_STAT_ANY)
		if errno != 0 {
			return 0, errno
		}
		return statResult(id, cmd), args.Out[linux.SemidDS, args.SemidDSLayout]{Addr: addr}.Put(t, &ds)
	case linux.IPC_SET:
		var ds linux.SemidDS
		if errno := (args.In[linux.SemidDS, args.SemidDSLayout]{Addr: addr}).Get(t, &ds); errno != 0 {
			return 0, errno
		}
		return 0, n.SemSet(&t.Caller, int32(id), &ds)
	case linux.IPC_RMID:
		return 0, n.SemRemove(&t.Caller, int32(id))
	case linux.GETVAL, linux.GETPID, linux.GETNCNT, linux.GETZCNT:
		v, errno := n.SemGet(&t.Caller, int32(id), int32(num), cmd)
		return result(v), errno
	case linux.SETVAL:
		return 0, semSetValue(t, int32(id), int32(num), addr)
	case linux.GETALL:
		return 0, semGetAll(t, int32(id), addr)
	case linux.SETALL:
		return 0, semSetAll(t, int32(id), addr)
	}
	return 0, linux.EINVAL
}

// statResult is what the STAT commands return: nothing by id, the id by index.
func statResult(id int32, cmd uint32) result {
	if cmd == linux.IPC_STAT {
		return 0
	}
	return result(id)
}

// semSetValue does SETVAL. The union's int is its first four bytes, which are the upper half of a big-endian
// register.
func semSetValue(t *kernel.Task, id, num int32, arg uint64) linux.Errno {
	if t.ABI.Is64() && t.ABI.Data.Order == layout.Big {
		arg >>= 32
	}
	v := int32(arg)
	switch {
	case v < 0 || v > linux.SEMVMX:
		return linux.ERANGE
	case num < 0:
		return linux.EINVAL
	}
	return t.Kernel.IPC.SemSetValues(&t.Caller, id, num, []uint16{uint16(v)})
}

func semGetAll(t *kernel.Task, id int32, addr uint64) linux.Errno {
	values, errno := t.Kernel.IPC.SemValues(&t.Caller, id)
	if errno != 0 {
		return errno
	}
	b := make([]byte, 2*len(values))
	for i, v := range values {
		t.ABI.Data.Order.PutUint(b[2*i:2*i+2], uint64(v))
	}
	return t.Space().Write(addr, b)
}

func semSetAll(t *kernel.Task, id int32, addr uint64) linux.Errno {
	count, errno := t.Kernel.IPC.SemCount(&t.Caller, id)
	if errno != 0 {
		return errno
	}
	b, values := make([]byte, 2*count), make([]uint16, count)
	if errno := t.Space().Read(addr, b); errno != 0 {
		return errno
	}
	for i := range values {
		values[i] = uint16(t.ABI.Data.Order.Uint(b[2*i : 2*i+2]))
	}
	return t.Kernel.IPC.SemSetValues(&t.Caller, id, 0, values)
}

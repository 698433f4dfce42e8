package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// System V IPC is reached by calls of its own, by ipc(2), which takes a number of one of them first, or by both.
// Those of its own are thin over functions that ipc uses too.

// ipcCall implements Linux system call ipc(2).
func ipcCall(t *kernel.Task, call args.UInt, first args.Int, second, third args.ULong, ptr, fifth args.Addr) (
	result, linux.Errno) {
	switch call & 0xffff {
	case linux.SEMOP, linux.SEMGET, linux.SEMCTL, linux.SEMTIMEDOP:
		return ipcSem(t, call&0xffff, int32(first), second, third, ptr, fifth)
	case linux.MSGSND, linux.MSGRCV, linux.MSGGET, linux.MSGCTL:
		return ipcMsg(t, call, int32(first), second, third, ptr, fifth)
	case linux.SHMAT:
		if call>>16 == 1 {
			return 0, linux.EINVAL // an interface of iBCS2
		}
		addr, errno := shmAttach(t, int32(first), uint64(ptr), uint32(second))
		if errno != 0 {
			return 0, errno
		}
		return 0, t.Space().SetWord(uint64(third), t.ABI.Data.LongSize, addr)
	case linux.SHMDT:
		return shmdt(t, ptr)
	case linux.SHMGET:
		return shmget(t, args.Int(first), args.Size(second), args.UInt(third))
	case linux.SHMCTL:
		return shmctl(t, first, args.UInt(second), ptr)
	}
	return 0, linux.ENOSYS
}

// s390IPC implements Linux system call ipc(2) of s390x, which has five arguments.
func s390IPC(t *kernel.Task, call args.UInt, first args.Int, second, third args.ULong, ptr args.Addr) (
	result, linux.Errno) {
	if call>>16 != 0 {
		return 0, linux.EINVAL
	}
	return ipcCall(t, call, first, second, third, ptr, args.Addr(third))
}

func ipcSem(t *kernel.Task, call args.UInt, id int32, second, third args.ULong, ptr, fifth args.Addr) (
	result, linux.Errno) {
	switch call {
	case linux.SEMOP:
		return semop(t, args.Int(id), sembufs{Addr: uint64(ptr)}, args.UInt(second))
	case linux.SEMTIMEDOP:
		return semtimedop(t, args.Int(id), sembufs{Addr: uint64(ptr)}, args.UInt(second),
			args.In[linux.Timespec, native]{Addr: uint64(fifth)})
	case linux.SEMGET:
		return semget(t, args.Int(id), args.Int(second), args.UInt(third))
	}
	if ptr == 0 {
		return 0, linux.EINVAL
	}
	arg, errno := t.Space().Word(uint64(ptr), t.ABI.Data.LongSize)
	if errno != 0 {
		return 0, errno
	}
	return semctl(t, args.Int(id), args.Int(second), args.UInt(third), args.Hex(arg))
}

func ipcMsg(t *kernel.Task, call args.UInt, id int32, second, third args.ULong, ptr, fifth args.Addr) (
	result, linux.Errno) {
	switch call & 0xffff {
	case linux.MSGSND:
		return msgsnd(t, args.Int(id), ptr, args.Size(second), args.UInt(third))
	case linux.MSGGET:
		return msgget(t, args.Int(id), args.UInt(second))
	case linux.MSGCTL:
		return msgctl(t, args.Int(id), args.UInt(second), ptr)
	}
	buf, typ := ptr, args.Long(fifth)
	if call>>16 == 0 { // pointer and type are behind a pointer (struct ipc_kludge)
		if ptr == 0 {
			return 0, linux.EINVAL
		}
		size := t.ABI.Data.LongSize
		p, errno := t.Space().Pointer(uint64(ptr))
		if errno != 0 {
			return 0, errno
		}
		n, errno := t.Space().Word(uint64(ptr)+uint64(size), size)
		if errno != 0 {
			return 0, errno
		}
		buf, typ = args.Addr(p), args.Long(signed(n, size))
	}
	return msgrcv(t, args.Int(id), buf, args.Size(second), typ, args.UInt(third))
}

// signed extends the sign of a word of size bytes.
func signed(v uint64, size int) int64 {
	shift := 64 - 8*size
	return int64(v<<shift) >> shift
}

// ipcCommand is a command of the ctl calls without IPC_64, which the C libraries of some ABIs set and those of
// others do not: structures are the newer ones either way.
func ipcCommand(cmd args.UInt) uint32 { return uint32(cmd &^ linux.IPC_64) }

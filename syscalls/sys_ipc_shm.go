package syscalls

import (
	"fmt"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
	"muslrun/syscalls/mm"
)

// shmget implements Linux system call shmget(2).
func shmget(t *kernel.Task, key args.Int, size args.Size, flags args.UInt) (result, linux.Errno) {
	id, errno := t.Kernel.IPC.Shmget(&t.Caller, int32(key), uint64(size), uint32(flags))
	return result(id), errno
}

// shmat implements Linux system call shmat(2).
func shmat(t *kernel.Task, id args.Int, addr args.Addr, flags args.UInt) (result, linux.Errno) {
	return shmAttach(t, int32(id), uint64(addr), uint32(flags))
}

// shmAlign is the alignment of attached segments (SHMLBA), and whether it is more than a page for the sake of
// caches, so that no other address will do (__ARCH_FORCE_SHMLBA).
func shmAlign(a *arch.ABI) (align uint64, forced bool) {
	switch a.ISA.Family {
	case arch.ARM:
		return 4 * a.PageSize, true
	case arch.MIPS:
		return 0x40000, true
	case arch.SuperH:
		return 0x4000, true
	}
	return a.PageSize, false
}

// shmAttach maps a segment and returns its address (do_shmat).
func shmAttach(t *kernel.Task, id int32, addr uint64, flags uint32) (result, linux.Errno) {
	if id < 0 {
		return 0, linux.EINVAL
	}
	r, errno := shmPlace(t, addr, flags)
	if errno != 0 {
		return 0, errno
	}
	a, errno := t.Kernel.IPC.Shmat(&t.Caller, id, flags)
	if errno != 0 {
		return 0, errno
	}
	defer a.Done()
	r.Size, r.Object, r.Shared = a.Size, a.Object, true
	r.Name = fmt.Sprintf("/SYSV%08x (deleted)", uint32(a.Key))
	r.Prot, r.MaxProt = emu.ProtRead|emu.ProtWrite, emu.ProtAll
	if flags&linux.SHM_RDONLY != 0 {
		r.Prot, r.MaxProt = emu.ProtRead, emu.ProtRead|emu.ProtExec
	}
	if flags&linux.SHM_EXEC != 0 {
		r.Prot |= emu.ProtExec
	}
	at, errno := mapSegment(t, r)
	if errno != 0 {
		return 0, errno
	}
	t.Kernel.IPC.Attached(&t.Caller, a.Object)
	return at, 0
}

// shmPlace says where a segment goes that is to be attached at addr, or anywhere if that is 0.
func shmPlace(t *kernel.Task, addr uint64, flags uint32) (r mm.Request, errno linux.Errno) {
	remap := flags&linux.SHM_REMAP != 0
	if addr == 0 {
		if remap {
			return r, linux.EINVAL
		}
		return r, 0
	}
	align, forced := shmAlign(t.ABI)
	if addr%align != 0 && flags&linux.SHM_RND != 0 {
		if addr -= addr % align; addr == 0 && remap {
			return r, linux.EINVAL
		}
	} else if addr%align != 0 && (forced || addr%t.ABI.PageSize != 0) {
		return r, linux.EINVAL
	}
	r.Addr, r.Place = addr, mm.FixedFree
	if remap {
		r.Place = mm.Fixed
	}
	return r, 0
}

// mapSegment maps a segment, aligned where the caller leaves the place open.
func mapSegment(t *kernel.Task, r mm.Request) (uint64, linux.Errno) {
	if r.Place != mm.Hint {
		at, errno := t.Space().Map(r)
		if errno == linux.EEXIST {
			errno = linux.EINVAL
		}
		return at, errno
	}
	align, _ := shmAlign(t.ABI)
	for { // another task may take the place meanwhile
		at, errno := t.Space().FindFree(r.Size, align)
		if errno != 0 {
			return 0, errno
		}
		r.Addr, r.Place = at, mm.FixedFree
		if at, errno = t.Space().Map(r); errno != linux.EEXIST {
			return at, errno
		}
	}
}

// shmdt implements Linux system call shmdt(2).
func shmdt(t *kernel.Task, addr args.Addr) (result, linux.Errno) {
	at := uint64(addr)
	object := t.Space().AttachedAt(at)
	if at%t.ABI.PageSize != 0 || object == nil {
		return 0, linux.EINVAL
	}
	size, ok := t.Kernel.IPC.SegmentSize(object)
	if !ok {
		return 0, linux.EINVAL
	}
	t.Kernel.IPC.Detached(&t.Caller, object)
	t.Space().Detach(at, size, object)
	return 0, 0
}

// shmctl implements Linux system call shmctl(2).
func shmctl(t *kernel.Task, id args.Int, command args.UInt, buf args.Addr) (result, linux.Errno) {
	n, addr := t.Kernel.IPC, uint64(buf)
	switch cmd := ipcCommand(command); cmd {
	case linux.IPC_INFO:
		info, highest := n.ShmLimits()
		if t.ABI.Pointers() == 4 {
			info.Shmmax, info.Shmall = min(info.Shmmax, 1<<31-1), min(info.Shmall, 1<<31-1)
		}
		return result(highest), args.Out[linux.Shminfo, args.ShminfoLayout]{Addr: addr}.Put(t, &info)
	case linux.SHM_INFO:
		info, highest := n.ShmUsage()
		return result(highest), args.Out[linux.ShmInfo, args.ShmInfoLayout]{Addr: addr}.Put(t, &info)
	case linux.IPC_STAT, linux.SHM_STAT, linux.SHM_STAT_ANY:
		id, ds, errno := n.ShmStat(&t.Caller, int32(id), cmd != linux.IPC_STAT, cmd == linux.SHM_STAT_ANY)
		if errno != 0 {
			return 0, errno
		}
		return statResult(id, cmd), args.Out[linux.ShmidDS, args.ShmidDSLayout]{Addr: addr}.Put(t, &ds)
	case linux.IPC_SET:
		var ds linux.ShmidDS
		if errno := (args.In[linux.ShmidDS, args.ShmidDSLayout]{Addr: addr}).Get(t, &ds); errno != 0 {
			return 0, errno
		}
		return 0, n.ShmSet(&t.Caller, int32(id), &ds)
	case linux.IPC_RMID:
		return 0, n.ShmRemove(&t.Caller, int32(id))
	case linux.SHM_LOCK, linux.SHM_UNLOCK:
		return 0, n.ShmLock(&t.Caller, int32(id), cmd == linux.SHM_LOCK, t.Limit(linux.RLIMIT_MEMLOCK).Cur)
	}
	return 0, linux.EINVAL
}

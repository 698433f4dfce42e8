package syscalls

import (
	"math"
	"math/bits"

	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
	"muslrun/syscalls/mm"
)

// mmap implements Linux system call mmap(2).
func mmap(t *kernel.Task, addr args.Addr, length args.Size, prot args.Prot, flags args.MapFlags, fd args.FD, off args.Off) (
	result, linux.Errno) {
	return mapMemory(t, mapping{uint64(addr), uint64(length), prot, flags, fd, int64(off)})
}

// mmap2 implements Linux system call mmap2(2): the offset counts units of 4096 bytes, on most ABIs.
func mmap2(t *kernel.Task, addr args.Addr, length args.Size, prot args.Prot, flags args.MapFlags, fd args.FD, off args.ULong) (
	result, linux.Errno) {
	unit := t.ABI.Consts.MmapUnit
	if unit == 0 {
		unit = 4096
	}
	return mapMemory(t, mapping{uint64(addr), uint64(length), prot, flags, fd, int64(uint64(off) * unit)})
}

// oldMmap implements Linux system call mmap(2) of s390x and i386: its arguments lie in memory, as six longs.
func oldMmap(t *kernel.Task, at args.Addr) (result, linux.Errno) {
	var w [6]uint64
	size := t.ABI.Data.LongSize
	for i := range w {
		v, errno := t.Space().Word(uint64(at)+uint64(i*size), size)
		if errno != 0 {
			return 0, errno
		}
		w[i] = v
	}
	flags := args.MapFlags(t.ABI.Consts.Mmap.ToInner(w[3]))
	return mapMemory(t, mapping{w[0], w[1], args.Prot(w[2]), flags, args.FD(int32(w[4])), int64(w[5])})
}

// mapping is what the forms of mmap are asked for; offset in bytes.
type mapping struct {
	addr, length uint64
	prot         args.Prot
	flags        args.MapFlags
	fd           args.FD
	offset       int64
}

func mapMemory(t *kernel.Task, m mapping) (result, linux.Errno) {
	r := mm.Request{Addr: m.addr, Size: m.length, Prot: emu.Prot(m.prot) & emu.ProtAll, Place: m.placement(t.ABI.ISA.Family == arch.X86), Offset: m.offset}
	kind := m.flags & linux.MAP_TYPE
	r.Shared = kind == linux.MAP_SHARED || kind == linux.MAP_SHARED_VALIDATE
	switch {
	case m.length == 0, !r.Shared && kind != linux.MAP_PRIVATE:
		return 0, linux.EINVAL
	case uint64(m.offset)&(t.ABI.PageSize-1) != 0:
		return 0, linux.EINVAL
	case m.length > t.Space().Size():
		return 0, linux.ENOMEM
	}
	if r.Locked = m.flags&linux.MAP_LOCKED != 0; r.Locked {
		var errno linux.Errno
		if r.LockLimit, errno = lockLimit(t); errno != 0 {
			return 0, errno
		}
	}
	if m.flags&linux.MAP_ANONYMOUS == 0 {
		return mapFile(t, &m, &r)
	}
	r.Grows = m.flags&linux.MAP_GROWSDOWN != 0 && !r.Shared
	return mapAnonymous(t, &r)
}

// placement is what the flags say of the address; MAP_32BIT exists on x86 only.
func (m *mapping) placement(x86 bool) mm.Placement {
	switch {
	case m.flags&linux.MAP_FIXED_NOREPLACE != 0:
		return mm.FixedFree
	case m.flags&linux.MAP_FIXED != 0:
		return mm.Fixed
	case m.flags&linux.MAP_32BIT != 0 && x86:
		return mm.Low32
	}
	return mm.Hint
}

func mapAnonymous(t *kernel.Task, r *mm.Request) (result, linux.Errno) {
	r.Offset = 0
	if r.Shared {
		object, errno := t.Space().NewShared(r.Size)
		if errno != 0 {
			return 0, errno
		}
		r.Object, r.Name = object, "/dev/zero (deleted)"
	}
	return t.Space().Map(*r)
}

func mapFile(t *kernel.Task, m *mapping, r *mm.Request) (result, linux.Errno) {
	return withFile(t, m.fd, func(f *fs.File) (result, linux.Errno) {
		if errno := mayMap(f, r); errno != 0 {
			return 0, errno
		}
		mapper, ok := f.Ops.(fs.Mapper)
		if !ok {
			return 0, linux.ENODEV
		}
		object, errno := mapper.Map()
		if errno != 0 {
			return 0, errno
		}
		if object == nil { // /dev/zero: as if anonymous
			return mapAnonymous(t, r)
		}
		if uint64(r.Offset)+r.Size < r.Size || r.Offset < 0 {
			return 0, linux.EOVERFLOW
		}
		r.File, r.Object = f, object
		object.Sealing.RLock()
		defer object.Sealing.RUnlock()
		if errno := mayMapSealed(f, r); errno != 0 {
			return 0, errno
		}
		return t.Space().Map(*r)
	})
}

// mayMapSealed refuses a shared mapping that could write to a file sealed against it; one to read never becomes writable.
func mayMapSealed(f *fs.File, r *mm.Request) linux.Errno {
	seals, errno := f.Seals()
	if errno != 0 || !r.Shared || seals&(linux.F_SEAL_WRITE|linux.F_SEAL_FUTURE_WRITE) == 0 {
		return 0
	}
	if r.Prot&emu.ProtWrite != 0 {
		return linux.EPERM
	}
	r.MaxProt &^= emu.ProtWrite
	return 0
}

// mayMap checks the file's access mode, and limits what mprotect may give later.
func mayMap(f *fs.File, r *mm.Request) linux.Errno {
	if f.IsPath() {
		return linux.EBADF
	}
	if !f.Readable() {
		return linux.EACCES
	}
	r.MaxProt = emu.ProtAll
	if r.Shared && !f.Writable() {
		r.MaxProt &^= emu.ProtWrite
	}
	if !f.Path.IsZero() && f.Path.Mount.Has(fs.MountNoExec) {
		r.MaxProt &^= emu.ProtExec
		if r.Prot&emu.ProtExec != 0 {
			return linux.EPERM
		}
	}
	if r.Prot&^r.MaxProt != 0 {
		return linux.EACCES
	}
	return 0
}

// munmap implements Linux system call munmap(2).
func munmap(t *kernel.Task, addr args.Addr, length args.Size) (result, linux.Errno) {
	return 0, t.Space().Unmap(uint64(addr), uint64(length))
}

// mprotect implements Linux system call mprotect(2).
func mprotect(t *kernel.Task, addr args.Addr, length args.Size, prot args.Prot) (result, linux.Errno) {
	const known = linux.PROT_READ | linux.PROT_WRITE | linux.PROT_EXEC | linux.PROT_SEM
	if prot&^known != 0 {
		return 0, linux.EINVAL
	}
	return 0, t.Space().Protect(uint64(addr), uint64(length), emu.Prot(prot)&emu.ProtAll)
}

// mremap implements Linux system call mremap(2).
func mremap(t *kernel.Task, old args.Addr, oldSize, newSize args.Size, flags args.Int, addr args.Addr) (result, linux.Errno) {
	r := mm.Remap{
		Old: uint64(old), OldSize: uint64(oldSize), NewSize: uint64(newSize), New: uint64(addr),
		MayMove: flags&linux.MREMAP_MAYMOVE != 0,
		Fixed:   flags&linux.MREMAP_FIXED != 0,
		KeepOld: flags&linux.MREMAP_DONTUNMAP != 0,
	}
	const known = linux.MREMAP_MAYMOVE | linux.MREMAP_FIXED | linux.MREMAP_DONTUNMAP
	switch {
	case flags&^known != 0, r.Fixed && !r.MayMove:
		return 0, linux.EINVAL
	case r.KeepOld && (!r.MayMove || r.OldSize != r.NewSize):
		return 0, linux.EINVAL
	}
	return t.Space().Remap(r)
}

// remapFilePages implements Linux system call remap_file_pages(2), as Linux does since 4.0: by a mapping of its own.
func remapFilePages(t *kernel.Task, addr args.Addr, size args.Size, prot args.Int, page args.ULong, _ args.Int) (
	result, linux.Errno) {
	mask := ^(t.ABI.PageSize - 1)
	start, length, shift := uint64(addr)&mask, uint64(size)&mask, bits.TrailingZeros64(t.ABI.PageSize)
	offset := uint64(page) << shift
	if prot != 0 || length == 0 || offset>>shift != uint64(page) || offset+length < offset || offset+length > math.MaxInt64 {
		return 0, linux.EINVAL
	}
	return 0, t.Space().RemapFile(start, length, int64(offset))
}

// brk implements Linux system call brk(2): it gives the new end of the heap, or the old one if that cannot be.
func brk(t *kernel.Task, addr args.Addr) (result, linux.Errno) {
	return t.Space().Brk(uint64(addr)), 0
}

// advices maps what has an effect; all other advice that Linux knows is only checked.
var advices = map[args.Advice]mm.Advice{
	linux.MADV_DONTNEED:        mm.AdviseDontNeed,
	linux.MADV_FREE:            mm.AdviseFree,
	linux.MADV_DONTFORK:        mm.AdviseDontFork,
	linux.MADV_DOFORK:          mm.AdviseDoFork,
	linux.MADV_WIPEONFORK:      mm.AdviseWipeOnFork,
	linux.MADV_KEEPONFORK:      mm.AdviseKeepOnFork,
	linux.MADV_COLD:            mm.AdviseReclaim,
	linux.MADV_PAGEOUT:         mm.AdviseReclaim,
	linux.MADV_POPULATE_READ:   mm.AdvisePopulateRead,
	linux.MADV_POPULATE_WRITE:  mm.AdvisePopulateWrite,
	linux.MADV_DONTNEED_LOCKED: mm.AdviseDontNeedLocked,
}

// madvise implements Linux system call madvise(2).
func madvise(t *kernel.Task, addr args.Addr, length args.Size, advice args.Advice) (result, linux.Errno) {
	effect, ok := advices[advice]
	switch {
	case advice == linux.MADV_REMOVE:
		return 0, t.Space().Remove(&t.Caller, uint64(addr), uint64(length))
	case ok:
	case advice <= linux.MADV_WILLNEED, advice >= linux.MADV_MERGEABLE && advice <= linux.MADV_COLLAPSE:
		effect = mm.AdviseNothing
	default:
		return 0, linux.EINVAL
	}
	return 0, t.Space().Advise(uint64(addr), uint64(length), effect)
}

// mincore implements Linux system call mincore(2): every mapped page is resident.
func mincore(t *kernel.Task, addr args.Addr, length args.Size, out args.Addr) (result, linux.Errno) {
	page := t.ABI.PageSize
	if uint64(addr)&(page-1) != 0 {
		return 0, linux.EINVAL
	}
	n := (uint64(length) + page - 1) / page
	if !t.Space().Mapped(uint64(addr), n*page) {
		return 0, linux.ENOMEM
	}
	view := t.Space().View(uint64(out), n, emu.Write)
	if uint64(len(view)) < n {
		return 0, linux.EFAULT
	}
	for i := range view {
		view[i] = 1
	}
	return 0, 0
}

// msync implements Linux system call msync(2): shared mappings are the file's memory itself.
func msync(t *kernel.Task, addr args.Addr, length args.Size, flags args.Int) (result, linux.Errno) {
	const known = linux.MS_ASYNC | linux.MS_INVALIDATE | linux.MS_SYNC
	start := uint64(addr)
	switch {
	case flags&^known != 0, flags&linux.MS_ASYNC != 0 && flags&linux.MS_SYNC != 0, start&(t.ABI.PageSize-1) != 0:
		return 0, linux.EINVAL
	case length == 0:
		return 0, 0
	}
	pages := (uint64(length) + t.ABI.PageSize - 1) &^ (t.ABI.PageSize - 1)
	if !t.Space().Mapped(start, pages) {
		return 0, linux.ENOMEM
	}
	if flags&linux.MS_INVALIDATE != 0 && t.Space().Locked(start, pages) {
		return 0, linux.EBUSY
	}
	return 0, 0
}

// lockLimit is how many bytes the task may lock: RLIMIT_MEMLOCK. EPERM if none.
func lockLimit(t *kernel.Task) (uint64, linux.Errno) {
	limit := t.Limit(linux.RLIMIT_MEMLOCK).Cur
	switch {
	case t.Capable(linux.CAP_IPC_LOCK):
		return linux.RLIM_INFINITY, 0
	case limit == 0:
		return 0, linux.EPERM
	}
	return limit, 0
}

// mlock implements Linux system call mlock(2).
func mlock(t *kernel.Task, addr args.Addr, length args.Size) (result, linux.Errno) {
	limit, errno := lockLimit(t)
	if errno != 0 {
		return 0, errno
	}
	return 0, t.Space().Lock(uint64(addr), uint64(length), limit)
}

// mlock2 implements Linux system call mlock2(2).
func mlock2(t *kernel.Task, addr args.Addr, length args.Size, flags args.UInt) (result, linux.Errno) {
	if flags&^linux.MLOCK_ONFAULT != 0 {
		return 0, linux.EINVAL
	}
	return mlock(t, addr, length)
}

// munlock implements Linux system call munlock(2).
func munlock(t *kernel.Task, addr args.Addr, length args.Size) (result, linux.Errno) {
	return 0, t.Space().Unlock(uint64(addr), uint64(length))
}

// mlockall implements Linux system call mlockall(2).
func mlockall(t *kernel.Task, flags args.Int) (result, linux.Errno) {
	flags = args.Int(t.ABI.Consts.Mlockall.ToInner(uint64(uint32(flags))))
	const known = linux.MCL_CURRENT | linux.MCL_FUTURE | linux.MCL_ONFAULT
	if flags == 0 || flags&^known != 0 || flags == linux.MCL_ONFAULT {
		return 0, linux.EINVAL
	}
	limit, errno := lockLimit(t)
	if errno != 0 {
		return 0, errno
	}
	return 0, t.Space().LockAll(flags&linux.MCL_CURRENT != 0, flags&linux.MCL_FUTURE != 0, limit)
}

// munlockall implements Linux system call munlockall(2).
func munlockall(t *kernel.Task) (result, linux.Errno) {
	t.Space().UnlockAll()
	return 0, 0
}

// memfdCreate implements Linux system call memfd_create(2), with the sysctl vm.memfd_noexec at 0: MFD_EXEC is the default.
func memfdCreate(t *kernel.Task, name args.Path, flags args.UInt) (result, linux.Errno) {
	const runs = linux.MFD_EXEC | linux.MFD_NOEXEC_SEAL
	const known = linux.MFD_CLOEXEC | linux.MFD_ALLOW_SEALING | runs
	if len(name) > 249 || flags&^known != 0 || flags&runs == runs {
		return 0, linux.EINVAL
	}
	mode, seals := uint32(0o777), uint32(linux.F_SEAL_SEAL)
	switch {
	case flags&linux.MFD_NOEXEC_SEAL != 0: // implies MFD_ALLOW_SEALING
		mode, seals = 0o666, linux.F_SEAL_EXEC
	case flags&linux.MFD_ALLOW_SEALING != 0:
		seals = 0
	}
	f, errno := t.Kernel.Anonymous.Memfd(&t.Caller, string(name), mode, seals)
	if errno != 0 {
		return 0, errno
	}
	return install(t, f, flags&linux.MFD_CLOEXEC != 0)
}

// install gives a new file the lowest free descriptor; the reference is the table's then.
func install(t *kernel.Task, f *fs.File, cloexec bool) (result, linux.Errno) {
	fd, errno := t.Files.Add(f, 0, t.Limit(linux.RLIMIT_NOFILE).Cur, cloexec)
	if errno != 0 {
		f.Unref(&t.Caller)
		return 0, errno
	}
	return result(fd), 0
}

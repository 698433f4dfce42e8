package syscalls

import (
	"io"

	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// The Linux that guests see, in uname(2) and /proc/version.
const (
	osType    = "Linux"
	osRelease = kernel.OSRelease
	osVersion = kernel.OSVersion
)

// uname implements Linux system call uname(2).
func uname(t *kernel.Task, out args.Out[linux.Utsname, args.UtsnameLayout]) (result, linux.Errno) {
	u := linux.Utsname{}
	copy(u.Sysname[:], osType)
	copy(u.Nodename[:], t.Kernel.NodeName())
	copy(u.Release[:], osRelease)
	copy(u.Version[:], osVersion)
	copy(u.Machine[:], t.ABI.Machine)
	copy(u.Domainname[:], t.Kernel.DomainName())
	return 0, out.Put(t, &u)
}

// sethostname implements Linux system call sethostname(2).
func sethostname(t *kernel.Task, name args.InBuf) (result, linux.Errno) {
	return setNodeName(t, name, t.Kernel.SetNodeName)
}

// setdomainname implements Linux system call setdomainname(2).
func setdomainname(t *kernel.Task, name args.InBuf) (result, linux.Errno) {
	return setNodeName(t, name, t.Kernel.SetDomainName)
}

func setNodeName(t *kernel.Task, name args.InBuf, set func(string)) (result, linux.Errno) {
	if !t.Capable(linux.CAP_SYS_ADMIN) {
		return 0, linux.EPERM
	}
	b, errno := name.Bytes(t, 64, linux.EINVAL)
	if errno == 0 {
		set(string(b))
	}
	return 0, errno
}

// sysinfo implements Linux system call sysinfo(2).
func sysinfo(t *kernel.Task, out args.Out[linux.Sysinfo, args.SysinfoLayout]) (result, linux.Errno) {
	total, free := t.Kernel.RAM()
	live, _ := t.Kernel.TaskCount()
	info := linux.Sysinfo{
		Uptime: t.Kernel.Clock.Monotonic() / 1e9, Totalram: total, Freeram: free, Procs: uint16(live), MemUnit: 1,
	}
	if t.ABI.Data.LongSize == 4 {
		scaleRAM(&info)
	}
	return 0, out.Put(t, &info)
}

// scaleRAM makes sizes fit a long of 32 bits by counting in larger units, as Linux does.
func scaleRAM(info *linux.Sysinfo) {
	for max(info.Totalram, info.Freeram)>>32 != 0 {
		info.Totalram, info.Freeram, info.MemUnit = info.Totalram>>1, info.Freeram>>1, info.MemUnit<<1
	}
}

// getrandom implements Linux system call getrandom(2).
func getrandom(t *kernel.Task, buf args.OutBuf, flags args.UInt) (result, linux.Errno) {
	const known = linux.GRND_NONBLOCK | linux.GRND_RANDOM | linux.GRND_INSECURE
	if flags&^known != 0 || flags&(linux.GRND_RANDOM|linux.GRND_INSECURE) == linux.GRND_RANDOM|linux.GRND_INSECURE {
		return 0, linux.EINVAL
	}
	views, errno := buf.View(t)
	if errno != 0 {
		return 0, errno
	}
	n, err := io.ReadFull(t.Kernel.Random, views[0])
	if err != nil {
		return 0, linux.EIO
	}
	return result(n), 0
}

// getcpu implements Linux system call getcpu(2).
func getcpu(t *kernel.Task, cpu, node args.Addr, _ args.Ignored) (result, linux.Errno) {
	for _, addr := range []args.Addr{cpu, node} {
		if addr == 0 {
			continue
		}
		if errno := t.Space().SetWord(uint64(addr), 4, 0); errno != 0 {
			return 0, errno
		}
	}
	return 0, 0
}

// syslogCall implements Linux system call syslog(2): the kernel's log is empty, and only root may look.
func syslogCall(t *kernel.Task, action args.Int, _ args.Addr, length args.Int) (result, linux.Errno) {
	const readAll, sizeUnread, sizeBuffer = 3, 9, 10
	switch {
	case action < 0 || action > sizeBuffer || action == readAll && length < 0:
		return 0, linux.EINVAL
	case action != readAll && action != sizeBuffer && !t.Capable(linux.CAP_SYSLOG):
		return 0, linux.EPERM
	}
	return 0, 0
}

// personality implements Linux system call personality(2): it is kept and given back; none changes anything here.
func personality(t *kernel.Task, persona args.Hex) (result, linux.Errno) {
	old := t.Personality
	if uint32(persona) != 0xffffffff {
		t.Personality = uint32(persona)
	}
	return result(old), 0
}

// membarrier implements Linux system call membarrier(2). Engines run guest code in an order at least as strong as the
// guest's own, and entering the kernel is a full barrier; other tasks are made to pass through theirs.
func membarrier(t *kernel.Task, cmd args.Int, flags args.UInt, _ args.Int) (result, linux.Errno) {
	const (
		query, global, globalExpedited, registerGlobal, private, registerPrivate, registrations = 0, 1, 2, 4, 8, 16, 512

		all = global | globalExpedited | registerGlobal | private | registerPrivate | registrations
	)
	if flags != 0 {
		return 0, linux.EINVAL
	}
	registered := &t.Memory.Membarrier
	switch cmd {
	case query:
		return all, 0
	case registrations:
		return result(registered.Load()), 0
	case registerGlobal, registerPrivate:
		registered.Or(uint32(cmd))
		return 0, 0
	case private:
		if registered.Load()&registerPrivate == 0 {
			return 0, linux.EPERM
		}
	case global, globalExpedited:
	default:
		return 0, linux.EINVAL
	}
	t.Memory.Machine.Pause()
	t.Memory.Machine.Resume()
	return 0, 0
}

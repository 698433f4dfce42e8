package syscalls

import (
	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/syscalls/kernel"
	"muslrun/syscalls/mm"
)

// putSiginfo writes a siginfo_t as the guest has it.
func putSiginfo(t *kernel.Task, addr uint64, info *linux.Siginfo) (errno linux.Errno) {
	codec := t.ABI.Structs.Siginfo.For(linux.Signal(info.Signo), info.Code)
	view := t.Space().View(addr, uint64(codec.Size()), emu.Write)
	if len(view) < codec.Size() {
		return linux.EFAULT
	}
	defer mm.Caught(&errno)
	guest := guestInfo(t.ABI, *info)
	clear(view)
	codec.Encode(view, &guest)
	return 0
}

// guestInfo renumbers a siginfo's signal, error and reason.
func guestInfo(abi *arch.ABI, info linux.Siginfo) linux.Siginfo {
	info.Code = int32(abi.Consts.SigCode.ToGuest(uint64(int64(info.Code))))
	info.Signo = int32(abi.Consts.Signals.ToGuest(uint64(info.Signo)))
	info.Errno = int32(abi.Errno(linux.Errno(info.Errno)))
	return info
}

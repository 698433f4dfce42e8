package syscalls

import (
	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// The signal calls from before there were real-time signals, which know only as many signals as a long has bits. musl does
// not use them; programs of other libraries may.

// oldSet is a set of signals in one long.
type oldSet uint64

func (s oldSet) inner(t *kernel.Task) linux.SigSet {
	return t.ABI.Consts.SigSetToInner(linux.SigSet{uint64(s)})
}

// oldSetOf is the part of a set that fits a long.
func oldSetOf(t *kernel.Task, set linux.SigSet) oldSet {
	return oldSet(t.ABI.Consts.SigSetToGuest(set)[0]) & oldMask(t)
}

// oldMask has the bits of a long.
func oldMask(t *kernel.Task) oldSet { return oldSet(1<<(8*t.ABI.Data.LongSize) - 1) }

// replaceOld changes the signals of a set that a long has; the others stay.
func replaceOld(t *kernel.Task, set linux.SigSet, with oldSet) linux.SigSet {
	guest := t.ABI.Consts.SigSetToGuest(set)
	guest[0] = guest[0]&^uint64(oldMask(t)) | uint64(with)
	return t.ABI.Consts.SigSetToInner(guest)
}

func loadOldSet(t *kernel.Task, at args.Addr) (oldSet, linux.Errno) {
	v, errno := t.Space().Word(uint64(at), t.ABI.Data.LongSize)
	return oldSet(v), errno
}

func storeOldSet(t *kernel.Task, at args.Addr, set oldSet) linux.Errno {
	return t.Space().SetWord(uint64(at), t.ABI.Data.LongSize, uint64(set))
}

// sigprocmask implements Linux system call sigprocmask(2) of old.
func sigprocmask(t *kernel.Task, how args.SigHow, in, out args.Addr) (result, linux.Errno) {
	old := t.Mask()
	if in != 0 {
		set, errno := loadOldSet(t, in)
		if errno != 0 {
			return 0, errno
		}
		mask, ok := newMask(how, old, set.inner(t))
		if how == linux.SIG_SETMASK {
			mask = replaceOld(t, old, set)
		}
		if !ok {
			return 0, linux.EINVAL
		}
		t.SetMask(mask)
	}
	if out == 0 {
		return 0, 0
	}
	return 0, storeOldSet(t, out, oldSetOf(t, old))
}

// sigpending implements Linux system call sigpending(2) of old.
func sigpending(t *kernel.Task, out args.Addr) (result, linux.Errno) {
	return 0, storeOldSet(t, out, oldSetOf(t, t.Pending().And(t.Mask())))
}

// sgetmask implements Linux system call sgetmask(2).
func sgetmask(t *kernel.Task) (result, linux.Errno) { return result(oldSetOf(t, t.Mask())), 0 }

// ssetmask implements Linux system call ssetmask(2).
func ssetmask(t *kernel.Task, set args.UInt) (result, linux.Errno) {
	old := t.Mask()
	t.SetMask(replaceOld(t, linux.SigSet{}, oldSet(set)))
	return result(oldSetOf(t, old)), 0
}

// sigsuspend implements Linux system call sigsuspend(2) of old. The set is the only argument on powerpc and sh, the third
// one on others; on mips it is the address of one (CONFIG_OLD_SIGSUSPEND, CONFIG_OLD_SIGSUSPEND3).
func sigsuspend(t *kernel.Task, first, _, third args.Hex) (result, linux.Errno) {
	set := oldSet(third)
	switch t.ABI.ISA.Family {
	case arch.PowerPC, arch.SuperH:
		set = oldSet(first)
	case arch.MIPS:
		mask, errno := args.InSigSet{Addr: uint64(first)}.Get(t)
		if errno != 0 {
			return 0, errno
		}
		t.SetTemporaryMask(mask)
		return pause(t)
	}
	t.SetTemporaryMask(set.inner(t))
	return pause(t)
}

// signalCall implements Linux system call signal(2): the action is undone by its first use.
func signalCall(t *kernel.Task, sig args.Signal, handler args.Addr) (result, linux.Errno) {
	if !validSignal(t, sig) {
		return 0, linux.EINVAL
	}
	act := linux.Sigaction{Handler: uint64(handler), Flags: linux.SA_RESETHAND | linux.SA_NODEFER}
	old, errno := changeAction(t, linux.Signal(sig), true, act)
	return old.Handler, errno
}

// sigaction implements Linux system call sigaction(2) of old.
func sigaction(t *kernel.Task, sig args.Signal, in, out args.Addr) (result, linux.Errno) {
	if !validSignal(t, sig) {
		return 0, linux.EINVAL
	}
	var act linux.Sigaction
	if in != 0 {
		var errno linux.Errno
		if act, errno = loadOldAction(t, uint64(in)); errno != 0 {
			return 0, errno
		}
	}
	old, errno := changeAction(t, linux.Signal(sig), in != 0, act)
	if errno != 0 || out == 0 {
		return 0, errno
	}
	return 0, storeOldAction(t, uint64(out), &old)
}

// loadOldAction reads a struct old_sigaction: handler, mask, flags and restorer, in longs. On mips it is the new one, of
// which the first word of the mask counts.
func loadOldAction(t *kernel.Task, at uint64) (act linux.Sigaction, errno linux.Errno) {
	var mask uint64
	if t.ABI.ISA.Family == arch.MIPS {
		errno = sigactionIn{Addr: at}.Get(t, &act)
		mask = act.Mask[0]
	} else {
		fields, size := []*uint64{&act.Handler, &mask, &act.Flags, &act.Restorer}, t.ABI.Data.LongSize
		for i, f := range fields {
			if *f, errno = t.Space().Word(at+uint64(i*size), size); errno != 0 {
				return act, errno
			}
		}
	}
	act.Flags = t.ABI.Consts.SigFlags.ToInner(act.Flags)
	act.Mask = (oldSet(mask) & oldMask(t)).inner(t)
	return act, errno
}

func storeOldAction(t *kernel.Task, at uint64, act *linux.Sigaction) linux.Errno {
	mask, flags := uint64(oldSetOf(t, act.Mask)), t.ABI.Consts.SigFlags.ToGuest(act.Flags)
	if t.ABI.ISA.Family == arch.MIPS {
		return sigactionOut{Addr: at}.Put(t, &linux.Sigaction{Handler: act.Handler, Flags: flags, Mask: linux.SigSet{mask}})
	}
	size := t.ABI.Data.LongSize
	for i, v := range []uint64{act.Handler, mask, flags, act.Restorer} {
		if errno := t.Space().SetWord(at+uint64(i*size), size, v); errno != 0 {
			return errno
		}
	}
	return 0
}

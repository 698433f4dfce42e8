package syscalls

import (
	"muslrun/arch/linux"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// putSiginfo writes a siginfo_t in the guest's layout and numbers.
func putSiginfo(t *kernel.Task, addr uint64, info *linux.Siginfo) linux.Errno {
	return args.OutSiginfo{Addr: addr}.Put(t, info)
}

// validSigSetSize reports whether the caller's idea of sizeof(sigset_t) is the ABI's.
func validSigSetSize(t *kernel.Task, size args.Size) bool {
	return int(size) == t.ABI.Consts.SigSetSize
}

// validSignal reports whether the guest's ABI has a signal.
func validSignal(t *kernel.Task, sig args.Signal) bool {
	return sig >= 1 && int(sig) < t.ABI.Consts.NSig
}

type (
	sigactionIn  = args.In[linux.Sigaction, args.SigactionLayout]
	sigactionOut = args.Out[linux.Sigaction, args.SigactionLayout]
)

// rtSigaction implements Linux system call rt_sigaction(2).
func rtSigaction(t *kernel.Task, sig args.Signal, in sigactionIn, out sigactionOut, size args.Size) (result, linux.Errno) {
	if !validSigSetSize(t, size) || !validSignal(t, sig) {
		return 0, linux.EINVAL
	}
	var act linux.Sigaction
	if !in.Null() {
		if errno := in.Get(t, &act); errno != 0 {
			return 0, errno
		}
		act.Flags = t.ABI.Consts.SigFlags.ToInner(act.Flags)
		act.Mask = t.ABI.Consts.SigSetToInner(act.Mask)
	}
	old, errno := changeAction(t, linux.Signal(sig), !in.Null(), act)
	if errno != 0 || out.Null() {
		return 0, errno
	}
	old.Flags = t.ABI.Consts.SigFlags.ToGuest(old.Flags)
	old.Mask = t.ABI.Consts.SigSetToGuest(old.Mask)
	return 0, out.Put(t, &old)
}

// changeAction looks at an action and replaces it if asked to.
func changeAction(t *kernel.Task, sig linux.Signal, set bool, act linux.Sigaction) (linux.Sigaction, linux.Errno) {
	switch {
	case !set:
		return t.Action(sig), 0
	case sig == linux.SIGKILL || sig == linux.SIGSTOP:
		return linux.Sigaction{}, linux.EINVAL
	}
	const known = linux.SA_NOCLDSTOP | linux.SA_NOCLDWAIT | linux.SA_SIGINFO | linux.SA_RESTORER | linux.SA_ONSTACK |
		linux.SA_RESTART | linux.SA_NODEFER | linux.SA_RESETHAND | linux.SA_EXPOSE_TAGBITS
	act.Flags &= known
	return t.SetAction(sig, act), 0
}

// rtSigprocmask implements Linux system call rt_sigprocmask(2).
func rtSigprocmask(t *kernel.Task, how args.SigHow, in args.InSigSet, out args.OutSigSet, size args.Size) (
	result, linux.Errno) {
	if !validSigSetSize(t, size) {
		return 0, linux.EINVAL
	}
	old := t.Mask()
	if !in.Null() {
		set, errno := in.Get(t)
		if errno != 0 {
			return 0, errno
		}
		mask, ok := newMask(how, old, set)
		if !ok {
			return 0, linux.EINVAL
		}
		t.SetMask(mask)
	}
	if out.Null() {
		return 0, 0
	}
	return 0, out.Put(t, old, uint64(size))
}

func newMask(how args.SigHow, old, set linux.SigSet) (mask linux.SigSet, ok bool) {
	switch how {
	case linux.SIG_BLOCK:
		return old.Or(set), true
	case linux.SIG_UNBLOCK:
		return old.Minus(set), true
	case linux.SIG_SETMASK:
		return set, true
	}
	return old, false
}

// rtSigpending implements Linux system call rt_sigpending(2): of the signals that wait, those that are blocked.
func rtSigpending(t *kernel.Task, out args.OutSigSet, size args.Size) (result, linux.Errno) {
	if int(size) > t.ABI.Consts.SigSetSize {
		return 0, linux.EINVAL
	}
	return 0, out.Put(t, t.Pending().And(t.Mask()), uint64(size))
}

// rtSigsuspend implements Linux system call rt_sigsuspend(2).
func rtSigsuspend(t *kernel.Task, in args.InSigSet, size args.Size) (result, linux.Errno) {
	if !validSigSetSize(t, size) {
		return 0, linux.EINVAL
	}
	set, errno := in.Get(t)
	if errno != 0 {
		return 0, errno
	}
	t.SetTemporaryMask(set)
	return pause(t)
}

// pause implements Linux system call pause(2).
func pause(t *kernel.Task) (result, linux.Errno) {
	for t.Block(kernel.NoDeadline) == 0 {
	}
	return 0, linux.ERESTARTNOHAND
}

// rtSigtimedwait implements Linux system call rt_sigtimedwait(2): it takes a pending signal without running its handler.
func rtSigtimedwait[L timespecOf](t *kernel.Task, in args.InSigSet, info args.OutSiginfo, timeout args.In[linux.Timespec, L],
	size args.Size) (result, linux.Errno) {
	if !validSigSetSize(t, size) {
		return 0, linux.EINVAL
	}
	set, errno := in.Get(t)
	if errno != 0 {
		return 0, errno
	}
	end := kernel.NoDeadline
	if !timeout.Null() {
		var ts linux.Timespec
		if errno := timeout.Get(t, &ts); errno != 0 {
			return 0, errno
		}
		if !validTime(&ts) {
			return 0, linux.EINVAL
		}
		end = deadline(t, kernel.Nanoseconds(ts))
	}
	si, errno := awaitSignal(t, set, end)
	if errno != 0 {
		return 0, errno
	}
	if info.Addr != 0 {
		if errno := info.Put(t, &si); errno != 0 {
			return 0, errno
		}
	}
	return t.ABI.Consts.Signals.ToGuest(uint64(si.Signo)), 0
}

// awaitSignal takes a signal of a set: EAGAIN when the time is over, EINTR when another signal comes, which does not
// restart the call.
func awaitSignal(t *kernel.Task, set linux.SigSet, end int64) (linux.Siginfo, linux.Errno) {
	set = set.Without(linux.SIGKILL).Without(linux.SIGSTOP)
	for {
		if info, ok := t.TakeSignal(set); ok {
			return info, 0
		}
		switch errno := t.Block(end); errno {
		case 0:
		case linux.ETIMEDOUT:
			return linux.Siginfo{}, linux.EAGAIN
		default:
			if info, ok := t.TakeSignal(set); ok {
				return info, 0
			}
			return linux.Siginfo{}, linux.EINTR
		}
	}
}

type (
	altStackIn  = args.In[linux.SigaltStack, args.SigaltStackLayout]
	altStackOut = args.Out[linux.SigaltStack, args.SigaltStackLayout]
)

// sigaltstack implements Linux system call sigaltstack(2).
func sigaltstack(t *kernel.Task, in altStackIn, out altStackOut) (result, linux.Errno) {
	old := t.AltStackInfo()
	if !in.Null() {
		var ss linux.SigaltStack
		if errno := in.Get(t, &ss); errno != 0 {
			return 0, errno
		}
		if errno := t.SetAltStack(ss); errno != 0 {
			return 0, errno
		}
	}
	return 0, out.PutIf(t, &old)
}

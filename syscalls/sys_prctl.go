package syscalls

import (
	"math"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/syscalls/args"
	"muslrun/syscalls/kernel"
)

// prctl implements Linux system call prctl(2).
func prctl(t *kernel.Task, option args.Int, a, b, c, d args.Addr) (result, linux.Errno) {
	op, ok := prctlOptions[option]
	if !ok {
		return 0, linux.EINVAL
	}
	return op(t, uint64(a), uint64(b))
}

var prctlOptions = map[args.Int]func(t *kernel.Task, a, b uint64) (result, linux.Errno){
	linux.PR_SET_NAME: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		name, errno := t.Space().CString(a, 4096, 0)
		if errno == 0 {
			t.SetName(name)
		}
		return 0, errno
	},
	linux.PR_GET_NAME: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		var b [16]byte
		copy(b[:15], t.Name())
		return 0, t.Space().Write(a, b[:])
	},
	linux.PR_GET_DUMPABLE: func(t *kernel.Task, _, _ uint64) (result, linux.Errno) {
		return result(t.Group.Dumpable()), 0
	},
	linux.PR_SET_DUMPABLE: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		if a > 1 {
			return 0, linux.EINVAL
		}
		t.Group.SetDumpable(int(a))
		return 0, 0
	},
	linux.PR_GET_NO_NEW_PRIVS: func(t *kernel.Task, _, _ uint64) (result, linux.Errno) {
		return boolean(t.NoNewPrivs), 0
	},
	linux.PR_SET_NO_NEW_PRIVS: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		if a != 1 {
			return 0, linux.EINVAL
		}
		t.NoNewPrivs = true
		return 0, 0
	},
	linux.PR_GET_PDEATHSIG: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		return 0, t.Space().SetWord(a, 4, t.ABI.Consts.Signals.ToGuest(uint64(t.DeathSignal.Load())))
	},
	linux.PR_SET_PDEATHSIG: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		sig := t.ABI.Consts.Signals.ToInner(a)
		if sig >= uint64(t.ABI.Consts.NSig) {
			return 0, linux.EINVAL
		}
		t.DeathSignal.Store(int32(sig))
		return 0, 0
	},
	linux.PR_GET_CHILD_SUBREAPER: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		return 0, t.Space().SetWord(a, 4, boolean(t.Group.Subreaper()))
	},
	linux.PR_SET_CHILD_SUBREAPER: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		t.Group.SetSubreaper(a != 0)
		return 0, 0
	},
	linux.PR_CAPBSET_READ: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		if a >= uint64(linux.CAP_LAST) {
			return 0, linux.EINVAL
		}
		return t.Caller.Cred.Bounding >> a & 1, 0
	},
	linux.PR_CAPBSET_DROP:   dropBounding,
	linux.PR_CAP_AMBIENT:    changeAmbient,
	linux.PR_GET_KEEPCAPS:   func(t *kernel.Task, _, _ uint64) (result, linux.Errno) { return keepsCaps(t), 0 },
	linux.PR_SET_KEEPCAPS:   setKeepCaps,
	linux.PR_SET_SECUREBITS: setSecurebits,
	linux.PR_GET_SECUREBITS: func(t *kernel.Task, _, _ uint64) (result, linux.Errno) {
		return result(t.Caller.Cred.Securebits), 0
	},
	linux.PR_GET_TIMERSLACK: func(t *kernel.Task, _, _ uint64) (result, linux.Errno) {
		return min(t.TimerSlack(), math.MaxInt64), 0
	},
	linux.PR_SET_TIMERSLACK: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		t.SetTimerSlack(uint64(max(int64(a), 0)))
		return 0, 0
	},
	linux.PR_GET_TID_ADDRESS: func(t *kernel.Task, a, _ uint64) (result, linux.Errno) {
		return 0, t.Space().SetWord(a, t.ABI.Pointers(), t.ClearChildTID)
	},
	linux.PR_GET_SECCOMP:     func(*kernel.Task, uint64, uint64) (result, linux.Errno) { return 0, 0 },
	linux.PR_SET_THP_DISABLE: func(*kernel.Task, uint64, uint64) (result, linux.Errno) { return 0, 0 },
	linux.PR_GET_THP_DISABLE: func(*kernel.Task, uint64, uint64) (result, linux.Errno) { return 0, 0 },
}

// What prctl does to capabilities (cap_task_prctl in security/commoncap.c).

// changeCred replaces the task's credentials by a changed copy.
func changeCred(t *kernel.Task, change func(c *fs.Credentials)) {
	c := *t.Caller.Cred
	change(&c)
	t.Caller.Cred = &c
}

func dropBounding(t *kernel.Task, which, _ uint64) (result, linux.Errno) {
	switch {
	case !t.Capable(linux.CAP_SETPCAP):
		return 0, linux.EPERM
	case which >= uint64(linux.CAP_LAST):
		return 0, linux.EINVAL
	}
	changeCred(t, func(c *fs.Credentials) { c.Bounding &^= 1 << which })
	return 0, 0
}

// changeAmbient implements PR_CAP_AMBIENT.
func changeAmbient(t *kernel.Task, op, which uint64) (result, linux.Errno) {
	old := t.Caller.Cred
	if op == linux.PR_CAP_AMBIENT_CLEAR_ALL && which == 0 {
		changeCred(t, func(c *fs.Credentials) { c.Ambient = 0 })
		return 0, 0
	}
	if which >= uint64(linux.CAP_LAST) {
		return 0, linux.EINVAL
	}
	bit := uint64(1) << which
	switch op {
	case linux.PR_CAP_AMBIENT_IS_SET:
		return old.Ambient >> which & 1, 0
	case linux.PR_CAP_AMBIENT_LOWER:
		changeCred(t, func(c *fs.Credentials) { c.Ambient &^= bit })
		return 0, 0
	case linux.PR_CAP_AMBIENT_RAISE:
		if old.Permitted&old.Inheritable&bit == 0 || old.Securebits&linux.SECBIT_NO_CAP_AMBIENT_RAISE != 0 {
			return 0, linux.EPERM
		}
		changeCred(t, func(c *fs.Credentials) { c.Ambient |= bit })
		return 0, 0
	}
	return 0, linux.EINVAL
}

func keepsCaps(t *kernel.Task) result {
	return boolean(t.Caller.Cred.Securebits&linux.SECBIT_KEEP_CAPS != 0)
}

func setKeepCaps(t *kernel.Task, on, _ uint64) (result, linux.Errno) {
	switch {
	case on > 1:
		return 0, linux.EINVAL
	case t.Caller.Cred.Securebits&linux.SECBIT_KEEP_CAPS_LOCKED != 0:
		return 0, linux.EPERM
	}
	changeCred(t, func(c *fs.Credentials) {
		c.Securebits &^= linux.SECBIT_KEEP_CAPS
		if on == 1 {
			c.Securebits |= linux.SECBIT_KEEP_CAPS
		}
	})
	return 0, 0
}

// setSecurebits implements PR_SET_SECUREBITS: what is locked stays as it is.
func setSecurebits(t *kernel.Task, bits, _ uint64) (result, linux.Errno) {
	old := uint64(t.Caller.Cred.Securebits)
	locks := old & linux.SECURE_ALL_LOCKS
	switch {
	case locks>>1&(old^bits) != 0, locks&^bits != 0, bits&^(linux.SECURE_ALL_LOCKS|linux.SECURE_ALL_BITS) != 0,
		!t.Capable(linux.CAP_SETPCAP):
		return 0, linux.EPERM
	}
	changeCred(t, func(c *fs.Credentials) { c.Securebits = uint32(bits) })
	return 0, 0
}

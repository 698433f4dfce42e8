package arch

import "muslrun/arch/linux"

// EncodeSiginfo writes a siginfo_t, 128 bytes, in the guest's numbers.
func (a *ABI) EncodeSiginfo(dst []byte, info *linux.Siginfo) {
	guest := a.GuestSiginfo(info)
	clear(dst[:SiginfoSize])
	a.Structs.Siginfo.For(linux.Signal(info.Signo), info.Code).Encode(dst, &guest)
}

// GuestSiginfo renumbers what a siginfo_t tells: signal, code and error, and the signal in the status of a child that did
// not end by itself.
func (a *ABI) GuestSiginfo(info *linux.Siginfo) linux.Siginfo {
	c, guest := a.Consts, *info
	guest.Signo = int32(c.Signals.ToGuest(uint64(info.Signo)))
	guest.Code = int32(c.SigCode.ToGuest(uint64(int64(info.Code))))
	guest.Errno = int32(a.Errno(linux.Errno(info.Errno)))
	if info.Signo == linux.SIGCHLD && info.Code > linux.CLD_EXITED {
		guest.Status = int32(c.Signals.ToGuest(uint64(info.Status)))
	}
	return guest
}

// SigSetToInner renumbers the signals of a guest's set.
func (c *Consts) SigSetToInner(guest uint64) linux.SigSet {
	return linux.SigSet(renumberSet(c.Signals, (*Table).ToInner, guest))
}

// SigSetToGuest renumbers the signals of a set for a guest.
func (c *Consts) SigSetToGuest(set linux.SigSet) uint64 {
	return renumberSet(c.Signals, (*Table).ToGuest, uint64(set))
}

func renumberSet(table *Table, number func(*Table, uint64) uint64, set uint64) (out uint64) {
	if table == nil {
		return set
	}
	for s := uint64(1); s <= linux.SIGRTMAX; s++ {
		if n := number(table, s); set>>(s-1)&1 != 0 && n != 0 && n <= linux.SIGRTMAX {
			out |= 1 << (n - 1)
		}
	}
	return out
}

package arch

import (
	"math/bits"

	"muslrun/arch/linux"
)

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
func (c *Consts) SigSetToInner(guest linux.SigSet) linux.SigSet {
	return renumberSet(c.Signals, (*Table).ToInner, guest)
}

// SigSetToGuest renumbers the signals of a set for a guest.
func (c *Consts) SigSetToGuest(set linux.SigSet) linux.SigSet {
	return renumberSet(c.Signals, (*Table).ToGuest, set)
}

// renumberSet renumbers the standard signals of a set. Real-time signals have the same numbers everywhere.
func renumberSet(table *Table, number func(*Table, uint64) uint64, set linux.SigSet) linux.SigSet {
	if table == nil {
		return set
	}
	const standard = 1<<(linux.SIGRTMIN-1) - 1
	out := linux.SigSet{set[0] &^ standard, set[1]}
	for left := set[0] & standard; left != 0; left &= left - 1 {
		if n := number(table, uint64(bits.TrailingZeros64(left)+1)); n != Unknown {
			out = out.With(linux.Signal(n))
		}
	}
	return out
}

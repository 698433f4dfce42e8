package args

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/emu"
	"muslrun/syscalls/kernel"
)

// InSigSet is a set of signals that the call reads, and OutSigSet one that it writes: an address, which may be null.
type (
	InSigSet  struct{ Addr uint64 }
	OutSigSet struct{ Addr uint64 }
)

// Load takes the address.
func (InSigSet) Load(s *Source) InSigSet { return InSigSet{s.Pointer()} }

// Load takes the address.
func (OutSigSet) Load(s *Source) OutSigSet { return OutSigSet{s.Pointer()} }

// Null reports whether there is no set.
func (a InSigSet) Null() bool { return a.Addr == 0 }

// Null reports whether there is no set.
func (a OutSigSet) Null() bool { return a.Addr == 0 }

// Get reads the set, in inner numbering.
func (a InSigSet) Get(t *kernel.Task) (linux.SigSet, linux.Errno) {
	var b [16]byte
	used := b[:t.ABI.Consts.SigSetSize]
	if errno := t.Space().Read(a.Addr, used); errno != 0 {
		return linux.SigSet{}, errno
	}
	return t.ABI.Consts.SigSetToInner(linux.SigSet{sigWord(t.ABI, b[:8]), sigWord(t.ABI, b[8:])}), 0
}

// Put writes the first size bytes of the set as the guest has it.
func (a OutSigSet) Put(t *kernel.Task, set linux.SigSet, size uint64) linux.Errno {
	var b [16]byte
	guest := t.ABI.Consts.SigSetToGuest(set)
	putSigWord(t.ABI, b[:8], guest[0])
	putSigWord(t.ABI, b[8:], guest[1])
	return t.Space().Write(a.Addr, b[:min(size, uint64(len(b)))])
}

// sigWord joins the longs of 64 signals in a sigset_t, of which the first has the lowest.
func sigWord(a *arch.ABI, b []byte) uint64 {
	order := a.Data.Order
	if a.Data.LongSize == 4 {
		return order.Uint(b[:4]) | order.Uint(b[4:8])<<32
	}
	return order.Uint(b[:8])
}

func putSigWord(a *arch.ABI, b []byte, set uint64) {
	order := a.Data.Order
	if a.Data.LongSize == 4 {
		order.PutUint(b[:4], set&0xffffffff)
		order.PutUint(b[4:8], set>>32)
		return
	}
	order.PutUint(b, set)
}

// Print lists the signals.
func (a InSigSet) Print(p *Printer) { printSigSet(p, a.Addr) }

// Print lists the signals once the call has written them.
func (a OutSigSet) Print(p *Printer) {
	if p.after() && p.succeeded() {
		printSigSet(p, a.Addr)
		return
	}
	p.Pointer(a.Addr)
}

func printSigSet(p *Printer, addr uint64) {
	set, errno := InSigSet{addr}.Get(p.Task)
	if addr == 0 || errno != 0 {
		p.Pointer(addr)
		return
	}
	p.SigSet(set)
}

// SigSet writes the names of the signals in a set, or behind a ~ those not in it if they are fewer.
func (p *Printer) SigSet(set linux.SigSet) {
	in := 0
	for s := linux.Signal(1); s <= linux.SIGRTMAX; s++ {
		if set.Has(s) {
			in++
		}
	}
	list := in <= int(linux.SIGRTMAX)/2
	if !list {
		p.String("~")
	}
	p.String("[")
	sep := ""
	for s := linux.Signal(1); s <= linux.SIGRTMAX; s++ {
		if set.Has(s) == list {
			p.String(sep + s.String())
			sep = " "
		}
	}
	p.String("]")
}

// SigHow is what rt_sigprocmask(2) does with a set, in inner numbering.
type SigHow uint32

// Load renumbers where the ABI has values of its own.
func (SigHow) Load(s *Source) SigHow {
	return SigHow(s.Task.ABI.Consts.SigHow.ToInner(uint64(uint32(s.Int()))))
}

// Print writes the name.
func (a SigHow) Print(p *Printer) { p.Enum(sigHowNames, int64(a)) }

var sigHowNames = []Name{
	{linux.SIG_BLOCK, "SIG_BLOCK"},
	{linux.SIG_UNBLOCK, "SIG_UNBLOCK"},
	{linux.SIG_SETMASK, "SIG_SETMASK"},
}

// InSiginfo is a siginfo_t that the call reads, and OutSiginfo one that it writes: an address, which may be null.
type (
	InSiginfo  struct{ Addr uint64 }
	OutSiginfo struct{ Addr uint64 }
)

// Load takes the address.
func (InSiginfo) Load(s *Source) InSiginfo { return InSiginfo{s.Pointer()} }

// Load takes the address.
func (OutSiginfo) Load(s *Source) OutSiginfo { return OutSiginfo{s.Pointer()} }

// Get reads the structure; numbers of signals and reasons are the inner ones then.
func (a InSiginfo) Get(t *kernel.Task, info *linux.Siginfo) linux.Errno {
	codecs := &t.ABI.Structs.Siginfo
	if errno := a.decode(t, codecs.Kill, info); errno != 0 {
		return errno
	}
	return a.decode(t, codecs.For(linux.Signal(info.Signo), info.Code), info)
}

func (a InSiginfo) decode(t *kernel.Task, codec *layout.Codec[linux.Siginfo], info *linux.Siginfo) linux.Errno {
	v := t.Space().View(a.Addr, uint64(codec.Size()), emu.Read)
	if len(v) < codec.Size() {
		return linux.EFAULT
	}
	consts := t.ABI.Consts
	*info = linux.Siginfo{}
	codec.Decode(v, info)
	info.Signo = int32(consts.Signals.ToInner(uint64(uint32(info.Signo))))
	info.Code = int32(consts.SigCode.ToInner(uint64(int64(info.Code))))
	return 0
}

// Put writes the structure in the guest's numbers.
func (a OutSiginfo) Put(t *kernel.Task, info *linux.Siginfo) linux.Errno {
	v := t.Space().View(a.Addr, arch.SiginfoSize, emu.Write)
	if len(v) < arch.SiginfoSize {
		return linux.EFAULT
	}
	t.ABI.EncodeSiginfo(v, info)
	return 0
}

// Print writes the address, or who sent the signal.
func (a InSiginfo) Print(p *Printer) { printSiginfo(p, a.Addr) }

// Print writes who sent the signal, once the call has told it.
func (a OutSiginfo) Print(p *Printer) {
	if p.after() && p.succeeded() {
		printSiginfo(p, a.Addr)
		return
	}
	p.Pointer(a.Addr)
}

func printSiginfo(p *Printer, addr uint64) {
	var info linux.Siginfo
	if addr == 0 || (InSiginfo{addr}).Get(p.Task, &info) != 0 {
		p.Pointer(addr)
		return
	}
	p.String("{si_signo=" + linux.Signal(info.Signo).String() + ", si_code=")
	p.Int(int64(info.Code))
	p.String(", si_pid=")
	p.Int(int64(info.Pid))
	p.String("}")
}

package loader

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// StackSpec is what goes on a new program's stack. The memory below Top is mapped already.
type StackSpec struct {
	Top   uint64 // end of the stack, a multiple of the page size
	Size  uint64 // how much of it may be filled, in bytes
	Limit uint64 // RLIMIT_STACK in bytes; a quarter of it bounds arguments and environment

	Args, Env []string
	ExecFn    string // the path as execve(2) was given it

	UID, EUID, GID, EGID uint32
	Secure               bool
	Random               [16]byte
	// Aux comes before all other entries, as ARCH_DLINFO does: AT_SYSINFO_EHDR, AT_MINSIGSTKSZ, cache sizes.
	Aux []Aux
}

// Aux is one entry of the auxiliary vector.
type Aux struct{ Tag, Value uint64 }

// Stack is where things are on a new program's stack.
type Stack struct {
	SP                 uint64 // at argc
	ArgStart, ArgEnd   uint64 // argument strings (/proc/PID/cmdline)
	EnvStart, EnvEnd   uint64 // environment strings (/proc/PID/environ)
	Auxv               []byte // as in memory, AT_NULL included (/proc/PID/auxv)
	LoadMap, InterpMap uint64 // FDPIC loadmaps, else 0
}

// Limits of execve(2), from linux/binfmts.h and fs/exec.c.
const (
	maxArgPages   = 32              // MAX_ARG_STRLEN in pages
	maxArgTotal   = 8 << 20 / 4 * 3 // three quarters of _STK_LIM
	clockTicks    = 100             // USER_HZ
	stackAlign    = 16
	stackOverhead = 8192 // more than auxv, platform and padding take
)

// BuildStack writes the initial stack, from the top down: a null word, the file name, the environment's and
// the arguments' strings; platform string, random bytes, FDPIC loadmaps; padding; the auxiliary vector, envp,
// argv and argc, at SP. It answers E2BIG if there is too much.
func BuildStack(s Space, abi *arch.ABI, l *Loaded, spec *StackSpec) (*Stack, linux.Errno) {
	if len(spec.Args) == 0 {
		with := *spec
		with.Args, spec = []string{""}, &with // since 5.18, Linux never starts a program without argv[0]
	}
	need, errno := spec.check(abi)
	if errno != 0 {
		return nil, errno
	}
	need += l.exec.loadMapSize() + l.interp.loadMapSize() + uint64(len(spec.Aux))*16 + stackOverhead
	if need > spec.Size || need > spec.Top {
		return nil, linux.E2BIG
	}
	b := &stackBuilder{abi: abi, top: spec.Top, buf: make([]byte, need), at: need}
	st := b.build(l, spec)
	return st, s.Poke(st.SP, b.buf[b.at:])
}

// check applies the limits of execve(2) and gives the bytes that strings and pointers take.
func (spec *StackSpec) check(abi *arch.ABI) (uint64, linux.Errno) {
	limit := max(min(maxArgTotal, spec.Limit/4), linux.ARG_MAX)
	pointers := uint64(len(spec.Args)+len(spec.Env)) * uint64(abi.Data.PtrSize)
	total := pointers + uint64(len(spec.ExecFn)) + 1
	for _, list := range [][]string{spec.Args, spec.Env} {
		for _, str := range list {
			n := uint64(len(str)) + 1
			if total += n; n > maxArgPages*abi.PageSize || total > limit {
				return 0, linux.E2BIG
			}
		}
	}
	return total, 0
}

// stackBuilder fills a copy of the stack from the top down.
type stackBuilder struct {
	abi *arch.ABI
	top uint64 // guest address of the end of buf
	buf []byte
	at  uint64 // index in buf of the lowest byte in use
}

// push puts bytes below what is there and gives their guest address.
func (b *stackBuilder) push(p []byte) uint64 {
	b.at -= uint64(len(p))
	copy(b.buf[b.at:], p)
	return b.addr()
}

// pushString puts a string and its terminating zero.
func (b *stackBuilder) pushString(s string) uint64 {
	b.at -= uint64(len(s)) + 1
	copy(b.buf[b.at:], s)
	return b.addr()
}

// pushStrings puts a list so that its strings ascend, and gives their addresses.
func (b *stackBuilder) pushStrings(list []string) []uint64 {
	addrs := make([]uint64, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		addrs[i] = b.pushString(list[i])
	}
	return addrs
}

// words makes an empty list of guest words.
func (b *stackBuilder) words() *words {
	return &words{order: b.abi.Data.Order, size: b.abi.Data.PtrSize}
}

func (b *stackBuilder) addr() uint64 { return b.top - uint64(len(b.buf)) + b.at }

// alignDown makes the next address a multiple of a power of two, less bytes that will be pushed after it.
func (b *stackBuilder) alignDown(align, bytes uint64) {
	b.at -= (b.addr() - bytes) & (align - 1)
}

func (b *stackBuilder) build(l *Loaded, spec *StackSpec) *Stack {
	st := &Stack{}
	b.push(make([]byte, b.abi.Data.PtrSize))
	execFn := b.pushString(spec.ExecFn)
	st.EnvEnd = b.addr()
	envp := b.pushStrings(spec.Env)
	st.EnvStart, st.ArgEnd = b.addr(), b.addr()
	argv := b.pushStrings(spec.Args)
	st.ArgStart = b.addr()

	b.alignDown(stackAlign, 0)
	var platform uint64
	if b.abi.Platform != "" {
		platform = b.pushString(b.abi.Platform)
	}
	random := b.push(spec.Random[:])
	st.LoadMap, st.InterpMap = b.pushLoadMap(l.exec), b.pushLoadMap(l.interp)

	aux := append(append([]Aux{}, spec.Aux...), auxv(b.abi, l, spec, random, execFn, platform)...)
	st.Auxv = b.pushVectors(argv, envp, aux)
	st.SP = b.addr()
	return st
}

// pushVectors puts argc, argv, envp and the auxiliary vector, with argc aligned, and gives a copy of the
// auxiliary vector.
func (b *stackBuilder) pushVectors(argv, envp []uint64, aux []Aux) []byte {
	w := b.words()
	w.put(uint64(len(argv)))
	for _, list := range [][]uint64{argv, envp} {
		for _, p := range list {
			w.put(p)
		}
		w.put(0)
	}
	start := len(w.buf)
	for _, a := range aux {
		w.put(a.Tag)
		w.put(a.Value)
	}
	b.alignDown(stackAlign, uint64(len(w.buf)))
	b.push(w.buf)
	return w.buf[start:]
}

func (b *stackBuilder) pushLoadMap(p *placed) uint64 {
	m := p.loadMap(b.words())
	if m == nil {
		return 0
	}
	b.alignDown(8, uint64(len(m)))
	return b.push(m)
}

// loadMapSize bounds what pushLoadMap takes, in bytes.
func (p *placed) loadMapSize() uint64 {
	if p == nil || !p.image.FDPIC {
		return 0
	}
	return 16 + 12*uint64(len(p.image.Segments))
}

// auxv is the part of the auxiliary vector that every architecture has, in Linux's order, AT_NULL included.
func auxv(abi *arch.ABI, l *Loaded, spec *StackSpec, random, execFn, platform uint64) []Aux {
	v := []Aux{
		{linux.AT_HWCAP, abi.HWCap},
		{linux.AT_PAGESZ, abi.PageSize},
		{linux.AT_CLKTCK, clockTicks},
		{linux.AT_PHDR, l.PHdr},
		{linux.AT_PHENT, uint64(l.PHEnt)},
		{linux.AT_PHNUM, uint64(l.PHNum)},
		{linux.AT_BASE, l.Base},
		{linux.AT_FLAGS, 0},
		{linux.AT_ENTRY, l.ProgEntry},
		{linux.AT_UID, uint64(spec.UID)},
		{linux.AT_EUID, uint64(spec.EUID)},
		{linux.AT_GID, uint64(spec.GID)},
		{linux.AT_EGID, uint64(spec.EGID)},
		{linux.AT_SECURE, truth(spec.Secure)},
		{linux.AT_RANDOM, random},
	}
	if abi.HWCap2 != 0 {
		v = append(v, Aux{linux.AT_HWCAP2, abi.HWCap2})
	}
	v = append(v, Aux{linux.AT_EXECFN, execFn})
	if platform != 0 {
		v = append(v, Aux{linux.AT_PLATFORM, platform})
	}
	return append(v, Aux{linux.AT_NULL, 0})
}

func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// words appends integers in the guest's byte order.
type words struct {
	buf   []byte
	order layout.Order
	size  int // of a pointer, in bytes
}

func (w *words) uint(size int, v uint64) {
	var b [8]byte
	w.order.PutUint(b[:size], v)
	w.buf = append(w.buf, b[:size]...)
}

func (w *words) put(v uint64)  { w.uint(w.size, v) }
func (w *words) half(v uint16) { w.uint(2, uint64(v)) }
func (w *words) word(v uint32) { w.uint(4, uint64(v)) }

// Package mips describes the Linux ABIs of MIPS: o32, n64 (musl's mips64) and n32, each in both byte orders, for the
// instruction sets before and since release 6, with hardware and software floating point.
package mips

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// model is what tells the three ABIs apart.
type model struct {
	name     string
	class    elf.Class
	abi2     bool // EF_MIPS_ABI2: n32
	base     uint64
	calls    []string
	long     int
	bits     int
	args     []string
	taskSize uint64
}

var models = []model{
	{name: "mips", class: elf.ELFCLASS32, base: 4000, calls: callsO32, long: 4, bits: 32,
		args: []string{"r4", "r5", "r6", "r7"}, taskSize: 0x7fff8000},
	{name: "mips64", class: elf.ELFCLASS64, base: 5000, calls: callsN64, long: 8, bits: 64,
		args: []string{"r4", "r5", "r6", "r7", "r8", "r9"}, taskSize: 1 << 40},
	{name: "mipsn32", class: elf.ELFCLASS32, abi2: true, base: 6000, calls: callsN32, long: 4, bits: 64,
		args: []string{"r4", "r5", "r6", "r7", "r8", "r9"}, taskSize: 0x7fff8000},
}

// variant is one ABI: a model, a release, a byte order and a kind of floating point.
type variant struct {
	*model
	r6, soft bool
	order    layout.Order
}

// ABIs lists the package's ABIs. Those with software floating point come last, so that they are taken where they match.
func ABIs() []arch.Entry {
	var entries []arch.Entry
	for i := range models {
		for _, soft := range []bool{false, true} {
			for _, r6 := range []bool{false, true} {
				for _, order := range []layout.Order{layout.Big, layout.Little} {
					entries = append(entries, variant{&models[i], r6, soft, order}.entry())
				}
			}
		}
	}
	return entries
}

func (v variant) entry() arch.Entry {
	name := v.name
	for _, part := range []struct {
		on     bool
		suffix string
	}{{v.r6, "r6"}, {v.order == layout.Little, "el"}, {v.soft, "-sf"}} {
		if part.on {
			name += part.suffix
		}
	}
	file := arch.ELF{Machine: elf.EM_MIPS, Class: v.class, Data: arch.Data(v.order), Match: v.match}
	return arch.Entry{Name: name, ELF: file, Build: v.build}
}

// Bits of e_flags (asm/elf.h).
const (
	flagABI2    = 0x20
	flagFP64    = 0x200
	flagNaN2008 = 0x400
	archShift   = 28
	arch32R6    = 9
	arch64R6    = 10
)

func (v variant) match(f *arch.ELFFacts) bool {
	r6 := f.Flags>>archShift == arch32R6 || f.Flags>>archShift == arch64R6
	return r6 == v.r6 && f.Flags&flagABI2 != 0 == v.abi2 && (!v.soft || isSoft(f))
}

// The floating-point ABIs of .MIPS.abiflags and of Tag_GNU_MIPS_ABI_FP (asm/elf.h).
const (
	fpAny    = 0
	fpDouble = 1
	fpSoft   = 3
	fpXX     = 5
	fp64     = 6
	fp64A    = 7
)

// fpABI is the file's floating-point ABI. One that does not say has that of before there were others.
func fpABI(f *arch.ELFFacts) uint64 {
	const offset = 7 // of fp_abi in struct mips_elf_abiflags_v0
	if len(f.MIPSABIFlags) > offset {
		return uint64(f.MIPSABIFlags[offset])
	}
	if value, ok := arch.Attribute(f, "gnu", 4); ok {
		return value
	}
	return fpDouble
}

func isSoft(f *arch.ELFFacts) bool {
	if soft, known := f.MuslVariant("-sf"); known {
		return soft
	}
	return fpABI(f) == fpSoft
}

func (v variant) isa() *arch.ISA {
	switch {
	case v.bits == 32 && v.r6:
		return MIPS32R6(v.order)
	case v.bits == 32:
		return MIPS32(v.order)
	case v.r6:
		return MIPS64R6(v.order)
	}
	return MIPS64(v.order)
}

func (v variant) build(e arch.Entry) *arch.ABI {
	isa := v.isa()
	r := layout.Rules{Order: v.order, LongSize: v.long, PtrSize: v.long, Align64: 8}
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096, TaskSize: v.taskSize, Machine: "mips",
		Calls:      arch.NewCalls(v.base, v.calls, nil),
		Convention: v.convention(isa.Regs),
		Structs:    v.structs(r), Consts: v.consts(r),
		Entry:  v.start(isa.Regs),
		SetTLS: arch.TLSRegister(isa.Regs.Reg("userlocal")),
	}
	if v.bits == 64 {
		a.Machine = "mips64"
	}
	if v.r6 {
		a.HWCap = 1 // HWCAP_MIPS_R6
	}
	a.Frames = v.frames(a)
	return a
}

// convention passes o32's arguments from the fifth on in the caller's stack frame.
func (v variant) convention(file *arch.RegisterFile) arch.Convention {
	c := arch.Convention{
		Number: file.Reg("r2"), Args: file.Args(v.args...), Result: file.Reg("r2"), Result2: file.Reg("r3"),
		Error: arch.FlagErrno, Wide: v.bits == 64, TrapSize: 4,
	}
	if v.bits == 32 {
		c.Pairs = arch.PairsEven
		for i := 4; i < len(c.Args); i++ {
			c.Args[i].Stack = uint16(4 * i)
		}
	}
	flag := file.Reg("r7")
	c.SetFlag = func(regs arch.Registers, failed bool) {
		value := uint64(0)
		if failed {
			value = 1
		}
		regs.SetReg(flag, value)
	}
	return c
}

// start sets Status.FR, the width of the floating-point registers: 64 bits for n32, n64, release 6 and files that ask for
// it or do with either, pairs of 32 for the rest of o32 (arch_check_elf); and how NaNs are told apart, in FCSR.
func (v variant) start(file *arch.RegisterFile) func(arch.Registers, *arch.EntryState) {
	status, fcsr := file.Reg("status"), file.Reg("fcsr")
	return func(regs arch.Registers, s *arch.EntryState) {
		const fr, nan2008 = 1 << 26, 3 << 18
		value := regs.Reg(status) &^ fr
		if v.bits == 64 || v.r6 || s.File != nil && wantsFP64(s.File) {
			value |= fr
		}
		regs.SetReg(status, value)
		if v.r6 || s.File != nil && s.File.Flags&flagNaN2008 != 0 {
			regs.SetReg(fcsr, nan2008)
		}
	}
}

func wantsFP64(f *arch.ELFFacts) bool {
	switch fpABI(f) {
	case fpAny, fpXX, fp64, fp64A:
		return true
	}
	return f.Flags&flagFP64 != 0
}

func (v variant) consts(r layout.Rules) *arch.Consts {
	c := arch.GenericConsts(r)
	c.Errno = arch.NewTable(errnos())
	c.Open = arch.NewFlags(openFlags())
	c.Fcntl = v.fcntl()
	c.Poll = arch.NewFlags(arch.With(pollEvents(), linux.POLLOUT, linux.POLLOUT))
	c.Mmap = arch.NewFlags(mmapFlags())
	c.RLimits = arch.NewTable(rlimits())
	c.Ioctl = v.ioctl()
	// 7 is SIGEMT, which no other architecture here has; SIGSTKFLT, which mips lacks, stands for it inside.
	c.Signals = arch.NewTable(arch.With(signals(), linux.SIGSTKFLT, 7))
	c.SigHow = arch.NewTable(sigHows())
	c.SigFlags = arch.NewFlags(sigFlags())
	c.SigCode = arch.NewTable(sigCodes())
	c.Socket = arch.NewTable(map[uint64]uint64{linux.SOCK_STREAM: 2, linux.SOCK_DGRAM: 1})
	c.SockLevel = arch.NewTable(map[uint64]uint64{linux.SOL_SOCKET: 0xffff})
	c.SockOpt = arch.NewTable(sockOpts())
	c.Lflag = arch.NewFlags(lflags())
	c.NSig, c.SigSetSize = 129, 16
	if v.long == 4 {
		c.RLimInfinity = 0x7fffffff
	}
	return c
}

func (v variant) fcntl() *arch.Table {
	if v.long == 8 {
		return arch.NewTable(fcntls())
	}
	return arch.NewTable(arch.With(fcntls(), linux.F_GETLK64, 33, linux.F_SETLK64, 34, linux.F_SETLKW64, 35))
}

// ioctl has the direction bits of mips in the numbers that hold the size of a long.
func (v variant) ioctl() *arch.Table {
	if v.long == 8 {
		return arch.NewTable(ioctls())
	}
	return arch.NewTable(arch.With(ioctls(), linux.FS_IOC_GETFLAGS, 0x40046601, linux.FS_IOC_SETFLAGS, 0x80046602,
		linux.FS_IOC_GETVERSION, 0x40047601, linux.BLKGETSIZE64, 0x40041272))
}

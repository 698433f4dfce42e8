// Package arm describes the Linux EABI of 32-bit arm, little-endian, big-endian (BE8) and old big-endian (BE32), each with
// soft and hard floating-point arguments.
package arm

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// Bits of e_flags (ARM ELF specification, 5.3).
const (
	eabiMask  = 0xff000000
	eabi4     = 0x04000000
	eabi5     = 0x05000000
	be8       = 0x00800000
	floatHard = 0x400
	floatSoft = 0x200
)

// ABIs lists the package's ABIs.
func ABIs() []arch.Entry {
	little, big := layout.Little, layout.Big
	return []arch.Entry{
		{Name: "arm", ELF: file(little, isEABI), Build: build},
		{Name: "armhf", ELF: file(little, isHard), Build: build},
		{Name: "armeb-be32", ELF: file(big, isEABI), Build: buildBE32},
		{Name: "armeb", ELF: file(big, func(f *arch.ELFFacts) bool { return isEABI(f) && f.Flags&be8 != 0 }), Build: build},
		{Name: "armebhf", ELF: file(big, func(f *arch.ELFFacts) bool { return isHard(f) && f.Flags&be8 != 0 }), Build: build},
	}
}

func file(o layout.Order, match func(*arch.ELFFacts) bool) arch.ELF {
	return arch.ELF{Machine: elf.EM_ARM, Class: elf.ELFCLASS32, Data: arch.Data(o), Match: match}
}

// isEABI takes version 4 too, which tcc writes.
func isEABI(f *arch.ELFFacts) bool { return f.Flags&eabiMask == eabi4 || f.Flags&eabiMask == eabi5 }

// isHard looks at the flags of a linked file and, where these say nothing, at its interpreter and its attributes.
func isHard(f *arch.ELFFacts) bool {
	if !isEABI(f) || f.Flags&floatSoft != 0 {
		return false
	}
	if hard, known := f.MuslVariant("hf"); known {
		return hard
	}
	const vfpArgs = 28 // Tag_ABI_VFP_args; 1 means VFP registers
	value, ok := arch.Attribute(f, "aeabi", vfpArgs)
	return f.Flags&floatHard != 0 || ok && value == 1
}

// hwcap holds what ARMv7-A with VFPv3 and NEON has: half thumb fastmult vfp edsp neon vfpv3 tls vfpd32 (asm/hwcap.h).
const hwcap = 1<<1 | 1<<2 | 1<<4 | 1<<6 | 1<<7 | 1<<12 | 1<<13 | 1<<15 | 1<<19

func build(e arch.Entry) *arch.ABI {
	order := e.ELF.Order()
	a := common(e, ISA(order))
	a.Machine, a.Platform, a.HWCap = "armv7l", "v7l", hwcap
	if order == layout.Big {
		a.Machine, a.Platform = "armv7b", "v7b"
	}
	return a
}

// buildBE32 is for code that ARMv6 and later cannot run: big-endian instructions. Its processor has neither VFP nor a
// thread register, so that programs use the kernel's helper page.
func buildBE32(e arch.Entry) *arch.ABI {
	a := common(e, BE32())
	a.Machine, a.Platform, a.HWCap = "armv5teb", "v5b", 1<<1|1<<2|1<<4|1<<7
	return a
}

// The kernel's private calls, far above the others (asm/unistd.h).
var private = map[uint64]string{
	0xf0001: "arm_breakpoint", 0xf0002: "arm_cacheflush", 0xf0003: "arm_usr26", 0xf0004: "arm_usr32", 0xf0005: "set_tls",
	0xf0006: "get_tls",
}

func common(e arch.Entry, isa *arch.ISA) *arch.ABI {
	r := layout.Rules{Order: isa.Order, LongSize: 4, PtrSize: 4, Align64: 8}
	cpsr, tls := isa.Regs.Reg("cpsr"), isa.Regs.Reg("tpidruro")
	consts := arch.GenericConsts(r)
	consts.Open = arch.NewFlags(arch.OpenFlagsARM())
	consts.Ioctl = arch.NewTable(arch.With(arch.Ioctls32, linux.FIOQSIZE, 0x545e))
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096, TaskSize: 0xbf000000, UID16: true,
		Calls: arch.NewCalls(0, calls, private),
		Convention: arch.Convention{
			Number: isa.Regs.Reg("r7"), Args: isa.Regs.Args("r0", "r1", "r2", "r3", "r4", "r5", "r6"),
			Result: isa.Regs.Reg("r0"), Result2: arch.NoReg, Pairs: arch.PairsEven, TrapSize: 4,
		},
		Structs: structs(r), Consts: consts,
		Entry: func(regs arch.Registers, s *arch.EntryState) {
			const thumb = 1 << 5
			regs.SetReg(cpsr, regs.Reg(cpsr)&^thumb|s.Entry&1*thumb)
		},
		SetTLS: arch.TLSRegister(tls), KernelPage: kuserHelpers(isa),
	}
	a.Frames = frames(a)
	return a
}

func structs(r layout.Rules) *arch.Structs {
	s := arch.GenericStructs(r)
	s.Stat = layout.New[linux.Stat](arch.ShortStat{}, r)
	if r.Order == layout.Big {
		s.Stat = layout.New[linux.Stat](arch.ShortDevStat{}, r)
	}
	s.Stat64 = layout.New[linux.Stat](arch.OldStat64{}, r)
	s.Statfs64 = layout.New[linux.Statfs](statfs64{}, r)
	s.Sigaction = layout.New[linux.Sigaction](arch.SigactionWithRestorer{}, r)
	s.IPC = arch.NewIPC[arch.IpcPermShortMode](r)
	return s
}

// statfs64 is struct statfs64 of asm/statfs.h, packed: 84 bytes, where 64-bit alignment would make 88.
type statfs64 struct {
	_                                   layout.Packed
	Type, Bsize                         uint32
	Blocks, Bfree, Bavail, Files, Ffree uint64
	Fsid                                [2]int32
	Namelen, Frsize, Flags              uint32
	_                                   [4]uint32
}

// Package ppc describes the Linux ABIs of PowerPC: 32-bit, and 64-bit with ELFv2, which is the only one that musl knows.
package ppc

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// ABIs lists the package's ABIs.
func ABIs() []arch.Entry {
	return []arch.Entry{
		{Name: "powerpc", ELF: file32(nil), Build: build32},
		{Name: "powerpc-sf", ELF: file32(isSoft), Build: build32},
		{Name: "powerpc64", ELF: file64(layout.Big), Build: build64},
		{Name: "powerpc64le", ELF: file64(layout.Little), Build: build64},
	}
}

func file32(match func(*arch.ELFFacts) bool) arch.ELF {
	return arch.ELF{Machine: elf.EM_PPC, Class: elf.ELFCLASS32, Data: elf.ELFDATA2MSB, Match: match}
}

func file64(o layout.Order) arch.ELF {
	return arch.ELF{Machine: elf.EM_PPC64, Class: elf.ELFCLASS64, Data: arch.Data(o), Match: isELFv2}
}

// isSoft looks at Tag_GNU_Power_ABI_FP, which e_flags do not repeat: 2 is software floating point.
func isSoft(f *arch.ELFFacts) bool {
	if soft, known := f.MuslVariant("-sf"); known {
		return soft
	}
	value, ok := arch.Attribute(f, "gnu", 4)
	return ok && value&3 == 2
}

// isELFv2 excludes files with function descriptors.
func isELFv2(f *arch.ELFFacts) bool { return f.Flags&3 == 2 }

// Bits of AT_HWCAP and AT_HWCAP2 (asm/cputable.h).
const (
	feature32       = 0x80000000
	feature64       = 0x40000000
	featureAltivec  = 0x10000000
	featureFPU      = 0x08000000
	featureMMU      = 0x04000000
	featureArch2_06 = 0x00000100
	featureVSX      = 0x00000080
	featureTrueLE   = 0x00000002

	feature2Arch207   = 0x80000000
	feature2DSCR      = 0x20000000
	feature2ISEL      = 0x08000000
	feature2TAR       = 0x04000000
	feature2VecCrypto = 0x02000000
)

func build32(e arch.Entry) *arch.ABI {
	a := common(e, PowerPC(), layout.Rules{Order: layout.Big, LongSize: 4, PtrSize: 4, Align64: 8})
	a.TaskSize, a.Machine, a.Platform = 0xc0000000, "ppc", "ppc750"
	a.HWCap = feature32 | featureFPU | featureMMU
	a.Calls = arch.NewCalls(0, calls32, nil)
	a.Convention.Pairs = arch.PairsEven
	a.Entry, a.SetTLS = arch.PlainEntry, arch.TLSRegister(a.ISA.Regs.Reg("r2"))
	a.Consts.Ioctl = arch.NewTable(arch.With(ioctls(), linux.FS_IOC_GETFLAGS, 0x40046601, linux.FS_IOC_SETFLAGS, 0x80046602,
		linux.FS_IOC_GETVERSION, 0x40047601, linux.BLKGETSIZE64, 0x40041272))
	structs32(a.Structs, a.Data)
	a.Frames = frames32(a)
	return a
}

func build64(e arch.Entry) *arch.ABI {
	isa := PowerPC64(e.ELF.Order())
	a := common(e, isa, layout.Rules{Order: isa.Order, LongSize: 8, PtrSize: 8, Align64: 8})
	a.TaskSize, a.Machine, a.Platform = 1<<47, "ppc64", "power8"
	if isa.Order == layout.Little {
		a.Machine = "ppc64le"
	}
	a.HWCap = feature32 | feature64 | featureAltivec | featureFPU | featureMMU | featureArch2_06 | featureVSX | featureTrueLE
	a.HWCap2 = feature2Arch207 | feature2DSCR | feature2ISEL | feature2TAR | feature2VecCrypto
	a.Calls = arch.NewCalls(0, calls64, nil)
	a.Convention.Wide = true
	entry := isa.Regs.Reg("r12")
	// A function finds its table of contents from its own address, which ELFv2 callers leave in r12.
	a.Entry = func(regs arch.Registers, s *arch.EntryState) { regs.SetReg(entry, s.Entry) }
	a.SetTLS = arch.TLSRegister(isa.Regs.Reg("r13"))
	a.Consts.MinSigStack = 8192
	a.Structs.Stat = layout.New[linux.Stat](stat64bit{}, a.Data)
	a.Structs.Stat64 = a.Structs.Stat
	a.Structs.IPC = arch.NewIPC[ipcPerm](a.Data)
	a.Structs.ShmidDS = layout.New[linux.ShmidDS](shmidDS64{}, a.Data)
	a.Frames = frames64(a)
	return a
}

// common is what both ABIs share.
func common(e arch.Entry, isa *arch.ISA, r layout.Rules) *arch.ABI {
	s := arch.GenericStructs(r)
	s.Sigaction = layout.New[linux.Sigaction](arch.SigactionWithRestorer{}, r)
	s.Termios = layout.New[linux.Termios](termios{}, r)
	s.Termios2 = nil
	return &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096,
		Convention: convention(isa.Regs), Structs: s, Consts: consts(r),
	}
}

func convention(file *arch.RegisterFile) arch.Convention {
	cr := file.Reg("cr")
	return arch.Convention{
		Number: file.Reg("r0"), Args: file.Args("r3", "r4", "r5", "r6", "r7", "r8"),
		Result: file.Reg("r3"), Result2: arch.NoReg, Error: arch.FlagErrno, TrapSize: 4,
		SetFlag: func(regs arch.Registers, failed bool) {
			const so = 1 << 28 // the summary overflow bit of field 0
			value := regs.Reg(cr) &^ so
			if failed {
				value |= so
			}
			regs.SetReg(cr, value)
		},
	}
}

func consts(r layout.Rules) *arch.Consts {
	c := arch.GenericConsts(r)
	c.Open = arch.NewFlags(openFlags())
	c.Mmap = arch.NewFlags(mmapFlags())
	c.Mlockall = arch.NewFlags(mlockallFlags())
	c.Ioctl = arch.NewTable(ioctls())
	c.SockOpt = arch.NewTable(sockOpts())
	c.Iflag = arch.NewFlags(iflags())
	c.Oflag = arch.NewFlags(oflags())
	c.Cflag = arch.NewFlags(cflags()).WithField(linux.CBAUD, 0xff, speeds(0)).WithField(linux.CIBAUD, 0xff0000, speeds(16))
	c.Lflag = arch.NewFlags(lflags())
	return c
}

// speeds are the codes of line speeds above 38400: they follow the lower ones, where others set CBAUDEX. shift is the place
// of the field.
func speeds(shift uint) map[uint64]uint64 {
	out := map[uint64]uint64{linux.BOTHER << shift: 0x1f << shift}
	for i := uint64(0); i <= linux.B4000000-linux.B57600; i++ {
		out[(linux.B57600+i)<<shift] = (0x10 + i) << shift
	}
	return out
}

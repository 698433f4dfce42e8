// Package m68k describes the Linux ABI of Motorola's 68000 family.
package m68k

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// ABIs lists the package's ABIs.
func ABIs() []arch.Entry {
	return []arch.Entry{
		{Name: "m68k", ELF: file(nil), Build: build},
		{Name: "m68k-fp64", ELF: file(isColdFireFPU), Build: build},
		{Name: "m68k-sf", ELF: file(isSoft), Build: build},
	}
}

func file(match func(*arch.ELFFacts) bool) arch.ELF {
	return arch.ELF{Machine: elf.EM_68K, Class: elf.ELFCLASS32, Data: elf.ELFDATA2MSB, Match: match}
}

// isColdFireFPU recognizes a ColdFire with a floating-point unit, whose registers have 64 bits (EF_M68K_CF_FLOAT).
func isColdFireFPU(f *arch.ELFFacts) bool {
	if fp64, known := f.MuslVariant("-fp64"); known {
		return fp64
	}
	const isaMask, float = 0x0f, 0x40
	return f.Flags>>16 == 0 && f.Flags&isaMask != 0 && f.Flags&float != 0
}

// isSoft looks at Tag_GNU_M68K_ABI_FP: 2 is software floating point.
func isSoft(f *arch.ELFFacts) bool {
	if soft, known := f.MuslVariant("-sf"); known {
		return soft
	}
	value, ok := arch.Attribute(f, "gnu", 4)
	return ok && value == 2
}

// build leaves SetTLS out: the thread pointer is with the kernel, which tells it by get_thread_area.
func build(e arch.Entry) *arch.ABI {
	isa := ISA()
	r := layout.Rules{Order: layout.Big, LongSize: 4, PtrSize: 4, Align64: 2, MaxAlign: 2}
	consts := arch.GenericConsts(r)
	consts.Open = arch.NewFlags(arch.OpenFlagsARM())
	consts.Ioctl = arch.NewTable(arch.With(arch.Ioctls32, linux.FIOQSIZE, 0x545e))
	consts.Poll = arch.NewFlags(map[uint64]uint64{
		linux.POLLOUT: linux.POLLOUT, linux.POLLWRNORM: linux.POLLOUT, linux.POLLWRBAND: 0x100,
	})
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096, TaskSize: 0xf0000000, Machine: "m68k", UID16: true,
		Calls: arch.NewCalls(0, calls, nil),
		Convention: arch.Convention{
			Number: isa.Regs.Reg("d0"), Args: isa.Regs.Args("d1", "d2", "d3", "d4", "d5", "a0"),
			Result: isa.Regs.Reg("d0"), Result2: arch.NoReg, TrapSize: 2,
		},
		Structs: structs(r), Consts: consts, Entry: arch.PlainEntry,
	}
	a.Frames = frames(a)
	return a
}

func structs(r layout.Rules) *arch.Structs {
	s := arch.GenericStructs(r)
	s.Stat = layout.New[linux.Stat](stat{}, r)
	s.Stat64 = layout.New[linux.Stat](arch.OldStat64{}, r)
	s.Sigaction = layout.New[linux.Sigaction](arch.SigactionWithRestorer{}, r)
	s.IPC = arch.NewIPC[arch.IpcPermShortMode](r)
	return s
}

// stat is struct stat of asm/stat.h, which has no nanoseconds.
type stat struct {
	Dev         uint16 `c:"Dev,short"`
	_           uint16
	Ino         layout.ULong
	Mode, Nlink uint16
	UID         uint16 `c:"UID,short"`
	GID         uint16 `c:"GID,short"`
	Rdev        uint16 `c:"Rdev,short"`
	_           uint16
	Size        layout.ULong
	Blksize     layout.ULong
	Blocks      layout.ULong
	Atime       layout.ULong `c:"Atime.Sec,short"`
	_           layout.ULong
	Mtime       layout.ULong `c:"Mtime.Sec,short"`
	_           layout.ULong
	Ctime       layout.ULong `c:"Ctime.Sec,short"`
	_           layout.ULong
	_           [2]layout.ULong
}

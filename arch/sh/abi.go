// Package sh describes the Linux ABI of SuperH in both byte orders, with and without floating point and FDPIC.
package sh

import (
	"debug/elf"
	"slices"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// Bits of e_flags (binutils' elf/sh.h, the kernel's asm/elf.h).
const (
	machMask  = 0x1f
	flagFDPIC = 0x8000
)

// withFPU are the processors in e_flags that have a floating-point unit: SH3E, SH4, SH2E, SH4A, SH2A, SH2A-or-SH4 and
// SH2A-or-SH3E. 0 says nothing.
var withFPU = []uint32{0, 8, 9, 11, 12, 13, 23, 24}

// ABIs lists the package's ABIs.
func ABIs() []arch.Entry {
	var entries []arch.Entry
	for _, order := range []layout.Order{layout.Little, layout.Big} {
		for _, fdpic := range []bool{false, true} {
			for _, fpu := range []bool{true, false} {
				entries = append(entries, entry(order, fpu, fdpic))
			}
		}
	}
	return entries
}

func entry(o layout.Order, fpu, fdpic bool) arch.Entry {
	name := "sh"
	if o == layout.Big {
		name += "eb"
	}
	if !fpu {
		name += "-nofpu"
	}
	if fdpic {
		name += "-fdpic"
	}
	match := func(f *arch.ELFFacts) bool {
		return slices.Contains(withFPU, f.Flags&machMask) == fpu && f.Flags&flagFDPIC != 0 == fdpic
	}
	file := arch.ELF{Machine: elf.EM_SH, Class: elf.ELFCLASS32, Data: arch.Data(o), Match: match}
	return arch.Entry{Name: name, ELF: file, Build: build}
}

// hwcap is fpu and llsc (asm/cpu-features.h): movli.l and movco.l, by which musl makes its atomics. gcc makes sequences that
// restart (gUSA) all the same: the kernel or the engine must roll them back.
const hwcap = 1<<0 | 1<<6

func build(e arch.Entry) *arch.ABI {
	isa := ISA(e.ELF.Order())
	r := layout.Rules{Order: isa.Order, LongSize: 4, PtrSize: 4, Align64: 4}
	consts := arch.GenericConsts(r)
	consts.Ioctl = arch.NewTable(arch.With(ioctls(), linux.FS_IOC_GETFLAGS, 0x80046601, linux.FS_IOC_SETFLAGS, 0x40046602))
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096, TaskSize: 0x7c000000,
		Machine: "sh4a", Platform: "sh4a", HWCap: hwcap, UID16: true,
		Calls: arch.NewCalls(0, calls, nil),
		Convention: arch.Convention{
			Number: isa.Regs.Reg("r3"), Args: isa.Regs.Args("r4", "r5", "r6", "r7", "r0", "r1"),
			Result: isa.Regs.Reg("r0"), Result2: isa.Regs.Reg("r1"), Pairs: arch.PairsPread, TrapSize: 2,
		},
		Structs: structs(r), Consts: consts,
		Entry: start(isa.Regs), SetTLS: arch.TLSRegister(isa.Regs.Reg("gbr")),
	}
	if isa.Order == layout.Big {
		a.Machine, a.Platform = "sh4aeb", "sh4aeb"
	}
	a.Frames, a.Rewind = frames(a), rewind(isa.Regs)
	return a
}

// start gives an FDPIC program its load maps, which are 0 for others, and the floating-point unit double precision.
func start(file *arch.RegisterFile) func(arch.Registers, *arch.EntryState) {
	maps, fpscr := file.Regs("r8", "r9", "r10"), file.Reg("fpscr")
	return func(regs arch.Registers, s *arch.EntryState) {
		regs.SetReg(maps[0], s.LoadMap)
		regs.SetReg(maps[1], s.InterpMap)
		regs.SetReg(maps[2], s.DynamicPtr)
		regs.SetReg(fpscr, 0x00080000)
	}
}

func structs(r layout.Rules) *arch.Structs {
	s := arch.GenericStructs(r)
	s.Stat = layout.New[linux.Stat](arch.ShortStat{}, r)
	s.Stat64 = layout.New[linux.Stat](arch.OldStat64{}, r)
	s.Sigaction = layout.New[linux.Sigaction](arch.SigactionWithRestorer{}, r)
	s.IPC = arch.NewIPC[arch.IpcPermShortMode](r)
	return s
}

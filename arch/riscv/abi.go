// Package riscv describes the Linux ABIs of RISC-V, with 32 and 64 bits, for all three floating-point conventions.
package riscv

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// The floating-point conventions in e_flags (RISC-V ELF psABI).
const (
	floatMask   = 6
	floatSoft   = 0
	floatSingle = 2
	floatDouble = 4
)

// ABIs lists the package's ABIs.
func ABIs() []arch.Entry {
	var entries []arch.Entry
	for _, width := range []struct {
		name  string
		class elf.Class
		build func(arch.Entry) *arch.ABI
	}{{"riscv32", elf.ELFCLASS32, build32}, {"riscv64", elf.ELFCLASS64, build64}} {
		entries = append(entries,
			arch.Entry{Name: width.name + "-sf", ELF: file(width.class, floatSoft), Build: width.build},
			arch.Entry{Name: width.name + "-sp", ELF: file(width.class, floatSingle), Build: width.build},
			arch.Entry{Name: width.name, ELF: file(width.class, floatDouble), Build: width.build})
	}
	return entries
}

func file(c elf.Class, float uint32) arch.ELF {
	return arch.ELF{Machine: elf.EM_RISCV, Class: c, Data: elf.ELFDATA2LSB,
		Match: func(f *arch.ELFFacts) bool { return f.Flags&floatMask == float }}
}

// hwcap has a bit for each extension's letter: IMAFDC.
const hwcap = 1<<('i'-'a') | 1<<('m'-'a') | 1<<('a'-'a') | 1<<('f'-'a') | 1<<('d'-'a') | 1<<('c'-'a')

func build32(e arch.Entry) *arch.ABI {
	a := build(e, RV32(), layout.Rules{LongSize: 4, PtrSize: 4, Align64: 8})
	a.TaskSize, a.Calls = 0x9dc00000, arch.NewCalls(0, calls32, nil)
	// Programs for riscv32 ask for file status through statx only.
	a.Structs.Stat, a.Structs.Stat64 = nil, nil
	return a
}

func build64(e arch.Entry) *arch.ABI {
	a := build(e, RV64(), layout.Rules{LongSize: 8, PtrSize: 8, Align64: 8})
	a.TaskSize, a.Calls = 1<<47-4096, arch.NewCalls(0, calls64, nil)
	a.Convention.Wide = true
	return a
}

func build(e arch.Entry, isa *arch.ISA, r layout.Rules) *arch.ABI {
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096, Machine: isa.Name, HWCap: hwcap,
		Convention: arch.Convention{
			Number: isa.Regs.Reg("x17"), Args: isa.Regs.Args("x10", "x11", "x12", "x13", "x14", "x15"),
			Result: isa.Regs.Reg("x10"), Result2: arch.NoReg, TrapSize: 4,
		},
		Structs: arch.GenericStructs(r), Consts: arch.GenericConsts(r),
		Entry: arch.PlainEntry, SetTLS: arch.TLSRegister(isa.Regs.Reg("x4")),
	}
	a.Frames = frames(a)
	a.Emulate = emulateCounter(isa.Regs)
	return a
}

// Package or1k describes the Linux ABI of OpenRISC 1000.
package or1k

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// machine is EM_OPENRISC.
const machine elf.Machine = 92

// pageSize is twice the usual, and mmap2 counts in it.
const pageSize = 8192

// ABIs lists the package's ABI.
func ABIs() []arch.Entry {
	file := arch.ELF{Machine: machine, Class: elf.ELFCLASS32, Data: elf.ELFDATA2MSB}
	return []arch.Entry{{Name: "or1k", ELF: file, Build: build}}
}

func build(e arch.Entry) *arch.ABI {
	isa := ISA()
	r := layout.Rules{Order: layout.Big, LongSize: 4, PtrSize: 4, Align64: 4}
	consts := arch.GenericConsts(r)
	consts.MmapUnit = pageSize
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: pageSize, TaskSize: 0x80000000, Machine: "openrisc",
		Calls: arch.NewCalls(0, calls, nil),
		Convention: arch.Convention{
			Number: isa.Regs.Reg("r11"), Args: isa.Regs.Args("r3", "r4", "r5", "r6", "r7", "r8"),
			Result: isa.Regs.Reg("r11"), Result2: arch.NoReg, TrapSize: 4,
		},
		Structs: arch.GenericStructs(r), Consts: consts,
		Entry: arch.PlainEntry, SetTLS: arch.TLSRegister(isa.Regs.Reg("r10")),
	}
	a.Frames = frames(a)
	return a
}

// Package microblaze describes the Linux ABI of MicroBlaze in both byte orders.
package microblaze

import (
	"debug/elf"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// ABIs lists the package's ABIs.
func ABIs() []arch.Entry {
	return []arch.Entry{
		{Name: "microblaze", ELF: file(layout.Big), Build: build},
		{Name: "microblazeel", ELF: file(layout.Little), Build: build},
	}
}

func file(o layout.Order) arch.ELF {
	return arch.ELF{Machine: elf.EM_MICROBLAZE, Class: elf.ELFCLASS32, Data: arch.Data(o)}
}

func build(e arch.Entry) *arch.ABI {
	isa := ISA(e.ELF.Order())
	r := layout.Rules{Order: isa.Order, LongSize: 4, PtrSize: 4, Align64: 4}
	structs := arch.GenericStructs(r)
	structs.IPC = arch.NewIPC[arch.IpcPermShortMode](r)
	a := &arch.ABI{
		Name: e.Name, ISA: isa, ELF: e.ELF, Data: r, PageSize: 4096, TaskSize: 0xc0000000, Machine: "microblaze",
		Calls: arch.NewCalls(0, calls, nil),
		Convention: arch.Convention{
			Number: isa.Regs.Reg("r12"), Args: isa.Regs.Args("r5", "r6", "r7", "r8", "r9", "r10"),
			Result: isa.Regs.Reg("r3"), Result2: arch.NoReg, TrapSize: 4,
		},
		Structs: structs, Consts: arch.GenericConsts(r),
		Entry: arch.PlainEntry, SetTLS: arch.TLSRegister(isa.Regs.Reg("r21")),
	}
	a.Frames = frames(a)
	return a
}

package m68k

import (
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// ISA is the Motorola 68040: 68020 instructions and the 68881's floating point. It has no register for a thread pointer:
// the kernel keeps it and get_thread_area(2) tells it.
var ISA = sync.OnceValue(func() *arch.ISA {
	regs := arch.NewRegisterFile("pc", "a7",
		arch.Bank(arch.General, 32, "d", 8),
		arch.Bank(arch.General, 32, "a", 8),
		arch.Named(arch.Control, 32, "sr", "pc"),
		arch.Bank(arch.Float, 96, "fp", 8),
		arch.Named(arch.Control, 32, "fpcontrol", "fpstatus", "fpiaddr"),
	)
	return &arch.ISA{Name: "m68k", Family: arch.M68K, Bits: 32, Order: layout.Big, CodeOrder: layout.Big, Regs: regs}
})

package microblaze

import (
	"muslrun/arch"
	"muslrun/arch/layout"
)

// ISA is MicroBlaze. Floating point uses the general registers; fsr holds its flags.
var ISA = arch.BothOrders(func(o layout.Order) *arch.ISA {
	regs := arch.NewRegisterFile("pc", "r1",
		arch.Bank(arch.General, 32, "r", 32),
		arch.Named(arch.Control, 32, "pc", "msr", "ear", "esr", "fsr", "btr"),
	)
	return &arch.ISA{Name: "microblaze", Family: arch.MicroBlaze, Bits: 32, Order: o, CodeOrder: o, Regs: regs}
})

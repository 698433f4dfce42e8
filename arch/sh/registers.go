package sh

import (
	"muslrun/arch"
	"muslrun/arch/layout"
)

// ISA is SuperH 4. gbr is the thread pointer. fr are the floating-point registers of bank 0, xf those of bank 1, whichever is
// in use (FPSCR.FR).
var ISA = arch.BothOrders(func(o layout.Order) *arch.ISA {
	regs := arch.NewRegisterFile("pc", "r15",
		arch.Bank(arch.General, 32, "r", 16),
		arch.Named(arch.Control, 32, "pc", "pr"),
		arch.Named(arch.System, 32, "gbr"),
		arch.Named(arch.Control, 32, "mach", "macl", "sr", "fpul", "fpscr"),
		arch.Bank(arch.Float, 32, "fr", 16),
		arch.Bank(arch.Float, 32, "xf", 16),
	)
	return &arch.ISA{Name: "sh4", Family: arch.SuperH, Bits: 32, Order: o, CodeOrder: o, Regs: regs}
})

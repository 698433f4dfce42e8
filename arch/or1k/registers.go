package or1k

import (
	"sync"

	"muslrun/arch"
	"muslrun/arch/layout"
)

// ISA is OpenRISC 1000, 32 bits, with the ORFPX32 and MAC units. npc is the program counter, ppc the address of the
// instruction before it.
var ISA = sync.OnceValue(func() *arch.ISA {
	regs := arch.NewRegisterFile("npc", "r1",
		arch.Bank(arch.General, 32, "r", 32),
		arch.Named(arch.Control, 32, "ppc", "npc", "sr", "machi", "maclo", "fpcsr"),
	)
	return &arch.ISA{Name: "or1k", Family: arch.OpenRISC, Bits: 32, Order: layout.Big, CodeOrder: layout.Big, Regs: regs}
})

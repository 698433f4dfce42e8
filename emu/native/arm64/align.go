package arm64

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

func log2(n int) int { return bits.TrailingZeros(uint(n)) }

// spAlign is what Linux demands of the stack pointer when it is a base (SCTLR_EL1.SA0).
const spAlign = 16

// recent is how far back in a block an earlier check is looked for.
const recent = 48

// checkSP raises a bus error if the stack pointer is misaligned, unless it cannot be because it was checked before.
func (g gen) checkSP() {
	if !g.checkedSP() {
		g.CheckAlign(sp, 0, spAlign)
	}
}

// checkedSP looks in the block for a check behind which the stack pointer has only moved by multiples of 16.
func (g gen) checkedSP() bool {
	insns := g.Block().Insns
	for i := len(insns) - 1; i >= max(0, len(insns)-recent); i-- {
		in := &insns[i]
		if in.Op == ir.ExitIf && in.Args[0] == sp && in.Cond == ir.TST {
			return true
		}
		if in.Dst[0] == sp && !g.movesAligned(in) {
			return false
		}
	}
	return false
}

// movesAligned reports whether in adds a multiple of 16 to the stack pointer.
func (g gen) movesAligned(in *ir.Insn) bool {
	n, constant := g.R.ConstInt(in.Args[1])
	return (in.Op == ir.Add || in.Op == ir.Sub) && in.Size == 8 && in.Args[0] == sp && constant && n%spAlign == 0
}

// aligned is the base register of an access that must be a multiple of n.
func (g gen) aligned(n int) ir.Value {
	base := g.base()
	if n > 1 && (g.rn() != zr || n > spAlign) {
		g.CheckAlign(base, 0, n)
	}
	return base
}

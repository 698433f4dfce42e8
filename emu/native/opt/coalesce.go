package opt

import "muslrun/emu/native/ir"

// reach is how far back coalesce looks.
const reach = 6

// coalesce lets the instruction that made a temporary set the register that instruction j copies it to, if nobody else reads
// the temporary and nobody can see the register in between.
func (d *liveness) coalesce(insns []ir.Insn, j int) bool {
	to, from := insns[j].Dst[0], insns[j].Args[0]
	if !from.IsTemp() || !to.IsGlobal() || d.temps[from.Temp()] != 0 {
		return false
	}
	for i := j - 1; i >= max(0, j-reach); i-- {
		in := &insns[i]
		for k, v := range in.Dst {
			if v == from && in.Dst[1-k] != to {
				in.Dst[k] = to
				insns[j] = ir.Insn{Op: ir.Nop}
				return true
			}
		}
		if barriers[in.Op] || touches(in, from, to) {
			return false
		}
	}
	return false
}

// touches reports whether an instruction reads or sets one of two values.
func touches(in *ir.Insn, x, y ir.Value) bool {
	for _, v := range in.Args {
		if v == x || v == y {
			return true
		}
	}
	return in.Dst[0] == x || in.Dst[1] == x || in.Dst[0] == y || in.Dst[1] == y
}

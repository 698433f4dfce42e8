package opt

import "muslrun/emu/native/ir"

// propagate replaces operands that are copies by what they are copies of: constants always, temporaries by globals that have
// not changed since, or by other temporaries. A global stays where it is a copy of another register.
func (o *Optimizer) propagate(in *ir.Insn) {
	for k, a := range in.Args {
		if a < 0 {
			continue
		}
		mov, j := o.made(a, ir.Mov)
		if mov == nil {
			continue
		}
		from := mov.Args[0]
		if !from.IsConst() && (a.IsGlobal() || !o.available(from, j)) {
			continue
		}
		if o.r.Class(from) == o.r.Class(a) {
			in.Args[k] = from
		}
	}
}

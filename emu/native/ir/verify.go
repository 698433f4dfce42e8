package ir

import "fmt"

// Verify finds the first place where a region breaks the rules of this package; nil if it keeps them. Tests run it on
// everything that a front-end or a pass makes.
func (r *Region) Verify() error {
	if len(r.Blocks) == 0 {
		return fmt.Errorf("a region without blocks")
	}
	for i := range r.Blocks {
		if err := r.verifyBlock(i); err != nil {
			return fmt.Errorf("block %d at %#x: %w\n%s", i, r.Blocks[i].PC, err, r)
		}
	}
	return nil
}

func (r *Region) verifyBlock(i int) error {
	block := &r.Blocks[i]
	if n := len(block.Insns); n == 0 || !block.Insns[n-1].Op.Has(Terminates) {
		return fmt.Errorf("no terminator")
	}
	for _, s := range block.Succ {
		if s.Block >= len(r.Blocks) || s.Block < Outside {
			return fmt.Errorf("leads to block %d", s.Block)
		}
	}
	defined := map[Value]bool{}
	for j := range block.Insns {
		in := &block.Insns[j]
		if in.Op.Has(Terminates) && j < len(block.Insns)-1 {
			return fmt.Errorf("instruction %d: a terminator in the middle", j)
		}
		if err := r.verifyInsn(in, defined); err != nil {
			return fmt.Errorf("instruction %d, %s: %w", j, r.insnString(block, in), err)
		}
	}
	return nil
}

func (r *Region) verifyInsn(in *Insn, defined map[Value]bool) error {
	if in.Op >= NumOps || in.Op.String() == "" {
		return fmt.Errorf("no operation %d", in.Op)
	}
	shape := in.Op.Shape()
	for k, a := range in.Args {
		if err := r.verifyOperand(a, shape.Args[k]); err != nil {
			return fmt.Errorf("operand %d: %w", k, err)
		}
		if a.IsTemp() && !defined[a] {
			return fmt.Errorf("operand %d is not set in this block", k)
		}
	}
	for k, d := range in.Dst {
		if err := r.verifyOperand(d, shape.Dst[k]); err != nil {
			return fmt.Errorf("result %d: %w", k, err)
		}
		if d.IsConst() || d.IsTemp() && defined[d] {
			return fmt.Errorf("result %d is set a second time, or a constant", k)
		}
		if d.IsTemp() {
			defined[d] = true
		}
	}
	return nil
}

func (r *Region) verifyOperand(v Value, want Class) error {
	if v.IsTemp() && v.Temp() >= len(r.Temps) || v.IsConst() && v.Const() >= len(r.Consts) {
		return fmt.Errorf("value %d is unknown", v)
	}
	if have := r.Class(v); have != NoClass && want != Any && have != want {
		return fmt.Errorf("class %d instead of %d", have, want)
	}
	return nil
}

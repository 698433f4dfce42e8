package amd64

import "muslrun/emu/native/ir"

// Outcalls: the operands go to State.In, Go computes State.Out, and the code goes on at State.Resume.

// packOutcall is State.Outcall for an instruction: operation, size, condition, Aux, and the region's rule for NaNs.
func packOutcall(insn *ir.Insn, nan ir.NaNPolicy) uint64 {
	return uint64(insn.Op) | uint64(insn.Size)<<8 | uint64(insn.Cond)<<16 | uint64(insn.Aux)<<24 | uint64(nan)<<40
}

// Outcall is the instruction that a State asks Go to compute, without its operands and results.
func Outcall(s *ir.State) (insn ir.Insn, nan ir.NaNPolicy) {
	w := s.Outcall
	insn = ir.Insn{Op: ir.Op(w), Size: uint8(w >> 8), Cond: ir.Cond(w >> 16), Aux: ir.Aux(w >> 24), Imm: s.OutImm}
	return insn, ir.NaNPolicy(w >> 40)
}

// outcall leaves the instruction at hand to Go.
func (c *Compiler) outcall() {
	for k, v := range c.insn.Args {
		if v != ir.None {
			c.storeWord(c.class(v), state(offIn+16*int32(k)), c.use(v))
			c.unpin()
		}
	}
	c.finishArgs()
	for r := reg(0); r < 3; r++ {
		c.evict(ir.Int, r)
		c.evict(ir.Vec, r)
	}
	if c.insn.Op == ir.Helper {
		c.setWord(offPC, c.pc)
	}
	c.callGo(c.insn)
	if c.insn.Op == ir.Helper && c.insn.Aux&ir.Pure == 0 {
		c.checked.clear()
		c.known.clear()
	}
	for k, d := range c.insn.Dst {
		if d != ir.None {
			r := c.target(k)
			c.loadWord(c.class(d), r, state(offOut+16*int32(k)))
			c.set(k, r)
			c.unpin()
		}
	}
}

// callGo leaves with an Outcall of insn and goes on behind. It spoils RAX and all temporaries.
func (c *Compiler) callGo(insn *ir.Insn) {
	c.setWord(offOutcall, packOutcall(insn, c.region.NaN))
	c.setWord(offOutImm, uint64(insn.Imm))
	resume := c.newLabel()
	c.leaLabel(rax, resume)
	c.legacy(opStore, 8, rax, state(offResume))
	c.storeImm(4, state(offExit), int32(ir.ExitOutcall))
	c.jmpIndirect(hostWord(hostExit))
	c.bind(resume)
}

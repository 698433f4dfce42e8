package amd64

import (
	"slices"

	"muslrun/emu/native/ir"
)

// Liveness of the globals that hold packed flags, so that flags which nobody reads are not made.

// findFlagGlobals lists the globals that operations set to packed flags.
func (c *Compiler) findFlagGlobals() {
	c.flagGlobals = c.flagGlobals[:0]
	for i := range c.region.Blocks {
		for j := range c.region.Blocks[i].Insns {
			insn := &c.region.Blocks[i].Insns[j]
			d := insn.Dst[1]
			if insn.Op == ir.FCmp {
				d = insn.Dst[0]
			}
			if d.IsGlobal() && makesFlags(insn.Op) && len(c.flagGlobals) < 64 && !slices.Contains(c.flagGlobals, d) {
				c.flagGlobals = append(c.flagGlobals, d)
			}
		}
	}
}

func makesFlags(op ir.Op) bool {
	switch op {
	case ir.Add, ir.Sub, ir.Adc, ir.Sbc, ir.And, ir.FCmp:
		return true
	}
	return false
}

// readsAll reports whether code outside the region may see the globals at an instruction.
func (c *Compiler) readsAll(insn *ir.Insn, lazy bool) bool {
	switch {
	case insn.Op == ir.Helper:
		return insn.Aux&ir.Pure == 0
	case insn.Op == ir.ExitIf:
		return true
	}
	return !lazy && insn.Op.Has(ir.Reads|ir.Writes)
}

// findLive computes for each block which of the flag globals are live at its beginning.
func (c *Compiler) findLive() {
	c.findFlagGlobals()
	n := len(c.region.Blocks)
	c.liveIn = slices.Grow(c.liveIn[:0], n)[:n]
	clear(c.liveIn)
	if len(c.flagGlobals) == 0 {
		return
	}
	for changed := true; changed; {
		changed = false
		for i := n - 1; i >= 0; i-- {
			live := c.liveThrough(&c.region.Blocks[i])
			changed = changed || live != c.liveIn[i]
			c.liveIn[i] = live
		}
	}
}

// liveThrough is the flag globals that are live at the beginning of a block.
func (c *Compiler) liveThrough(block *ir.Block) uint64 {
	var live uint64
	for i, g := range c.flagGlobals {
		if c.liveOut(block, g) {
			live |= 1 << i
		}
	}
	for j := len(block.Insns) - 1; j >= 0; j-- {
		insn := &block.Insns[j]
		for i, g := range c.flagGlobals {
			switch {
			case slices.Contains(insn.Args[:], g) || c.readsAll(insn, c.lazy[g]):
				live |= 1 << i
			case insn.Dst[0] == g || insn.Dst[1] == g:
				live &^= 1 << i
			}
		}
	}
	return live
}

// liveOut reports whether g is live at the end of a block.
func (c *Compiler) liveOut(block *ir.Block, g ir.Value) bool {
	switch block.Insns[len(block.Insns)-1].Op {
	case ir.Jump:
		return c.liveAt(block.Succ[0], g)
	case ir.Branch, ir.BranchF:
		return c.liveAt(block.Succ[0], g) || c.liveAt(block.Succ[1], g)
	}
	return true
}

// liveAt reports whether g, a flag global, is live at the beginning of a target.
func (c *Compiler) liveAt(to ir.Target, g ir.Value) bool {
	i := slices.Index(c.flagGlobals, g)
	return to.Block == ir.Outside || i < 0 || !c.lazy[g] || c.liveIn[to.Block]>>i&1 != 0
}

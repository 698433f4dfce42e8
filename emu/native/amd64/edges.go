package amd64

import (
	"slices"

	"muslrun/emu/native/ir"
)

// What is known at the end of a block holds at the beginning of one that only it leads to: bases that were checked, widths, and
// the copies of globals and constants in temporary registers.

// blockStart is what a block's only predecessor passes on.
type blockStart struct {
	preds   int
	valid   bool
	checked [ir.IntGlobals + ir.VecGlobals]bool
	known   [ir.IntGlobals + ir.VecGlobals]knownWidth
	holds   [2][3]ir.Value
}

// findEdges counts the predecessors of each block. Whoever enters the region is one of the first block's.
func (c *Compiler) findEdges() {
	c.starts = slices.Grow(c.starts[:0], len(c.region.Blocks))[:len(c.region.Blocks)]
	for i := range c.starts {
		c.starts[i].preds, c.starts[i].valid = 0, false
	}
	c.starts[0].preds = 1
	for i := range c.region.Blocks {
		block := &c.region.Blocks[i]
		switch block.Insns[len(block.Insns)-1].Op {
		case ir.Jump:
			c.countEdge(block.Succ[0])
		case ir.Branch, ir.BranchF:
			c.countEdge(block.Succ[0])
			c.countEdge(block.Succ[1])
		}
	}
}

func (c *Compiler) countEdge(to ir.Target) {
	if to.Block != ir.Outside {
		c.starts[to.Block].preds++
	}
}

// passOn notes what is known where the block at hand leads to a target. Its registers are lost on the way unless kept.
func (c *Compiler) passOn(to ir.Target, kept bool) {
	if to.Block == ir.Outside || to.Block <= c.blockIndex || c.starts[to.Block].preds != 1 {
		return
	}
	s := &c.starts[to.Block]
	s.valid, s.checked, s.known = true, c.checked.globals, c.known.globals
	for i := range c.banks {
		for r := range s.holds[i] {
			s.holds[i][r] = ir.None
			if v := c.banks[i].holds[r]; kept && !v.IsTemp() {
				s.holds[i][r] = v
			}
		}
	}
}

// takeOver begins a block with what was passed on to it.
func (c *Compiler) takeOver(i int) {
	s := &c.starts[i]
	if !s.valid {
		c.checked.clear()
		c.known.clear()
		return
	}
	c.checked.globals, c.known.globals = s.checked, s.known
	for i := range c.banks {
		for r, v := range s.holds[i] {
			if v == ir.None {
				continue
			}
			if next := *c.nextOf(v); next != never {
				c.banks[i].holds[r], c.banks[i].next[r] = v, next
			}
		}
	}
}

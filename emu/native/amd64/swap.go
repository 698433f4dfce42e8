package amd64

import (
	"cmp"
	"slices"

	"muslrun/emu/native/ir"
)

// A region with a loop may keep other globals in registers than the static ones: where it does not mention a static
// global, that one's register serves another that the loop uses much. The region saves the owner in State.Spill when it is
// entered and restores it on every way out. A fault needs no code for it: the exit thunk stores the register as the
// owner's, and Code.Fault puts both where they belong.

// swap is a register that is another global's while the region runs.
type swap struct {
	reg           reg
	owner, global ir.Value
	written       bool // by the region
}

const (
	swapSpill  = coldSpill - maxSwaps // where the owners are, in State.Spill
	maxSwaps   = 16
	worthwhile = 32 // the least weight of a global that gets a register
)

// weights is how much a region uses its globals: uses in loops count, those in inner loops more.
type weights struct {
	of      [ir.IntGlobals + ir.VecGlobals]int32 // by global; loops only
	used    [ir.IntGlobals + ir.VecGlobals]bool  // anywhere
	written [ir.IntGlobals + ir.VecGlobals]bool
	depth   []uint8 // of loops around each block

	behind, before []bool // of addLoop, by block: reached from the head, and reaching the end
}

// chooseSwaps decides which registers have another global in the region at hand.
func (c *Compiler) chooseSwaps() {
	c.swaps = c.swaps[:0]
	c.home = c.base
	if !c.findLoops() || !c.weigh() {
		return
	}
	for _, class := range [...]ir.Class{ir.Int, ir.Vec} {
		c.pairSwaps(c.idleOwners(class), c.wanting(class))
	}
	for _, s := range c.swaps {
		c.home[s.owner], c.home[s.global] = noReg, s.reg
	}
}

// findLoops finds the blocks of each loop: those from which a jump backwards is reached without passing its target, and
// that are reached from the target. It reports whether there are any.
func (c *Compiler) findLoops() bool {
	w := &c.weights
	w.depth = append(w.depth[:0], make([]uint8, len(c.region.Blocks))...)
	found := false
	for i := range c.region.Blocks {
		for _, to := range successors(&c.region.Blocks[i]) {
			if to.Block != ir.Outside && to.Block <= i {
				found = true
				c.addLoop(i, to.Block)
			}
		}
	}
	return found
}

// addLoop deepens the blocks of the loop that the jump from block last to block head makes.
func (c *Compiler) addLoop(last, head int) {
	w, n := &c.weights, len(c.region.Blocks)
	w.behind = append(w.behind[:0], make([]bool, n)...)
	w.before = append(w.before[:0], make([]bool, n)...)
	w.behind[head], w.before[last] = true, true
	for changed := true; changed; {
		changed = false
		for i := range c.region.Blocks {
			for _, to := range successors(&c.region.Blocks[i]) {
				if to.Block == ir.Outside {
					continue
				}
				if w.behind[i] && !w.behind[to.Block] {
					w.behind[to.Block], changed = true, true
				}
				if w.before[to.Block] && !w.before[i] && to.Block != head {
					w.before[i], changed = true, true
				}
			}
		}
	}
	for i := range w.depth {
		if w.behind[i] && w.before[i] {
			w.depth[i] = min(w.depth[i]+1, 2)
		}
	}
}

// successors is where a block's terminator may lead by direct jumps.
func successors(block *ir.Block) []ir.Target {
	switch block.Insns[len(block.Insns)-1].Op {
	case ir.Jump:
		return block.Succ[:1]
	case ir.Branch, ir.BranchF:
		return block.Succ[:]
	}
	return nil
}

// weigh fills in the weights. It reports false for regions with operations that want all globals in their usual places.
func (c *Compiler) weigh() bool {
	w := &c.weights
	clear(w.of[:])
	clear(w.used[:])
	clear(w.written[:])
	for i := range c.region.Blocks {
		block := &c.region.Blocks[i]
		weight := int32(0)
		if d := w.depth[i]; d > 0 {
			weight = 1 << (3 * d)
		}
		for j := range block.Insns {
			in := &block.Insns[j]
			if in.Op == ir.Helper || in.Op == ir.CmpXchgPair {
				return false
			}
			w.add(in, weight)
		}
	}
	return true
}

func (w *weights) add(in *ir.Insn, weight int32) {
	for _, v := range in.Args {
		if v.IsGlobal() {
			w.of[v] += weight
			w.used[v] = true
		}
	}
	for _, v := range in.Dst {
		if v.IsGlobal() {
			w.of[v] += weight
			w.used[v], w.written[v] = true, true
		}
	}
}

// idleOwners is the static globals of a class that the region does not mention.
func (c *Compiler) idleOwners(class ir.Class) (list []ir.Value) {
	c.eachStatic(func(k ir.Class, v ir.Value, _ reg) {
		if k == class && !c.weights.used[v] {
			list = append(list, v)
		}
	})
	return list
}

// wanting is the globals of a class that are worth a register and have none, those that are used most first.
func (c *Compiler) wanting(class ir.Class) (list []ir.Value) {
	for _, g := range c.region.Globals {
		k, _ := g.Value.Global()
		if k == class && !g.Lazy && c.home[g.Value] == noReg && c.weights.of[g.Value] >= worthwhile {
			list = append(list, g.Value)
		}
	}
	slices.SortStableFunc(list, func(a, b ir.Value) int { return cmp.Compare(c.weights.of[b], c.weights.of[a]) })
	return list
}

func (c *Compiler) pairSwaps(owners, globals []ir.Value) {
	for i := range min(len(owners), len(globals), maxSwaps-len(c.swaps)) {
		owner, global := owners[i], globals[i]
		c.swaps = append(c.swaps, swap{c.home[owner], owner, global, c.weights.written[global]})
	}
}

// enterSwaps begins a region.
func (c *Compiler) enterSwaps() {
	for i, s := range c.swaps {
		class := c.class(s.global)
		c.storeWord(class, spillPlace(swapSpill+int32(i)), s.reg)
		c.loadWord(class, s.reg, globalPlace(s.global))
	}
}

// leaveSwaps puts all globals in their usual places again. It changes no other register, and no flags.
func (c *Compiler) leaveSwaps() {
	for i, s := range c.swaps {
		class := c.class(s.global)
		if s.written {
			c.storeWord(class, globalPlace(s.global), s.reg)
		}
		c.loadWord(class, s.reg, spillPlace(swapSpill+int32(i)))
	}
}

// leaveSwaps is the same for a State that was left by a fault.
func (c *Code) leaveSwaps(s *ir.State) {
	for i, w := range c.swaps {
		saved := s.Spill[swapSpill+i]
		if class, at := w.owner.Global(); class == ir.Int {
			_, to := w.global.Global()
			s.Int[to], s.Int[at] = s.Int[at], saved.Lo
		} else {
			_, to := w.global.Global()
			s.Vec[to], s.Vec[at] = s.Vec[at], saved
		}
	}
}

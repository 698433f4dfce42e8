package opt

import "muslrun/emu/native/ir"

// liveness says whose values are still wanted, going backwards.
type liveness struct {
	temps []int32 // by number: how often it is read behind this place

	// lazy is the bit of a global that is Lazy, 0 of others. Such a global is wanted where code that follows reads it; the
	// points where the region may be left in between do not count.
	lazy [firstTemp]uint64
	all  uint64
	live uint64 // of the place
	flow []flow // of each block

	// over has the epoch in which a global was found to be overwritten before anybody reads it. Whatever may leave the
	// region begins a new epoch.
	over  [firstTemp]uint32
	epoch uint32
}

// flow is what a block means for the lazy globals: those that it reads before it sets them, those that it sets, and those
// that are wanted at its beginning.
type flow struct{ reads, sets, in uint64 }

// removeDead drops operations and results that nobody reads.
func (o *Optimizer) removeDead() {
	d := &o.dead
	d.begin(o.r)
	d.solve(o.r.Blocks)
	for i := range o.r.Blocks {
		d.sweep(&o.r.Blocks[i])
	}
}

func (d *liveness) begin(r *ir.Region) {
	d.all = 0
	clear(d.lazy[:])
	for _, g := range r.Globals {
		if g.Lazy && d.all+1 != 0 {
			d.lazy[g.Value] = d.all + 1
			d.all = d.all<<1 | 1
		}
	}
	if cap(d.temps) < len(r.Temps) {
		d.temps = make([]int32, len(r.Temps), 2*len(r.Temps))
	}
	if cap(d.flow) < len(r.Blocks) {
		d.flow = make([]flow, len(r.Blocks), 2*len(r.Blocks))
	}
	d.temps, d.flow = d.temps[:len(r.Temps)], d.flow[:len(r.Blocks)]
	clear(d.temps)
	clear(d.flow)
}

// atEnd is the lazy globals that are wanted behind a block.
func (d *liveness) atEnd(b *ir.Block) uint64 {
	switch last := b.Insns[len(b.Insns)-1].Op; last {
	case ir.Jump:
		return d.atTarget(b.Succ[0])
	case ir.Branch, ir.BranchF:
		return d.atTarget(b.Succ[0]) | d.atTarget(b.Succ[1])
	}
	return d.all
}

func (d *liveness) atTarget(t ir.Target) uint64 {
	if t.Block == ir.Outside {
		return d.all
	}
	return d.flow[t.Block].in
}

// solve finds the lazy globals that are wanted at the beginning of each block.
func (d *liveness) solve(blocks []ir.Block) {
	if d.all == 0 {
		return
	}
	for i := range blocks {
		d.flow[i] = d.flowOf(&blocks[i])
	}
	for changed := true; changed; {
		changed = false
		for i := len(blocks) - 1; i >= 0; i-- {
			f := &d.flow[i]
			if in := f.reads | d.atEnd(&blocks[i])&^f.sets; in != f.in {
				f.in, changed = in, true
			}
		}
	}
}

func (d *liveness) flowOf(b *ir.Block) (f flow) {
	for j := len(b.Insns) - 1; j >= 0; j-- {
		in := &b.Insns[j]
		for _, v := range in.Dst {
			if v.IsGlobal() {
				f.reads, f.sets = f.reads&^d.lazy[v], f.sets|d.lazy[v]
			}
		}
		for _, v := range in.Args {
			if v.IsGlobal() {
				f.reads |= d.lazy[v]
			}
		}
		if in.Op == ir.Helper {
			f.reads = d.all
		}
	}
	return f
}

// sweep drops what is dead in a block.
func (d *liveness) sweep(b *ir.Block) {
	d.live = d.atEnd(b)
	d.epoch++
	for j := len(b.Insns) - 1; j >= 0; j-- {
		in := &b.Insns[j]
		if d.useless(in) {
			*in = ir.Insn{Op: ir.Nop}
			continue
		}
		if in.Op == ir.Mov && d.coalesce(b.Insns, j) {
			continue
		}
		if in.Dst[1] != ir.None && in.Op.Shape().Effect == 0 && !d.wanted(in.Dst[1]) {
			in.Dst[1] = ir.None
		}
		d.pass(in)
	}
	kept := b.Insns[:0]
	for j := range b.Insns {
		if b.Insns[j].Op != ir.Nop {
			kept = append(kept, b.Insns[j])
		}
	}
	b.Insns = kept
}

// useless reports whether an operation does nothing that anybody sees.
func (d *liveness) useless(in *ir.Insn) bool {
	if in.Op.Shape().Effect != 0 && (in.Op != ir.Helper || in.Aux&ir.Pure == 0) {
		return false
	}
	if in.Op == ir.Mov && in.Dst[0] == in.Args[0] {
		return true
	}
	return !d.wanted(in.Dst[0]) && !d.wanted(in.Dst[1])
}

// wanted reports whether somebody reads v behind this place.
func (d *liveness) wanted(v ir.Value) bool {
	switch {
	case v == ir.None:
		return false
	case v.IsTemp():
		return d.temps[v.Temp()] != 0
	case d.lazy[v] != 0:
		return d.live&d.lazy[v] != 0
	}
	return d.over[v] != d.epoch
}

// barriers have the operations at which every global must be exact.
var barriers = func() (list [ir.NumOps]bool) {
	for op := range ir.NumOps {
		list[op] = op.Has(ir.Reads|ir.Writes|ir.Leaves|ir.Terminates|ir.Outside1) && op != ir.Mark
	}
	return list
}()

// pass goes from behind an instruction to before it.
func (d *liveness) pass(in *ir.Insn) {
	for _, v := range in.Dst {
		if v.IsGlobal() {
			d.live &^= d.lazy[v]
			d.over[v] = d.epoch
		}
	}
	if barriers[in.Op] {
		d.epoch++
	}
	if in.Op == ir.Helper {
		d.live = d.all
	}
	for _, v := range in.Args {
		switch {
		case v.IsTemp():
			d.temps[v.Temp()]++
		case v.IsGlobal():
			d.live |= d.lazy[v]
			d.over[v] = d.epoch - 1
		}
	}
}

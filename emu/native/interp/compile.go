package interp

import (
	"unsafe"

	"muslrun/emu/native/ir"
)

// Program is a region laid out for execution. It may be run by several Runners at once.
type Program struct {
	blocks   []block
	consts   []ir.Word // the first is 0 and stands for operands that are None
	slots    int       // of temporaries
	counting bool
	addrMask uint64
	policy   ir.NaNPolicy
	helpers  []ir.HelperFunc
}

type block struct {
	pc    uint64
	count int64
	poll  bool
	steps []step
}

// A step is an instruction with its operands resolved. run reports whether the region has been left.
type step struct {
	run    func(r *Runner, st *step) bool
	args   [5]operand
	dst    [2]operand
	imm    int64
	pc     uint64       // of the guest instruction
	succ   [2]ir.Target // of a terminator
	op     ir.Op
	size   uint8
	cond   ir.Cond
	aux    ir.Aux
	inputs uint8 // operands up to the last that is not None
}

// An operand is where a value lives: an offset from one of Runner.base, and its class.
type operand uint32

const (
	inState operand = iota << 30
	inConsts
	inOverflow

	isVec      operand = 1 << 29
	offsetMask         = isVec - 1
)

// junk is where results go that nobody wants: the last slot of State.Spill.
const junk = len(ir.State{}.Spill) - 1

const (
	wordSize    = unsafe.Sizeof(ir.Word{})
	spillOffset = unsafe.Offsetof(ir.State{}.Spill)
)

// Compile lays out a region. In counting mode each block takes its Count from State.Budget.
func Compile(r *ir.Region, helpers []ir.HelperFunc, counting bool) *Program {
	p := &Program{counting: counting, addrMask: ^uint64(0), policy: r.NaN, helpers: helpers}
	if r.Address32 {
		p.addrMask = 1<<32 - 1
	}
	p.consts = make([]ir.Word, 1, len(r.Consts)+1)
	for i := range r.Consts {
		p.consts = append(p.consts, r.Consts[i].Word)
	}
	c := compiler{region: r, program: p, slot: make([]int, len(r.Temps)), last: make([]int, len(r.Temps))}
	p.blocks = make([]block, len(r.Blocks))
	for i := range r.Blocks {
		p.blocks[i] = c.block(&r.Blocks[i])
	}
	p.blocks[0].poll = true
	return p
}

// compiler holds the temporaries' slots. A slot is used again once its temporary is dead.
type compiler struct {
	region  *ir.Region
	program *Program
	slot    []int // by temporary
	last    []int // the instruction of the block that reads it last, by temporary
	free    []int
	used    int // slots that are in use or free
}

func (c *compiler) block(b *ir.Block) block {
	c.free, c.used = c.free[:0], 0
	for j := range b.Insns {
		for _, a := range b.Insns[j].Args {
			if a.IsTemp() {
				c.last[a.Temp()] = j
			}
		}
		for _, d := range b.Insns[j].Dst {
			if d.IsTemp() {
				c.last[d.Temp()] = j
			}
		}
	}
	out := block{pc: b.PC, count: int64(b.Count), poll: b.Loop, steps: make([]step, 0, len(b.Insns))}
	pc := b.PC
	for j := range b.Insns {
		in := &b.Insns[j]
		switch in.Op {
		case ir.Mark:
			pc = uint64(in.Imm)
			continue
		case ir.Nop:
			continue
		}
		st := c.step(in, j)
		st.pc, st.succ = pc, b.Succ
		out.steps = append(out.steps, st)
	}
	c.program.slots = max(c.program.slots, c.used)
	return out
}

func (c *compiler) step(in *ir.Insn, j int) step {
	st := step{imm: in.Imm, op: in.Op, size: in.Size, cond: in.Cond, aux: in.Aux}
	for k, a := range in.Args {
		st.args[k] = c.operand(a)
		if a != ir.None {
			st.inputs = uint8(k + 1)
		}
	}
	for k, a := range in.Args {
		if a.IsTemp() && c.last[a.Temp()] == j && !repeated(in, k) {
			c.free = append(c.free, c.slot[a.Temp()])
		}
	}
	for k, d := range in.Dst {
		if d.IsTemp() {
			c.slot[d.Temp()] = c.take()
		}
		st.dst[k] = c.result(d)
	}
	for _, d := range in.Dst {
		if d.IsTemp() && c.last[d.Temp()] == j {
			c.free = append(c.free, c.slot[d.Temp()])
		}
	}
	st.run = runnerOf(c.region, in)
	return st
}

// repeated reports whether operand k is one of those before it.
func repeated(in *ir.Insn, k int) bool {
	for i := range k {
		if in.Args[i] == in.Args[k] {
			return true
		}
	}
	return false
}

func (c *compiler) take() int {
	if n := len(c.free); n > 0 {
		slot := c.free[n-1]
		c.free = c.free[:n-1]
		return slot
	}
	c.used++
	return c.used - 1
}

func (c *compiler) operand(v ir.Value) operand {
	var class operand
	if c.region.Class(v) == ir.Vec {
		class = isVec
	}
	switch {
	case v == ir.None:
		return inConsts
	case v.IsConst():
		return inConsts | class | operand(v.Const()+1)*operand(wordSize)
	case v.IsGlobal():
		return inState | class | operand(ir.GlobalOffset(v))
	}
	slot := c.slot[v.Temp()]
	if slot < junk {
		return inState | class | operand(spillOffset) + operand(slot)*operand(wordSize)
	}
	return inOverflow | class | operand(slot-junk)*operand(wordSize)
}

func (c *compiler) result(v ir.Value) operand {
	if v == ir.None {
		return inState | operand(spillOffset) + operand(junk)*operand(wordSize)
	}
	return c.operand(v)
}

// plain, in tests, leaves out the fast steps.
var plain bool

// runnerOf picks the function that executes an instruction.
func runnerOf(r *ir.Region, in *ir.Insn) func(*Runner, *step) bool {
	if f := fastOf(r, in); f != nil && !plain {
		return f
	}
	if in.Op == ir.Load && r.Class(in.Dst[0]) == ir.Vec {
		return loadVec
	}
	if in.Op == ir.Store && r.Class(in.Args[2]) == ir.Vec {
		return storeVec
	}
	if f := control[in.Op]; f != nil {
		return f
	}
	return evaluate
}

package irtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"muslrun/emu/native/ir"
)

// The globals of a region. Flags are Lazy.
const (
	Ints     = 16 // integer globals 0 to 15
	Vecs     = 8  // vector globals 0 to 7
	pointers = 4  // the last of the integer globals
)

// The globals with a use of their own.
var (
	Counter = ir.IntGlobal(16) // of jumps backwards
	Flags   = ir.IntGlobal(17) // packed flags, Lazy
)

// Globals describes them.
var Globals = func() []ir.Global {
	var list []ir.Global
	for i := range Ints {
		list = append(list, ir.Global{Value: ir.IntGlobal(i), Name: fmt.Sprintf("r%d", i), Bits: 64})
	}
	for i := range Vecs {
		list = append(list, ir.Global{Value: ir.VecGlobal(i), Name: fmt.Sprintf("v%d", i), Bits: 128})
	}
	return append(list, ir.Global{Value: Counter, Name: "counter", Bits: 64},
		ir.Global{Value: Flags, Name: "flags", Bits: 64, Lazy: true})
}()

// The guest memory that a state of Randomize points to. It lies in a window of at least WindowSize.
const (
	DataBase   = 0x10000
	DataSize   = 0x4000
	WindowSize = 1 << 20
)

// EntryPC is where regions begin. ExitPC is an address outside of them.
const (
	EntryPC = 0x4000
	ExitPC  = 0x8000
)

// Options say what a random region has.
type Options struct {
	Policy    ir.NaNPolicy
	Address32 bool
	Ops       []ir.Op // operations to choose from; all of Ops if nil
	Memory    bool    // loads and stores
	Atomics   bool
	Blocks    int // at most; 1 if 0
	Insns     int // in a block, about; 10 if 0
}

// Ops lists the operations that a region may have besides those on memory and of control flow.
func Ops() []ir.Op { return slices.Sorted(maps.Keys(forms)) }

// generator is the work on a region.
type generator struct {
	*rand.Rand
	Options
	b     *ir.Builder
	ints  []ir.Value // temporaries of the block
	vecs  []ir.Value
	flags []ir.Value // packed flags
	bits  []ir.Value // 0 or 1
	pc    uint64
}

// Region makes a random region that Verify finds well formed.
func Region(r *rand.Rand, o Options) *ir.Region {
	o.Blocks = max(o.Blocks, 1)
	if o.Insns == 0 {
		o.Insns = 10
	}
	if o.Ops == nil {
		o.Ops = Ops()
	}
	region := &ir.Region{PC: EntryPC, Globals: Globals, NaN: o.Policy, Address32: o.Address32}
	g := &generator{Rand: r, Options: o, b: ir.NewBuilder(region), pc: EntryPC}
	n := 1 + r.IntN(o.Blocks)
	region.Blocks = make([]ir.Block, n)
	for i := range n {
		region.Blocks[i].PC = EntryPC + uint64(i)*0x100
	}
	for i := range n {
		g.block(i, n)
	}
	if err := region.Verify(); err != nil {
		panic(fmt.Sprintf("irtest: %v", err))
	}
	return region
}

func (g *generator) block(i, n int) {
	g.b.Begin(i)
	g.ints, g.vecs, g.flags, g.bits = nil, nil, nil, nil
	g.pc = g.b.Block().PC
	g.b.Mark(g.pc)
	for range 1 + g.IntN(2*g.Insns) {
		if g.IntN(4) == 0 {
			g.pc += 4
			g.b.Mark(g.pc)
		}
		g.insn()
	}
	g.terminator(i, n)
}

func (g *generator) insn() {
	switch k := g.IntN(16); {
	case k < 3 && g.Memory:
		g.access()
	case k == 3 && g.Atomics:
		g.atomic()
	case k == 4:
		g.b.ExitIf(intCond(g.Rand)&^1|ir.EQ, 8, g.int(), g.int(), ir.ExitTrap, int64(g.IntN(9)))
	default:
		g.operation(pick(g.Rand, g.Ops...))
	}
}

// operation appends op with random operands and results.
func (g *generator) operation(op ir.Op) {
	f := forms[op]
	in := f.fill(g.Rand, op)
	class := pick(g.Rand, ir.Int, ir.Vec) // of Mov
	shape := op.Shape()
	in.Args, in.Dst = ir.NoArgs, [2]ir.Value{ir.None, ir.None}
	for k, want := range shape.Args {
		switch {
		case want == ir.Any:
			in.Args[k] = g.value(class)
		case want != ir.NoClass:
			in.Args[k] = g.value(want)
		}
	}
	g.special(&in)
	switch want := shape.Dst[0]; want {
	case ir.NoClass:
	case ir.Any:
		in.Dst[0] = g.result(class)
	default:
		in.Dst[0] = g.result(want)
	}
	if f.flags && g.IntN(3) == 0 {
		in.Dst[1] = g.flagsResult()
	}
	g.b.Emit(in)
	if in.Op == ir.SetCond && in.Dst[0].IsTemp() {
		g.bits = append(g.bits, in.Dst[0])
	}
}

// special replaces operands of which not every value makes sense.
func (g *generator) special(in *ir.Insn) {
	switch in.Op {
	case ir.Adc, ir.Sbc:
		in.Args[2] = g.bit()
	case ir.SetF, ir.SelectF, ir.FlagOrder:
		in.Args[0] = g.flag()
	case ir.SetFPFlags:
		in.Args[0] = g.b.Const(uint64(g.IntN(32)))
	case ir.SetRounding:
		in.Args[0] = g.b.Const(1 + uint64(g.IntN(4)))
	}
}

// value is a random operand.
func (g *generator) value(c ir.Class) ir.Value {
	if c == ir.Vec {
		return g.vec()
	}
	return g.int()
}

func (g *generator) int() ir.Value {
	switch k := g.IntN(8); {
	case k < 3 && len(g.ints) > 0:
		return pick(g.Rand, g.ints...)
	case k == 3:
		return g.b.Const(Int(g.Rand))
	}
	return ir.IntGlobal(g.IntN(Ints))
}

func (g *generator) vec() ir.Value {
	switch k := g.IntN(8); {
	case k < 3 && len(g.vecs) > 0:
		return pick(g.Rand, g.vecs...)
	case k == 3:
		w := Vec(g.Rand)
		return g.b.VecConst(w.Lo, w.Hi)
	}
	return ir.VecGlobal(g.IntN(Vecs))
}

// bit is an operand that is 0 or 1, flag one that is packed flags.
func (g *generator) bit() ir.Value {
	if len(g.bits) > 0 && g.IntN(2) == 0 {
		return pick(g.Rand, g.bits...)
	}
	return g.b.Const(uint64(g.IntN(2)))
}

func (g *generator) flag() ir.Value {
	if len(g.flags) > 0 && g.IntN(2) == 0 {
		return pick(g.Rand, g.flags...)
	}
	return Flags
}

// result is what an instruction sets: a temporary or a global.
func (g *generator) result(c ir.Class) ir.Value {
	if g.IntN(2) == 0 {
		if c == ir.Vec {
			return ir.VecGlobal(g.IntN(Vecs))
		}
		return ir.IntGlobal(g.IntN(Ints - pointers))
	}
	t := g.b.Temp(c)
	if c == ir.Vec {
		g.vecs = append(g.vecs, t)
	} else {
		g.ints = append(g.ints, t)
	}
	return t
}

func (g *generator) flagsResult() ir.Value {
	if g.IntN(2) == 0 {
		return Flags
	}
	t := g.b.Temp(ir.Int)
	g.flags = append(g.flags, t)
	return t
}

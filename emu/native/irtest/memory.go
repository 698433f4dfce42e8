package irtest

import "muslrun/emu/native/ir"

func (g *generator) pointer() ir.Value { return ir.IntGlobal(Ints - pointers + g.IntN(pointers)) }

// place is an address within the reach of a pointer: a base, an index and a displacement.
func (g *generator) place(align int64) (base, index ir.Value, scale int, disp int64) {
	base, index = g.pointer(), ir.None
	disp = (int64(g.IntN(1024)) - 512) &^ (align - 1)
	switch g.IntN(3) {
	case 0:
		index, scale = g.b.Op(ir.And, 8, g.int(), g.b.Const(uint64(63&^(align-1)))), g.IntN(4)
		g.ints = append(g.ints, index)
	case 1:
		base = g.b.Op(ir.Add, 8, base, g.b.Const(uint64(disp)))
		g.ints = append(g.ints, base)
	}
	return base, index, scale, disp
}

// access appends a load or a store.
func (g *generator) access() {
	base, index, scale, disp := g.place(1)
	aux := ir.Scale(scale) | pick(g.Rand, 0, 0, ir.MemBig) | pick(g.Rand, 0, 0, 0, ir.MemSeqCst)
	class, size := ir.Int, pick(g.Rand, lanes...)
	if g.IntN(3) == 0 {
		class, size = ir.Vec, pick[uint8](g.Rand, 1, 2, 4, 8, 16)
		element := 0
		for aux&ir.MemBig != 0 && element < 4 && 2<<element <= size && g.IntN(3) != 0 {
			element++
		}
		aux |= ir.Element(element)
	}
	if g.IntN(2) == 0 {
		g.b.StoreX(int(size), aux, base, index, disp, g.value(class))
		return
	}
	if class == ir.Int {
		aux |= pick(g.Rand, 0, ir.MemSigned, ir.MemSigned32)
		if size == 8 {
			aux &^= ir.MemSigned32
		}
	}
	in := ir.Insn{Op: ir.Load, Size: size, Aux: aux, Imm: disp, Args: ir.Args(base, index)}
	in.Dst = [2]ir.Value{g.result(class), ir.None}
	g.b.Emit(in)
}

// atomic appends an atomic operation, on aligned memory.
func (g *generator) atomic() {
	size := pick(g.Rand, lanes...)
	aux := pick(g.Rand, 0, 0, ir.MemBig)
	if g.IntN(4) == 0 {
		g.pair(aux)
		return
	}
	base, index, scale, disp := g.place(16)
	aux |= ir.Scale(scale)
	in := ir.Insn{Op: ir.CmpXchg, Size: size, Aux: aux, Imm: disp, Args: ir.Args(base, index, g.int(), g.int())}
	if g.IntN(2) == 0 {
		in.Op, in.Args[3] = ir.AtomicRMW, ir.None
		in.Aux |= ir.Aux(g.IntN(int(ir.RMWMaxU>>12)+1)) << 12
	}
	in.Dst = [2]ir.Value{g.result(ir.Int), ir.None}
	g.b.Emit(in)
}

func (g *generator) pair(aux ir.Aux) {
	size := pick(g.Rand, words...)
	in := ir.Insn{Op: ir.CmpXchgPair, Size: size, Aux: aux,
		Args: ir.Args(g.pointer(), g.int(), g.int(), g.int(), g.int())}
	first := g.b.Temp(ir.Int)
	in.Dst = [2]ir.Value{first, g.b.Temp(ir.Int)}
	g.b.Emit(in)
	g.ints = append(g.ints, in.Dst[0], in.Dst[1])
}

// terminator ends block i of n.
func (g *generator) terminator(i, n int) {
	if i > 0 && g.IntN(3) == 0 {
		back := g.IntN(i + 1)
		g.b.R.Blocks[back].Loop = true
		g.b.Emit(ir.Insn{Op: ir.Sub, Size: 8, Dst: [2]ir.Value{Counter, ir.None}, Args: ir.Args(Counter, g.b.Const(1))})
		g.b.Branch(ir.GTS, 8, Counter, g.b.Const(0), g.b.Inner(back), g.ahead(i, n))
		return
	}
	switch k := g.IntN(8); {
	case k < 3:
		g.b.Branch(intCond(g.Rand), int(pick(g.Rand, words...)), g.int(), g.int(), g.ahead(i, n), g.ahead(i, n))
	case k == 3:
		g.b.BranchF(flagCond(g.Rand), g.flag(), g.ahead(i, n), g.ahead(i, n))
	case k == 4 && i == n-1:
		g.b.JumpReg(g.int())
	case k == 5 && i == n-1:
		g.b.Exit(pick(g.Rand, ir.ExitSystemCall, ir.ExitIllegal, ir.ExitBreakpoint), int64(g.IntN(100)), g.pc+4)
	default:
		g.b.Jump(g.ahead(i, n))
	}
}

// ahead is a block behind i, or a place outside.
func (g *generator) ahead(i, n int) ir.Target {
	if i+1 >= n || g.IntN(8) == 0 {
		return ir.At(ExitPC + uint64(g.IntN(16))*4)
	}
	return g.b.Inner(i + 1 + g.IntN(n-i-1))
}

package ppc

import "muslrun/emu/native/ir"

// a63 and a59 are rows of the A form with primary opcode 63, of doubles, and 59, of singles.
func a63(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "111111 frt:5 fra:5 frb:5 frc:5 " + digits(extended, 5) + " rc:1", Emit: op{emit: emit}}
}

func a59(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "111011 frt:5 fra:5 frb:5 frc:5 " + digits(extended, 5) + " rc:1", Emit: op{emit: emit}}
}

func x63(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "111111 frt:5 fra:5 frb:5 " + digits(extended, 10) + " rc:1", Emit: op{emit: emit}}
}

func x59(name string, extended int, emit func(g gen)) row {
	return row{Name: name, Bits: "111011 frt:5 fra:5 frb:5 " + digits(extended, 10) + " rc:1", Emit: op{emit: emit}}
}

// floats is "Floating-Point Arithmetic", "Rounding and Conversion", "Compare" and "Move Instructions".
var (
	floats = []row{
		a63("fadd", 21, arithmeticAB(ir.FAdd, 0)), a59("fadds", 21, arithmeticAB(ir.FAdd, ir.ToSingle)),
		a63("fsub", 20, arithmeticAB(ir.FSub, 0)), a59("fsubs", 20, arithmeticAB(ir.FSub, ir.ToSingle)),
		a63("fdiv", 18, arithmeticAB(ir.FDiv, 0)), a59("fdivs", 18, arithmeticAB(ir.FDiv, ir.ToSingle)),
		a63("fmul", 25, multiply(0)), a59("fmuls", 25, multiply(ir.ToSingle)),
		a63("fmadd", 29, fused(0, false)), a59("fmadds", 29, fused(ir.ToSingle, false)),
		a63("fmsub", 28, fused(ir.NegateC, false)), a59("fmsubs", 28, fused(ir.ToSingle|ir.NegateC, false)),
		a63("fnmadd", 31, fused(0, true)), a59("fnmadds", 31, fused(ir.ToSingle, true)),
		a63("fnmsub", 30, fused(ir.NegateC, true)), a59("fnmsubs", 30, fused(ir.ToSingle|ir.NegateC, true)),
		a59("fres", 24, reciprocal(ir.ToSingle)), a63("frsqrte", 26, reciprocalRoot(0)),
		a63("fsel", 23, fsel),
		x63("frsp", 12, roundToSingle),
		x63("fmr", 72, move(func(_ gen, b ir.Value) ir.Value { return b })),
		x63("fneg", 40, move(func(g gen, b ir.Value) ir.Value { return g.Op(ir.FNeg, 8, b) })),
		x63("fabs", 264, move(func(g gen, b ir.Value) ir.Value { return g.Op(ir.FAbs, 8, b) })),
		x63("fnabs", 136, move(func(g gen, b ir.Value) ir.Value { return g.Op(ir.FNeg, 8, g.Op(ir.FAbs, 8, b)) })),
		{Name: "fcmpu", Bits: "111111 bf:3 any:2 fra:5 frb:5 0000000000 any:1", Emit: op{emit: compareFloats(0)}},
		{Name: "fcmpo", Bits: "111111 bf:3 any:2 fra:5 frb:5 0000100000 any:1", Emit: op{emit: compareFloats(ir.Signaling)}},
	}
	floats64 = []row{
		a63("fsqrt", 22, squareRoot(0)), a59("fsqrts", 22, squareRoot(ir.ToSingle)),
		a63("fre", 24, reciprocal(0)), a59("frsqrtes", 26, reciprocalRoot(ir.ToSingle)),
		x63("frin", 392, roundTo(ir.RoundAway)), x63("friz", 424, roundTo(ir.RoundZero)),
		x63("frip", 456, roundTo(ir.RoundUp)), x63("frim", 488, roundTo(ir.RoundDown)),
		x63("fcpsgn", 8, func(g gen) { g.setFPR(g.Op(ir.FCopySign, 8, fpr(g.rb()), fpr(g.ra()))) }),
		x63("fmrgew", 966, merge(func(g gen, x ir.Value) ir.Value { return g.Op(ir.Shr, 8, x, g.Const(32)) })),
		x63("fmrgow", 838, merge(gen.low)),
	}
)

// conversions is "Floating-Point Conversion Instructions" to and from integers.
var (
	conversions = []row{
		x63("fctiw", 14, toInteger(ir.Signed, ir.RoundDynamic)), x63("fctiwz", 15, toInteger(ir.Signed, ir.RoundZero)),
	}
	conversions64 = []row{
		x63("fctid", 814, toInteger(ir.Signed|ir.Int64, ir.RoundDynamic)),
		x63("fctidz", 815, toInteger(ir.Signed|ir.Int64, ir.RoundZero)),
		x63("fctidu", 942, toInteger(ir.Int64, ir.RoundDynamic)), x63("fctiduz", 943, toInteger(ir.Int64, ir.RoundZero)),
		x63("fctiwu", 142, toInteger(0, ir.RoundDynamic)), x63("fctiwuz", 143, toInteger(0, ir.RoundZero)),
		x63("fcfid", 846, fromInteger(8, ir.Signed)), x63("fcfidu", 974, fromInteger(8, 0)),
		x59("fcfids", 846, fromInteger(4, ir.Signed)), x59("fcfidus", 974, fromInteger(4, 0)),
	}
)

// setFPR assigns the result, in doubleword 0; the other one becomes 0.
func (g gen) setFPR(v ir.Value) {
	g.Set(fpr(g.rt()), v)
	g.recordFloat()
}

// recordFloat copies the first bits of FPSCR to field 1 of the condition register, if the instruction asks for it.
func (g gen) recordFloat() {
	if g.rc() {
		g.setField(1, g.OpImm(ir.Extract, 8, 28|4<<8, g.collect()))
	}
}

// float computes by an operation whose rounding and exceptions are recorded.
func (g gen) float(in ir.Insn, args ...ir.Value) ir.Value {
	g.pending(in, args...)
	return g.With(in, args...)
}

func arithmeticAB(o ir.Op, aux ir.Aux) func(g gen) {
	return func(g gen) { g.setFPR(g.float(ir.Insn{Op: o, Size: 8, Aux: aux}, fpr(g.ra()), fpr(g.rb()))) }
}

func multiply(aux ir.Aux) func(g gen) {
	return func(g gen) { g.setFPR(g.float(ir.Insn{Op: ir.FMul, Size: 8, Aux: aux}, fpr(g.ra()), fpr(g.fc()))) }
}

func squareRoot(aux ir.Aux) func(g gen) {
	return func(g gen) { g.setFPR(g.float(ir.Insn{Op: ir.FSqrt, Size: 8, Aux: aux}, fpr(g.rb()))) }
}

// fused is a multiply-add. One with a negated result does not negate a NaN.
func fused(aux ir.Aux, negate bool) func(g gen) {
	return func(g gen) {
		in := ir.Insn{Op: ir.FMulAdd, Size: 8, Aux: aux}
		if !negate {
			g.setFPR(g.float(in, fpr(g.ra()), fpr(g.fc()), fpr(g.rb())))
			return
		}
		noted := in
		noted.Aux |= negateResult
		g.pending(noted, fpr(g.ra()), fpr(g.fc()), fpr(g.rb()))
		g.setFPR(g.negatedScalar(g.With(in, fpr(g.ra()), fpr(g.fc()), fpr(g.rb()))))
	}
}

// negated is the opposite of a number, and a NaN itself: the sign is changed where the number is equal to itself.
func (g gen) negated(size int, v ir.Value) ir.Value {
	equal := g.Op(ir.VFCmpEQ, size, v, v)
	return g.Op(ir.VXor, 8, v, g.Op(ir.VAnd, 8, equal, g.signs(size)))
}

// negatedScalar is negated where the other doubleword is 0.
func (g gen) negatedScalar(v ir.Value) ir.Value {
	equal := g.Op(ir.VFCmpEQ, 8, v, v)
	return g.Op(ir.VXor, 8, v, g.Op(ir.VAnd, 8, equal, g.VecConst(1<<63, 0)))
}

// signs is the sign bits of the elements of a vector; of doubles, of both.
func (g gen) signs(size int) ir.Value { return g.splat(size, 1<<(8*size-1)) }

// oneDouble is 1.0.
const oneDouble = uint64(0x3ff0) << 48

// reciprocal and reciprocalRoot are estimates; here they are as good as can be.
func reciprocal(aux ir.Aux) func(g gen) {
	return func(g gen) {
		g.setFPR(g.float(ir.Insn{Op: ir.FDiv, Size: 8, Aux: aux}, g.VecConst(oneDouble, 0), fpr(g.rb())))
	}
}

func reciprocalRoot(aux ir.Aux) func(g gen) {
	return func(g gen) {
		root := g.Op(ir.FSqrt, 8, fpr(g.rb()))
		g.setFPR(g.float(ir.Insn{Op: ir.FDiv, Size: 8, Aux: aux}, g.VecConst(oneDouble, 0), root))
	}
}

// fsel takes frc where fra is not less than zero: not a NaN, and positive or -0.
func fsel(g gen) {
	lane := func(n int) ir.Value { return g.Op(ir.VExtract, 8, fpr(n)) }
	x, c, b := lane(g.ra()), lane(g.fc()), lane(g.rb())
	v := g.Select(ir.LEU, 8, x, g.Const(0x7ff<<52), c, b)
	v = g.Select(ir.EQ, 8, x, g.Const(1<<63), c, v)
	g.setFPR(g.vector(v))
}

// vector has an Int in doubleword 0, and 0 in the other.
func (g gen) vector(v ir.Value) ir.Value { return g.Op(ir.VInsert, 8, g.VecConst(0, 0), v) }

func roundToSingle(g gen) {
	v := g.float(ir.Insn{Op: ir.FCvt, Size: 8, Imm: 4}, fpr(g.rb()))
	g.setFPR(g.OpImm(ir.FCvt, 4, 8, v))
}

// toInteger: of 32 bits the other word of the result is not defined; here it is as the sign.
func toInteger(aux, rounding ir.Aux) func(g gen) {
	return func(g gen) {
		v := g.float(ir.Insn{Op: ir.FToI, Size: 8, Aux: aux | rounding}, fpr(g.rb()))
		if aux&(ir.Int64|ir.Signed) == ir.Signed {
			v = g.signedLow(v)
		}
		g.setFPR(g.vector(v))
	}
}

func fromInteger(size int, aux ir.Aux) func(g gen) {
	return func(g gen) {
		g.pending(ir.Insn{Op: ir.IToF, Size: uint8(size), Aux: aux | ir.Int64}, fpr(g.rb()))
		v := g.OpAux(ir.IToF, size, aux|ir.Int64, g.Op(ir.VExtract, 8, fpr(g.rb())))
		if size == 4 {
			v = g.OpImm(ir.FCvt, 4, 8, v)
		}
		g.setFPR(v)
	}
}

func roundTo(rounding ir.Aux) func(g gen) {
	return func(g gen) { g.setFPR(g.float(ir.Insn{Op: ir.FRound, Size: 8, Aux: rounding}, fpr(g.rb()))) }
}

// move is an instruction that neither computes nor raises anything.
func move(f func(g gen, b ir.Value) ir.Value) func(g gen) {
	return func(g gen) {
		v := f(g, fpr(g.rb()))
		if v == fpr(g.rb()) {
			v = g.Op(ir.VZeroHi, 8, v)
		}
		g.setFPR(v)
	}
}

// merge makes a doubleword of a word of each operand.
func merge(word func(g gen, x ir.Value) ir.Value) func(g gen) {
	return func(g gen) {
		high := word(g, g.Op(ir.VExtract, 8, fpr(g.ra())))
		low := word(g, g.Op(ir.VExtract, 8, fpr(g.rb())))
		g.setFPR(g.vector(g.Op(ir.Or, 8, g.Op(ir.Shl, 8, high, g.Const(32)), low)))
	}
}

func compareFloats(aux ir.Aux) func(g gen) {
	return func(g gen) { g.compareFloat(g.bf(), aux, fpr(g.ra()), fpr(g.rb())) }
}

// compareFloat sets a field by comparing two doubles.
func (g gen) compareFloat(field int, aux ir.Aux, x, y ir.Value) {
	in := ir.Insn{Op: ir.FCmp, Size: 8, Aux: aux}
	g.pending(in, x, y)
	flags := g.With(in, x, y)
	g.Set(order(field), g.Op(ir.FlagOrder, 8, flags))
	g.Set(summary(field), g.setF(ir.FlagVS, flags))
}

// floatMemory is "Floating-Point Load and Store Instructions", and floatMemory64 those for integers in the registers.
var (
	floatMemory = []row{
		dForm("lfs", 48, loadSingle(dPlain)), dForm("lfsu", 49, loadSingle(dUpdate), updates),
		x31("lfsx", 535, loadSingle(xPlain)), x31("lfsux", 567, loadSingle(xUpdate), updates),
		dForm("lfd", 50, loadDouble(dPlain)), dForm("lfdu", 51, loadDouble(dUpdate), updates),
		x31("lfdx", 599, loadDouble(xPlain)), x31("lfdux", 631, loadDouble(xUpdate), updates),
		dForm("stfs", 52, storeSingle(dPlain)), dForm("stfsu", 53, storeSingle(dUpdate), updates),
		x31("stfsx", 663, storeSingle(xPlain)), x31("stfsux", 695, storeSingle(xUpdate), updates),
		dForm("stfd", 54, storeDouble(dPlain)), dForm("stfdu", 55, storeDouble(dUpdate), updates),
		x31("stfdx", 727, storeDouble(xPlain)), x31("stfdux", 759, storeDouble(xUpdate), updates),
		x31("stfiwx", 983, storeWord),
	}
	floatMemory64 = []row{x31("lfiwax", 855, loadWord(ir.MemSigned)), x31("lfiwzx", 887, loadWord(0))}
)

// vecOrder is the byte order of an access of a vector that is elements of so many bytes.
func (g gen) vecOrder(element int) ir.Aux {
	if g.little() || element == 1 {
		return 0
	}
	log := map[int]int{2: 1, 4: 2, 8: 3, 16: 4}
	return ir.MemBig | ir.Element(log[element])
}

// single is a number as registers have it, of one as memory has it.
func (g gen) single(v ir.Value) ir.Value {
	return g.With(ir.Insn{Op: ir.FCvt, Size: 4, Imm: 8, Aux: ir.Bits}, v)
}

// narrow is the opposite of single.
func (g gen) narrow(v ir.Value) ir.Value {
	return g.With(ir.Insn{Op: ir.FCvt, Size: 8, Imm: 4, Aux: ir.Bits}, v)
}

func loadSingle(f form) func(g gen) {
	return func(g gen) {
		a := f.at(g)
		g.Set(fpr(g.rt()), g.single(g.LoadX(ir.Vec, 4, g.vecOrder(4), a.base, a.index, a.disp)))
		f.updated(g, a)
	}
}

func loadDouble(f form) func(g gen) {
	return func(g gen) {
		a := f.at(g)
		g.Set(fpr(g.rt()), g.LoadX(ir.Vec, 8, g.vecOrder(8), a.base, a.index, a.disp))
		f.updated(g, a)
	}
}

func storeSingle(f form) func(g gen) {
	return func(g gen) {
		a := f.at(g)
		g.StoreX(4, g.vecOrder(4), a.base, a.index, a.disp, g.narrow(fpr(g.rs())))
		f.updated(g, a)
	}
}

func storeDouble(f form) func(g gen) {
	return func(g gen) {
		a := f.at(g)
		g.StoreX(8, g.vecOrder(8), a.base, a.index, a.disp, fpr(g.rs()))
		f.updated(g, a)
	}
}

func storeWord(g gen) {
	a := g.xAddress()
	g.StoreX(4, g.vecOrder(4), a.base, a.index, 0, fpr(g.rs()))
}

func loadWord(aux ir.Aux) func(g gen) {
	return func(g gen) {
		a := g.xAddress()
		g.Set(fpr(g.rt()), g.vector(g.LoadX(ir.Int, 4, g.data|aux, a.base, a.index, 0)))
	}
}

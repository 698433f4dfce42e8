package irtest

import (
	"math/rand/v2"

	"muslrun/emu/native/ir"
)

// pick is one of a list.
func pick[E any](r *rand.Rand, list ...E) E { return list[r.IntN(len(list))] }

// form says what values the fields of an operation may have. Sizes is nil where Size means nothing.
type form struct {
	sizes []uint8
	imm   func(r *rand.Rand, in *ir.Insn) int64
	aux   func(r *rand.Rand) ir.Aux
	cond  func(r *rand.Rand) ir.Cond
	flags bool // it may have packed flags as a second result
}

var (
	words  = []uint8{4, 8}
	lanes  = []uint8{1, 2, 4, 8}
	halves = []uint8{1, 2, 4}
	bytes1 = []uint8{1}
)

// forms has every operation that neither leaves a block nor touches memory, but for Nop, Mark and Helper.
var forms = func() map[ir.Op]form {
	m := map[ir.Op]form{
		ir.Mov: {sizes: []uint8{8}},
		ir.Add: {sizes: words, flags: true}, ir.Adc: {sizes: words, flags: true}, ir.And: {sizes: words, flags: true},
		ir.Sub:  {sizes: words, flags: true, aux: oneOf(0, ir.NotBorrow)},
		ir.Sbc:  {sizes: words, flags: true, aux: oneOf(0, ir.NotBorrow)},
		ir.Sext: {sizes: words, imm: fieldWidth}, ir.Zext: {sizes: words, imm: fieldWidth},
		ir.Extract: {sizes: words, imm: field}, ir.ExtractS: {sizes: words, imm: field}, ir.Insert: {sizes: words, imm: field},
		ir.Concat:  {sizes: words, imm: func(r *rand.Rand, in *ir.Insn) int64 { return int64(r.IntN(8 * int(in.Size))) }},
		ir.SetCond: {sizes: words, cond: intCond}, ir.Select: {sizes: words, cond: intCond},
		ir.SetF: {sizes: words, cond: flagCond}, ir.SelectF: {sizes: []uint8{8}, cond: flagCond},
		ir.CRC32: {sizes: lanes, aux: oneOf(0, 1)}, ir.Compare: {sizes: words, aux: oneOf(0, ir.Signed)}, ir.FlagOrder: {},

		ir.FMulAdd: {sizes: words, aux: joined(singleResult, oneOf(0, ir.NegateA, ir.NegateC, ir.NegateA|ir.NegateC))},
		ir.FMin:    {sizes: words, aux: minMax}, ir.FMax: {sizes: words, aux: minMax},
		ir.FRound: {sizes: words, aux: joined(rounding, oneOf(0, ir.Exact))},
		ir.FCvt:   {sizes: words, aux: joined(rounding, oneOf(0, 0, ir.Bits)), imm: func(_ *rand.Rand, in *ir.Insn) int64 { return int64(12 - in.Size) }},
		ir.FToI:   {sizes: words, aux: intConversion, imm: fractionBits}, ir.IToF: {sizes: words, aux: intConversion, imm: fractionBits},
		ir.SetFCmp: {sizes: words, aux: oneOf(0, ir.Signaling), cond: floatCond},
		ir.FCmp:    {sizes: words, aux: oneOf(0, ir.Signaling)},
		ir.Box:     {sizes: []uint8{4}}, ir.Unbox: {sizes: []uint8{4}},
		ir.GetFPFlags: {}, ir.SetFPFlags: {}, ir.SetRounding: {},

		ir.VShlI: {sizes: lanes, imm: func(r *rand.Rand, in *ir.Insn) int64 { return int64(r.IntN(8 * int(in.Size))) }},
		ir.VShrI: {sizes: lanes, imm: rightShift}, ir.VSarI: {sizes: lanes, imm: rightShift},
		ir.VDupL: {sizes: lanes, imm: laneIndex}, ir.VInsert: {sizes: lanes, imm: laneIndex},
		ir.VExtract: {sizes: lanes, imm: laneIndex}, ir.VExtractS: {sizes: lanes, imm: laneIndex},
		ir.VInsertL: {sizes: lanes, imm: func(r *rand.Rand, in *ir.Insn) int64 { return laneIndex(r, in) | laneIndex(r, in)<<8 }},
		ir.VExt:     {sizes: bytes1, imm: func(r *rand.Rand, _ *ir.Insn) int64 { return int64(r.IntN(16)) }},
		ir.VRev: {sizes: halves, imm: func(r *rand.Rand, in *ir.Insn) int64 {
			return pick(r, []int64{2, 4, 8}[in.Size/2:]...)
		}},
		ir.VTbl: {sizes: bytes1}, ir.VPopcnt: {sizes: bytes1}, ir.VAESEnc: {sizes: bytes1, aux: oneOf(0, 1, 2, 3)},
		ir.VClMul:   {sizes: []uint8{8}, imm: func(r *rand.Rand, _ *ir.Insn) int64 { return int64(r.IntN(4)) }},
		ir.VFMulAdd: {sizes: words, aux: joined(rounding, oneOf(0, ir.NegateA, ir.NegateC, ir.NegateA|ir.NegateC))},
		ir.VFMin:    {sizes: words, aux: minMax}, ir.VFMax: {sizes: words, aux: minMax},
		ir.VFRound: {sizes: words, aux: joined(rounding, oneOf(0, ir.Exact))},
		ir.VFToI:   {sizes: words, aux: joined(rounding, oneOf(0, ir.Signed))},
		ir.VIToF:   {sizes: words, aux: joined(rounding, oneOf(0, ir.Signed))},
	}
	for _, same := range []struct {
		form
		ops []ir.Op
	}{
		{form{sizes: words}, []ir.Op{ir.Or, ir.Xor, ir.AndNot, ir.Not, ir.Neg, ir.Mul, ir.MulHiS, ir.MulHiU, ir.MulHiSU,
			ir.DivS, ir.DivU, ir.RemS, ir.RemU, ir.Shl, ir.Shr, ir.Sar, ir.Rotr, ir.Clz, ir.Ctz, ir.Popcnt, ir.Bswap,
			ir.BitRev, ir.FAbs, ir.FNeg, ir.FCopySign, ir.VFAbs, ir.VFNeg, ir.VFCmpEQ, ir.VFCmpGE, ir.VFCmpGT}},
		{form{sizes: words, aux: singleResult}, []ir.Op{ir.FAdd, ir.FSub, ir.FMul, ir.FDiv, ir.FSqrt}},
		{form{sizes: words, aux: rounding}, []ir.Op{ir.VFAdd, ir.VFSub,
			ir.VFMul, ir.VFDiv, ir.VFSqrt}},
		{form{sizes: []uint8{8}}, []ir.Op{ir.VAnd, ir.VOr, ir.VXor, ir.VAndNot, ir.VNot, ir.VBlend, ir.VZeroHi}},
		{form{sizes: lanes}, []ir.Op{ir.VAdd, ir.VSub, ir.VMul, ir.VNeg, ir.VAbs, ir.VMinS, ir.VMaxS, ir.VMinU, ir.VMaxU,
			ir.VCmpEQ, ir.VCmpGTS, ir.VCmpGES, ir.VCmpGTU, ir.VCmpGEU, ir.VAddSatS, ir.VAddSatU, ir.VSubSatS, ir.VSubSatU,
			ir.VAvgU, ir.VShl, ir.VShr, ir.VDup, ir.VZipLo, ir.VZipHi, ir.VUzpEven, ir.VUzpOdd, ir.VTrnEven, ir.VTrnOdd}},
		{form{sizes: halves}, []ir.Op{ir.VWidenLoS, ir.VWidenHiS, ir.VWidenLoU, ir.VWidenHiU, ir.VNarrow}},
	} {
		for _, op := range same.ops {
			m[op] = same.form
		}
	}
	return m
}()

// singleResult is a rounding, and of doubles sometimes to single precision.
var singleResult = joined(rounding, oneOf(0, 0, ir.ToSingle))

func oneOf(list ...ir.Aux) func(*rand.Rand) ir.Aux {
	return func(r *rand.Rand) ir.Aux { return pick(r, list...) }
}

func joined(a, b func(*rand.Rand) ir.Aux) func(*rand.Rand) ir.Aux {
	return func(r *rand.Rand) ir.Aux { return a(r) | b(r) }
}

// rounding is dynamic most of the time.
func rounding(r *rand.Rand) ir.Aux {
	if r.IntN(3) != 0 {
		return ir.RoundDynamic
	}
	return ir.Aux(r.IntN(int(ir.RoundOdd) + 1))
}

var minMax = oneOf(ir.MinMaxNaN, ir.MinMaxNumber, ir.MinMax2019, ir.MinMaxX86)

var intConversion = joined(rounding, oneOf(0, ir.Signed, ir.Int64, ir.Signed|ir.Int64))

func fractionBits(r *rand.Rand, _ *ir.Insn) int64 { return int64(max(0, r.IntN(64)-32)) }

func intCond(r *rand.Rand) ir.Cond   { return ir.Cond(r.IntN(int(ir.TZ) + 1)) }
func flagCond(r *rand.Rand) ir.Cond  { return ir.FlagEQ + ir.Cond(r.IntN(int(ir.FlagBE-ir.FlagEQ)+1)) }
func floatCond(r *rand.Rand) ir.Cond { return ir.FEQ + ir.Cond(r.IntN(4)) }

func laneIndex(r *rand.Rand, in *ir.Insn) int64  { return int64(r.IntN(16 / int(in.Size))) }
func rightShift(r *rand.Rand, in *ir.Insn) int64 { return 1 + int64(r.IntN(8*int(in.Size))) }

func fieldWidth(r *rand.Rand, in *ir.Insn) int64 {
	if r.IntN(2) == 0 {
		return pick(r, []int64{8, 16, 32}...)
	}
	return 1 + int64(r.IntN(8*int(in.Size)))
}

func field(r *rand.Rand, in *ir.Insn) int64 {
	position := r.IntN(8 * int(in.Size))
	return int64(position | (1+r.IntN(8*int(in.Size)-position))<<8)
}

// fill gives an instruction of the operation a size, an immediate and so on.
func (f *form) fill(r *rand.Rand, op ir.Op) ir.Insn {
	in := ir.Insn{Op: op, Size: 8}
	if f.sizes != nil {
		in.Size = pick(r, f.sizes...)
	}
	if f.imm != nil {
		in.Imm = f.imm(r, &in)
	}
	if f.aux != nil {
		in.Aux = f.aux(r)
	}
	if in.Size == 4 && op >= ir.FAdd && op <= ir.FMulAdd {
		in.Aux &^= ir.ToSingle
	}
	if f.cond != nil {
		in.Cond = f.cond(r)
	}
	return in
}

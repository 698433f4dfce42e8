package riscv

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// float is the F and D extensions without conversions.
func (w xlen) float() []row {
	rows := []row{
		{Name: "flw", Bits: "imm:12 rs1:5 010 rd:5 0000111", Emit: op{emit: loadFloat(4)}},
		{Name: "fld", Bits: "imm:12 rs1:5 011 rd:5 0000111", Emit: op{emit: loadFloat(8)}},
		{Name: "fsw", Bits: "imm:7 rs2:5 rs1:5 010 imm:5 0100111", Emit: op{emit: storeFloat(4)}},
		{Name: "fsd", Bits: "imm:7 rs2:5 rs1:5 011 imm:5 0100111", Emit: op{emit: storeFloat(8)}},
		{Name: "fmv.x.w", Bits: "1110000 00000 rs1:5 000 rd:5 1010011", Emit: op{emit: w.moveToInt(4)}},
		{Name: "fmv.w.x", Bits: "1111000 00000 rs1:5 000 rd:5 1010011", Emit: op{emit: moveToFloat(4)}},
	}
	if w == 8 {
		rows = append(rows,
			row{Name: "fmv.x.d", Bits: "1110001 00000 rs1:5 000 rd:5 1010011", Emit: op{emit: w.moveToInt(8)}},
			row{Name: "fmv.d.x", Bits: "1111001 00000 rs1:5 000 rd:5 1010011", Emit: op{emit: moveToFloat(8)}})
	}
	return append(append(rows, floatOf(".s", "00", 4)...), floatOf(".d", "01", 8)...)
}

// floatOf is the instructions that single and double precision have in common.
func floatOf(suffix, format string, size int) []row {
	return []row{
		{Name: "fmadd" + suffix, Bits: "rs3:5 " + format + " rs2:5 rs1:5 rm:3 rd:5 1000011", Emit: op{emit: fused(size, 0)}},
		{Name: "fmsub" + suffix, Bits: "rs3:5 " + format + " rs2:5 rs1:5 rm:3 rd:5 1000111",
			Emit: op{emit: fused(size, ir.NegateC)}},
		{Name: "fnmsub" + suffix, Bits: "rs3:5 " + format + " rs2:5 rs1:5 rm:3 rd:5 1001011",
			Emit: op{emit: fused(size, ir.NegateA)}},
		{Name: "fnmadd" + suffix, Bits: "rs3:5 " + format + " rs2:5 rs1:5 rm:3 rd:5 1001111",
			Emit: op{emit: fused(size, ir.NegateA|ir.NegateC)}},
		{Name: "fadd" + suffix, Bits: "00000 " + format + " rs2:5 rs1:5 rm:3 rd:5 1010011", Emit: op{emit: arith(ir.FAdd, size)}},
		{Name: "fsub" + suffix, Bits: "00001 " + format + " rs2:5 rs1:5 rm:3 rd:5 1010011", Emit: op{emit: arith(ir.FSub, size)}},
		{Name: "fmul" + suffix, Bits: "00010 " + format + " rs2:5 rs1:5 rm:3 rd:5 1010011", Emit: op{emit: arith(ir.FMul, size)}},
		{Name: "fdiv" + suffix, Bits: "00011 " + format + " rs2:5 rs1:5 rm:3 rd:5 1010011", Emit: op{emit: arith(ir.FDiv, size)}},
		{Name: "fsqrt" + suffix, Bits: "01011 " + format + " 00000 rs1:5 rm:3 rd:5 1010011", Emit: op{emit: squareRoot(size)}},
		{Name: "fsgnj" + suffix, Bits: "00100 " + format + " rs2:5 rs1:5 000 rd:5 1010011", Emit: op{emit: sign(size, copySign)}},
		{Name: "fsgnjn" + suffix, Bits: "00100 " + format + " rs2:5 rs1:5 001 rd:5 1010011", Emit: op{emit: sign(size, negatedSign)}},
		{Name: "fsgnjx" + suffix, Bits: "00100 " + format + " rs2:5 rs1:5 010 rd:5 1010011", Emit: op{emit: sign(size, xorSign)}},
		{Name: "fmin" + suffix, Bits: "00101 " + format + " rs2:5 rs1:5 000 rd:5 1010011", Emit: op{emit: minMax(ir.FMin, size)}},
		{Name: "fmax" + suffix, Bits: "00101 " + format + " rs2:5 rs1:5 001 rd:5 1010011", Emit: op{emit: minMax(ir.FMax, size)}},
		{Name: "fle" + suffix, Bits: "10100 " + format + " rs2:5 rs1:5 000 rd:5 1010011",
			Emit: op{emit: compare(ir.FLE, size, ir.Signaling)}},
		{Name: "flt" + suffix, Bits: "10100 " + format + " rs2:5 rs1:5 001 rd:5 1010011",
			Emit: op{emit: compare(ir.FLT, size, ir.Signaling)}},
		{Name: "feq" + suffix, Bits: "10100 " + format + " rs2:5 rs1:5 010 rd:5 1010011", Emit: op{emit: compare(ir.FEQ, size, 0)}},
		{Name: "fclass" + suffix, Bits: "11100 " + format + " 00000 rs1:5 001 rd:5 1010011", Emit: op{emit: class(size)}},
	}
}

// floatConvert is the conversions.
func (w xlen) floatConvert() []row {
	rows := []row{
		{Name: "fcvt.s.d", Bits: "0100000 00001 rs1:5 rm:3 rd:5 1010011", Emit: op{emit: narrow}},
		{Name: "fcvt.d.s", Bits: "0100001 00000 rs1:5 rm:3 rd:5 1010011", Emit: op{emit: widen}},
	}
	for _, format := range []struct {
		suffix, code string
		size         int
	}{{".s", "00", 4}, {".d", "01", 8}} {
		for _, integer := range []struct {
			suffix, code string
			aux          ir.Aux
		}{{".w", "00000", ir.Signed}, {".wu", "00001", 0}, {".l", "00010", ir.Signed | ir.Int64}, {".lu", "00011", ir.Int64}} {
			if integer.aux&ir.Int64 != 0 && w == 4 {
				continue
			}
			rows = append(rows,
				row{Name: "fcvt" + integer.suffix + format.suffix,
					Bits: "11000 " + format.code + " " + integer.code + " rs1:5 rm:3 rd:5 1010011",
					Emit: op{emit: w.toInt(format.size, integer.aux)}},
				row{Name: "fcvt" + format.suffix + integer.suffix,
					Bits: "11010 " + format.code + " " + integer.code + " rs1:5 rm:3 rd:5 1010011",
					Emit: op{emit: fromInt(format.size, integer.aux)}})
		}
	}
	return rows
}

// rounds finds the instructions with an rm field: all of OP-FP but those whose field is a function, and the fused ones.
func rounds(word uint32) bool {
	switch word & 0x7f {
	case 0x43, 0x47, 0x4b, 0x4f:
		return true
	case 0x53:
		switch word >> 27 {
		case 0x00, 0x01, 0x02, 0x03, 0x08, 0x0b, 0x18, 0x1a:
			return true
		}
	}
	return false
}

// valid checks what the patterns of the tables leave open.
func (d *decoder) valid(word uint32, mode uint32) bool {
	if rounds(word) {
		return rm(word) < 5 || rm(word) == 7 && mode != modeInvalid
	}
	if isCSR(word) {
		n := csrNumber(word)
		return n >= csrFflags && n <= csrFcsr
	}
	return true
}

// direction is how an instruction rounds.
func direction(in *isa.Inst) ir.Aux {
	if r := rm(word(in)); r != 7 {
		return rounding(r)
	}
	if in.Mode == modeAway {
		return ir.RoundAway
	}
	return ir.RoundDynamic
}

// getFloat is a floating-point register as an operand of size.
func getFloat(b *ir.Builder, n uint32, size int) ir.Value {
	if size == 4 {
		return b.Op(ir.Unbox, 4, f(n))
	}
	return f(n)
}

// setFloat assigns a result of size.
func setFloat(b *ir.Builder, n uint32, size int, v ir.Value) {
	if size == 4 {
		v = b.Op(ir.Box, 4, v)
	}
	b.Set(f(n), v)
}

func loadFloat(size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		setFloat(b, rd(word(in)), size, b.Load(ir.Vec, size, 0, get(b, rs1(word(in))), int64(immI(word(in)))))
	}
}

func storeFloat(size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		b.Store(size, 0, get(b, rs1(word(in))), int64(immS(word(in))), f(rs2(word(in))))
	}
}

func (w xlen) moveToInt(size int) emit {
	extract := ir.VExtractS
	if int(w) == size {
		extract = ir.VExtract
	}
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.Op(extract, size, f(rs1(word(in)))))
	}
}

func moveToFloat(size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		setFloat(b, rd(word(in)), size, b.Op(ir.VInsert, size, b.VecConst(0, 0), get(b, rs1(word(in)))))
	}
}

func arith(o ir.Op, size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		x, y := getFloat(b, rs1(word(in)), size), getFloat(b, rs2(word(in)), size)
		setFloat(b, rd(word(in)), size, b.OpAux(o, size, direction(in), x, y))
	}
}

func squareRoot(size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		setFloat(b, rd(word(in)), size, b.OpAux(ir.FSqrt, size, direction(in), getFloat(b, rs1(word(in)), size)))
	}
}

func fused(size int, negate ir.Aux) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		w := word(in)
		x, y, z := getFloat(b, rs1(w), size), getFloat(b, rs2(w), size), getFloat(b, rs3(w), size)
		setFloat(b, rd(w), size, b.OpAux(ir.FMulAdd, size, direction(in)|negate, x, y, z))
	}
}

// sign makes an instruction of the fsgnj family.
func sign(size int, of func(b *ir.Builder, size int, x, y ir.Value) ir.Value) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		x, y := getFloat(b, rs1(word(in)), size), getFloat(b, rs2(word(in)), size)
		setFloat(b, rd(word(in)), size, of(b, size, x, y))
	}
}

func copySign(b *ir.Builder, size int, x, y ir.Value) ir.Value {
	if x == y {
		return x
	}
	return b.Op(ir.FCopySign, size, x, y)
}

func negatedSign(b *ir.Builder, size int, x, y ir.Value) ir.Value {
	if x == y {
		return b.Op(ir.FNeg, size, x)
	}
	return b.Op(ir.FCopySign, size, x, b.Op(ir.FNeg, size, y))
}

func xorSign(b *ir.Builder, size int, x, y ir.Value) ir.Value {
	if x == y {
		return b.Op(ir.FAbs, size, x)
	}
	bit := b.VecConst(1<<(8*size-1), 0)
	return b.Op(ir.VXor, 8, x, b.Op(ir.VAnd, 8, y, bit))
}

func minMax(o ir.Op, size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		x, y := getFloat(b, rs1(word(in)), size), getFloat(b, rs2(word(in)), size)
		setFloat(b, rd(word(in)), size, b.OpAux(o, size, ir.MinMax2019, x, y))
	}
}

func compare(c ir.Cond, size int, aux ir.Aux) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		x, y := getFloat(b, rs1(word(in)), size), getFloat(b, rs2(word(in)), size)
		set(b, rd(word(in)), b.With(ir.Insn{Op: ir.SetFCmp, Size: uint8(size), Cond: c, Aux: aux}, x, y))
	}
}

func narrow(b *ir.Builder, in *isa.Inst) {
	v := b.With(ir.Insn{Op: ir.FCvt, Size: 8, Imm: 4, Aux: direction(in)}, f(rs1(word(in))))
	setFloat(b, rd(word(in)), 4, v)
}

func widen(b *ir.Builder, in *isa.Inst) {
	setFloat(b, rd(word(in)), 8, b.OpImm(ir.FCvt, 4, 8, getFloat(b, rs1(word(in)), 4)))
}

func (w xlen) toInt(size int, aux ir.Aux) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		v := b.OpAux(ir.FToI, size, direction(in)|aux, getFloat(b, rs1(word(in)), size))
		if aux&ir.Int64 == 0 {
			w.setWord(b, rd(word(in)), v)
			return
		}
		set(b, rd(word(in)), v)
	}
}

func fromInt(size int, aux ir.Aux) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		setFloat(b, rd(word(in)), size, b.OpAux(ir.IToF, size, direction(in)|aux, get(b, rs1(word(in)))))
	}
}

// helperClass is the number of classify.
const helperClass = 0

func class(size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.Helper(ir.Int, ir.Pure, helperClass, int64(size), getFloat(b, rs1(word(in)), size)))
	}
}

// classify is fclass: one bit that says what a number of size bytes is.
func classify(s *ir.State, size int64) (ir.ExitKind, int64) {
	bits, fraction := s.In[0].Lo, 52
	if size == 4 {
		bits, fraction = bits&(1<<32-1), 23
	}
	top := uint64(8*size - 1)
	negative := bits>>top != 0
	mantissa := bits & (1<<fraction - 1)
	exponent := bits &^ (1 << top) >> fraction
	s.Out[0].Lo = 1 << classOf(negative, exponent, 1<<(int(top)-fraction)-1, mantissa, mantissa>>(fraction-1) != 0)
	return ir.ExitLookup, 0
}

// classOf numbers the classes as the manual does: from negative infinity over the zeros to positive infinity, then NaNs.
func classOf(negative bool, exponent, greatest, mantissa uint64, quiet bool) int {
	magnitude := 1 // normal, counted from infinity
	switch {
	case exponent == greatest && mantissa != 0 && quiet:
		return 9
	case exponent == greatest && mantissa != 0:
		return 8
	case exponent == greatest:
		magnitude = 0
	case exponent == 0 && mantissa != 0:
		magnitude = 2
	case exponent == 0:
		magnitude = 3
	}
	if negative {
		return magnitude
	}
	return 7 - magnitude
}

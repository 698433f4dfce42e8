package arm64

import (
	"math/bits"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// immediates is "Data processing -- immediate".
func immediates() []isa.Row[op] {
	return []isa.Row[op]{
		row("adr", "0 immlo:2 10000 immhi:19 rd:5", adr),
		row("adrp", "1 immlo:2 10000 immhi:19 rd:5", adrp),

		row("add (immediate)", "sf:1 0 0 100010 sh:1 imm:12 rn:5 rd:5", addImmediate(ir.Add)),
		row("adds (immediate)", "sf:1 0 1 100010 sh:1 imm:12 rn:5 rd:5", addsImmediate(ir.Add)),
		row("sub (immediate)", "sf:1 1 0 100010 sh:1 imm:12 rn:5 rd:5", addImmediate(ir.Sub)),
		row("subs (immediate)", "sf:1 1 1 100010 sh:1 imm:12 rn:5 rd:5", addsImmediate(ir.Sub)),

		row("and (immediate)", "sf:1 00 100100 n:1 immr:6 imms:6 rn:5 rd:5", logicalImmediate(ir.And), hasMask),
		row("orr (immediate)", "sf:1 01 100100 n:1 immr:6 imms:6 rn:5 rd:5", logicalImmediate(ir.Or), hasMask),
		row("eor (immediate)", "sf:1 10 100100 n:1 immr:6 imms:6 rn:5 rd:5", logicalImmediate(ir.Xor), hasMask),
		row("ands (immediate)", "sf:1 11 100100 n:1 immr:6 imms:6 rn:5 rd:5", andsImmediate, hasMask),

		row("movn", "sf:1 00 100101 hw:2 imm:16 rd:5", movn, hasHalfword),
		row("movz", "sf:1 10 100101 hw:2 imm:16 rd:5", movz, hasHalfword),
		row("movk", "sf:1 11 100101 hw:2 imm:16 rd:5", movk, hasHalfword),

		row("sbfm", "0 00 100110 0 0 immr:5 0 imms:5 rn:5 rd:5", bitfieldMove(signedField)),
		row("sbfm", "1 00 100110 1 immr:6 imms:6 rn:5 rd:5", bitfieldMove(signedField)),
		row("bfm", "0 01 100110 0 0 immr:5 0 imms:5 rn:5 rd:5", bfm),
		row("bfm", "1 01 100110 1 immr:6 imms:6 rn:5 rd:5", bfm),
		row("ubfm", "0 10 100110 0 0 immr:5 0 imms:5 rn:5 rd:5", bitfieldMove(unsignedField)),
		row("ubfm", "1 10 100110 1 immr:6 imms:6 rn:5 rd:5", bitfieldMove(unsignedField)),

		row("extr", "0 00 100111 0 0 rm:5 0 imms:5 rn:5 rd:5", extr),
		row("extr", "1 00 100111 1 0 rm:5 imms:6 rn:5 rd:5", extr),
	}
}

// pageOffset is the immediate of adr, which adrp counts in pages.
func (w word) pageOffset() int64 { return w.signed(5, 19)<<2 | int64(w.at(29, 2)) }

func adr(g gen) { g.set(g.rd(), g.Const(g.in.PC+uint64(g.pageOffset()))) }

func adrp(g gen) { g.set(g.rd(), g.Const(g.in.PC&^0xfff+uint64(g.pageOffset()<<12))) }

// imm12 is the immediate of additions.
func (w word) imm12() int64 { return int64(w.at(10, 12)) << (12 * w.at(22, 1)) }

func addImmediate(op ir.Op) func(g gen) {
	return func(g gen) {
		if g.imm12() == 0 && g.size() == 8 {
			g.Set(regSP(g.rd()), regSP(g.rn()))
			return
		}
		g.Set(regSP(g.rd()), g.Op(op, g.size(), regSP(g.rn()), g.imm(g.imm12())))
	}
}

func addsImmediate(op ir.Op) func(g gen) {
	return func(g gen) { g.flags(op, g.size(), g.dst(g.rd()), regSP(g.rn()), g.imm(g.imm12())) }
}

// mask is the bit mask of a logical immediate (DecodeBitMasks): in elements of 2 to 64 bits, imms+1 ones, rotated right by
// immr.
func (w word) mask() (mask uint64, ok bool) {
	n, immr, imms := w.at(22, 1), w.at(16, 6), w.at(10, 6)
	length := bits.Len(uint(n<<6 | ^imms&63))
	if length < 2 || n == 1 && w.size() == 4 {
		return 0, false
	}
	size := 1 << (length - 1)
	ones := imms & (size - 1)
	if ones == size-1 {
		return 0, false
	}
	rotate := immr & (size - 1)
	element := uint64(1)<<(ones+1) - 1
	element = (element>>rotate | element<<(size-rotate)) & (^uint64(0) >> (64 - size))
	for ; size < w.width(); size *= 2 {
		element |= element << size
	}
	return element, true
}

func hasMask(w word) bool { _, ok := w.mask(); return ok }

func logicalImmediate(op ir.Op) func(g gen) {
	return func(g gen) {
		mask, _ := g.mask()
		if op == ir.Or && g.rn() == zr {
			g.Set(regSP(g.rd()), g.Const(mask))
			return
		}
		g.Set(regSP(g.rd()), g.Op(op, g.size(), g.reg(g.rn()), g.Const(mask)))
	}
}

func andsImmediate(g gen) {
	mask, _ := g.mask()
	g.flags(ir.And, g.size(), g.dst(g.rd()), g.reg(g.rn()), g.Const(mask))
}

// halfword is the shift of a wide immediate.
func (w word) halfword() int     { return 16 * w.at(21, 2) }
func hasHalfword(w word) bool    { return w.halfword() < w.width() }
func (w word) wideImm() uint64   { return uint64(w.at(5, 16)) << w.halfword() }
func (w word) allOnes() uint64   { return ^uint64(0) >> (64 - w.width()) }
func movz(g gen)                 { g.set(g.rd(), g.Const(g.wideImm())) }
func movn(g gen)                 { g.set(g.rd(), g.Const(^g.wideImm()&g.allOnes())) }
func field(pos, width int) int64 { return int64(pos | width<<8) }

func movk(g gen) {
	piece := g.Const(uint64(g.at(5, 16)))
	g.set(g.rd(), g.OpImm(ir.Insert, g.size(), field(g.halfword(), 16), g.reg(g.rd()), piece))
}

// bitfield is the source, width and destination of a bit field move (immr, imms).
func (w word) bitfield() (from, width, to int) {
	immr, imms := w.at(16, 6), w.at(10, 6)
	if imms >= immr {
		return immr, imms - immr + 1, 0
	}
	return 0, imms + 1, w.width() - immr
}

// fieldOps are the operations of bit fields, signed and unsigned.
type fieldOps struct{ extract, extend, shift ir.Op }

var (
	signedField   = fieldOps{ir.ExtractS, ir.Sext, ir.Sar}
	unsignedField = fieldOps{ir.Extract, ir.Zext, ir.Shr}
)

// bitfieldMove is sbfm and ubfm: a field is extracted, then shifted to its place.
func bitfieldMove(ops fieldOps) func(g gen) {
	return func(g gen) {
		from, width, to := g.bitfield()
		val := g.reg(g.rn())
		switch {
		case to+width == g.width():
			val = g.Op(ir.Shl, g.size(), val, g.imm(int64(to)))
		case from+width == g.width():
			val = g.Op(ops.shift, g.size(), val, g.imm(int64(from)))
		default:
			val = g.extractField(ops, from, width, val)
			if to > 0 {
				val = g.Op(ir.Shl, g.size(), val, g.imm(int64(to)))
			}
		}
		g.set(g.rd(), val)
	}
}

func (g gen) extractField(ops fieldOps, from, width int, val ir.Value) ir.Value {
	if from > 0 {
		return g.OpImm(ops.extract, g.size(), field(from, width), val)
	}
	return g.OpImm(ops.extend, g.size(), int64(width), val)
}

func bfm(g gen) {
	from, width, to := g.bitfield()
	val := g.reg(g.rn())
	if from > 0 {
		val = g.OpImm(ir.Extract, g.size(), field(from, width), val)
	}
	if width == g.width() {
		g.set(g.rd(), g.low(g.size(), g.Copy(val)))
		return
	}
	g.set(g.rd(), g.OpImm(ir.Insert, g.size(), field(to, width), g.reg(g.rd()), val))
}

func extr(g gen) {
	lsb := int64(g.at(10, 6))
	switch {
	case g.rn() == g.rm():
		g.set(g.rd(), g.Op(ir.Rotr, g.size(), g.reg(g.rn()), g.imm(lsb)))
	case lsb == 0:
		g.set(g.rd(), g.low(g.size(), g.Copy(g.reg(g.rm()))))
	default:
		g.set(g.rd(), g.OpImm(ir.Concat, g.size(), lsb, g.reg(g.rn()), g.reg(g.rm())))
	}
}

package arm64

import (
	"math/bits"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// copies is "Advanced SIMD copy" and its scalar form. The lowest bit that is set in imm tells the size, those above it the
// lane.
func copies() []isa.Row[op] {
	return []isa.Row[op]{
		row("dup (element)", "0 q:1 0 01110000 imm:5 0 0000 1 rn:5 rd:5", dupElement, hasElement),
		row("dup (scalar)", "01 0 11110000 imm:5 0 0000 1 rn:5 rd:5", dupElement, func(w word) bool { return w.at(16, 4) != 0 }),
		row("dup (general)", "0 q:1 0 01110000 imm:5 0 0001 1 rn:5 rd:5", dupGeneral, hasElement),
		row("smov", "0 0 0 01110000 imm:5 0 0101 1 rn:5 rd:5", smov, func(w word) bool { return w.at(16, 2) != 0 }),
		row("smov", "0 1 0 01110000 imm:5 0 0101 1 rn:5 rd:5", smov, func(w word) bool { return w.at(16, 3) != 0 }),
		row("umov", "0 0 0 01110000 imm:5 0 0111 1 rn:5 rd:5", umov, func(w word) bool { return w.at(16, 3) != 0 }),
		row("umov", "0 1 0 01110000 imm:1 1000 0 0111 1 rn:5 rd:5", umov),
		row("ins (general)", "0 1 0 01110000 imm:5 0 0011 1 rn:5 rd:5", insGeneral, func(w word) bool { return w.at(16, 4) != 0 }),
		row("ins (element)", "0 1 1 01110000 imm:5 0 index:4 1 rn:5 rd:5", insElement, func(w word) bool { return w.at(16, 4) != 0 }),
	}
}

// element is the size and index of a lane.
func (w word) element() (size int, index int64) {
	shift := bits.TrailingZeros(uint(w.at(16, 5)))
	return 1 << shift, int64(w.at(16, 5) >> (shift + 1))
}

// hasElement: a lane of 8 bytes needs a whole register.
func hasElement(w word) bool { return w.at(16, 4) != 0 && (w.q() || w.at(16, 3) != 0) }

func dupElement(g gen) {
	size, index := g.element()
	g.setFit(size, g.OpImm(ir.VDupL, size, index, g.fn()))
}

func dupGeneral(g gen) {
	size, _ := g.element()
	g.setFit(size, g.Op(ir.VDup, size, g.reg(g.rn())))
}

func umov(g gen) {
	size, index := g.element()
	g.set(g.rd(), g.OpImm(ir.VExtract, size, index, g.fn()))
}

func smov(g gen) {
	size, index := g.element()
	val := g.OpImm(ir.VExtractS, size, index, g.fn())
	if !g.q() {
		val = g.low(4, val)
	}
	g.set(g.rd(), val)
}

func insGeneral(g gen) {
	size, index := g.element()
	g.setV(g.OpImm(ir.VInsert, size, index, g.fd(), g.reg(g.rn())))
}

func insElement(g gen) {
	size, index := g.element()
	from := int64(g.at(11, 4)) >> log2(size)
	g.setV(g.OpImm(ir.VInsertL, size, index|from<<8, g.fd(), g.fn()))
}

// permutes is "Advanced SIMD permute" and "extract".
func permutes() []isa.Row[op] {
	return []isa.Row[op]{
		row("uzp1", "0 q:1 001110 size:2 0 rm:5 0 001 10 rn:5 rd:5", unzip(ir.VUzpEven), vectorOf(all)),
		row("trn1", "0 q:1 001110 size:2 0 rm:5 0 010 10 rn:5 rd:5", sameOp(ir.VTrnEven), vectorOf(all)),
		row("zip1", "0 q:1 001110 size:2 0 rm:5 0 011 10 rn:5 rd:5", sameOp(ir.VZipLo), vectorOf(all)),
		row("uzp2", "0 q:1 001110 size:2 0 rm:5 0 101 10 rn:5 rd:5", unzip(ir.VUzpOdd), vectorOf(all)),
		row("trn2", "0 q:1 001110 size:2 0 rm:5 0 110 10 rn:5 rd:5", sameOp(ir.VTrnOdd), vectorOf(all)),
		row("zip2", "0 q:1 001110 size:2 0 rm:5 0 111 10 rn:5 rd:5", zip2, vectorOf(all)),
		row("ext", "0 1 101110 000 rm:5 0 imm:4 0 rn:5 rd:5", func(g gen) {
			g.setV(g.OpImm(ir.VExt, 1, int64(g.at(11, 4)), g.fn(), g.fm()))
		}),
		row("ext", "0 0 101110 000 rm:5 0 0 imm:3 0 rn:5 rd:5", func(g gen) {
			both := g.Op(ir.VZipLo, 8, g.fn(), g.fm())
			g.setFit(8, g.OpImm(ir.VExt, 1, int64(g.at(11, 3)), both, both))
		}),
	}
}

// unzip on halves makes one register of both first.
func unzip(op ir.Op) func(g gen) {
	return func(g gen) {
		n, m := g.fn(), g.fm()
		if !g.q() {
			n = g.Op(ir.VZipLo, 8, n, m)
			m = n
		}
		g.setFit(g.lane(), g.Op(op, g.lane(), n, m))
	}
}

// zip2 of halves is the upper half of the lower halves' zip.
func zip2(g gen) {
	if g.q() {
		g.setV(g.Op(ir.VZipHi, g.lane(), g.fn(), g.fm()))
		return
	}
	both := g.Op(ir.VZipLo, g.lane(), g.fn(), g.fm())
	g.setFit(8, g.OpImm(ir.VDupL, 8, 1, both))
}

// tables is "Advanced SIMD table lookup".
func tables() []isa.Row[op] {
	return []isa.Row[op]{
		row("tbl", "0 q:1 001110 000 rm:5 0 len:2 0 00 rn:5 rd:5", func(g gen) { g.setFit(8, lookUp(g)) }),
		row("tbx", "0 q:1 001110 000 rm:5 0 len:2 1 00 rn:5 rd:5", func(g gen) {
			found := g.Op(ir.VCmpGTU, 1, g.splat(1, uint64(16*(g.at(13, 2)+1))), g.fm())
			g.setFit(8, g.Op(ir.VBlend, 8, found, lookUp(g), g.fd()))
		}),
	}
}

// lookUp picks bytes of up to four registers; an index past the last gives 0.
func lookUp(g gen) ir.Value {
	result := g.Op(ir.VTbl, 1, g.fn(), g.fm())
	for i := 1; i <= g.at(13, 2); i++ {
		index := g.Op(ir.VSub, 1, g.fm(), g.splat(1, uint64(16*i)))
		result = g.Op(ir.VOr, 8, result, g.Op(ir.VTbl, 1, v((g.rn()+i)%32), index))
	}
	return result
}

// modifiedImmediates is "Advanced SIMD modified immediate".
func modifiedImmediates() []isa.Row[op] {
	return []isa.Row[op]{
		row("movi (32)", "0 q:1 0 0111100000 abc:3 0 sh:2 0 0 1 defgh:5 rd:5", moveImmediate(false)),
		row("orr (32)", "0 q:1 0 0111100000 abc:3 0 sh:2 1 0 1 defgh:5 rd:5", changeImmediate(ir.VOr)),
		row("movi (16)", "0 q:1 0 0111100000 abc:3 10 sh:1 0 0 1 defgh:5 rd:5", moveImmediate(false)),
		row("orr (16)", "0 q:1 0 0111100000 abc:3 10 sh:1 1 0 1 defgh:5 rd:5", changeImmediate(ir.VOr)),
		row("movi (ones)", "0 q:1 0 0111100000 abc:3 110 sh:1 0 1 defgh:5 rd:5", moveImmediate(false)),
		row("movi (8)", "0 q:1 0 0111100000 abc:3 1110 0 1 defgh:5 rd:5", moveImmediate(false)),
		row("fmov (vector, immediate)", "0 q:1 0 0111100000 abc:3 1111 0 1 defgh:5 rd:5", moveImmediate(false)),
		row("fmov (vector, half)", "0 q:1 0 0111100000 abc:3 1111 1 1 defgh:5 rd:5", fmovHalf),
		row("mvni (32)", "0 q:1 1 0111100000 abc:3 0 sh:2 0 0 1 defgh:5 rd:5", moveImmediate(true)),
		row("bic (32)", "0 q:1 1 0111100000 abc:3 0 sh:2 1 0 1 defgh:5 rd:5", changeImmediate(ir.VAndNot)),
		row("mvni (16)", "0 q:1 1 0111100000 abc:3 10 sh:1 0 0 1 defgh:5 rd:5", moveImmediate(true)),
		row("bic (16)", "0 q:1 1 0111100000 abc:3 10 sh:1 1 0 1 defgh:5 rd:5", changeImmediate(ir.VAndNot)),
		row("mvni (ones)", "0 q:1 1 0111100000 abc:3 110 sh:1 0 1 defgh:5 rd:5", moveImmediate(true)),
		row("movi (64)", "0 q:1 1 0111100000 abc:3 1110 0 1 defgh:5 rd:5", moveImmediate(false)),
		row("fmov (vector, double)", "0 1 1 0111100000 abc:3 1111 0 1 defgh:5 rd:5", moveImmediate(false)),
	}
}

func (w word) imm8() int { return w.at(16, 3)<<5 | w.at(5, 5) }

// expanded is the 64 bits that op, cmode and imm8 mean (AdvSIMDExpandImm).
func (w word) expanded() uint64 {
	imm, cmode, op := uint64(w.imm8()), w.at(12, 4), w.at(29, 1)
	switch {
	case cmode < 8:
		return imm << (8 * (cmode >> 1)) * 0x1_0000_0001
	case cmode < 12:
		return imm << (8 * (cmode >> 1 & 1)) * 0x0001_0001_0001_0001
	case cmode < 14:
		n := 8 * (cmode&1 + 1)
		return (imm<<n | (1<<n - 1)) * 0x1_0000_0001
	case cmode == 15 && op == 0:
		return expandFloat(4, w.imm8()) * 0x1_0000_0001
	case cmode == 15:
		return expandFloat(8, w.imm8())
	case op == 0:
		return imm * 0x0101_0101_0101_0101
	}
	return spreadBits(imm)
}

// spreadBits makes a byte of ones of each bit.
func spreadBits(imm uint64) uint64 {
	var val uint64
	for i := range 8 {
		val |= imm >> i & 1 * 0xff << (8 * i)
	}
	return val
}

func (g gen) expandedVec(inverted bool) ir.Value {
	val := g.expanded()
	if inverted {
		val = ^val
	}
	return g.VecConst(val, val)
}

func moveImmediate(inverted bool) func(g gen) {
	return func(g gen) { g.setFit(8, g.expandedVec(inverted)) }
}

func changeImmediate(op ir.Op) func(g gen) {
	return func(g gen) { g.setFit(8, g.Op(op, 8, g.fd(), g.expandedVec(false))) }
}

func fmovHalf(g gen) { g.setFit(8, g.splat(2, expandFloat(2, g.imm8()))) }

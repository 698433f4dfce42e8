package amd64

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

// Vectors of 16 bytes. Tables give the host's instruction by lane size (1, 2, 4, 8 bytes); 0 where there is none.

type byLane [4]opcode

// lane is log2 of the lane size of the instruction at hand.
func (c *Compiler) lane() int { return bits.TrailingZeros8(c.insn.Size) }

func each(op opcode) byLane { return byLane{op, op, op, op} }

// vector2 is an operation of two operands that the host has.
func vector2(table byLane) selector {
	return selector{func(c *Compiler) bool {
		op := table[c.lane()]
		if op == 0 {
			return false
		}
		a, b := c.use(c.arg(0)), c.source(c.arg(1))
		r := c.target(0)
		c.vex(op, 0, r, a, b)
		c.set(0, r)
		return true
	}, true}
}

// reversed2 is vector2 with the operands exchanged.
func reversed2(table byLane) selector {
	return selector{func(c *Compiler) bool {
		op := table[c.lane()]
		if op == 0 {
			return false
		}
		a, b := c.source(c.arg(0)), c.use(c.arg(1))
		r := c.target(0)
		c.vex(op, 0, r, b, a)
		c.set(0, r)
		return true
	}, true}
}

// vector1 is an operation of one operand that the host has.
func vector1(table byLane) selector {
	return selector{func(c *Compiler) bool {
		op := table[c.lane()]
		if op == 0 {
			return false
		}
		a := c.source(c.arg(0))
		r := c.target(0)
		c.vex(op, 0, r, noReg, a)
		c.set(0, r)
		return true
	}, true}
}

// vector1Do is an operation of one operand, which emit makes in r of a. emit reports whether it can; r and a may be the same.
func vector1Do(emit func(c *Compiler, r, a reg) bool) selector {
	return selector{func(c *Compiler) bool {
		a := c.use(c.arg(0))
		r := c.target(0)
		if !emit(c, r, a) {
			return false
		}
		c.set(0, r)
		return true
	}, true}
}

// vector2Do is an operation of two operands, made in a temporary register t that is neither of them. emit may use r, the
// temporary, only; it reports whether it can, before it emits anything.
func vector2Do(emit func(c *Compiler, t, a, b reg) bool) selector {
	return selector{func(c *Compiler) bool {
		a, b := c.use(c.arg(0)), c.use(c.arg(1))
		t := c.vecTarget(in(a), in(b))
		if !emit(c, t, a, b) {
			return false
		}
		c.set(0, t)
		return true
	}, true}
}

// ones makes r all ones.
func (c *Compiler) ones(r reg) { c.vex(opVpcmpeqd, 0, r, r, in(r)) }

// invert makes r its complement.
func (c *Compiler) invert(r reg) { c.vex(opVpxor, 0, r, r, c.lit(^uint64(0), ^uint64(0))) }

// fill8 is a literal of the same 8 bytes twice.
func (c *Compiler) fill8(v uint64) place { return c.lit(v, v) }

// every is a literal with v in each lane of size bytes.
func (c *Compiler) every(size uint8, v uint64) place {
	for n := uint(size); n < 8; n *= 2 {
		v |= v << (8 * n)
	}
	return c.fill8(v)
}

// The comparisons and extrema that the host has.
var (
	equals   = byLane{0x660174, 0x660175, 0x660176, 0x660229}
	greaterS = byLane{0x660164, 0x660165, 0x660166, 0x660237}
	minU     = byLane{0x6601da, 0x66023a, 0x66023b}
	maxU     = byLane{0x6601de, 0x66023e, 0x66023f}
	sub      = byLane{0x6601f8, 0x6601f9, 0x6601fa, 0x6601fb}
)

// greaterEqualS is not (b > a).
func greaterEqualS(c *Compiler, t, a, b reg) bool {
	c.vex(greaterS[c.lane()], 0, t, b, in(a))
	c.invert(t)
	return true
}

// greaterEqualU is max(a, b) == a.
func greaterEqualU(c *Compiler, t, a, b reg) bool {
	if c.lane() == 3 {
		greaterU64(c, t, b, a)
		c.invert(t)
		return true
	}
	c.vex(maxU[c.lane()], 0, t, a, in(b))
	c.vex(equals[c.lane()], 0, t, t, in(a))
	return true
}

// greaterU is not (min(a, b) == a).
func greaterU(c *Compiler, t, a, b reg) bool {
	if c.lane() == 3 {
		greaterU64(c, t, a, b)
		return true
	}
	c.vex(minU[c.lane()], 0, t, a, in(b))
	c.vex(equals[c.lane()], 0, t, t, in(a))
	c.invert(t)
	return true
}

// greaterU64 compares with the signs flipped: one of the operands goes by way of memory, for want of a register.
func greaterU64(c *Compiler, t, a, b reg) {
	sign := c.fill8(1 << 63)
	c.vex(opVpxor, 0, t, b, sign)
	c.vex(opVmovdquM, 0, t, noReg, spillPlace(coldSpill))
	c.vex(opVpxor, 0, t, a, sign)
	c.vex(opVpcmpgtq, 0, t, t, spillPlace(coldSpill))
}

func selectVNot(c *Compiler, r, a reg) bool {
	c.vex(opVpxor, 0, r, a, c.lit(^uint64(0), ^uint64(0)))
	return true
}

func selectVNeg(c *Compiler) bool {
	a := c.source(c.arg(0))
	r := c.vecTarget(a)
	c.vex(opVpxor, 0, r, r, in(r))
	c.vex(sub[c.lane()], 0, r, r, a)
	c.set(0, r)
	return true
}

// selectVBlend is c ^ (b ^ c) & a.
func selectVBlend(c *Compiler) bool {
	b := c.source(c.arg(1))
	t := c.alloc(ir.Vec)
	c.loadOrMove(t, b)
	c.unpin()
	c.pin(ir.Vec, t)
	c.vex(opVpxor, 0, t, t, c.source(c.arg(2)))
	c.vex(opVpand, 0, t, t, c.source(c.arg(0)))
	c.vex(opVpxor, 0, t, t, c.source(c.arg(2)))
	c.set(0, t)
	return true
}

// vecShift is a shift of lanes by an immediate, by the register field of the host's instruction.
func vecShift(field reg) selector {
	return vector1Do(func(c *Compiler, r, a reg) bool {
		n, size := uint8(c.insn.Imm), c.insn.Size
		switch {
		case size == 1:
			return c.shiftBytes(field, r, a, n)
		case size == 8 && field == laneSar:
			return c.sarQuads(r, a, n)
		}
		c.shiftLanes(field, size, r, a, n)
		return true
	})
}

// The register fields of vector shifts.
const (
	laneShr reg = 2
	laneSar reg = 4
	laneShl reg = 6
)

// shiftLanes shifts lanes of 2, 4 or 8 bytes. The host's destination stands where others have their additional source.
func (c *Compiler) shiftLanes(field reg, size uint8, r, a reg, n uint8) {
	op := [...]opcode{2: opVpshiftW, 4: opVpshiftD, 8: opVpshiftQ}[size]
	c.vexImm(op, 0, field, r, in(a), n)
}

// shiftBytes shifts lanes of a byte as part of larger ones and masks off what came in.
func (c *Compiler) shiftBytes(field reg, r, a reg, n uint8) bool {
	switch field {
	case laneShl:
		c.shiftLanes(laneShl, 2, r, a, n)
		c.vex(opVpand, 0, r, r, c.every(1, uint64(0xff<<n&0xff)))
	case laneShr:
		c.shiftLanes(laneShr, 2, r, a, n)
		c.vex(opVpand, 0, r, r, c.every(1, 0xff>>n))
	default: // as unsigned, then the sign is extended: (x ^ s) - s
		n = min(n, 7)
		c.shiftLanes(laneShr, 2, r, a, n)
		c.vex(opVpand, 0, r, r, c.every(1, 0xff>>n))
		sign := c.every(1, 0x80>>n)
		c.vex(opVpxor, 0, r, r, sign)
		c.vex(sub[0], 0, r, r, sign)
	}
	return true
}

// sarQuads shifts as unsigned and extends the sign.
func (c *Compiler) sarQuads(r, a reg, n uint8) bool {
	n = min(n, 63)
	c.shiftLanes(laneShr, 8, r, a, n)
	sign := c.fill8(1 << 63 >> n)
	c.vex(opVpxor, 0, r, r, sign)
	c.vex(sub[3], 0, r, r, sign)
	return true
}

// selectVPopcnt looks both halves of each byte up.
func selectVPopcnt(c *Compiler) bool {
	a := c.use(c.arg(0))
	hi, lo := c.alloc(ir.Vec), reg(0)
	nibbles := c.every(1, 0x0f)
	table := func(r reg) {
		c.vex(opVmovdquM, 0, r, noReg, spillPlace(coldSpill))
		c.loadWord(ir.Vec, r, c.lit(0x0302020102010100, 0x0403030203020201))
		c.vex(opVpshufb, 0, r, r, spillPlace(coldSpill))
	}
	c.shiftLanes(laneShr, 2, hi, a, 4)
	c.vex(opVpand, 0, hi, hi, nibbles)
	table(hi)
	lo = c.alloc(ir.Vec)
	c.vex(opVpand, 0, lo, a, nibbles)
	table(lo)
	c.vex(opVpaddb, 0, lo, lo, in(hi))
	c.set(0, lo)
	return true
}

// selectVAESEnc is a step of AES.
func selectVAESEnc(c *Compiler) bool {
	if c.insn.Aux == 3 {
		a := c.source(c.arg(0))
		r := c.target(0)
		c.vex(opVaesimc, 0, r, noReg, a)
		c.set(0, r)
		return true
	}
	a, b := c.use(c.arg(0)), c.use(c.arg(1))
	t := c.vecTarget(in(a), in(b))
	zero := c.lit(0, 0)
	switch c.insn.Aux {
	case 0:
		c.vex(opVpxor, 0, t, a, in(b))
		c.vex(opVaesenclast, 0, t, t, zero)
	case 1:
		c.vex(opVpxor, 0, t, a, in(b))
		c.vex(opVaesdeclast, 0, t, t, zero)
	default: // InvShiftRows and InvSubBytes, then all of a round
		c.vex(opVaesdeclast, 0, t, a, zero)
		c.vex(opVaesenc, 0, t, t, zero)
	}
	c.set(0, t)
	return true
}

func selectVClMul(c *Compiler) bool {
	a, b := c.use(c.arg(0)), c.source(c.arg(1))
	r := c.target(0)
	c.vexImm(opVpclmulqdq, 0, r, a, b, uint8(c.insn.Imm&1|c.insn.Imm&2<<3))
	c.set(0, r)
	return true
}

// quadExtreme is a minimum or maximum of lanes of 8 bytes, by a comparison and a blend. Others come from the table.
func quadExtreme(table byLane, unsigned, maximum bool) selector {
	plain := vector2(table)
	return selector{func(c *Compiler) bool {
		if c.lane() != 3 {
			return plain.emit(c)
		}
		a, b := c.use(c.arg(0)), c.use(c.arg(1))
		t := c.alloc(ir.Vec)
		if unsigned {
			greaterU64(c, t, a, b)
		} else {
			c.vex(opVpcmpgtq, 0, t, a, in(b))
		}
		if maximum {
			a, b = b, a
		}
		c.vexImm(opVblendvpd, 0, t, a, in(b), uint8(t)<<4)
		c.set(0, t)
		return true
	}, true}
}

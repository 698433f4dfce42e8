package amd64

import "muslrun/emu/native/ir"

// hostCond is the host's test of an integer condition behind cmp, or behind test for the last two.
var hostCond = [...]cc{
	ir.EQ: ccE, ir.NE: ccNE, ir.LTS: ccL, ir.GES: ccGE, ir.LES: ccLE, ir.GTS: ccG, ir.LTU: ccB, ir.GEU: ccAE,
	ir.LEU: ccBE, ir.GTU: ccA, ir.TST: ccNE, ir.TZ: ccE,
}

// swapped is the condition with its operands exchanged.
var swapped = [...]ir.Cond{
	ir.EQ: ir.EQ, ir.NE: ir.NE, ir.LTS: ir.GTS, ir.GES: ir.LES, ir.LES: ir.GES, ir.GTS: ir.LTS, ir.LTU: ir.GTU,
	ir.GEU: ir.LEU, ir.LEU: ir.GEU, ir.GTU: ir.LTU, ir.TST: ir.TST, ir.TZ: ir.TZ,
}

// compare makes the host's flags say whether cond(x, y). The registers it used are free again.
func (c *Compiler) compare(cond ir.Cond, size uint8, x, y ir.Value) cc {
	if x.IsConst() && !y.IsConst() {
		x, y, cond = y, x, swapped[cond]
	}
	if cond == ir.TST || cond == ir.TZ {
		c.test(size, x, y)
	} else {
		c.cmp(size, x, y)
	}
	c.unpin()
	return hostCond[cond]
}

// cmp compares x with y.
func (c *Compiler) cmp(size uint8, x, y ir.Value) {
	p := c.source(x)
	v, isImm := c.imm(y, size)
	switch {
	case isImm && p.memory:
		c.aluImm8(opCmp, size, p, v)
	case isImm && v == 0:
		c.testReg(size, p.base, p)
	case isImm:
		c.aluImm8(opCmp, size, p, v)
	case p.memory:
		c.sized(0x39, size, c.use(y), p)
	default:
		c.alu(opCmp, size, p.base, c.operand(y, size))
	}
}

// test compares the bits of x and y.
func (c *Compiler) test(size uint8, x, y ir.Value) {
	p := c.source(x)
	if v, ok := c.imm(y, size); ok && size >= 4 {
		c.testImm(size, p, v)
		return
	}
	c.testReg(size, c.use(y), p)
}

func (c *Compiler) testReg(size uint8, r reg, p place) { c.sized(opTest, size, r, p) }

// sized is legacy for an instruction whose form for bytes is the opcode before.
func (c *Compiler) sized(op opcode, size uint8, r reg, p place) {
	if size == 1 {
		op--
	}
	c.legacy(op, size, r, p)
}

func selectSetCond(c *Compiler) bool {
	cond := c.compare(c.insn.Cond, c.insn.Size, c.arg(0), c.arg(1))
	r := c.target(0)
	c.setcc(cond, r)
	c.set(0, r)
	return true
}

func selectSelect(c *Compiler) bool {
	cond := c.compare(c.insn.Cond, c.insn.Size, c.arg(0), c.arg(1))
	c.choose(cond, c.arg(2), c.arg(3))
	return true
}

// choose sets result 0 to yes if the host's flags fulfil the condition, else to no.
func (c *Compiler) choose(cond cc, yes, no ir.Value) {
	if home := c.static(c.insn.Dst[0]); home != noReg && home == c.where(yes) {
		yes, no, cond = no, yes, cond.not()
	}
	p := c.source(yes)
	other := noReg
	if !p.memory {
		other = p.base
	}
	r := c.targetFrom(no, other)
	c.cmov(cond, 8, r, p)
	c.set(0, r)
}

func selectSetF(c *Compiler) bool {
	cond := c.testFlags(c.arg(0), c.insn.Cond)
	c.unpin()
	r := c.target(0)
	c.setcc(cond, r)
	c.set(0, r)
	return true
}

func selectSelectF(c *Compiler) bool {
	cond := c.testFlags(c.arg(0), c.insn.Cond)
	c.unpin()
	c.choose(cond, c.arg(1), c.arg(2))
	return true
}

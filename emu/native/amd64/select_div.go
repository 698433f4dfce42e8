package amd64

import "muslrun/emu/native/ir"

// divide makes a quotient or remainder in RAX and RDX. Division by zero, and by -1 where signed, are cold.
func divide(signed, remainder bool) func(c *Compiler) bool {
	return func(c *Compiler) bool {
		size := c.insn.Size
		a, b := c.arg(0), c.arg(1)
		c.into(rax, a)
		c.claim(ir.Int, rdx)
		r := c.use(b)
		back := c.newLabel()
		if v, ok := c.region.ConstInt(b); !ok || uint32(v+1) <= 1 {
			p := c.addCold((*Compiler).coldDivide)
			p.reg, p.size, p.back, p.index = r, size, back, divKind(signed, remainder)
			c.divGuards(p.from, size, r, signed)
		}
		c.divOp(size, r, signed)
		c.bind(back)
		result := rax
		if remainder {
			result = rdx
		}
		c.set(0, result)
		return true
	}
}

// divGuards jumps to cold for the divisors that the host faults at.
func (c *Compiler) divGuards(cold label, size uint8, r reg, signed bool) {
	if !signed {
		c.legacy(opTest, size, r, in(r))
		c.jcc(ccE, cold)
		return
	}
	c.legacy(opLea, size, rdx, at(r, 1))
	c.aluImm(opCmp, size, in(rdx), 1)
	c.jcc(ccBE, cold)
}

// divOp divides RAX by r.
func (c *Compiler) divOp(size uint8, r reg, signed bool) {
	if !signed {
		c.legacy(opXor, 4, rdx, in(rdx))
		c.legacy(opGroup, size, groupDiv, in(r))
		return
	}
	if size == 8 {
		c.byte(0x48)
	}
	c.byte(0x99) // cdq, cqo
	c.legacy(opGroup, size, groupIdiv, in(r))
}

// The ways of division, as a coldPath's index.
const (
	divQuotient int32 = iota
	divRemainder
	divSigned
)

func divKind(signed, remainder bool) int32 {
	kind := divQuotient
	if remainder {
		kind = divRemainder
	}
	if signed {
		kind |= divSigned
	}
	return kind
}

// coldDivide divides RAX by 0 or, if signed, by -1.
func (c *Compiler) coldDivide(p *coldPath) {
	if p.index&divRemainder != 0 {
		c.legacy(opLoad, p.size, rdx, in(rax)) // of 0
		c.legacy(opTest, p.size, p.reg, in(p.reg))
		zero := c.skip(ccE)
		c.movImm(rdx, 0)
		c.land(zero)
	} else {
		if p.index&divSigned != 0 {
			c.legacy(opGroup, p.size, groupNeg, in(rax)) // of -1
		}
		c.legacy(opTest, p.size, p.reg, in(p.reg))
		minusOne := c.skip(ccNE)
		c.movImm(rax, 0)
		c.land(minusOne)
	}
	c.jmp(p.back)
}

package amd64

import (
	"muslrun/emu"
	"muslrun/emu/native/ir"
)

// addressApart is the address of an atomic operation, which leaves RAX and RCX to it.
func (c *Compiler) addressApart() place {
	p := c.address(emu.Write)
	if r := p.index; r < 3 && r != rdx {
		c.claim(ir.Int, rdx)
		c.mov(rdx, r)
		p.index = rdx
		c.unpin()
		c.pin(ir.Int, rdx)
	}
	return p
}

// swap reverses the bytes of the low size bytes of a register.
func (c *Compiler) swap(size uint8, r reg) {
	switch size {
	case 2:
		c.shiftImm(shiftRor, 2, r, 8)
	case 4, 8:
		c.bswap(size, r)
	}
}

// zeroExtend clears what is above the low size bytes of a register.
func (c *Compiler) zeroExtend(size uint8, r reg) {
	if size < 8 {
		c.loadInt(r, in(r), size, 0)
	}
}

func (c *Compiler) big() bool { return c.insn.Aux&ir.MemBig != 0 }

func selectCmpXchg(c *Compiler) bool {
	size := c.insn.Size
	p := c.addressApart()
	c.into(rax, c.arg(2))
	replacement := noReg
	if c.big() {
		c.swap(size, rax)
		replacement = c.into2(rcx, c.arg(3))
		c.swap(size, rcx)
	} else {
		replacement = c.use(c.arg(3))
	}
	c.locked(opCmpx, size, replacement, p)
	c.old(rax)
	return true
}

// into2 is into, returning the register.
func (c *Compiler) into2(r reg, v ir.Value) reg {
	c.into(r, v)
	return r
}

// old sets result 0 to the value that was in memory, which r holds as it was there.
func (c *Compiler) old(r reg) {
	if c.big() {
		c.swap(c.insn.Size, r)
	}
	c.zeroExtend(c.insn.Size, r)
	c.set(0, r)
}

func selectAtomic(c *Compiler) bool {
	size, p := c.insn.Size, c.addressApart()
	what := c.insn.Aux & ir.RMWMask
	if c.big() && what != ir.RMWXchg {
		c.atomicLoop(p, what)
		return true
	}
	switch what {
	case ir.RMWAdd, ir.RMWSub:
		c.into(rax, c.arg(2))
		if what == ir.RMWSub {
			c.legacy(opGroup, 8, groupNeg, in(rax))
		}
		c.locked(opXadd, size, rax, p)
		c.old(rax)
	case ir.RMWXchg:
		c.into(rax, c.arg(2))
		if c.big() {
			c.swap(size, rax)
		}
		c.sized(opXchg, size, rax, p)
		c.old(rax)
	default:
		c.atomicLoop(p, what)
	}
	return true
}

// rmwOps are the instructions of the bitwise operations.
var rmwOps = map[ir.Aux]opcode{ir.RMWAdd: opAdd, ir.RMWSub: opSub, ir.RMWAnd: opAnd, ir.RMWOr: opOr, ir.RMWXor: opXor}

// rmwConds say when the operand replaces the value in memory.
var rmwConds = map[ir.Aux]cc{ir.RMWMinS: ccG, ir.RMWMaxS: ccL, ir.RMWMinU: ccA, ir.RMWMaxU: ccB}

// atomicLoop computes the new value in RCX and stores it if memory still holds the old one, RAX.
func (c *Compiler) atomicLoop(p place, what ir.Aux) {
	size := c.insn.Size
	operand := c.apart(c.arg(2), what == ir.RMWAndNot)
	c.claim(ir.Int, rax)
	c.claim(ir.Int, rcx)
	c.points = append(c.points, Point{Offset: uint32(c.here()), PC: c.pc, Write: true})
	c.loadInt(rax, p, size, 0)
	again := c.newLabel()
	c.bind(again)
	c.mov(rcx, rax)
	if c.big() {
		c.swap(size, rcx)
	}
	switch op, ok := rmwOps[what]; {
	case ok:
		c.legacy(op, 8, rcx, operand)
	case what == ir.RMWAndNot:
		c.legacy(opAnd, 8, rcx, operand)
	default:
		c.sized(opCmp, size, rcx, operand)
		c.cmov(rmwConds[what], 8, rcx, operand)
	}
	if c.big() {
		c.swap(size, rcx)
	}
	c.locked(opCmpx, size, rcx, p)
	c.jcc(ccNE, again)
	c.point()
	c.old(rax)
}

// apart is a place for v, or its complement, that is not a temporary register.
func (c *Compiler) apart(v ir.Value, complement bool) place {
	if r := c.static(v); r != noReg && !complement {
		return in(r)
	}
	c.into(rcx, v)
	if complement {
		c.legacy(opGroup, 8, groupNot, in(rcx))
	}
	c.legacy(opStore, 8, rcx, spillPlace(coldSpill))
	c.banks[ir.Int&1].pinned &^= 1 << rcx
	return spillPlace(coldSpill)
}

// The registers that cmpxchg16b needs beside RAX, RCX and RDX, and where their globals are meanwhile.
var borrowed = [...]struct {
	reg  reg
	slot int32
}{{rbx, coldSpill + 1}, {rsi, coldSpill + 2}}

// selectCmpXchgPair borrows the registers of two globals. A fault meanwhile is led through code that puts them back.
func selectCmpXchgPair(c *Compiler) bool {
	size := c.insn.Size
	c.checkPair()
	p := c.address(emu.Write)
	for r := rax; r <= rdx; r++ {
		c.claim(ir.Int, r)
	}
	for _, b := range borrowed {
		c.legacy(opStore, 8, b.reg, spillPlace(b.slot))
	}
	c.legacy(opLea, 8, rsi, p)
	fault := c.addCold((*Compiler).coldBorrowed)
	c.leaLabel(rax, fault.from)
	c.legacy(opStore, 8, rax, hostWord(hostFault))
	for k, r := range [...]reg{rax, rdx, rbx, rcx} {
		c.fillBorrowed(r, c.arg(k+1))
		if c.big() {
			c.swap(size, r)
		}
	}
	c.byte(0xf0)
	c.legacy(opCmpx16, size, 1, at(rsi, 0))
	c.legacy(opLoad, 8, rcx, hostWord(hostExit))
	c.giveBack()
	for k, r := range [...]reg{rax, rdx} {
		if c.big() {
			c.swap(size, r)
		}
		c.zeroExtend(size, r)
		c.set(k, r)
	}
	return true
}

// checkPair raises a bus error unless the address is a multiple of the pair's size.
func (c *Compiler) checkPair() {
	r := c.use(c.arg(0))
	c.testImm(4, in(r), int32(2*c.insn.Size-1))
	p := c.addCold((*Compiler).coldExitIf)
	p.code, p.place, p.index = ir.ExitImm(ir.ExitBusError, 1), in(r), 1
	c.jcc(ccNE, p.from)
}

// fillBorrowed loads v, which is in no temporary register.
func (c *Compiler) fillBorrowed(r reg, v ir.Value) {
	for _, b := range borrowed {
		if c.static(v) == b.reg {
			c.legacy(opLoad, 8, r, spillPlace(b.slot))
			return
		}
	}
	c.fill(ir.Int, r, v)
}

// giveBack ends the borrowing. RCX is the exit thunk.
func (c *Compiler) giveBack() {
	for _, b := range borrowed {
		c.legacy(opLoad, 8, b.reg, spillPlace(b.slot))
	}
	c.legacy(opStore, 8, rcx, hostWord(hostFault))
}

func (c *Compiler) coldBorrowed(*coldPath) {
	c.legacy(opLoad, 8, rcx, hostWord(hostExit))
	c.giveBack()
	c.jmpIndirect(hostWord(hostExit))
}

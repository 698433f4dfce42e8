package amd64

import (
	"muslrun/emu"
	"muslrun/emu/native/ir"
)

// Guest addresses. R15 is the host address of guest address 0. Guests of 32 bits cannot leave their window of 4 GiB. For
// others the sum of the registers is compared with the window's size; a small displacement is left to the guards.

// Displacements that need no sum of their own: a program that relies on more than this wrapping around the ends of its
// address space touches pages that Linux never maps.
const (
	smallDisp32 = 1 << 15
	smallDisp   = 1 << 16
)

// checkedBases is the values that were found to be inside the window, within a block.
type checkedBases struct {
	globals [ir.IntGlobals + ir.VecGlobals]bool
	temps   []bool
}

func (k *checkedBases) reset(temps int) { k.temps = append(k.temps[:0], make([]bool, temps)...) }

func (k *checkedBases) clear() { clear(k.globals[:]) }

func (k *checkedBases) forget(v ir.Value) {
	if v.IsGlobal() {
		k.globals[v] = false
	}
}

// add notes v and reports whether it was there already.
func (k *checkedBases) add(v ir.Value) bool {
	var p *bool
	switch {
	case v.IsGlobal():
		p = &k.globals[v]
	case v.IsTemp():
		p = &k.temps[v.Temp()]
	default:
		return false
	}
	was := *p
	*p = true
	return was
}

// address is the host's memory operand of the instruction at hand, an access to memory. Only its index may be a temporary
// register, which is pinned.
func (c *Compiler) address(access emu.Access) place {
	base, index := c.arg(0), ir.None
	if c.insn.Op != ir.CmpXchgPair {
		index = c.arg(1)
	}
	if addr, ok := c.region.ConstInt(base); ok && index == ir.None {
		addr += uint64(c.insn.Imm)
		if c.region.Address32 {
			addr = uint64(uint32(addr))
		}
		if addr < 1<<31-emu.PageSize {
			return at(r15, int32(addr))
		}
	}
	if c.region.Address32 {
		return c.address32(base, index)
	}
	return c.address64(base, index, access)
}

func (c *Compiler) address32(base, index ir.Value) place {
	disp := c.insn.Imm
	if index == ir.None && disp > -smallDisp32 && disp < smallDisp32 && c.width(base) <= 4 {
		return atIndex(r15, c.use(base), 0, int32(disp))
	}
	return atIndex(r15, c.sum(4, base, index, int32(disp)), 0, 0)
}

func (c *Compiler) address64(base, index ir.Value, access emu.Access) place {
	disp := c.insn.Imm
	small := disp > -smallDisp && disp < smallDisp
	if index == ir.None && small {
		r := c.use(base)
		if !c.checked.add(base) {
			c.check(r, int32(disp), access)
		}
		return atIndex(r15, r, 0, int32(disp))
	}
	var r reg
	switch {
	case small:
		r = c.sum(8, base, index, 0)
	case disp == int64(int32(disp)):
		r, disp = c.sum(8, base, index, int32(disp)), 0
	default:
		r = c.sum(8, base, index, 0)
		t := c.scratch()
		c.movImm(t, uint64(disp))
		c.legacy(opAdd, 8, r, in(t))
		c.unpin()
		c.pin(ir.Int, r)
		disp = 0
	}
	c.check(r, int32(disp), access)
	return atIndex(r15, r, 0, int32(disp))
}

// sum adds up an address of 4 or 8 bytes in a new register, which alone remains pinned.
func (c *Compiler) sum(size uint8, base, index ir.Value, disp int32) reg {
	rb := c.use(base)
	p := at(rb, disp)
	scale := uint8(c.insn.Aux.Scale())
	var r reg
	switch {
	case index == ir.None:
		r = c.scratch()
	case scale <= 3:
		p = atIndex(rb, c.use(index), scale, disp)
		r = c.scratch()
	default:
		r = c.copyOf(index)
		c.shiftImm(shiftShl, 8, r, scale)
		p = atIndex(rb, r, 0, disp)
	}
	c.legacy(opLea, size, r, p)
	c.unpin()
	c.pin(ir.Int, r)
	return r
}

// check leaves with a fault at r + disp unless r is inside the window.
func (c *Compiler) check(r reg, disp int32, access emu.Access) {
	c.legacy(opCmp, 8, r, state(offWindowSize))
	p := c.addCold((*Compiler).coldFault)
	p.reg, p.imm, p.size = r, disp, uint8(access)
	c.jcc(ccAE, p.from)
}

func (c *Compiler) coldFault(p *coldPath) {
	c.legacy(opLea, 8, rax, at(p.reg, p.imm))
	c.legacy(opStore, 8, rax, state(offFaultAddr))
	c.storeImm(8, state(offFaultAccess), int32(p.size))
	c.leaLabel(rax, p.from)
	c.legacy(opStore, 8, rax, state(offFaultHost))
	c.storeImm(8, state(offCode), 0)
	c.storeImm(4, state(offExit), int32(ir.ExitFault))
	c.jmpIndirect(hostWord(hostExit))
}

package amd64

import (
	"muslrun/emu"
	"muslrun/emu/native/ir"
)

func selectLoad(c *Compiler) bool {
	if c.class(c.insn.Dst[0]) == ir.Vec {
		c.loadVec()
		return true
	}
	p := c.address(emu.Read)
	r := c.target(0)
	c.loadInt(r, p, c.insn.Size, c.insn.Aux)
	c.set(0, r)
	return true
}

// loadInt reads an integer of size bytes and extends it as aux says.
func (c *Compiler) loadInt(r reg, p place, size uint8, aux ir.Aux) {
	if aux&ir.MemBig != 0 && size > 1 {
		c.legacy(opMovbe, size, r, p)
		p = in(r)
		if size == 8 || size == 4 && aux&ir.MemSigned == 0 {
			return
		}
	}
	extended := uint8(4)
	if aux&ir.MemSigned != 0 {
		extended = 8
	}
	signed := aux&(ir.MemSigned|ir.MemSigned32) != 0
	switch {
	case size == 1 && signed:
		c.legacy(opMovsx8, extended, r, p)
	case size == 1:
		c.legacy(opMovzx8, 4, r, p)
	case size == 2 && signed:
		c.legacy(opMovsxW, extended, r, p)
	case size == 2:
		c.legacy(opMovzxW, 4, r, p)
	case size == 4 && aux&ir.MemSigned != 0:
		c.legacy(opMovsxd, 8, r, p)
	default:
		c.legacy(opLoad, size, r, p)
	}
}

// loadVec reads a vector, the bytes above Size being clear.
func (c *Compiler) loadVec() {
	size := c.insn.Size
	p := c.address(emu.Read)
	r := c.target(0)
	switch size {
	case 16:
		c.vex(opVmovdqu, 0, r, noReg, p)
	case 8:
		c.vex(opVmovq, 0, r, noReg, p)
	case 4:
		c.vex(opVmovd, 0, r, noReg, p)
	default:
		t := c.scratch()
		c.loadInt(t, p, size, 0)
		c.vex(opVmovd, 0, r, noReg, in(t))
	}
	if c.insn.Aux&ir.MemBig != 0 {
		c.vex(opVpshufb, 0, r, r, c.swapMask(size))
	}
	c.set(0, r)
	if size <= 8 {
		c.known.note(c.insn.Dst[0], knownWidth(max(size, 4)))
	}
}

// swapMask is the literal that reverses the bytes of each element of a vector of size bytes, and clears the rest.
func (c *Compiler) swapMask(size uint8) place {
	element := uint8(1) << c.insn.Aux.Element()
	var mask [2]uint64
	for i := range uint8(16) {
		from := i ^ (element - 1)
		if i >= size {
			from = 0x80
		}
		mask[i/8] |= uint64(from) << (i % 8 * 8)
	}
	return c.lit(mask[0], mask[1])
}

func selectStore(c *Compiler) bool {
	p := c.address(emu.Write)
	if v := c.arg(2); c.class(v) == ir.Vec {
		c.storeVec(p, v)
	} else {
		c.storeInt(p, v)
	}
	if c.insn.Aux&ir.MemSeqCst != 0 {
		c.fence()
	}
	return true
}

func (c *Compiler) storeInt(p place, v ir.Value) {
	size := c.insn.Size
	big := c.insn.Aux&ir.MemBig != 0 && size > 1
	if x, ok := c.imm(v, size); ok && !big {
		c.storeImm(size, p, x)
		return
	}
	r := c.use(v)
	switch {
	case big:
		c.legacy(opMovbeM, size, r, p)
	case size == 1:
		c.legacy(opStore8, 1, r, p)
	default:
		c.legacy(opStore, size, r, p)
	}
}

func (c *Compiler) storeVec(p place, v ir.Value) {
	size := c.insn.Size
	r := c.use(v)
	if c.insn.Aux&ir.MemBig != 0 {
		t := c.alloc(ir.Vec)
		c.vex(opVpshufb, 0, t, r, c.swapMask(size))
		r = t
	}
	switch size {
	case 16:
		c.vex(opVmovdquM, 0, r, noReg, p)
	case 8:
		c.vex(opVmovqM, 0, r, noReg, p)
	case 4:
		c.vex(opVmovdM, 0, r, noReg, p)
	case 2:
		c.vexImm(opVpextrw, 0, r, noReg, p, 0)
	default:
		c.vexImm(opVpextrb, 0, r, noReg, p, 0)
	}
}

// fence orders all accesses before with all behind: a locked instruction, which takes less time than mfence.
func (c *Compiler) fence() {
	c.byte(0xf0)
	c.aluImm(opOr, 4, spillPlace(coldSpill), 0)
}

func selectFence(c *Compiler) bool {
	c.fence()
	return true
}

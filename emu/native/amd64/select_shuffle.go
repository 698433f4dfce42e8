package amd64

import "muslrun/emu/native/ir"

// Operations that move lanes.

// shuffled makes r of the bytes of a that the literal picks by index, -1 for zero.
func (c *Compiler) shuffled(r, a reg, pick func(i int) int) {
	var mask [2]uint64
	for i := range 16 {
		mask[i/8] |= uint64(uint8(pick(i))) << (i % 8 * 8)
	}
	c.vex(opVpshufb, 0, r, a, c.lit(mask[0], mask[1]))
}

func selectVDup(c *Compiler) bool {
	size := c.insn.Size
	if c.arg(0).IsConst() {
		v, _ := c.region.ConstInt(c.arg(0))
		r := c.target(0)
		c.loadWord(ir.Vec, r, c.every(size, v&(^uint64(0)>>(64-8*uint(size)))))
		c.set(0, r)
		return true
	}
	a := c.source(c.arg(0))
	r := c.target(0)
	if !a.memory {
		c.vex(opVmovd, size>>3, r, noReg, a)
		a = in(r)
	}
	c.vex([...]opcode{1: 0x660278, 2: 0x660279, 4: 0x660258, 8: 0x660259}[size], 0, r, noReg, a)
	c.set(0, r)
	return true
}

func dupLane(c *Compiler, r, a reg) bool {
	size, lane := int(c.insn.Size), int(c.insn.Imm)
	switch size {
	case 4:
		c.vexImm(opVpshufd, 0, r, noReg, in(a), uint8(lane)*0x55)
	case 8:
		c.vexImm(opVpshufd, 0, r, noReg, in(a), [...]uint8{0x44, 0xee}[lane])
	default:
		c.shuffled(r, a, func(i int) int { return lane*size + i%size })
	}
	return true
}

func reverseLanes(c *Compiler, r, a reg) bool {
	size, group := int(c.insn.Size), int(c.insn.Imm)
	c.shuffled(r, a, func(i int) int {
		return i/group*group + (group/size-1-i%group/size)*size + i%size
	})
	return true
}

// insertOps put an integer into a lane.
var insertOps = [...]opcode{1: opVpinsrb, 2: opVpinsrw, 4: opVpinsrd, 8: opVpinsrd}

func selectVInsert(c *Compiler) bool {
	size := c.insn.Size
	a, b := c.use(c.arg(0)), c.source(c.arg(1))
	r := c.target(0)
	c.vexImm(insertOps[size], size>>3, r, a, b, uint8(c.insn.Imm))
	c.set(0, r)
	return true
}

// selectVInsertL moves a lane of b into a.
func selectVInsertL(c *Compiler) bool {
	size, to, from := c.insn.Size, uint8(c.insn.Imm), uint8(c.insn.Imm>>8)
	if size == 4 {
		a, b := c.use(c.arg(0)), c.use(c.arg(1))
		r := c.target(0)
		c.vexImm(opVinsertps, 0, r, a, in(b), from<<6|to<<4)
		c.set(0, r)
		return true
	}
	t := c.scratch()
	c.extractLane(t, c.use(c.arg(1)), size, from)
	a := c.use(c.arg(0))
	r := c.target(0)
	c.vexImm(insertOps[size], size>>3, r, a, in(t), to)
	c.set(0, r)
	return true
}

// extractLane moves a lane to a general register, zero-extended.
func (c *Compiler) extractLane(r, a reg, size, lane uint8) {
	if lane == 0 && size >= 4 {
		c.vex(opVmovdM, size>>3, a, noReg, in(r))
		return
	}
	switch size {
	case 1:
		c.vexImm(opVpextrb, 0, a, noReg, in(r), lane)
	case 2:
		c.vexImm(opVpextrw, 0, a, noReg, in(r), lane)
	default:
		c.vexImm(opVpextrd, size>>3, a, noReg, in(r), lane)
	}
}

func selectVExtract(c *Compiler) bool {
	a := c.use(c.arg(0))
	r := c.target(0)
	c.extractLane(r, a, c.insn.Size, uint8(c.insn.Imm))
	c.set(0, r)
	if c.insn.Size <= 4 {
		c.known.note(c.insn.Dst[0], 4)
	}
	return true
}

func selectVExtractS(c *Compiler) bool {
	size := c.insn.Size
	a := c.use(c.arg(0))
	r := c.target(0)
	c.extractLane(r, a, size, uint8(c.insn.Imm))
	if size < 8 {
		c.loadInt(r, in(r), size, ir.MemSigned)
	}
	c.set(0, r)
	return true
}

// unzip makes the even or odd lanes of a, then those of b: the lanes are cut to their place within twice their size and packed.
func unzip(odd bool) selector {
	return selector{func(c *Compiler) bool {
		size := c.insn.Size
		switch {
		case size == 8 && !odd:
			return vector2(byLane{3: 0x66016c}).emit(c)
		case size == 8:
			return vector2(byLane{3: 0x66016d}).emit(c)
		case size == 4:
			return c.unzipWords(odd)
		}
		t := c.copyOf(c.arg(1))
		c.halfLanes(t, t, size, odd)
		a := c.use(c.arg(0))
		r := c.alloc(ir.Vec)
		c.halfLanes(r, a, size, odd)
		c.vex([...]opcode{1: opVpackuswb, 2: opVpackusdw}[size], 0, r, r, in(t))
		c.set(0, r)
		return true
	}, true}
}

func (c *Compiler) unzipWords(odd bool) bool {
	a, b := c.use(c.arg(0)), c.source(c.arg(1))
	r := c.target(0)
	pick := uint8(0x88)
	if odd {
		pick = 0xdd
	}
	c.vexImm(opVshufps, 0, r, a, b, pick)
	c.set(0, r)
	return true
}

// halfLanes keeps the even or the odd lane of each pair, zero-extended.
func (c *Compiler) halfLanes(r, a reg, size uint8, odd bool) {
	if odd {
		c.shiftLanes(laneShr, 2*size, r, a, 8*size)
		return
	}
	c.vex(opVpand, 0, r, a, c.every(2*size, 1<<(8*size)-1))
}

// transpose takes the even or odd lanes of a and b in turn.
func transpose(odd bool) selector {
	return selector{func(c *Compiler) bool {
		size := c.insn.Size
		if size == 8 {
			return unzip(odd).emit(c)
		}
		moved, kept := 1, 0 // the even lanes of b go up, or the odd ones of a go down
		field, mask := laneShl, uint64(1)<<(8*size)-1
		if odd {
			moved, kept, field, mask = 0, 1, laneShr, mask<<(8*size)
		}
		t := c.copyOf(c.arg(moved))
		c.shiftLanes(field, 2*size, t, t, 8*size)
		other := c.use(c.arg(kept))
		r := c.alloc(ir.Vec)
		c.vex(opVpand, 0, r, other, c.every(2*size, mask))
		c.vex(opVpor, 0, r, r, in(t))
		c.set(0, r)
		return true
	}, true}
}

func selectVExt(c *Compiler) bool {
	a, b := c.source(c.arg(0)), c.use(c.arg(1))
	r := c.target(0)
	c.vexImm(opVpalignr, 0, r, b, a, uint8(c.insn.Imm))
	c.set(0, r)
	return true
}

// tableLookup gives indices above 15 their top bit, by which the host makes zeros.
func tableLookup(c *Compiler, t, a, b reg) bool {
	c.vex(opVpaddusb, 0, t, b, c.every(1, 0x70))
	c.vex(opVpshufb, 0, t, a, in(t))
	return true
}

// widen extends the lower or the upper lanes.
func widen(table byLane, upper bool) selector {
	if !upper {
		return vector1(table)
	}
	return vector1Do(func(c *Compiler, r, a reg) bool {
		if table[c.lane()] == 0 {
			return false
		}
		c.vexImm(opVpshufd, 0, r, noReg, in(a), 0xee)
		c.vex(table[c.lane()], 0, r, noReg, in(r))
		return true
	})
}

func selectVZeroHi(c *Compiler) bool {
	a := c.source(c.arg(0))
	r := c.target(0)
	c.vex(opVmovq, 0, r, noReg, a)
	c.setFloat(r, 8)
	return true
}

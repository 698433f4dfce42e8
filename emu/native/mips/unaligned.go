package mips

import "muslrun/emu/native/ir"

// unaligned is the pairs of instructions that together access what is not aligned. The left one has the most significant
// byte at its address and goes on to the end of the aligned word (to its beginning if little-endian); the right one has the
// least significant byte and the rest.
var unaligned = []row{
	insn("lwl", "100010 rs:5 rt:5 imm:16", loadPart(4, true)),
	insn("lwr", "100110 rs:5 rt:5 imm:16", loadPart(4, false)),
	insn("swl", "101010 rs:5 rt:5 imm:16", storePart(4, true)),
	insn("swr", "101110 rs:5 rt:5 imm:16", storePart(4, false)),
}

// loadPart reads the aligned word (or doubleword) and takes part of it: what left has is shifted up, what right has down.
func loadPart(size int, left bool) func(g gen) {
	return func(g gen) {
		addr := g.address(g.simm())
		data := g.Load(ir.Int, size, g.ordered(size, 0), g.Op(ir.AndNot, g.size, addr, g.Const(uint64(size-1))), 0)
		// n is the bits of the aligned word that are not taken: those beyond the address in the direction of the instruction.
		n := g.Op(ir.And, 8, addr, g.Const(uint64(size-1)))
		if left != (g.cpu.order != 0) {
			n = g.Op(ir.Xor, 8, n, g.Const(uint64(size-1)))
		}
		n = g.Op(ir.Shl, 8, n, g.Const(3))
		move := ir.Shr
		if left {
			move = ir.Shl
		}
		mask := g.Op(move, size, g.Const(^uint64(0)>>(64-8*size)), n)
		kept := g.Op(ir.AndNot, size, g.reg(g.rt()), mask)
		g.setSized(g.rt(), size, g.Op(ir.Or, size, g.Op(move, size, data, n), kept))
	}
}

// storePart writes byte by byte, from the address on to the end or the beginning of the aligned word.
func storePart(size int, left bool) func(g gen) {
	return func(g gen) {
		step, last := int64(1), uint64(size-1)
		if left != (g.cpu.order != 0) {
			step, last = -1, 0
		}
		done := g.NewBlock()
		for i := range size {
			shift := 8 * i
			if left {
				shift = 8 * (size - 1 - i)
			}
			addr := g.address(g.simm() + int64(i)*step)
			g.Store(1, 0, addr, 0, g.Op(ir.Shr, size, g.reg(g.rt()), g.Const(uint64(shift))))
			if i == size-1 {
				break
			}
			more := g.NewBlock()
			at := g.Op(ir.And, 8, g.address(g.simm()+int64(i)*step), g.Const(uint64(size-1)))
			g.Branch(ir.EQ, 8, at, g.Const(last), g.Inner(done), g.Inner(more))
			g.Begin(more)
		}
		g.Jump(g.Inner(done))
		g.Begin(done)
	}
}

package amd64

import "muslrun/emu/native/ir"

// flagKind says how the host's flags stand for packed flags.
type flagKind uint8

const (
	flagsPlain        flagKind = iota // C is CF
	flagsNotBorrow                    // C is the opposite of CF
	flagsFloat                        // of vucomis a, b
	flagsFloatSwapped                 // of vucomis b, a
)

// hostFlags is what the host's flags hold: the packed flags value, not yet in its own place.
type hostFlags struct {
	value ir.Value // None: nothing
	kind  flagKind
	next  int32 // next use of value; the number of the block's instructions stands for what follows the block
}

// setFlags notes that the host's flags are now result k of the instruction at hand.
func (c *Compiler) setFlags(k int, kind flagKind) {
	d := c.insn.Dst[k]
	c.flags.value = ir.None
	if d == ir.None {
		return
	}
	c.defined(d)
	if b := c.bankOf(ir.Int); !d.IsTemp() {
		if old := b.find(d); old != noReg {
			b.holds[old] = ir.None
		}
	}
	if next := c.next[c.pos].dst[k]; next != never {
		c.flags = hostFlags{d, kind, next}
	}
}

// settle moves packed flags that are still needed to their own place, before the host's flags are lost.
func (c *Compiler) settle() {
	if c.flags.value == ir.None {
		return
	}
	f := c.flags
	c.flags.value = ir.None
	c.pack(f.kind)
	c.put(f.value, rax, f.next)
	c.banks[ir.Int&1].pinned &^= 1 << rax
}

// put stores an integer that is in a temporary register as the value d.
func (c *Compiler) put(d ir.Value, r reg, next int32) {
	if home := c.static(d); home != noReg {
		c.mov(home, r)
		return
	}
	b := c.bankOf(ir.Int)
	if d.IsGlobal() {
		c.storeWord(ir.Int, globalPlace(d), r)
	}
	b.holds[r], b.next[r] = d, next
}

// packedMask is the bits of packed flags.
const packedMask = int32(ir.FlagN | ir.FlagZ | ir.FlagC | ir.FlagV)

// pack makes packed flags in RAX from the host's.
func (c *Compiler) pack(kind flagKind) {
	c.claim(ir.Int, rax)
	if kind >= flagsFloat {
		c.packFloat(kind)
		return
	}
	c.byte(0x9f) // lahf
	c.legacy(opSetcc+opcode(ccO), 1, 0, in(rax))
	c.aluImm(opAnd, 4, in(rax), packedMask)
	if kind == flagsNotBorrow {
		c.aluImm(opXor, 4, in(rax), int32(ir.FlagC))
	}
}

// packFloat makes the flags of arm's fcmp: less N, equal Z C, greater C, unordered C V.
func (c *Compiler) packFloat(kind flagKind) {
	below, above := ir.FlagN, ir.FlagC
	if kind == flagsFloatSwapped {
		below, above = above, below
	}
	c.movImm(rax, ir.FlagC|ir.FlagV)
	unordered := c.skip(ccP)
	c.movImm(rax, ir.FlagZ|ir.FlagC)
	equal := c.skip(ccE)
	c.movImm(rax, below)
	less := c.skip(ccB)
	c.movImm(rax, above)
	c.land(less)
	c.land(equal)
	c.land(unordered)
}

// noCC marks a condition that the host cannot test in one step.
const noCC cc = 0xff

// hostConds says how the host tests a condition on packed flags, by the kind of its flags.
var hostConds = [...][16]cc{
	flagsPlain:        {ccE, ccNE, ccB, ccAE, ccS, ccNS, ccO, ccNO, noCC, noCC, ccGE, ccL, ccG, ccLE, ccA, ccBE},
	flagsNotBorrow:    {ccE, ccNE, ccAE, ccB, ccS, ccNS, ccO, ccNO, ccA, ccBE, ccGE, ccL, ccG, ccLE, noCC, noCC},
	flagsFloat:        {noCC, noCC, noCC, noCC, noCC, noCC, ccP, ccNP, noCC, noCC, ccAE, ccB, ccA, ccBE, noCC, noCC},
	flagsFloatSwapped: {noCC, noCC, noCC, noCC, ccA, ccBE, ccP, ccNP, ccB, ccAE, noCC, noCC, noCC, noCC, noCC, noCC},
}

// testFlags makes the host's flags say whether the packed flags v, operand 0, fulfil cond.
func (c *Compiler) testFlags(v ir.Value, cond ir.Cond) cc {
	if c.flags.value == v {
		if host := hostConds[c.flags.kind][cond-ir.FlagEQ]; host != noCC {
			c.consume()
			return host
		}
	}
	if c.flags.value == v && c.flags.kind >= flagsFloat && cond <= ir.FlagNE && c.next[c.pos].arg[0] == never {
		return c.testFloatEqual(cond)
	}
	c.settle()
	return c.testPacked(v, cond)
}

// testFloatEqual tests for Z behind vucomis: equal and not unordered.
func (c *Compiler) testFloatEqual(cond ir.Cond) cc {
	c.flags.value = ir.None
	ordered, equal := c.scratch(), c.scratch()
	c.legacy(opSetcc+opcode(ccNP), 1, 0, in(ordered))
	c.legacy(opSetcc+opcode(ccE), 1, 0, in(equal))
	c.legacy(opTest-1, 1, ordered, in(equal))
	if cond == ir.FlagEQ {
		return ccNE
	}
	return ccE
}

// consume notes a use of the flags by the instruction at hand.
func (c *Compiler) consume() {
	c.flags.next = c.next[c.pos].arg[0]
	if c.flags.next == never {
		c.flags.value = ir.None
	}
}

var packedBits = [...]uint64{ir.FlagZ, ir.FlagC, ir.FlagN, ir.FlagV}

// testPacked is testFlags for flags in their own place.
func (c *Compiler) testPacked(v ir.Value, cond ir.Cond) cc {
	if cond < ir.FlagHI {
		c.testImm(4, c.source(v), int32(packedBits[(cond-ir.FlagEQ)/2]))
		if cond&1 != 0 {
			return ccE
		}
		return ccNE
	}
	p := c.source(v)
	if p.memory || p.base != rax {
		c.claim(ir.Int, rax)
		c.legacy(opLoad, 4, rax, p)
	} else {
		c.evict(ir.Int, rax) // the next instruction spoils it
		c.banks[ir.Int&1].pinned |= 1 << rax
	}
	if cond >= ir.FlagGE && cond <= ir.FlagLE {
		c.buf = append(c.buf, 0x04, 0x7f) // add al, 0x7f: overflows if V
	}
	c.byte(0x9e) // sahf
	if cond <= ir.FlagLS {
		c.byte(0xf5) // cmc
		return hostConds[flagsNotBorrow][cond-ir.FlagEQ]
	}
	return hostConds[flagsPlain][cond-ir.FlagEQ]
}

// edgeFlags reports whether the host's flags must be moved to their own place on the way to a block.
func (c *Compiler) edgeFlags(to ir.Target) bool {
	return c.flags.value.IsGlobal() && c.liveAt(to, c.flags.value)
}

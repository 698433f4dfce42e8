//go:build unicorn

package unicorn

import "muslrun/emu"

// YIELD and WFE reach us as invalid instructions, with the PC behind them. The kernel runs on, after others had their turn.
var yields = []struct{ mask, insn uint32 }{
	{0x0fffffff, 0x0320f001}, // YIELD
	{0x0fffffff, 0x0320f002}, // WFE
}

// yields64 are the same of AArch64.
var yields64 = []struct{ mask, insn uint32 }{
	{0xffffffff, 0xd503203f},
	{0xffffffff, 0xd503205f},
}

// yielded makes a stop of what was only a hint. An invalid instruction behind a hint begins a block, once the hint is done.
func yielded(c *cpu, s emu.Stop) emu.Stop {
	pc := c.pc()
	if pc == uint64(c.m.c.block) {
		return s
	}
	if half := c.half(pc - 2); c.inThumb() && (half == 0xbf10 || half == 0xbf20) {
		return emu.Stop{Kind: emu.Interrupted}
	}
	return hinted(c, s, yields)
}

// inThumb reports whether an arm CPU is in Thumb state.
func (c *cpu) inThumb() bool { return c.Reg(c.m.abi.ISA.Regs.Lookup("cpsr"))>>5&1 != 0 }

func yielded64(c *cpu, s emu.Stop) emu.Stop {
	if c.pc() == uint64(c.m.c.block) {
		return s
	}
	return hinted(c, s, yields64)
}

func hinted(c *cpu, s emu.Stop, hints []struct{ mask, insn uint32 }) emu.Stop {
	before := c.word(c.pc() - 4)
	for _, h := range hints {
		if before&h.mask == h.insn {
			return emu.Stop{Kind: emu.Interrupted}
		}
	}
	return s
}

//go:build unicorn

package unicorn

// #include "run.h"
import "C"

import (
	"encoding/binary"
	"fmt"

	"muslrun/arch/layout"
	"muslrun/emu"
	"muslrun/emu/unicorn/uc"
)

// stopped turns what C recorded into a Stop. It is called with the turn.
func (c *cpu) stopped() emu.Stop {
	m := c.m.c
	switch m.event {
	case C.MR_BUDGET:
		return emu.Stop{Kind: emu.BudgetSpent}
	case C.MR_FAULT:
		return emu.Stop{Kind: emu.Fault, Access: emu.Access(m.access), Addr: uint64(m.addr), Precise: true}
	case C.MR_SYSCALL:
		return c.except(exception{kind: emu.SystemCall, size: 2, code: -1})
	case C.MR_ILLEGAL:
		return c.except(c.m.spec.invalid)
	case C.MR_INTR:
		if e, ok := c.m.spec.exceptions[int(m.intno)]; ok {
			return c.except(e)
		}
		e := c.m.spec.other
		e.kind, e.code = emu.Trap, int64(m.intno)
		return c.except(e)
	}
	return emu.Stop{Kind: emu.EngineError, Err: fmt.Errorf("libunicorn at %#x: %w", c.pc(), uc.UcError(m.error))}
}

func (c *cpu) except(e exception) emu.Stop {
	s := emu.Stop{Kind: e.kind, Code: e.code, TrapSize: e.size, Access: e.access}
	if e.adjust != 0 {
		c.setPC(c.pc() + uint64(e.adjust))
	}
	if e.refine != nil {
		s = e.refine(c, s)
	}
	return s
}

func (c *cpu) pc() uint64 { return c.Reg(c.m.abi.ISA.Regs.PC) }

func (c *cpu) setPC(pc uint64) { c.SetReg(c.m.abi.ISA.Regs.PC, pc) }

// code returns n bytes of the instruction at pc, fewer at the end of what may be executed.
func (c *cpu) code(pc, n uint64) []byte {
	w := c.m.window
	return w.Bytes(pc, w.Accessible(pc, n, emu.ProtExec))
}

// word is the 32-bit instruction at pc, 0 if it cannot be read.
func (c *cpu) word(pc uint64) uint32 {
	code := c.code(pc, 4)
	if len(code) < 4 {
		return 0
	}
	return c.codeOrder().Uint32(code)
}

// half is the 16-bit instruction at pc, 0 if it cannot be read.
func (c *cpu) half(pc uint64) uint16 {
	code := c.code(pc, 2)
	if len(code) < 2 {
		return 0
	}
	return c.codeOrder().Uint16(code)
}

func (c *cpu) codeOrder() binary.ByteOrder {
	if c.m.abi.ISA.CodeOrder == layout.Big {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

package riscv

import "muslrun/arch"

// counters are the user-level counters by their CSR number: cycle, time and instret, and on riscv32 their upper halves. All
// tell the time: Linux lets programs read time only, at a frequency that the device tree tells, which guests do not see.
const (
	csrCycle   = 0xc00
	csrInstret = 0xc02
	csrHigh    = 0x80
)

// emulateCounter does rdcycle, rdtime and rdinstret, which engines without a clock of their own refuse. The time counts in
// units of 100 ns, as on many boards.
func emulateCounter(file *arch.RegisterFile) func(arch.Registers, uint32, int64) bool {
	x0 := file.Reg("x0")
	return func(regs arch.Registers, insn uint32, ns int64) bool {
		const csrrs, mask = 0x2073, 0xfffff // csrrs rd, csr, x0
		if insn&mask&^0xf80 != csrrs {
			return false
		}
		csr := insn >> 20
		if csr&^csrHigh < csrCycle || csr&^csrHigh > csrInstret {
			return false
		}
		ticks := uint64(ns) / 100
		if csr&csrHigh != 0 {
			ticks >>= 32
		}
		if rd := insn >> 7 & 31; rd != 0 {
			regs.SetReg(x0+arch.Reg(rd), ticks)
		}
		regs.SetReg(file.PC, regs.Reg(file.PC)+4)
		return true
	}
}

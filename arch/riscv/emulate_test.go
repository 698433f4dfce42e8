package riscv

import (
	"testing"

	"muslrun/arch"
)

type fakeRegs map[arch.Reg]uint64

func (f fakeRegs) Reg(r arch.Reg) uint64             { return f[r] }
func (f fakeRegs) SetReg(r arch.Reg, v uint64)       { f[r] = v }
func (f fakeRegs) RegBytes(arch.Reg, []byte) bool    { return false }
func (f fakeRegs) SetRegBytes(arch.Reg, []byte) bool { return false }

func TestEmulateCounter(t *testing.T) {
	for _, e := range ABIs() {
		a := e.Build(e)
		x5, pc := a.ISA.Regs.Reg("x5"), a.ISA.Regs.PC
		for insn, want := range map[uint32]uint64{
			0xc01022f3:         1 << 33,    // rdtime t0
			0xc81022f3:         1 << 1,     // rdtimeh t0
			0xc00022f3:         1 << 33,    // rdcycle t0
			0xc02022f3:         1 << 33,    // rdinstret t0
			0xc01022f3 | 1<<15: ^uint64(0), // csrrs t0, time, ra
			0x300022f3:         ^uint64(0), // csrr t0, mstatus
			0xc03022f3:         ^uint64(0), // csrr t0, hpmcounter3
		} {
			regs := fakeRegs{pc: 0x1000}
			done := a.Emulate(regs, insn, 100<<33)
			if done != (want != ^uint64(0)) {
				t.Fatalf("%s: %#x: emulated is %v", a.Name, insn, done)
			}
			if done && (regs[x5] != want || regs[pc] != 0x1004) {
				t.Errorf("%s: %#x: t0 is %#x, pc %#x", a.Name, insn, regs[x5], regs[pc])
			}
		}
	}
}

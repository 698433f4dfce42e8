package arm64

import (
	"time"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// systemRegisters is msr and mrs of the registers that EL0 has. The bits between op0 and rt are op1, CRn, CRm, op2.
func systemRegisters() []isa.Row[op] {
	return []isa.Row[op]{
		row("mrs nzcv", "1101010100 1 11 011 0100 0010 000 rt:5", readNZCV),
		row("msr nzcv", "1101010100 0 11 011 0100 0010 000 rt:5", writeNZCV),
		row("mrs fpcr", "1101010100 1 11 011 0100 0100 000 rt:5", func(g gen) { g.set(g.rt(), fpcr) }),
		flowRow("msr fpcr", "1101010100 0 11 011 0100 0100 000 rt:5", isa.Stops, writeFPCR),
		row("mrs fpsr", "1101010100 1 11 011 0100 0100 001 rt:5", readFPSR),
		row("msr fpsr", "1101010100 0 11 011 0100 0100 001 rt:5", writeFPSR),
		row("mrs tpidr_el0", "1101010100 1 11 011 1101 0000 010 rt:5", func(g gen) { g.set(g.rt(), tpidr) }),
		row("msr tpidr_el0", "1101010100 0 11 011 1101 0000 010 rt:5", func(g gen) { g.Set(tpidr, g.reg(g.rt())) }),
		row("mrs tpidrro_el0", "1101010100 1 11 011 1101 0000 011 rt:5", readConstant(0)),
		row("mrs ctr_el0", "1101010100 1 11 011 0000 0000 001 rt:5", readConstant(ctr)),
		row("mrs dczid_el0", "1101010100 1 11 011 0000 0000 111 rt:5", readConstant(dczid)),
		row("mrs cntfrq_el0", "1101010100 1 11 011 1110 0000 000 rt:5", readConstant(counterFrequency)),
		row("mrs cntvct_el0", "1101010100 1 11 011 1110 0000 010 rt:5", readCounter),
		row("mrs (id)", "1101010100 1 11 000 0000 crm:4 op2:3 rt:5", readID, emulatedID),
	}
}

// What the constant registers hold: lines of 64 bytes, which dc zva clears; a counter of nanoseconds.
const (
	ctr              = 0x8444c004
	dczid            = 4
	counterFrequency = 1_000_000_000
)

// idRegisters are those that are not zero, by CRm and op2, as Linux shows them to EL0 (arch/arm64/kernel/cpufeature.c):
// a Cortex-A72, as /proc/cpuinfo says, with the features of the hwcap.
var idRegisters = map[[2]int]uint64{
	{0, 0}: 0x410fd083,      // MIDR_EL1
	{0, 5}: 1 << 31,         // MPIDR_EL1
	{4, 0}: 0x00110011,      // ID_AA64PFR0_EL1: AArch64, floating point and Advanced SIMD with half precision
	{5, 0}: 6,               // ID_AA64DFR0_EL1
	{6, 0}: 0x1000_10211120, // ID_AA64ISAR0_EL1: DP RDM LSE CRC32 SHA2 SHA1 AES+PMULL
	{6, 1}: 0x00100000,      // ID_AA64ISAR1_EL1: LRCPC
	{7, 0}: 0xff000000,      // ID_AA64MMFR0_EL1
}

// emulatedID tells the ID registers that Linux lets EL0 read.
func emulatedID(w word) bool {
	crm, op2 := w.at(8, 4), w.at(5, 3)
	if crm == 0 {
		return op2 == 0 || op2 == 5 || op2 == 6
	}
	return crm >= 2 && crm <= 7
}

func readID(g gen) { g.set(g.rt(), g.Const(idRegisters[[2]int{g.at(8, 4), g.at(5, 3)}])) }

func readConstant(c uint64) func(g gen) { return func(g gen) { g.set(g.rt(), g.Const(c)) } }

// The flags in their packed form and in PSTATE, lowest first.
var flagPlaces = [...]struct{ packed, pstate int }{{0, psV}, {8, psC}, {14, psZ}, {15, psN}}

func readNZCV(g gen) {
	ps := g.Const(0)
	for _, f := range flagPlaces {
		bit := g.OpImm(ir.Extract, 8, field(f.packed, 1), nzcv)
		ps = g.Op(ir.Or, 8, ps, g.Op(ir.Shl, 8, bit, g.imm(int64(f.pstate))))
	}
	g.set(g.rt(), ps)
}

func writeNZCV(g gen) {
	flags := g.Const(0)
	for _, f := range flagPlaces {
		bit := g.OpImm(ir.Extract, 8, field(f.pstate, 1), g.reg(g.rt()))
		flags = g.Op(ir.Or, 8, flags, g.Op(ir.Shl, 8, bit, g.imm(int64(f.packed))))
	}
	g.Set(nzcv, flags)
}

// writeFPCR ends the region: its mode may be another one.
func writeFPCR(g gen) {
	g.Set(fpcr, g.Op(ir.And, 8, g.reg(g.rt()), g.Const(fpcrMask)))
	place := g.Op(ir.Shl, 8, g.OpImm(ir.Extract, 8, field(22, 2), fpcr), g.imm(2))
	rounding := g.Op(ir.And, 8, g.Op(ir.Shr, 8, g.Const(roundings), place), g.imm(15))
	g.Do(ir.Insn{Op: ir.SetRounding}, rounding)
	g.Do(ir.Insn{Op: ir.SwitchMode}, g.Const(g.in.Next()))
}

func readFPSR(g gen) {
	flags := g.With(ir.Insn{Op: ir.GetFPFlags})
	low := g.Op(ir.Shr, 8, g.Op(ir.BitRev, 8, g.Op(ir.And, 8, flags, g.imm(31))), g.imm(59))
	saturated := g.Op(ir.Shl, 8, g.SetCond(ir.NE, 8, qc, g.Const(0)), g.imm(27))
	denormal := g.Op(ir.Shl, 8, g.OpImm(ir.Extract, 8, field(denormalBit, 1), flags), g.imm(7))
	low = g.Op(ir.Or, 8, low, denormal)
	g.set(g.rt(), g.Op(ir.Or, 8, low, saturated))
}

func writeFPSR(g gen) {
	low := g.Op(ir.And, 8, g.reg(g.rt()), g.imm(31))
	low = g.Op(ir.Shr, 8, g.Op(ir.BitRev, 8, low), g.imm(59))
	denormal := g.OpImm(ir.Extract, 8, field(7, 1), g.reg(g.rt()))
	flags := g.Op(ir.Or, 8, low, g.Op(ir.Shl, 8, denormal, g.imm(denormalBit)))
	g.Do(ir.Insn{Op: ir.SetFPFlags}, flags)
	g.Set(qc, g.Op(ir.And, 8, g.reg(g.rt()), g.Const(fpsrQC)))
}

func readCounter(g gen) {
	g.set(g.rt(), g.Helper(ir.Int, 0, helpCounter, 0))
}

// started is when the virtual counter began.
var started = time.Now()

func counter(s *ir.State, _ int64) (ir.ExitKind, int64) {
	s.Out[0] = ir.Word{Lo: uint64(time.Since(started))}
	return ir.ExitLookup, 0
}

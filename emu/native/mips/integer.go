package mips

import "muslrun/emu/native/ir"

// integer is the arithmetic on registers of MIPS32.
var integer = []row{
	insn("add", "000000 rs:5 rt:5 rd:5 00000 100000", overflowing(ir.Add)),
	insn("addu", "000000 rs:5 rt:5 rd:5 00000 100001", arith32(ir.Add)),
	insn("sub", "000000 rs:5 rt:5 rd:5 00000 100010", overflowing(ir.Sub)),
	insn("subu", "000000 rs:5 rt:5 rd:5 00000 100011", arith32(ir.Sub)),
	insn("and", "000000 rs:5 rt:5 rd:5 00000 100100", arith(ir.And)),
	insn("or", "000000 rs:5 rt:5 rd:5 00000 100101", or),
	insn("xor", "000000 rs:5 rt:5 rd:5 00000 100110", arith(ir.Xor)),
	insn("nor", "000000 rs:5 rt:5 rd:5 00000 100111", nor),
	insn("slt", "000000 rs:5 rt:5 rd:5 00000 101010", setLess(ir.LTS)),
	insn("sltu", "000000 rs:5 rt:5 rd:5 00000 101011", setLess(ir.LTU)),
}

// integer64 is what MIPS64 adds.
var integer64 = []row{
	insn("dadd", "000000 rs:5 rt:5 rd:5 00000 101100", overflowing64(ir.Add)),
	insn("daddu", "000000 rs:5 rt:5 rd:5 00000 101101", arith(ir.Add)),
	insn("dsub", "000000 rs:5 rt:5 rd:5 00000 101110", overflowing64(ir.Sub)),
	insn("dsubu", "000000 rs:5 rt:5 rd:5 00000 101111", arith(ir.Sub)),
}

var shifts = []row{
	insn("sll", "000000 00000 rt:5 rd:5 sa:5 000000", shift(ir.Shl)),
	insn("srl", "000000 00000 rt:5 rd:5 sa:5 000010", shift(ir.Shr)),
	insn("rotr", "000000 00001 rt:5 rd:5 sa:5 000010", shift(ir.Rotr)),
	insn("sra", "000000 00000 rt:5 rd:5 sa:5 000011", shift(ir.Sar)),
	insn("sllv", "000000 rs:5 rt:5 rd:5 00000 000100", shiftBy(ir.Shl)),
	insn("srlv", "000000 rs:5 rt:5 rd:5 00000 000110", shiftBy(ir.Shr)),
	insn("rotrv", "000000 rs:5 rt:5 rd:5 00001 000110", shiftBy(ir.Rotr)),
	insn("srav", "000000 rs:5 rt:5 rd:5 00000 000111", shiftBy(ir.Sar)),
}

var shifts64 = []row{
	insn("dsll", "000000 00000 rt:5 rd:5 sa:5 111000", shift64(ir.Shl, 0)),
	insn("dsrl", "000000 00000 rt:5 rd:5 sa:5 111010", shift64(ir.Shr, 0)),
	insn("drotr", "000000 00001 rt:5 rd:5 sa:5 111010", shift64(ir.Rotr, 0)),
	insn("dsra", "000000 00000 rt:5 rd:5 sa:5 111011", shift64(ir.Sar, 0)),
	insn("dsll32", "000000 00000 rt:5 rd:5 sa:5 111100", shift64(ir.Shl, 32)),
	insn("dsrl32", "000000 00000 rt:5 rd:5 sa:5 111110", shift64(ir.Shr, 32)),
	insn("drotr32", "000000 00001 rt:5 rd:5 sa:5 111110", shift64(ir.Rotr, 32)),
	insn("dsra32", "000000 00000 rt:5 rd:5 sa:5 111111", shift64(ir.Sar, 32)),
	insn("dsllv", "000000 rs:5 rt:5 rd:5 00000 010100", shiftBy64(ir.Shl)),
	insn("dsrlv", "000000 rs:5 rt:5 rd:5 00000 010110", shiftBy64(ir.Shr)),
	insn("drotrv", "000000 rs:5 rt:5 rd:5 00001 010110", shiftBy64(ir.Rotr)),
	insn("dsrav", "000000 rs:5 rt:5 rd:5 00000 010111", shiftBy64(ir.Sar)),
}

var immediates = []row{
	insn("addiu", "001001 rs:5 rt:5 imm:16", addImmediate),
	insn("slti", "001010 rs:5 rt:5 imm:16", setLessImmediate(ir.LTS)),
	insn("sltiu", "001011 rs:5 rt:5 imm:16", setLessImmediate(ir.LTU)),
	insn("andi", "001100 rs:5 rt:5 imm:16", logicImmediate(ir.And)),
	insn("ori", "001101 rs:5 rt:5 imm:16", logicImmediate(ir.Or)),
	insn("xori", "001110 rs:5 rt:5 imm:16", logicImmediate(ir.Xor)),
	insn("lui", "001111 00000 rt:5 imm:16", func(g gen) { g.set(g.rt(), g.imm(g.simm()<<16)) }),
}

var immediates64 = []row{
	insn("daddiu", "011001 rs:5 rt:5 imm:16", func(g gen) { g.set(g.rt(), g.Op(ir.Add, 8, g.reg(g.rs()), g.imm(g.simm()))) }),
}

// arith is an operation on registers as wide as they are.
func arith(o ir.Op) func(g gen) {
	return func(g gen) { g.set(g.rd(), g.Op(o, g.size, g.reg(g.rs()), g.reg(g.rt()))) }
}

// arith32 is one on words.
func arith32(o ir.Op) func(g gen) {
	return func(g gen) { g.setWord(g.rd(), g.Op(o, 4, g.reg(g.rs()), g.reg(g.rt()))) }
}

// or is also how registers are copied.
func or(g gen) {
	switch {
	case g.rt() == 0:
		g.set(g.rd(), g.Copy(g.reg(g.rs())))
	case g.rs() == 0:
		g.set(g.rd(), g.Copy(g.reg(g.rt())))
	default:
		arith(ir.Or)(g)
	}
}

func nor(g gen) {
	g.set(g.rd(), g.Op(ir.Not, g.size, g.Op(ir.Or, g.size, g.reg(g.rs()), g.reg(g.rt()))))
}

func setLess(c ir.Cond) func(g gen) {
	return func(g gen) { g.set(g.rd(), g.SetCond(c, g.size, g.reg(g.rs()), g.reg(g.rt()))) }
}

// The codes of SIGFPE (asm-generic/siginfo.h).
const (
	fpeIntDiv = 1
	fpeIntOvf = 2
)

// overflowing is a sum or difference of words that traps if it does not fit into one.
func overflowing(o ir.Op) func(g gen) {
	return func(g gen) { g.overflow32(o, g.rd(), g.reg(g.rs()), g.reg(g.rt())) }
}

func (g gen) overflow32(o ir.Op, n int, x, y ir.Value) {
	exact := g.Op(o, 8, g.OpImm(ir.Sext, 8, 32, x), g.OpImm(ir.Sext, 8, 32, y))
	g.ExitIf(ir.NE, 8, exact, g.OpImm(ir.Sext, 8, 32, exact), ir.ExitArithmetic, fpeIntOvf)
	if g.size == 4 {
		exact = g.OpImm(ir.Zext, 8, 32, exact)
	}
	g.set(n, exact)
}

func overflowing64(o ir.Op) func(g gen) {
	return func(g gen) { g.overflow64(o, g.rd(), g.reg(g.rs()), g.reg(g.rt())) }
}

func (g gen) overflow64(o ir.Op, n int, x, y ir.Value) {
	result, flags := g.OpFlags(o, 8, 0, x, y)
	g.ExitIf(ir.NE, 8, g.With(ir.Insn{Op: ir.SetF, Size: 8, Cond: ir.FlagVS}, flags), g.Const(0), ir.ExitArithmetic, fpeIntOvf)
	g.set(n, result)
}

func shift(o ir.Op) func(g gen) {
	return func(g gen) { g.setWord(g.rd(), g.Op(o, 4, g.reg(g.rt()), g.Const(uint64(g.sa())))) }
}

func shiftBy(o ir.Op) func(g gen) {
	return func(g gen) { g.setWord(g.rd(), g.Op(o, 4, g.reg(g.rt()), g.reg(g.rs()))) }
}

func shift64(o ir.Op, more int) func(g gen) {
	return func(g gen) { g.set(g.rd(), g.Op(o, 8, g.reg(g.rt()), g.Const(uint64(g.sa()+more)))) }
}

func shiftBy64(o ir.Op) func(g gen) {
	return func(g gen) { g.set(g.rd(), g.Op(o, 8, g.reg(g.rt()), g.reg(g.rs()))) }
}

// addImmediate of register 0 is how constants are made.
func addImmediate(g gen) {
	if g.rs() == 0 {
		g.set(g.rt(), g.imm(g.simm()))
		return
	}
	g.setWord(g.rt(), g.Op(ir.Add, 4, g.reg(g.rs()), g.Const(uint64(uint32(g.simm())))))
}

func setLessImmediate(c ir.Cond) func(g gen) {
	return func(g gen) { g.set(g.rt(), g.SetCond(c, g.size, g.reg(g.rs()), g.imm(g.simm()))) }
}

func logicImmediate(o ir.Op) func(g gen) {
	return func(g gen) { g.set(g.rt(), g.Op(o, g.size, g.reg(g.rs()), g.Const(g.uimm()))) }
}

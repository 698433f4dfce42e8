package riscv

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// integer is RV32I and RV64I without the instructions that only RV64 has.
func (w xlen) integer() []row {
	rows := []row{
		{Name: "lui", Bits: "imm:20 rd:5 0110111", Emit: op{emit: w.lui}},
		{Name: "auipc", Bits: "imm:20 rd:5 0010111", Emit: op{emit: w.auipc}},
		{Name: "jal", Bits: "imm:20 rd:5 1101111", Emit: op{w.jal, jumps}},
		{Name: "jalr", Bits: "imm:12 rs1:5 000 rd:5 1100111", Emit: op{w.jalr, stops}},
		{Name: "beq", Bits: "imm:7 rs2:5 rs1:5 000 imm:5 1100011", Emit: op{w.branch(ir.EQ), branch}},
		{Name: "bne", Bits: "imm:7 rs2:5 rs1:5 001 imm:5 1100011", Emit: op{w.branch(ir.NE), branch}},
		{Name: "blt", Bits: "imm:7 rs2:5 rs1:5 100 imm:5 1100011", Emit: op{w.branch(ir.LTS), branch}},
		{Name: "bge", Bits: "imm:7 rs2:5 rs1:5 101 imm:5 1100011", Emit: op{w.branch(ir.GES), branch}},
		{Name: "bltu", Bits: "imm:7 rs2:5 rs1:5 110 imm:5 1100011", Emit: op{w.branch(ir.LTU), branch}},
		{Name: "bgeu", Bits: "imm:7 rs2:5 rs1:5 111 imm:5 1100011", Emit: op{w.branch(ir.GEU), branch}},
		{Name: "lb", Bits: "imm:12 rs1:5 000 rd:5 0000011", Emit: op{emit: w.load(1, w.signed())}},
		{Name: "lh", Bits: "imm:12 rs1:5 001 rd:5 0000011", Emit: op{emit: w.load(2, w.signed())}},
		{Name: "lw", Bits: "imm:12 rs1:5 010 rd:5 0000011", Emit: op{emit: w.load(4, w.signed())}},
		{Name: "lbu", Bits: "imm:12 rs1:5 100 rd:5 0000011", Emit: op{emit: w.load(1, 0)}},
		{Name: "lhu", Bits: "imm:12 rs1:5 101 rd:5 0000011", Emit: op{emit: w.load(2, 0)}},
		{Name: "sb", Bits: "imm:7 rs2:5 rs1:5 000 imm:5 0100011", Emit: op{emit: store(1)}},
		{Name: "sh", Bits: "imm:7 rs2:5 rs1:5 001 imm:5 0100011", Emit: op{emit: store(2)}},
		{Name: "sw", Bits: "imm:7 rs2:5 rs1:5 010 imm:5 0100011", Emit: op{emit: store(4)}},
		{Name: "addi", Bits: "imm:12 rs1:5 000 rd:5 0010011", Emit: op{emit: w.immediate(ir.Add)}},
		{Name: "slti", Bits: "imm:12 rs1:5 010 rd:5 0010011", Emit: op{emit: w.setImmediate(ir.LTS)}},
		{Name: "sltiu", Bits: "imm:12 rs1:5 011 rd:5 0010011", Emit: op{emit: w.setImmediate(ir.LTU)}},
		{Name: "xori", Bits: "imm:12 rs1:5 100 rd:5 0010011", Emit: op{emit: w.immediate(ir.Xor)}},
		{Name: "ori", Bits: "imm:12 rs1:5 110 rd:5 0010011", Emit: op{emit: w.immediate(ir.Or)}},
		{Name: "andi", Bits: "imm:12 rs1:5 111 rd:5 0010011", Emit: op{emit: w.immediate(ir.And)}},
		{Name: "add", Bits: "0000000 rs2:5 rs1:5 000 rd:5 0110011", Emit: op{emit: w.register(ir.Add)}},
		{Name: "sub", Bits: "0100000 rs2:5 rs1:5 000 rd:5 0110011", Emit: op{emit: w.register(ir.Sub)}},
		{Name: "sll", Bits: "0000000 rs2:5 rs1:5 001 rd:5 0110011", Emit: op{emit: w.register(ir.Shl)}},
		{Name: "slt", Bits: "0000000 rs2:5 rs1:5 010 rd:5 0110011", Emit: op{emit: w.setRegister(ir.LTS)}},
		{Name: "sltu", Bits: "0000000 rs2:5 rs1:5 011 rd:5 0110011", Emit: op{emit: w.setRegister(ir.LTU)}},
		{Name: "xor", Bits: "0000000 rs2:5 rs1:5 100 rd:5 0110011", Emit: op{emit: w.register(ir.Xor)}},
		{Name: "srl", Bits: "0000000 rs2:5 rs1:5 101 rd:5 0110011", Emit: op{emit: w.register(ir.Shr)}},
		{Name: "sra", Bits: "0100000 rs2:5 rs1:5 101 rd:5 0110011", Emit: op{emit: w.register(ir.Sar)}},
		{Name: "or", Bits: "0000000 rs2:5 rs1:5 110 rd:5 0110011", Emit: op{emit: w.register(ir.Or)}},
		{Name: "and", Bits: "0000000 rs2:5 rs1:5 111 rd:5 0110011", Emit: op{emit: w.register(ir.And)}},
		{Name: "fence", Bits: "fm:4 pred:4 succ:4 rs1:5 000 rd:5 0001111", Emit: op{emit: fence}},
		{Name: "fence.i", Bits: "imm:12 rs1:5 001 rd:5 0001111", Emit: op{leave(ir.ExitFlush), stops}},
		{Name: "ecall", Bits: "000000000000 00000 000 00000 1110011", Emit: op{systemCall, stops}},
		{Name: "ebreak", Bits: "000000000001 00000 000 00000 1110011", Emit: op{breakpoint, stops}},
	}
	return append(rows, w.shifts()...)
}

// shifts by an immediate have one more bit of it in RV64.
func (w xlen) shifts() []row {
	amount := "shamt:6"
	if w == 4 {
		amount = "0 shamt:5"
	}
	return []row{
		{Name: "slli", Bits: "000000 " + amount + " rs1:5 001 rd:5 0010011", Emit: op{emit: w.shift(ir.Shl)}},
		{Name: "srli", Bits: "000000 " + amount + " rs1:5 101 rd:5 0010011", Emit: op{emit: w.shift(ir.Shr)}},
		{Name: "srai", Bits: "010000 " + amount + " rs1:5 101 rd:5 0010011", Emit: op{emit: w.shift(ir.Sar)}},
	}
}

// wide is what RV64I adds.
func (w xlen) wide() []row {
	if w == 4 {
		return nil
	}
	return []row{
		{Name: "lwu", Bits: "imm:12 rs1:5 110 rd:5 0000011", Emit: op{emit: w.load(4, 0)}},
		{Name: "ld", Bits: "imm:12 rs1:5 011 rd:5 0000011", Emit: op{emit: w.load(8, 0)}},
		{Name: "sd", Bits: "imm:7 rs2:5 rs1:5 011 imm:5 0100011", Emit: op{emit: store(8)}},
		{Name: "addiw", Bits: "imm:12 rs1:5 000 rd:5 0011011", Emit: op{emit: w.immediateWord(ir.Add)}},
		{Name: "slliw", Bits: "0000000 shamt:5 rs1:5 001 rd:5 0011011", Emit: op{emit: w.shiftWord(ir.Shl)}},
		{Name: "srliw", Bits: "0000000 shamt:5 rs1:5 101 rd:5 0011011", Emit: op{emit: w.shiftWord(ir.Shr)}},
		{Name: "sraiw", Bits: "0100000 shamt:5 rs1:5 101 rd:5 0011011", Emit: op{emit: w.shiftWord(ir.Sar)}},
		{Name: "addw", Bits: "0000000 rs2:5 rs1:5 000 rd:5 0111011", Emit: op{emit: w.registerWord(ir.Add)}},
		{Name: "subw", Bits: "0100000 rs2:5 rs1:5 000 rd:5 0111011", Emit: op{emit: w.registerWord(ir.Sub)}},
		{Name: "sllw", Bits: "0000000 rs2:5 rs1:5 001 rd:5 0111011", Emit: op{emit: w.registerWord(ir.Shl)}},
		{Name: "srlw", Bits: "0000000 rs2:5 rs1:5 101 rd:5 0111011", Emit: op{emit: w.registerWord(ir.Shr)}},
		{Name: "sraw", Bits: "0100000 rs2:5 rs1:5 101 rd:5 0111011", Emit: op{emit: w.registerWord(ir.Sar)}},
	}
}

// multiply is the M extension.
func (w xlen) multiply() []row {
	rows := []row{
		{Name: "mul", Bits: "0000001 rs2:5 rs1:5 000 rd:5 0110011", Emit: op{emit: w.register(ir.Mul)}},
		{Name: "mulh", Bits: "0000001 rs2:5 rs1:5 001 rd:5 0110011", Emit: op{emit: w.register(ir.MulHiS)}},
		{Name: "mulhsu", Bits: "0000001 rs2:5 rs1:5 010 rd:5 0110011", Emit: op{emit: w.register(ir.MulHiSU)}},
		{Name: "mulhu", Bits: "0000001 rs2:5 rs1:5 011 rd:5 0110011", Emit: op{emit: w.register(ir.MulHiU)}},
		{Name: "div", Bits: "0000001 rs2:5 rs1:5 100 rd:5 0110011", Emit: op{emit: w.divide(ir.DivS)}},
		{Name: "divu", Bits: "0000001 rs2:5 rs1:5 101 rd:5 0110011", Emit: op{emit: w.divide(ir.DivU)}},
		{Name: "rem", Bits: "0000001 rs2:5 rs1:5 110 rd:5 0110011", Emit: op{emit: w.register(ir.RemS)}},
		{Name: "remu", Bits: "0000001 rs2:5 rs1:5 111 rd:5 0110011", Emit: op{emit: w.register(ir.RemU)}},
	}
	if w == 4 {
		return rows
	}
	return append(rows, []row{
		{Name: "mulw", Bits: "0000001 rs2:5 rs1:5 000 rd:5 0111011", Emit: op{emit: w.registerWord(ir.Mul)}},
		{Name: "divw", Bits: "0000001 rs2:5 rs1:5 100 rd:5 0111011", Emit: op{emit: w.divideWord(ir.DivS)}},
		{Name: "divuw", Bits: "0000001 rs2:5 rs1:5 101 rd:5 0111011", Emit: op{emit: w.divideWord(ir.DivU)}},
		{Name: "remw", Bits: "0000001 rs2:5 rs1:5 110 rd:5 0111011", Emit: op{emit: w.registerWord(ir.RemS)}},
		{Name: "remuw", Bits: "0000001 rs2:5 rs1:5 111 rd:5 0111011", Emit: op{emit: w.registerWord(ir.RemU)}},
	}...)
}

type emit = func(b *ir.Builder, in *isa.Inst)

func (w xlen) lui(b *ir.Builder, in *isa.Inst) { set(b, rd(word(in)), w.imm(b, immU(word(in)))) }

func (w xlen) auipc(b *ir.Builder, in *isa.Inst) {
	set(b, rd(word(in)), w.imm(b, in.PC+immU(word(in))))
}

func (w xlen) jal(b *ir.Builder, in *isa.Inst) {
	set(b, rd(word(in)), w.imm(b, in.Next()))
	b.Goto(in.Target)
}

func (w xlen) jalr(b *ir.Builder, in *isa.Inst) {
	to := b.Op(ir.Add, int(w), get(b, rs1(word(in))), w.imm(b, immI(word(in))))
	to = b.Op(ir.And, int(w), to, w.imm(b, ^uint64(1)))
	set(b, rd(word(in)), w.imm(b, in.Next()))
	b.JumpReg(to)
}

func (w xlen) branch(c ir.Cond) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		b.Branch(c, int(w), get(b, rs1(word(in))), get(b, rs2(word(in))), ir.At(in.Target), ir.At(in.Next()))
	}
}

// signed is how loads extend the sign to a register.
func (w xlen) signed() ir.Aux {
	if w == 4 {
		return ir.MemSigned32
	}
	return ir.MemSigned
}

func (w xlen) load(size int, aux ir.Aux) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.Load(ir.Int, size, aux, get(b, rs1(word(in))), int64(immI(word(in)))))
	}
}

func store(size int) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		b.Store(size, 0, get(b, rs1(word(in))), int64(immS(word(in))), get(b, rs2(word(in))))
	}
}

func (w xlen) immediate(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.Op(o, int(w), get(b, rs1(word(in))), w.imm(b, immI(word(in)))))
	}
}

func (w xlen) immediateWord(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		w.setWord(b, rd(word(in)), b.Op(o, 4, get(b, rs1(word(in))), b.Const(uint64(uint32(immI(word(in)))))))
	}
}

func (w xlen) setImmediate(c ir.Cond) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.SetCond(c, int(w), get(b, rs1(word(in))), w.imm(b, immI(word(in)))))
	}
}

func (w xlen) register(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.Op(o, int(w), get(b, rs1(word(in))), get(b, rs2(word(in)))))
	}
}

func (w xlen) registerWord(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		w.setWord(b, rd(word(in)), b.Op(o, 4, get(b, rs1(word(in))), get(b, rs2(word(in)))))
	}
}

func (w xlen) setRegister(c ir.Cond) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.SetCond(c, int(w), get(b, rs1(word(in))), get(b, rs2(word(in)))))
	}
}

func (w xlen) shift(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		set(b, rd(word(in)), b.Op(o, int(w), get(b, rs1(word(in))), b.Const(uint64(word(in)>>20&63))))
	}
}

func (w xlen) shiftWord(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) {
		w.setWord(b, rd(word(in)), b.Op(o, 4, get(b, rs1(word(in))), b.Const(uint64(rs2(word(in))))))
	}
}

// quotient is all ones for a division by zero.
func quotient(b *ir.Builder, o ir.Op, size int, in *isa.Inst) ir.Value {
	by := get(b, rs2(word(in)))
	q := b.Op(o, size, get(b, rs1(word(in))), by)
	return b.Select(ir.EQ, size, by, b.Const(0), b.Const(^uint64(0)>>(64-8*size)), q)
}

func (w xlen) divide(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) { set(b, rd(word(in)), quotient(b, o, int(w), in)) }
}

func (w xlen) divideWord(o ir.Op) emit {
	return func(b *ir.Builder, in *isa.Inst) { w.setWord(b, rd(word(in)), quotient(b, o, 4, in)) }
}

// fence matters only where stores come before it and loads behind it: executors keep all other orders anyway.
func fence(b *ir.Builder, in *isa.Inst) {
	const write, read = 1, 2
	if pred, succ := word(in)>>24&15, word(in)>>20&15; pred&write != 0 && succ&read != 0 {
		b.Do(ir.Insn{Op: ir.Fence})
	}
}

// leave leaves the region behind the instruction.
func leave(kind ir.ExitKind) emit {
	return func(b *ir.Builder, in *isa.Inst) { b.Exit(kind, 0, in.Next()) }
}

// systemCall drops the reservation, as Linux does when it returns from a trap.
func systemCall(b *ir.Builder, in *isa.Inst) {
	b.Set(reserveAddr, b.Const(noReservation))
	b.Exit(ir.ExitSystemCall, 0, in.Next())
}

func breakpoint(b *ir.Builder, in *isa.Inst) { b.Exit(ir.ExitBreakpoint, 0, in.PC) }

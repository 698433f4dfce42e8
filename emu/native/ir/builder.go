package ir

// Builder appends blocks and instructions to a region. Front-ends hold one for the time of a translation.
//
// A method named after an operation returns the new temporary that it sets. Names end in the size where two are common.
type Builder struct {
	R     *Region
	block int
	pc    uint64    // of the current guest instruction
	pool  [64]Value // some of the constants, by hash
}

// NewBuilder starts a region.
func NewBuilder(r *Region) *Builder {
	b := &Builder{}
	b.Reset(r)
	return b
}

// Reset starts another region.
func (b *Builder) Reset(r *Region) {
	b.R, b.block, b.pc = r, 0, 0
	for i := range b.pool {
		b.pool[i] = None
	}
}

// Begin makes block i the one that is appended to.
func (b *Builder) Begin(i int) { b.block = i }

// Here is the index of the current block.
func (b *Builder) Here() int { return b.block }

// Block is the current block.
func (b *Builder) Block() *Block { return &b.R.Blocks[b.block] }

// NewBlock adds an empty block inside the current guest instruction, for control flow within it, and returns its index.
// The caller ends the current block with a jump or branch and goes on with Begin.
func (b *Builder) NewBlock() int {
	b.R.Blocks = append(b.R.Blocks, Block{PC: b.pc})
	return len(b.R.Blocks) - 1
}

// Continue begins a block for the guest instruction at pc, behind one that has ended in another block than it began in: an
// executor that leaves before a block, for want of budget, must not be in the middle of an instruction.
func (b *Builder) Continue(pc uint64) int {
	next := b.NewBlock()
	b.R.Blocks[next].PC = pc
	b.Jump(b.Inner(next))
	b.Begin(next)
	return next
}

// Inner is the target of a jump to a block of the same guest instruction.
func (b *Builder) Inner(block int) Target { return Target{PC: b.R.Blocks[block].PC, Block: block} }

// Mark begins the guest instruction at pc.
func (b *Builder) Mark(pc uint64) {
	b.pc = pc
	b.Block().Count++
	b.Do(Insn{Op: Mark, Imm: int64(pc)})
}

// Emit appends in. Fields that are zero Values are taken as they are: use the methods below where they serve.
func (b *Builder) Emit(in Insn) {
	block := b.Block()
	block.Insns = append(block.Insns, in)
}

// Temp makes a temporary.
func (b *Builder) Temp(c Class) Value {
	b.R.Temps = append(b.R.Temps, c)
	return firstTemp + Value(len(b.R.Temps)-1)
}

// Const is an integer constant.
func (b *Builder) Const(v uint64) Value { return b.constant(Const{Int, Word{Lo: v}}) }

// VecConst is a vector constant.
func (b *Builder) VecConst(lo, hi uint64) Value { return b.constant(Const{Vec, Word{lo, hi}}) }

func (b *Builder) constant(c Const) Value {
	slot := &b.pool[(c.Word.Lo*0x9e3779b97f4a7c15^c.Word.Hi)>>58]
	if !slot.IsConst() || b.R.Consts[slot.Const()] != c {
		b.R.Consts = append(b.R.Consts, c)
		*slot = None - Value(len(b.R.Consts))
	}
	return *slot
}

// NoArgs is the operands of an instruction that has none.
var NoArgs = [5]Value{None, None, None, None, None}

// Args fills up operands with None.
func Args(args ...Value) [5]Value {
	full := NoArgs
	copy(full[:], args)
	return full
}

// Op appends an operation with one result of the class that its shape gives (Int if any), and returns the result.
func (b *Builder) Op(op Op, size int, args ...Value) Value {
	return b.With(Insn{Op: op, Size: uint8(size)}, args...)
}

// OpImm is Op with an immediate.
func (b *Builder) OpImm(op Op, size int, imm int64, args ...Value) Value {
	return b.With(Insn{Op: op, Size: uint8(size), Imm: imm}, args...)
}

// OpAux is Op with an Aux.
func (b *Builder) OpAux(op Op, size int, aux Aux, args ...Value) Value {
	return b.With(Insn{Op: op, Size: uint8(size), Aux: aux}, args...)
}

// With completes in by operands and a new result, appends it and returns the result.
func (b *Builder) With(in Insn, args ...Value) Value {
	class := in.Op.Shape().Dst[0]
	if class == Any {
		class = b.anyClass(args)
	}
	dst := b.Temp(class)
	in.Dst, in.Args = [2]Value{dst, None}, Args(args...)
	b.Emit(in)
	return dst
}

func (b *Builder) anyClass(args []Value) Class {
	if len(args) > 0 {
		return b.R.Class(args[0])
	}
	return Int
}

// Do appends an operation without results.
func (b *Builder) Do(in Insn, args ...Value) {
	in.Dst, in.Args = [2]Value{None, None}, Args(args...)
	b.Emit(in)
}

// OpFlags is Op for Add, Sub, Adc, Sbc and And with packed flags as a second result.
func (b *Builder) OpFlags(op Op, size int, aux Aux, args ...Value) (result, flags Value) {
	result, flags = b.Temp(Int), b.Temp(Int)
	b.Emit(Insn{Op: op, Size: uint8(size), Aux: aux, Dst: [2]Value{result, flags}, Args: Args(args...)})
	return result, flags
}

// SetCond is cond(x, y) as 0 or 1.
func (b *Builder) SetCond(c Cond, size int, x, y Value) Value {
	return b.With(Insn{Op: SetCond, Size: uint8(size), Cond: c}, x, y)
}

// Select is yes if cond(x, y), else no.
func (b *Builder) Select(c Cond, size int, x, y, yes, no Value) Value {
	return b.With(Insn{Op: Select, Size: uint8(size), Cond: c}, x, y, yes, no)
}

// SelectF is yes if the packed flags fulfil cond, else no.
func (b *Builder) SelectF(c Cond, flags, yes, no Value) Value {
	return b.With(Insn{Op: SelectF, Size: 8, Cond: c}, flags, yes, no)
}

// Set assigns v to the global g. If v is the temporary that the last instruction has just set, that instruction sets g
// instead and v must not be used any more; read g.
func (b *Builder) Set(g, v Value) {
	insns := b.Block().Insns
	if n := len(insns); n > 0 && v.IsTemp() && insns[n-1].Dst[0] == v {
		insns[n-1].Dst[0] = g
		return
	}
	b.Emit(Insn{Op: Mov, Size: 8, Dst: [2]Value{g, None}, Args: Args(v)})
}

// Copy makes a temporary of a value that is about to change.
func (b *Builder) Copy(v Value) Value { return b.Op(Mov, 8, v) }

// Load reads memory at base + disp into a temporary of class c.
func (b *Builder) Load(c Class, size int, aux Aux, base Value, disp int64) Value {
	return b.LoadX(c, size, aux, base, None, disp)
}

// LoadX is Load with an index, which aux may scale.
func (b *Builder) LoadX(c Class, size int, aux Aux, base, index Value, disp int64) Value {
	dst := b.Temp(c)
	b.Emit(Insn{Op: Load, Size: uint8(size), Aux: aux, Imm: disp, Dst: [2]Value{dst, None}, Args: Args(base, index)})
	return dst
}

// Store writes v to memory at base + disp.
func (b *Builder) Store(size int, aux Aux, base Value, disp int64, v Value) {
	b.StoreX(size, aux, base, None, disp, v)
}

// StoreX is Store with an index.
func (b *Builder) StoreX(size int, aux Aux, base, index Value, disp int64, v Value) {
	b.Do(Insn{Op: Store, Size: uint8(size), Aux: aux, Imm: disp}, base, index, v)
}

// Helper calls a helper of the front-end with a result of class c.
func (b *Builder) Helper(c Class, aux Aux, index int, imm int64, args ...Value) Value {
	dst := b.Temp(c)
	b.Emit(Insn{Op: Helper, Aux: aux, Imm: HelperImm(index, imm), Dst: [2]Value{dst, None}, Args: Args(args...)})
	return dst
}

// HelperImm packs the number of a helper and the immediate that it is given.
func HelperImm(index int, imm int64) int64 { return imm<<16 | int64(index) }

// HelperIndex is the number in a HelperImm.
func HelperIndex(imm int64) int { return int(imm & 0xffff) }

// ExitImm packs an exit and its code.
func ExitImm(kind ExitKind, code int64) int64 { return code<<8 | int64(kind) }

// ExitIf leaves with kind and code if cond(x, y).
func (b *Builder) ExitIf(c Cond, size int, x, y Value, kind ExitKind, code int64) {
	b.Do(Insn{Op: ExitIf, Size: uint8(size), Cond: c, Imm: ExitImm(kind, code)}, x, y)
}

// CheckAlign raises a bus error unless base + disp is a multiple of n, a power of two.
func (b *Builder) CheckAlign(base Value, disp int64, n int) {
	addr := base
	if disp != 0 {
		addr = b.Op(Add, 8, base, b.Const(uint64(disp)))
	}
	b.Do(Insn{Op: ExitIf, Size: 8, Cond: TST, Imm: ExitImm(ExitBusError, 1)}, addr, b.Const(uint64(n-1)), addr)
}

// Jump ends the block.
func (b *Builder) Jump(to Target) {
	b.Do(Insn{Op: Jump})
	b.Block().Succ[0] = to
}

// Goto is Jump to a guest address.
func (b *Builder) Goto(pc uint64) { b.Jump(Target{PC: pc, Block: Outside}) }

// Branch ends the block: to yes if cond(x, y), else to no.
func (b *Builder) Branch(c Cond, size int, x, y Value, yes, no Target) {
	b.Do(Insn{Op: Branch, Size: uint8(size), Cond: c}, x, y)
	b.Block().Succ = [2]Target{yes, no}
}

// BranchF ends the block: to yes if the packed flags fulfil cond, else to no.
func (b *Builder) BranchF(c Cond, flags Value, yes, no Target) {
	b.Do(Insn{Op: BranchF, Cond: c}, flags)
	b.Block().Succ = [2]Target{yes, no}
}

// At is the target of a jump to a guest address; the translator finds out whether it is in the region.
func At(pc uint64) Target { return Target{PC: pc, Block: Outside} }

// JumpReg ends the block: to the guest address v.
func (b *Builder) JumpReg(v Value) { b.Do(Insn{Op: JumpReg}, v) }

// Exit ends the block and leaves; State.PC becomes pc.
func (b *Builder) Exit(kind ExitKind, code int64, pc uint64) {
	b.ExitAt(kind, code, None, pc)
}

// ExitAt is Exit about a guest address, or None.
func (b *Builder) ExitAt(kind ExitKind, code int64, addr Value, pc uint64) {
	b.Do(Insn{Op: Exit, Imm: ExitImm(kind, code)}, addr)
	b.Block().Succ[0] = At(pc)
}

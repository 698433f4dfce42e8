package amd64

import "muslrun/emu/native/ir"

// selectors says how each operation becomes code. What is missing, or not covered, is left to Go by an Outcall.
var selectors [ir.NumOps]selector

func init() {
	selectors = [ir.NumOps]selector{
		ir.Nop:  {func(*Compiler) bool { return true }, true},
		ir.Mark: {selectMark, true},
		ir.Mov:  {selectMov, true},

		ir.Add:    {selectAdd, false},
		ir.Sub:    {selectSub, false},
		ir.Adc:    {selectAdc, false},
		ir.Sbc:    {selectSbc, false},
		ir.And:    {selectAnd, false},
		ir.Or:     {logic(opOr), false},
		ir.Xor:    {logic(opXor), false},
		ir.AndNot: {selectAndNot, false},
		ir.Not:    {group(groupNot), true},
		ir.Neg:    {group(groupNeg), false},
		ir.Mul:    {selectMul, false},
		ir.MulHiS: {mulHi(opMovsxd, opMovsxd, groupImul), false},
		ir.MulHiU: {mulHi(opLoad, opLoad, groupMul), false},
		ir.DivS:   {divide(true, false), false},
		ir.DivU:   {divide(false, false), false},
		ir.RemS:   {divide(true, true), false},
		ir.RemU:   {divide(false, true), false},
		ir.Shl:    {shift(shiftShl, opShlx), false},
		ir.Shr:    {shift(shiftShr, opShrx), false},
		ir.Sar:    {shift(shiftSar, opSarx), false},
		ir.Rotr:   {selectRotr, false},

		ir.Clz:      {count(opLzcnt), false},
		ir.Ctz:      {count(opTzcnt), false},
		ir.Popcnt:   {count(opPopcnt), false},
		ir.Bswap:    {selectBswap, true},
		ir.BitRev:   {selectBitRev, false},
		ir.Sext:     {selectSext, false},
		ir.Zext:     {selectZext, false},
		ir.Extract:  {selectExtract, false},
		ir.ExtractS: {selectExtractS, false},
		ir.Insert:   {selectInsert, false},
		ir.Concat:   {selectConcat, false},
		ir.SetCond:  {selectSetCond, false},
		ir.Select:   {selectSelect, false},
		ir.SetF:     {selectSetF, true},
		ir.SelectF:  {selectSelectF, true},
		ir.CRC32:    {selectCRC32, false},

		ir.Load:        {selectLoad, false},
		ir.Store:       {selectStore, false},
		ir.CmpXchg:     {selectCmpXchg, false},
		ir.CmpXchgPair: {selectCmpXchgPair, false},
		ir.AtomicRMW:   {selectAtomic, false},
		ir.Fence:       {selectFence, false},

		ir.ExitIf:     {selectExitIf, false},
		ir.Jump:       {selectJump, true},
		ir.Branch:     {selectBranch, false},
		ir.BranchF:    {selectBranchF, true},
		ir.JumpReg:    {selectJumpReg, false},
		ir.Exit:       {selectExit, false},
		ir.SwitchMode: {selectSwitchMode, false},
	}
}

func selectMark(c *Compiler) bool {
	c.pc = uint64(c.insn.Imm)
	c.point()
	return true
}

// selectMov copies a value of either class.
func selectMov(c *Compiler) bool {
	d, a := c.insn.Dst[0], c.arg(0)
	class := c.class(a)
	width := c.width(a)
	switch home := c.static(d); {
	case home != noReg:
		c.fill(class, home, a)
		c.defined(d)
	case d.IsGlobal() && !c.dies(a):
		c.storeWord(class, globalPlace(d), c.use(a))
		c.dropCopy(d)
		c.defined(d)
	default:
		c.set(0, c.targetFrom(a))
	}
	c.known.note(d, knownWidth(width))
	return true
}

// dropCopy forgets the register that holds a copy of global d.
func (c *Compiler) dropCopy(d ir.Value) {
	b := c.bankOf(c.class(d))
	if r := b.find(d); r != noReg {
		b.holds[r] = ir.None
	}
}

// noteWidth notes what is known of the upper bits of an integer result.
func (c *Compiler) noteWidth() {
	insn := c.insn
	narrow := false
	switch {
	case insn.Op >= ir.Add && insn.Op <= ir.Concat:
		narrow = insn.Size <= 4
	case insn.Op == ir.SetCond || insn.Op == ir.SetF || insn.Op == ir.CRC32:
		narrow = true
	case insn.Op == ir.Load:
		narrow = insn.Size <= 4 && insn.Aux&ir.MemSigned == 0
	}
	if narrow && c.class(insn.Dst[0]) == ir.Int {
		c.known.note(insn.Dst[0], 4)
	}
}

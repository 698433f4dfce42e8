package amd64

import "muslrun/emu/native/ir"

// selectors says how each operation becomes code. What is missing, or not covered, is left to Go by an Outcall.
var selectors [ir.NumOps]selector

func init() {
	for _, table := range []map[ir.Op]selector{integerSelectors(), floatSelectors(), vectorSelectors()} {
		for op, s := range table {
			selectors[op] = s
		}
	}
}

func integerSelectors() map[ir.Op]selector {
	return map[ir.Op]selector{
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

		ir.Compare:   {selectCompare, false},
		ir.FlagOrder: {selectFlagOrder, false},

		ir.Load:        {selectLoad, false},
		ir.Store:       {selectStore, false},
		ir.CmpXchg:     {selectCmpXchg, false},
		ir.CmpXchgPair: {selectCmpXchgPair, false},
		ir.AtomicRMW:   {selectAtomic, false},
		ir.Fence:       {selectFence, false},
		ir.ExitIf:      {selectExitIf, false},
		ir.Jump:        {selectJump, true},
		ir.Branch:      {selectBranch, false},
		ir.BranchF:     {selectBranchF, true},
		ir.JumpReg:     {selectJumpReg, false},
		ir.Exit:        {selectExit, false},
		ir.SwitchMode:  {selectSwitchMode, false},
	}
}

func floatSelectors() map[ir.Op]selector {
	return map[ir.Op]selector{
		ir.FAdd: {scalar2(opVadd), false}, ir.FSub: {scalar2(opVsub), false}, ir.FMul: {scalar2(opVmul), false},
		ir.FDiv: {scalar2(opVdiv), false}, ir.FSqrt: {selectFSqrt, false}, ir.FMulAdd: {selectFMulAdd, false},
		ir.FMin: {minMax(opVmin, opVpor), false}, ir.FMax: {minMax(opVmax, opVpand), false},
		ir.FAbs: {selectFAbs, true}, ir.FNeg: {selectFNeg, true}, ir.FCopySign: {selectFCopySign, true},
		ir.FRound: {selectFRound, false}, ir.FCvt: {selectFCvt, false}, ir.FToI: {selectFToI, false},
		ir.IToF: {selectIToF, false}, ir.SetFCmp: {selectSetFCmp, false}, ir.FCmp: {selectFCmp, false},
		ir.Box: {selectBox, true}, ir.Unbox: {selectUnbox, false},
		ir.GetFPFlags: {selectGetFPFlags, false}, ir.SetFPFlags: {selectSetFPFlags, false},
		ir.VFAdd: {lanes2(opVadd), false}, ir.VFSub: {lanes2(opVsub), false}, ir.VFMul: {lanes2(opVmul), false},
		ir.VFDiv: {lanes2(opVdiv), false}, ir.VFSqrt: {selectVFSqrt, false}, ir.VFMulAdd: {selectVFMulAdd, false},
		ir.VFMin: {lanesMinMax(opVmin, opVpor), false}, ir.VFMax: {lanesMinMax(opVmax, opVpand), false},
		ir.VFAbs: lanesSign(opVpand, true), ir.VFNeg: lanesSign(opVpxor, false),
		ir.VFCmpEQ: {lanesCompare(predicateEQ), true}, ir.VFCmpGE: {lanesCompare(predicateGE), true},
		ir.VFCmpGT: {lanesCompare(predicateGT), true}, ir.VFRound: {selectVFRound, false},
		ir.VFToI: {selectVFToI, false}, ir.VIToF: {selectVIToF, true},
	}
}

func vectorSelectors() map[ir.Op]selector {
	return map[ir.Op]selector{
		ir.VAnd: vector2(each(opVpand)), ir.VOr: vector2(each(opVpor)), ir.VXor: vector2(each(opVpxor)),
		ir.VAndNot: reversed2(each(opVpandn)), ir.VNot: vector1Do(selectVNot), ir.VBlend: {selectVBlend, true},
		ir.VAdd: vector2(byLane{0x6601fc, 0x6601fd, 0x6601fe, 0x6601d4}), ir.VSub: vector2(sub),
		ir.VMul: vector2Do(multiplyLanes), ir.VNeg: {selectVNeg, true},
		ir.VAbs:    vector1(byLane{0x66021c, 0x66021d, 0x66021e, 0}),
		ir.VMinS:   quadExtreme(byLane{0x660238, 0x6601ea, 0x660239}, false, false),
		ir.VMaxS:   quadExtreme(byLane{0x66023c, 0x6601ee, 0x66023d}, false, true),
		ir.VMinU:   quadExtreme(minU, true, false),
		ir.VMaxU:   quadExtreme(maxU, true, true),
		ir.VCmpEQ:  vector2(equals),
		ir.VCmpGTS: vector2(greaterS), ir.VCmpGES: vector2Do(greaterEqualS),
		ir.VCmpGTU: vector2Do(greaterU), ir.VCmpGEU: vector2Do(greaterEqualU),
		ir.VShlI: vecShift(laneShl), ir.VShrI: vecShift(laneShr), ir.VSarI: vecShift(laneSar),
		ir.VShl: shiftByLanes(0x660247), ir.VShr: shiftByLanes(0x660245),
		ir.VAddSatS: vector2(byLane{0x6601ec, 0x6601ed}), ir.VAddSatU: vector2(byLane{0x6601dc, 0x6601dd}),
		ir.VSubSatS: vector2(byLane{0x6601e8, 0x6601e9}), ir.VSubSatU: vector2(byLane{0x6601d8, 0x6601d9}),
		ir.VAvgU: vector2(byLane{0x6601e0, 0x6601e3}),
		ir.VDup:  {selectVDup, true}, ir.VDupL: vector1Do(dupLane),
		ir.VInsert: {selectVInsert, true}, ir.VInsertL: {selectVInsertL, true},
		ir.VExtract: {selectVExtract, true}, ir.VExtractS: {selectVExtractS, true},
		ir.VZipLo:   vector2(byLane{0x660160, 0x660161, 0x660162, 0x66016c}),
		ir.VZipHi:   vector2(byLane{0x660168, 0x660169, 0x66016a, 0x66016d}),
		ir.VUzpEven: unzip(false), ir.VUzpOdd: unzip(true), ir.VNarrow: unzip(false),
		ir.VTrnEven: transpose(false), ir.VTrnOdd: transpose(true),
		ir.VExt: {selectVExt, true}, ir.VTbl: vector2Do(tableLookup), ir.VRev: vector1Do(reverseLanes),
		ir.VWidenLoS: widen(byLane{0x660220, 0x660223, 0x660225}, false),
		ir.VWidenHiS: widen(byLane{0x660220, 0x660223, 0x660225}, true),
		ir.VWidenLoU: widen(byLane{0x660230, 0x660233, 0x660235}, false),
		ir.VWidenHiU: widen(byLane{0x660230, 0x660233, 0x660235}, true),
		ir.VZeroHi:   {selectVZeroHi, true}, ir.VPopcnt: {selectVPopcnt, true},
		ir.VAESEnc: {selectVAESEnc, true}, ir.VClMul: {selectVClMul, true},
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

package ir

// Op is an operation.
type Op uint8

// Operations on integers. Size is 4 or 8.
const (
	Nop Op = iota
	// Mark begins the guest instruction at Imm.
	Mark
	Mov // a, all 64 bits

	Add // a + b; Dst[1], if any, is packed flags
	Sub // a - b; flags (NotBorrow)
	Adc // a + b + c, where c is 0 or 1; flags
	Sbc // a - b - borrow, where c is the carry in (NotBorrow: 1 - borrow); flags
	And // a & b; flags (C and V clear)
	Or
	Xor
	AndNot // a &^ b
	Not
	Neg
	Mul
	MulHiS  // the upper half of the signed product
	MulHiU  // the upper half of the unsigned product
	MulHiSU // a signed, b unsigned
	DivS    // rounds to zero; x/0 is 0; the least integer by -1 is itself
	DivU    // x/0 is 0
	RemS    // a - DivS(a, b)*b: x%0 is x
	RemU
	Shl // the count is taken modulo the operand's bits, here and below
	Shr
	Sar
	Rotr
	Clz // of 0: the operand's bits
	Ctz
	Popcnt
	Bswap
	BitRev
	Sext     // sign-extend the low Imm bits to Size
	Zext     // zero-extend the low Imm bits
	Extract  // unsigned field of a: Imm = position | bits<<8
	ExtractS // signed field
	Insert   // a with the field of Imm replaced by b's low bits
	Concat   // (a:b) >> Imm, the low Size bytes (arm extr, x86 shrd)
	SetCond  // Cond(a, b) as 0 or 1
	Select   // Cond(a, b) ? c : d, all 64 bits of c and d
	SetF     // Cond of packed flags a as 0 or 1
	SelectF  // Cond of packed flags a ? b : c
	// Compare is 64 bits that are negative, zero or positive as a is less than, equal to or greater than b, Signed or not: of
	// Size 4 the difference, of Size 8 -1, 0 or 1. FlagOrder makes the same of the packed flags of an FCmp: -1 (N), 0 (Z)
	// or 1, and 1<<63 | 1 (V) where it was unordered.
	Compare
	FlagOrder
	CRC32 // Aux 0: IEEE, 1: Castagnoli, reflected; a is the sum, b Size bytes of data (1, 2, 4, 8)

	// Memory. The address is Args[0] + Args[1]<<scale + Imm.

	Load  // Dst[0] of either class; Size 1 to 16; a Vec is zero-extended
	Store // Args[2]
	// CmpXchg compares memory with Args[2] and, if equal, stores Args[3]. Dst[0] is the old value, zero-extended.
	// It is sequentially consistent, as AtomicRMW and CmpXchgPair are. MemBig is allowed.
	CmpXchg
	// CmpXchgPair: two words of Size, lower address first. Args[1], [2] are expected, [3], [4] new; Dst is the old pair.
	// The address is Args[0] alone and must be a multiple of 2*Size.
	CmpXchgPair
	AtomicRMW // memory op= Args[2], as Aux&RMWMask says; Dst[0] is the old value, zero-extended
	Fence     // orders every access before with every one behind

	// Floating point, scalars in lane 0. Size is 4 or 8, and 2 where the executor leaves it to Eval.

	FAdd
	FSub
	FMul
	FDiv
	FSqrt
	FMulAdd // (+-)(a*b) (+-)c, rounded once
	FMin
	FMax
	FAbs // bits only, no flags
	FNeg
	FCopySign // a with the sign of b
	FRound    // to an integral value
	FCvt      // from Size to Imm bytes
	FToI      // saturating; Imm is the number of fraction bits; a 32-bit result is zero-extended; NaN as the policy says
	IToF      // to Size; Imm is the number of fraction bits
	SetFCmp   // Cond(a, b) as an Int 0 or 1
	FCmp      // packed flags as arm's fcmp: less N, equal Z C, greater C, unordered C V
	Box       // lane 0 of 4 bytes, with ones above up to 8 bytes (RISC-V NaN boxing)
	Unbox     // lane 0 of 4 bytes if boxed, else the canonical NaN

	GetFPFlags  // Dst Int: the exception flags that are set
	SetFPFlags  // replaces them by a
	SetRounding // State.Rounding = a: RoundNearest ...; the front-end's Mode must change with RoundAway and RoundOdd

	// Vectors of 16 bytes; Size is a lane's.

	VAnd
	VOr
	VXor
	VAndNot // a &^ b
	VNot
	VBlend // bits of b where a is set, else of c
	VAdd
	VSub
	VMul // 1, 2, 4, 8
	VNeg
	VAbs
	VMinS
	VMaxS
	VMinU
	VMaxU
	VCmpEQ // all ones or zero
	VCmpGTS
	VCmpGES
	VCmpGTU
	VCmpGEU
	VShlI // by Imm, 0 to lane bits - 1
	VShrI // by Imm, 1 to lane bits
	VSarI // by Imm, 1 to lane bits
	VShl  // each lane of a by the lane of b, which has no sign; lane bits or more give 0
	VShr
	VAddSatS
	VAddSatU
	VSubSatS
	VSubSatU
	VAvgU     // (a + b + 1) >> 1
	VDup      // every lane is the Int a
	VDupL     // every lane is lane Imm of a
	VInsert   // a with lane Imm replaced by the Int b
	VInsertL  // a with lane Imm&0xff replaced by lane Imm>>8 of b
	VExtract  // lane Imm as an Int, zero-extended
	VExtractS // lane Imm as an Int, sign-extended to 64 bits
	VZipLo    // a0 b0 a1 b1 ...
	VZipHi    // the upper halves, in the same way
	VUzpEven  // even lanes of a, then of b
	VUzpOdd
	VTrnEven // a0 b0 a2 b2 ...
	VTrnOdd
	VExt      // bytes Imm to Imm+15 of b:a (a is the lower)
	VTbl      // bytes of a picked by the bytes of b; 0 for an index above 15
	VRev      // reverses the lanes within each Imm bytes
	VWidenLoS // the lower lanes of Size, to twice the size
	VWidenHiS
	VWidenLoU
	VWidenHiU
	VNarrow // lanes of twice Size of a, then of b, cut to Size
	VZeroHi // clears the upper 8 bytes
	VPopcnt // of bytes
	VFAdd   // lanes of 4 or 8, here and below; NaNs and flags as the scalar operations
	VFSub
	VFMul
	VFDiv
	VFSqrt
	VFMulAdd
	VFMin
	VFMax
	VFAbs
	VFNeg
	VFCmpEQ // all ones or zero; quiet
	VFCmpGE // signaling, here and below
	VFCmpGT
	VFRound
	VFToI
	VIToF
	VAESEnc // Aux 0: ShiftRows and SubBytes of a^b; 1: the inverses; 2: MixColumns of a; 3: its inverse
	VClMul  // 64 x 64 -> 128 carry-less product of lanes Imm&1 of a and Imm>>1&1 of b

	// Helper calls the front-end's helper Imm with Args and sets Dst (see HelperFunc). It may change State.
	Helper

	// ExitIf leaves the region with ExitKind Imm&0xff and code Imm>>8, at the PC of the current guest instruction, if
	// Cond(a, b). Args[2], if any, is the address of a bus error.
	ExitIf

	// Terminators.

	Jump    // to Succ[0]
	Branch  // Cond(a, b) of Size
	BranchF // Cond of packed flags a
	JumpReg // to the guest address a
	Exit    // leaves with ExitKind Imm&0xff and code Imm>>8; State.PC becomes Succ[0].PC, State.FaultAddr a, if any
	// SwitchMode is a JumpReg behind which the front-end's Mode may be another.
	SwitchMode

	NumOps
)

// ExitKind says why code was left.
type ExitKind uint8

// The exits. Those from ExitSystemCall to ExitTrap become an emu.Stop with the exit's code.
const (
	ExitLookup     ExitKind = iota // State.PC must be looked up
	ExitPoll                       // State.Poll was set
	ExitOutcall                    // a Helper or an operation left to Eval; State.Resume continues
	ExitFault                      // an access to memory failed at State.FaultAddr
	ExitBudget                     // State.Budget ran out
	ExitFlush                      // code may have changed: as many bytes as the code says at State.FaultAddr; 0: anywhere
	ExitSystemCall                 // State.PC is behind the trap
	ExitIllegal
	ExitBreakpoint
	ExitArithmetic
	ExitBusError
	ExitTrap
)

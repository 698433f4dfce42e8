package ir

// Aux refines an operation. Its bits mean what the operation's table entry says.
type Aux uint16

// Of Load and Store.
const (
	MemSigned   Aux = 1 << 0 // sign-extend to 64 bits; else zero-extend
	MemSigned32 Aux = 1 << 1 // sign-extend to 32 bits, then zero-extend
	MemBig      Aux = 1 << 2 // big-endian in memory; of a Vec, each element of MemElement
	MemSeqCst   Aux = 1 << 3 // a sequentially consistent access (others are as on a TSO machine)
	MemElement  Aux = 7 << 4 // log2 of the element that MemBig swaps, 0 to 4; only of a Vec
	MemScale    Aux = 7 << 8 // the index is shifted left by this
)

// Scale makes the Aux of an index that is shifted left by n, 0 to 4.
func Scale(n int) Aux { return Aux(n) << 8 }

// Scale is the left shift of the index.
func (a Aux) Scale() int { return int(a&MemScale) >> 8 }

// Element makes the Aux of a Vec of elements of 1<<n bytes.
func Element(n int) Aux { return Aux(n) << 4 }

// Element is log2 of the bytes of an element.
func (a Aux) Element() int { return int(a&MemElement) >> 4 }

// NotBorrow, of Sub, Sbc and their flags: C is set where there is no borrow (arm, powerpc); without it C is the borrow.
const NotBorrow Aux = 1

// What AtomicRMW does to memory.
const (
	RMWAdd Aux = iota << 12
	RMWSub
	RMWAnd
	RMWOr
	RMWXor
	RMWAndNot // old &^ operand
	RMWXchg
	RMWMinS
	RMWMaxS
	RMWMinU
	RMWMaxU

	RMWMask Aux = 15 << 12
)

// Rounding directions, in the low bits of Aux of floating-point operations. RoundDynamic is State.Rounding.
const (
	RoundDynamic Aux = iota
	RoundNearest     // ties to even
	RoundZero
	RoundDown
	RoundUp
	RoundAway // nearest, ties away from zero
	RoundOdd

	RoundMask Aux = 7
)

// More of floating-point operations, beside the rounding.
const (
	Signed    Aux = 1 << 3 // the integer of FToI and IToF, or those of Compare, are signed
	Int64     Aux = 1 << 4 // the integer of FToI and IToF has 64 bits, else 32
	Exact     Aux = 1 << 5 // FRound raises Inexact
	Signaling Aux = 1 << 6 // FCmp and SetFCmp: a quiet NaN is invalid too
	NegateA   Aux = 1 << 7 // FMulAdd: the product is negated
	NegateC   Aux = 1 << 8 // FMulAdd: the addend is negated
	MinMax    Aux = 7 << 9 // FMin and FMax: which of the rules below
	// ToSingle, of FAdd, FSub, FMul, FDiv, FSqrt and FMulAdd of Size 8: the result is rounded once, to single precision, and
	// keeps the format of Size.
	ToSingle Aux = 1 << 12
	// Bits, of FCvt between 4 and 8 bytes: bits are moved, as PowerPC's loads and stores of singles do. Nothing is raised,
	// NaNs stay signaling, and to 4 bytes what a single has no room for is cut off.
	Bits Aux = 1 << 13
)

// Rules of FMin and FMax for NaNs; in all but MinMaxX86, -0 is less than +0.
const (
	MinMaxNaN    Aux = iota << 9 // a NaN operand gives a NaN (IEEE 754-2019 minimum; arm fmin)
	MinMaxNumber                 // a quiet NaN gives the other operand, a signaling one a NaN (754-2008 minNum; arm fminnm)
	MinMax2019                   // any NaN gives the other operand; a signaling one is invalid (754-2019 minimumNumber; riscv)
	MinMaxX86                    // the second operand if either is a NaN or both are zeros
)

// Pure, of Helper: it has no effect but its results, so it may be dropped or repeated.
const Pure Aux = 1

// Rounding is the direction that a floating-point operation asks for.
func (a Aux) Rounding() Aux { return a & RoundMask }

// NaNPolicy says which NaN an operation results in (IEEE 754 leaves it open).
type NaNPolicy uint8

// The policies. Where a NaN is passed on it is made quiet.
const (
	NaNCanonical  NaNPolicy = iota // always the positive quiet NaN without payload (riscv); FToI gives the greatest integer
	NaNArm                         // the first signaling operand, else the first quiet one; default positive; FToI gives 0
	NaNArmDefault                  // always the default one (FPCR.DN); FToI gives 0
	NaNX86                         // the first NaN operand; default negative; FToI gives the integer indefinite
	NaNPower                       // the first NaN operand (addend between the factors); default positive; FToI saturates
	NaNMips2008                    // the first signaling operand, else the first quiet; default positive; FToI gives 0
	NaNMipsLegacy                  // quiet and signaling exchanged; default 0x7fbf...; FToI gives the greatest integer
	NaNS390                        // the first signaling operand, else the first quiet; default positive; FToI gives the least
	NaNM68K                        // the first NaN operand; default positive, all ones
	NaNSH                          // as NaNMipsLegacy, default only; FToI gives the least integer
	NaNLoong                       // as NaNMips2008
)

// FlushToZero and FlushHalf are joined to a policy: subnormal operands and results that are tiny before rounding count as
// zeros (arm's FPCR.FZ and FZ16); a result raises Underflow alone. FlushToZero is for all formats but binary16, and its
// operands raise FPDenormal. FlushHalf is for binary16 in all but FCvt. What no executor flushes in just this way it leaves
// to Eval.
const (
	FlushToZero NaNPolicy = 1 << 6
	FlushHalf   NaNPolicy = 1 << 7
)

// NaN is the policy for NaNs without what is joined to it.
func (p NaNPolicy) NaN() NaNPolicy { return p &^ (FlushToZero | FlushHalf) }

// Exception flags of floating point, in State.FPFlags (IEEE 754; the bits of the first five are RISC-V's).
const (
	FPInexact uint64 = 1 << iota
	FPUnderflow
	FPOverflow
	FPDivByZero
	FPInvalid
	FPDenormal // a subnormal operand was taken for zero; only by FlushToZero

	// Why FPInvalid was raised, by NaNPower only. VFCmpEQ, VFCmpGE and VFCmpGT do not tell.
	FPSignaling   // an operand is a signaling NaN
	FPInfMinusInf //
	FPInfByInf    // infinity divided by infinity
	FPZeroByZero  //
	FPInfTimesZero
	FPBadCompare // an ordered comparison of a quiet NaN
	FPBadSqrt    // of a negative number
	FPBadInt     // a number that the integer cannot hold
)

// FPCauses is all of them.
const FPCauses = FPSignaling | FPInfMinusInf | FPInfByInf | FPZeroByZero | FPInfTimesZero | FPBadCompare | FPBadSqrt | FPBadInt

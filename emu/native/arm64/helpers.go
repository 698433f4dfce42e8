package arm64

import "muslrun/emu/native/ir"

// The helpers, by their numbers.
const (
	helpCounter = iota
	helpAlternative
	helpShift
	helpDoublingHigh
	helpMixedAdd
	helpCLS
	helpCLZ
	helpPolynomial
	helpPolynomialLong
	helpRecipUnsigned
	helpRootUnsigned
	helpMulX
	helpRecipStep
	helpRootStep
	helpRecip
	helpRoot
	helpRecipExponent
	helpSHA1C
	helpSHA1P
	helpSHA1M
	helpSHA1H
	helpSHA1SU0
	helpSHA1SU1
	helpSHA256H
	helpSHA256H2
	helpSHA256SU0
	helpSHA256SU1
)

var helpers = []ir.HelperFunc{
	helpCounter: counter, helpAlternative: alternative,
	helpShift: laneHelper(shiftLane), helpDoublingHigh: laneHelper(doublingHighLane), helpMixedAdd: laneHelper(mixedAddLane),
	helpCLS: laneHelper(clsLane), helpCLZ: laneHelper(clzLane),
	helpPolynomial: laneHelper(polynomialLane), helpPolynomialLong: polynomialLongHelper,
	helpRecipUnsigned: laneHelper(recipUnsignedLane), helpRootUnsigned: laneHelper(rootUnsignedLane),
	helpMulX: floatLanes(mulX), helpRecipStep: floatLanes(recipStep), helpRootStep: floatLanes(rootStep),
	helpRecip: floatLanes(recipEstimate), helpRoot: floatLanes(rootEstimate), helpRecipExponent: floatLanes(recipExponentOf),
	helpSHA1C: hashHelper(sha1(choose)), helpSHA1P: hashHelper(sha1(parity)), helpSHA1M: hashHelper(sha1(majority)),
	helpSHA1H: hashHelper(sha1h), helpSHA1SU0: hashHelper(sha1su0), helpSHA1SU1: hashHelper(sha1su1),
	helpSHA256H: hashHelper(sha256h), helpSHA256H2: hashHelper(sha256h2),
	helpSHA256SU0: hashHelper(sha256su0), helpSHA256SU1: hashHelper(sha256su1),
}

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
)

var helpers = []ir.HelperFunc{
	helpCounter: counter, helpAlternative: alternative,
	helpShift: laneHelper(shiftLane), helpDoublingHigh: laneHelper(doublingHighLane), helpMixedAdd: laneHelper(mixedAddLane),
	helpCLS: laneHelper(clsLane), helpCLZ: laneHelper(clzLane),
	helpPolynomial: laneHelper(polynomialLane), helpPolynomialLong: polynomialLongHelper,
	helpRecipUnsigned: laneHelper(recipUnsignedLane), helpRootUnsigned: laneHelper(rootUnsignedLane),
	helpMulX: floatLanes(mulX), helpRecipStep: floatLanes(recipStep), helpRootStep: floatLanes(rootStep),
	helpRecip: floatLanes(recipEstimate), helpRoot: floatLanes(rootEstimate), helpRecipExponent: floatLanes(recipExponentOf),
}

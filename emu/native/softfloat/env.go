package softfloat

import "muslrun/emu/native/ir"

// Env is the floating-point environment of an operation.
type Env struct {
	Round  ir.Aux       // RoundNearest ... RoundOdd; RoundDynamic counts as RoundNearest
	Policy ir.NaNPolicy // also decides whether tininess is detected before or after rounding
	// FlushInputs takes subnormal operands for zeros (arm's FPCR.FZ, x86's DAZ); that raises Denormal.
	FlushInputs bool
	// FlushOutputs makes results that are tiny before rounding zeros, which raises Underflow alone (arm's FPCR.FZ).
	FlushOutputs bool
	// ToSingle rounds results to single precision, in the format that is asked for.
	ToSingle bool
	Flags    uint64 // raised: ir.FPInexact ..., Denormal
}

// Denormal is raised when FlushInputs has flushed an operand.
const Denormal = ir.FPDenormal

func (e *Env) raise(flags uint64) { e.Flags |= flags }

// raiseInvalid raises Invalid, and its cause if the policy wants it.
func (e *Env) raiseInvalid(cause uint64) {
	e.raise(ir.FPInvalid)
	if e.rule().causes {
		e.raise(cause)
	}
}

// A rule is what an ir.NaNPolicy means.
type rule struct {
	prefer     preference
	negative   bool      // the default NaN has its sign set
	allOnes    bool      // the default NaN has every fraction bit set, but for the quiet bit where that is inverted
	inverted   bool      // a set quiet bit means signaling
	tinyBefore bool      // tininess is detected before rounding
	order      [3]int    // in which FMulAdd looks for a NaN: 0 and 1 are the factors, 2 the addend
	infZero    infZero   // of infinity * 0 + quiet NaN
	negatesNaN bool      // FMulAdd negates operands, NaNs too, not the product
	toInt      intOfNaN  // result of a NaN to an integer
	overflow   intTooBig // result of a number that an integer cannot hold
	causes     bool      // why an operation is invalid is raised too
}

// preference says which operand's NaN becomes the result's.
type preference uint8

const (
	preferDefault   preference = iota // none: the default NaN
	preferSignaling                   // the first signaling one, else the first
	preferFirst
)

// infZero says what infinity * 0 + quiet NaN is.
type infZero uint8

const (
	infZeroDefault infZero = iota // the default NaN, invalid
	infZeroNaN                    // the NaN, invalid
	infZeroQuiet                  // the NaN, and no flag
)

type intOfNaN uint8

const (
	intGreatest intOfNaN = iota
	intZero
	intLeast
	intIndefinite // x86: only the top bit, or all ones of an unsigned
)

type intTooBig uint8

const (
	saturate intTooBig = iota
	likeNaN            // whatever a NaN gives
)

var (
	abc = [3]int{0, 1, 2}
	acb = [3]int{0, 2, 1}
	cab = [3]int{2, 0, 1}
)

// rules follow the architectures' manuals.
var rules = [...]rule{
	ir.NaNCanonical:  {order: abc, toInt: intGreatest},
	ir.NaNArm:        {prefer: preferSignaling, order: cab, toInt: intZero, tinyBefore: true, negatesNaN: true},
	ir.NaNArmDefault: {order: cab, toInt: intZero, tinyBefore: true},
	ir.NaNX86: {prefer: preferFirst, negative: true, order: abc, infZero: infZeroQuiet, toInt: intIndefinite,
		overflow: likeNaN},
	ir.NaNPower: {prefer: preferFirst, order: acb, infZero: infZeroNaN, toInt: intLeast, tinyBefore: true,
		causes: true},
	ir.NaNMips2008: {prefer: preferSignaling, order: cab, infZero: infZeroNaN, toInt: intZero},
	ir.NaNMipsLegacy: {prefer: preferSignaling, allOnes: true, inverted: true, order: abc, toInt: intGreatest,
		overflow: likeNaN},
	ir.NaNS390:  {prefer: preferSignaling, order: abc, toInt: intLeast, tinyBefore: true},
	ir.NaNM68K:  {prefer: preferFirst, allOnes: true, order: abc, toInt: intGreatest, tinyBefore: true},
	ir.NaNSH:    {allOnes: true, inverted: true, order: abc, toInt: intLeast},
	ir.NaNLoong: {prefer: preferSignaling, order: cab, infZero: infZeroNaN, toInt: intZero},
}

func (e *Env) rule() *rule { return &rules[e.Policy.NaN()] }

// TinyBefore reports whether a policy detects tininess before rounding.
func TinyBefore(policy ir.NaNPolicy) bool { return rules[policy.NaN()].tinyBefore }

// Inverted reports whether a set quiet bit means a signaling NaN.
func Inverted(policy ir.NaNPolicy) bool { return rules[policy.NaN()].inverted }

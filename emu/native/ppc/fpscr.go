package ppc

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/softfloat"
)

// FPSCR is kept in parts. Exceptions gather in the State (ir.GetFPFlags); what the last operation says of its own result (FR,
// FI, FPRF) is only computed when somebody asks for it, of the operation and its operands, which are noted in Lazy globals.

// Bits of FPSCR.
const (
	fpFX, fpFEX, fpVX           = 1 << 31, 1 << 30, 1 << 29
	fpOX, fpUX, fpZX, fpXX      = 1 << 28, 1 << 27, 1 << 26, 1 << 25
	fpVXSNAN, fpVXISI, fpVXIDI  = 1 << 24, 1 << 23, 1 << 22
	fpVXZDZ, fpVXIMZ, fpVXVC    = 1 << 21, 1 << 20, 1 << 19
	fpFR, fpFI                  = 1 << 18, 1 << 17
	fpResult                    = 31 << 12 // FPRF: C, FL, FG, FE, FU
	fpVXSOFT, fpVXSQRT, fpVXCVI = 1 << 10, 1 << 9, 1 << 8
	fpEnables                   = 0xf8
	fpRounding                  = 3

	fpInvalids   = fpVXSNAN | fpVXISI | fpVXIDI | fpVXZDZ | fpVXIMZ | fpVXVC | fpVXSOFT | fpVXSQRT | fpVXCVI
	fpExceptions = fpOX | fpUX | fpZX | fpXX | fpInvalids
	fpSummaries  = fpFEX | fpVX
	fpReserved   = 1 << 11
)

// The last operation: packed as by pack, and its operands.
var (
	lastOp   = ir.IntGlobal(64)
	operands = [3]ir.Value{ir.VecGlobal(64), ir.VecGlobal(65), ir.VecGlobal(66)}
)

// pack makes a number of an operation; it is not 0.
func pack(in ir.Insn) uint64 {
	return uint64(in.Op) | uint64(in.Size)<<8 | uint64(in.Aux)<<16 | uint64(in.Imm)<<32
}

// pending notes an operation and its operands.
func (g gen) pending(in ir.Insn, args ...ir.Value) {
	for i, v := range args {
		g.Emit(ir.Insn{Op: ir.Mov, Size: 8, Dst: [2]ir.Value{operands[i], ir.None}, Args: ir.Args(v)})
	}
	g.Set(lastOp, g.Const(pack(in)))
}

// collect is FPSCR as a whole. The parts are joined in fpscrBits.
func (g gen) collect() ir.Value {
	g.Do(ir.Insn{Op: ir.SetFPFlags, Size: 8}, g.Helper(ir.Int, 0, helpCollect, 0, g.Op(ir.GetFPFlags, 8)))
	return fpscrBits
}

// collect joins the flags raised, In[0], and what the last operation says to FPSCR. Out[0] is the flags that are left.
func collect(s *ir.State, _ int64) (ir.ExitKind, int64) {
	*s.GlobalWord(fpscrBits) = joined(s, s.In[0].Lo)
	*s.GlobalWord(lastOp), s.Out[0].Lo = 0, 0
	return ir.ExitLookup, 0
}

// joined is FPSCR with the flags that operations have raised.
func joined(s *ir.State, flags uint64) uint64 {
	v := *s.GlobalWord(fpscrBits)
	raised := exceptions(flags)
	if raised&^v != 0 {
		v |= fpFX
	}
	v |= raised
	if last := *s.GlobalWord(lastOp); last != 0 {
		v = v&^(fpFR|fpFI|fpResult) | statusOf(s, last)
	}
	return summarized(v)
}

// summarized sets VX and FEX as the other bits say.
func summarized(v uint64) uint64 {
	v &^= fpSummaries | fpReserved
	if v&fpInvalids != 0 {
		v |= fpVX
	}
	if v>>22&v&fpEnables != 0 { // the bits of exceptions and of what enables them are in the same order
		v |= fpFEX
	}
	return v
}

// raisedBits are the bits of FPSCR by those of the flags.
var raisedBits = []struct{ flag, bit uint64 }{
	{ir.FPInexact, fpXX}, {ir.FPUnderflow, fpUX}, {ir.FPOverflow, fpOX}, {ir.FPDivByZero, fpZX},
	{ir.FPSignaling, fpVXSNAN}, {ir.FPInfMinusInf, fpVXISI}, {ir.FPInfByInf, fpVXIDI}, {ir.FPZeroByZero, fpVXZDZ},
	{ir.FPInfTimesZero, fpVXIMZ}, {ir.FPBadCompare, fpVXVC}, {ir.FPBadSqrt, fpVXSQRT}, {ir.FPBadInt, fpVXCVI},
}

func exceptions(flags uint64) (v uint64) {
	for _, r := range raisedBits {
		if flags&r.flag != 0 {
			v |= r.bit
		}
	}
	if flags&ir.FPInvalid != 0 && flags&ir.FPCauses == 0 {
		v |= fpVXSNAN // a comparison of vectors
	}
	return v
}

// statusOf is FR, FI and FPRF of an operation.
func statusOf(s *ir.State, last uint64) uint64 {
	in := ir.Insn{Op: ir.Op(last), Size: uint8(last >> 8), Aux: ir.Aux(last >> 16), Imm: int64(last >> 32)}
	return status(in, rounding(s), [3]ir.Word{s.Vec[64], s.Vec[65], s.Vec[66]})
}

func rounding(s *ir.State) ir.Aux { return ir.Aux(s.Rounding) }

// status computes an operation again, in its direction and towards zero.
func status(in ir.Insn, direction ir.Aux, args [3]ir.Word) (v uint64) {
	if r := in.Aux.Rounding(); r != ir.RoundDynamic {
		direction = r
	}
	negate := in.Aux&negateResult != 0
	e := softfloat.Env{Round: direction, Policy: ir.NaNPower, ToSingle: in.Aux&ir.ToSingle != 0}
	result, class := again(&e, in, args)
	if (in.Op != ir.FRound || in.Aux&ir.Exact != 0) && e.Flags&ir.FPInexact != 0 {
		v |= fpFI
		cut := softfloat.Env{Round: ir.RoundZero, Policy: ir.NaNPower, ToSingle: e.ToSingle}
		if towards, _ := again(&cut, in, args); towards != result {
			v |= fpFR
		}
	}
	if negate {
		class = opposite(class)
	}
	return v | class<<12
}

// again computes an operation, and the class of its result as FPRF has it.
func again(e *softfloat.Env, in ir.Insn, a [3]ir.Word) (result ir.Word, class uint64) {
	f := softfloat.Double
	single := e.ToSingle
	switch in.Op {
	case ir.FAdd:
		result = e.Add(f, a[0], a[1])
	case ir.FSub:
		result = e.Sub(f, a[0], a[1])
	case ir.FMul:
		result = e.Mul(f, a[0], a[1])
	case ir.FDiv:
		result = e.Div(f, a[0], a[1])
	case ir.FSqrt:
		result = e.Sqrt(f, a[0])
	case ir.FMulAdd:
		result = e.MulAdd(f, a[0], a[1], a[2], in.Aux&ir.NegateA != 0, in.Aux&ir.NegateC != 0)
	case ir.FRound:
		result = e.RoundToInt(f, a[0], true)
	case ir.FCvt:
		if in.Size == 4 {
			result = e.Convert(softfloat.Single, f, a[0])
			break
		}
		result, single = e.Convert(f, softfloat.Single, a[0]), true
		result = e.Convert(softfloat.Single, f, result)
	case ir.IToF:
		to := softfloat.Of(int(in.Size))
		result = e.FromInt(to, a[0].Lo, in.Aux&ir.Signed != 0, 64, 0)
		if single = in.Size == 4; single {
			result = e.Convert(to, f, result)
		}
	case ir.FToI:
		bits := uint(32)
		if in.Aux&ir.Int64 != 0 {
			bits = 64
		}
		return ir.Word{Lo: e.ToInt(f, a[0], in.Aux&ir.Signed != 0, bits, 0)}, 0
	case ir.FCmp:
		return result, fpcc[e.Compare(f, a[0], a[1], in.Aux&ir.Signaling != 0)]
	}
	return result, classOf(result.Lo, single)
}

// fpcc is the low four bits of FPRF behind a comparison.
var fpcc = [...]uint64{softfloat.Less: 8, softfloat.Greater: 4, softfloat.Equal: 2, softfloat.Unordered: 1}

// classOf is FPRF for a number, which is subnormal in single precision below other limits.
func classOf(v uint64, single bool) uint64 {
	negative := v>>63 != 0
	exp, least := v>>52&0x7ff, uint64(1)
	if single {
		least = 1023 - 126
	}
	sign := uint64(4) // greater than zero
	if negative {
		sign = 8
	}
	switch {
	case exp == 0x7ff && v<<12 != 0:
		return 0x11
	case exp == 0x7ff:
		return sign | 1
	case v<<1 == 0 && negative:
		return 0x12
	case v<<1 == 0:
		return 2
	case exp < least:
		return sign | 0x10
	}
	return sign
}

// opposite is the class of a number with the other sign.
func opposite(class uint64) uint64 {
	switch class {
	case 0x11:
		return class
	case 2, 0x12:
		return class ^ 0x10
	}
	return class ^ 0xc
}

// negateResult, in the Aux of a pending operation, says that its result is negated.
const negateResult ir.Aux = 1 << 14

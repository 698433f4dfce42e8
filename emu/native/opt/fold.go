package opt

import (
	"math/bits"

	"muslrun/emu/native/interp"
	"muslrun/emu/native/ir"
)

// foldable has the operations on integers that Eval may compute now.
var foldable = func() (list [ir.NumOps]bool) {
	for op := ir.Add; op <= ir.CRC32; op++ {
		list[op] = interp.CanEval(op)
	}
	return list
}()

// foldConstants computes an operation on constants.
func (o *Optimizer) foldConstants(in *ir.Insn) bool {
	if !foldable[in.Op] || setsFlags(in) {
		return false
	}
	for k, a := range in.Args {
		if a == ir.None {
			break
		}
		v, ok := o.r.ConstInt(a)
		if !ok {
			return false
		}
		o.args[k] = ir.Word{Lo: v}
	}
	interp.Eval(in, o.r.NaN, &o.state, &o.args, &o.out)
	return become(in, ir.Mov, 8, 0, o.constant(o.out[0].Lo))
}

// folds are algebra on one constant, or on operands that are the same.
var folds = map[ir.Op][]rule{
	ir.Add:    {constantSecond, identity(0), reassociate},
	ir.Sub:    {same(0), identity(0), subConstant},
	ir.And:    {constantSecond, absorbing, sameCopy, identity(^uint64(0)), maskNothing},
	ir.Or:     {constantSecond, sameCopy, identity(0)},
	ir.Xor:    {constantSecond, same(0), identity(0)},
	ir.AndNot: {same(0), identity(0)},
	ir.Mul:    {constantSecond, absorbing, identity(1), mulPower},
	ir.DivU:   {identity(1), divPower},
	ir.RemU:   {remPower},
	ir.Shl:    {identity(0)},
	ir.Shr:    {identity(0)},
	ir.Sar:    {identity(0)},
	ir.Rotr:   {identity(0)},
	ir.Zext:   {needlessZext},
	ir.Sext:   {needlessSext},
	ir.Select: {selectSame},
}

// second is the second operand if it is a constant, cut to the size.
func (o *Optimizer) second(in *ir.Insn) (uint64, bool) {
	c, ok := o.r.ConstInt(in.Args[1])
	return c & ones(in.Size), ok
}

func ones(size uint8) uint64 { return ^uint64(0) >> (64 - 8*uint(size)) }

// constantSecond puts the constant behind, where the order does not matter.
func constantSecond(_ *Optimizer, in *ir.Insn) bool {
	if in.Args[0].IsConst() && !in.Args[1].IsConst() {
		in.Args[0], in.Args[1] = in.Args[1], in.Args[0]
		return true
	}
	return false
}

// identity drops an operation with a second operand that changes nothing.
func identity(neutral uint64) rule {
	return func(o *Optimizer, in *ir.Insn) bool {
		c, ok := o.second(in)
		return ok && c == neutral&ones(in.Size) && !setsFlags(in) && o.copyOf(in, in.Args[0], in.Size)
	}
}

// same is an operation whose result is known if both operands are one.
func same(result uint64) rule {
	return func(o *Optimizer, in *ir.Insn) bool {
		return in.Args[0] == in.Args[1] && !setsFlags(in) && become(in, ir.Mov, 8, 0, o.constant(result))
	}
}

func sameCopy(o *Optimizer, in *ir.Insn) bool {
	return in.Args[0] == in.Args[1] && !setsFlags(in) && o.copyOf(in, in.Args[0], in.Size)
}

// absorbing is x*0 and x&0.
func absorbing(o *Optimizer, in *ir.Insn) bool {
	c, ok := o.second(in)
	return ok && c == 0 && !setsFlags(in) && become(in, ir.Mov, 8, 0, o.constant(0))
}

// maskNothing drops a mask of bits that are zero already.
func maskNothing(o *Optimizer, in *ir.Insn) bool {
	c, ok := o.second(in)
	return ok && !setsFlags(in) && ^c&^o.known(in.Args[0]).zero == 0 && become(in, ir.Mov, 8, 0, in.Args[0])
}

// subConstant makes x-c an addition, which others know how to join.
func subConstant(o *Optimizer, in *ir.Insn) bool {
	c, ok := o.second(in)
	return ok && !setsFlags(in) && become(in, ir.Add, in.Size, 0, in.Args[0], o.constant(-c&ones(in.Size)))
}

// reassociate makes (x + c) + d one addition.
func reassociate(o *Optimizer, in *ir.Insn) bool {
	d, ok := o.second(in)
	if !ok || setsFlags(in) {
		return false
	}
	sum, j := o.made(in.Args[0], ir.Add)
	if sum == nil || sum.Size < in.Size || !o.available(sum.Args[0], j) || sum.Args[0] == in.Args[0] {
		return false
	}
	c, ok := o.r.ConstInt(sum.Args[1])
	return ok && become(in, ir.Add, in.Size, 0, sum.Args[0], o.constant((c+d)&ones(in.Size)))
}

// power is log2 of the second operand if it is a power of two above 1.
func (o *Optimizer) power(in *ir.Insn) (uint64, bool) {
	c, ok := o.second(in)
	return uint64(bits.TrailingZeros64(c)), ok && c > 1 && c&(c-1) == 0
}

func mulPower(o *Optimizer, in *ir.Insn) bool {
	n, ok := o.power(in)
	return ok && become(in, ir.Shl, in.Size, 0, in.Args[0], o.constant(n))
}

func divPower(o *Optimizer, in *ir.Insn) bool {
	n, ok := o.power(in)
	return ok && become(in, ir.Shr, in.Size, 0, in.Args[0], o.constant(n))
}

func remPower(o *Optimizer, in *ir.Insn) bool {
	n, ok := o.power(in)
	return ok && become(in, ir.And, in.Size, 0, in.Args[0], o.constant(1<<n-1))
}

func needlessZext(o *Optimizer, in *ir.Insn) bool {
	kept := ones(in.Size)
	if in.Imm < 64 {
		kept &= 1<<uint(in.Imm) - 1
	}
	return ^kept&^o.known(in.Args[0]).zero == 0 && become(in, ir.Mov, 8, 0, in.Args[0])
}

func needlessSext(o *Optimizer, in *ir.Insn) bool {
	return in.Size == 8 && int64(o.known(in.Args[0]).sign) <= in.Imm && become(in, ir.Mov, 8, 0, in.Args[0])
}

func selectSame(_ *Optimizer, in *ir.Insn) bool {
	return in.Args[2] == in.Args[3] && become(in, ir.Mov, 8, 0, in.Args[2])
}

package sh

import (
	"math"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/softfloat"
)

// The helpers, by their numbers.
const (
	helpCause = iota
	helpTrap
	helpInverseRoot
	helpSineCosine
	helpInnerProduct
	helpTransform
)

var helpers = []ir.HelperFunc{
	helpCause: causes, helpTrap: trap, helpInverseRoot: helpInverseRootOf, helpSineCosine: helpSineCosineOf,
	helpInnerProduct: helpInnerProductOf, helpTransform: helpTransformOf,
}

// finish joins the exceptions of a helper to the flags and makes them the causes. It leaves with SIGFPE if one is enabled.
func finish(s *ir.State, e *softfloat.Env) (ir.ExitKind, int64) {
	raised := e.Flags & 31
	*s.GlobalWord(lastOp) = raised
	if raised&(*s.GlobalWord(fpscr)>>7) != 0 {
		return ir.ExitArithmetic, fromKernel
	}
	s.FPFlags |= raised
	return ir.ExitLookup, 0
}

// helpInverseRootOf is fsrra, an approximation of 1/sqrt(x) that is always inexact.
func helpInverseRootOf(s *ir.State, _ int64) (ir.ExitKind, int64) {
	e := environment(s)
	root := e.Sqrt(softfloat.Single, s.In[0])
	s.Out[0] = e.Div(softfloat.Single, ir.Word{Lo: one}, root)
	if e.Flags == 0 {
		e.Flags = ir.FPInexact
	}
	return finish(s, &e)
}

// helpSineCosineOf is fsca: sine and cosine of an angle in units of a turn's 65536th, of which the low 16 bits count.
func helpSineCosineOf(s *ir.State, _ int64) (ir.ExitKind, int64) {
	e := environment(s)
	sine, cosine := math.Sincos(float64(s.In[0].Lo&0xffff) * (2 * math.Pi / 65536))
	s.Out[0].Lo = uint64(math.Float32bits(float32(sine))) | uint64(math.Float32bits(float32(cosine)))<<32
	e.Flags = ir.FPInexact
	return finish(s, &e)
}

// helpInnerProductOf is fipr: the sum of four products.
func helpInnerProductOf(s *ir.State, _ int64) (ir.ExitKind, int64) {
	e := environment(s)
	s.Out[0] = product(&e, func(i int) ir.Word { return element(s.In[0], i) }, func(i int) ir.Word { return element(s.In[1], i) })
	return finish(s, &e)
}

// helpTransformOf is ftrv: the matrix in the other bank, column by column, times a vector.
func helpTransformOf(s *ir.State, mode int64) (ir.ExitKind, int64) {
	e := environment(s)
	other := int(mode/fpscrFR&1 ^ 1)
	var out [4]uint64
	for row := range 4 {
		matrix := func(i int) ir.Word { return ir.Word{Lo: *s.GlobalWord(bank(other, row+4*i))} }
		out[row] = product(&e, matrix, func(i int) ir.Word { return element(s.In[0], i) }).Lo
	}
	s.Out[0] = ir.Word{Lo: out[0] | out[1]<<32, Hi: out[2] | out[3]<<32}
	return finish(s, &e)
}

// product adds up x(i)*y(i), which are singles, rounding each step.
func product(e *softfloat.Env, x, y func(i int) ir.Word) ir.Word {
	var sum ir.Word
	for i := range 4 {
		sum = e.Add(softfloat.Single, sum, e.Mul(softfloat.Single, x(i), y(i)))
	}
	return sum
}

// element is lane i of 4 bytes.
func element(w ir.Word, i int) ir.Word {
	half := w.Lo
	if i >= 2 {
		half = w.Hi
	}
	return ir.Word{Lo: half >> (32 * (i & 1)) & 0xffffffff}
}

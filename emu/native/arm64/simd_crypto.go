package arm64

import (
	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// crypto is the cryptographic instructions: AES, SHA1 and SHA256. pmull is among "three different".
func crypto() []isa.Row[op] {
	return []isa.Row[op]{
		row("aese", "01001110 00 10100 00100 10 rn:5 rd:5", func(g gen) { g.setV(g.OpAux(ir.VAESEnc, 1, 0, g.fd(), g.fn())) }),
		row("aesd", "01001110 00 10100 00101 10 rn:5 rd:5", func(g gen) { g.setV(g.OpAux(ir.VAESEnc, 1, 1, g.fd(), g.fn())) }),
		row("aesmc", "01001110 00 10100 00110 10 rn:5 rd:5", func(g gen) { g.setV(g.OpAux(ir.VAESEnc, 1, 2, g.fn(), g.zeroVec())) }),
		row("aesimc", "01001110 00 10100 00111 10 rn:5 rd:5", func(g gen) { g.setV(g.OpAux(ir.VAESEnc, 1, 3, g.fn(), g.zeroVec())) }),

		row("sha1c", "01011110 00 0 rm:5 0 000 00 rn:5 rd:5", sha1(choose)),
		row("sha1p", "01011110 00 0 rm:5 0 001 00 rn:5 rd:5", sha1(parity)),
		row("sha1m", "01011110 00 0 rm:5 0 010 00 rn:5 rd:5", sha1(majority)),
		row("sha1su0", "01011110 00 0 rm:5 0 011 00 rn:5 rd:5", sha1su0),
		row("sha256h", "01011110 00 0 rm:5 0 100 00 rn:5 rd:5", sha256h),
		row("sha256h2", "01011110 00 0 rm:5 0 101 00 rn:5 rd:5", sha256h2),
		row("sha256su1", "01011110 00 0 rm:5 0 110 00 rn:5 rd:5", sha256su1),
		row("sha1h", "01011110 00 10100 00000 10 rn:5 rd:5", sha1h),
		row("sha1su1", "01011110 00 10100 00001 10 rn:5 rd:5", sha1su1),
		row("sha256su0", "01011110 00 10100 00010 10 rn:5 rd:5", sha256su0),
	}
}

// quad is the words of a vector.
type quad [4]ir.Value

func (g gen) quad(val ir.Value) (q quad) {
	for i := range q {
		q[i] = g.OpImm(ir.VExtract, 4, int64(i), val)
	}
	return q
}

func (g gen) setQuad(q quad) {
	val := g.zeroVec()
	for i, w := range q {
		val = g.OpImm(ir.VInsert, 4, int64(i), val, w)
	}
	g.setV(val)
}

// sum is the sum of words.
func (g gen) sum(first ir.Value, more ...ir.Value) ir.Value {
	for _, w := range more {
		first = g.Op(ir.Add, 4, first, w)
	}
	return first
}

// ror3 joins three rotations of a word by exclusive or.
func (g gen) ror3(w ir.Value, a, b, c int64) ir.Value {
	rotated := func(n int64) ir.Value { return g.Op(ir.Rotr, 4, w, g.imm(n)) }
	return g.Op(ir.Xor, 4, g.Op(ir.Xor, 4, rotated(a), rotated(b)), rotated(c))
}

// choose takes bits of y where x is set, else of z.
func choose(g gen, x, y, z ir.Value) ir.Value {
	return g.Op(ir.Xor, 4, g.Op(ir.And, 4, g.Op(ir.Xor, 4, y, z), x), z)
}

func parity(g gen, x, y, z ir.Value) ir.Value {
	return g.Op(ir.Xor, 4, g.Op(ir.Xor, 4, x, y), z)
}

func majority(g gen, x, y, z ir.Value) ir.Value {
	return g.Op(ir.Or, 4, g.Op(ir.And, 4, x, y), g.Op(ir.And, 4, g.Op(ir.Or, 4, x, y), z))
}

// sha1 is four rounds of SHA1 with one of the three functions.
func sha1(f func(g gen, x, y, z ir.Value) ir.Value) func(g gen) {
	return func(g gen) {
		x, w, y := g.quad(g.fd()), g.quad(g.fm()), g.OpImm(ir.VExtract, 4, 0, g.fn())
		for e := range 4 {
			next := g.sum(y, g.Op(ir.Rotr, 4, x[0], g.imm(32-5)), f(g, x[1], x[2], x[3]), w[e])
			y, x = x[3], quad{next, x[0], g.Op(ir.Rotr, 4, x[1], g.imm(2)), x[2]}
		}
		g.setQuad(x)
	}
}

// sha256 is four rounds; x and y are the two halves of the hash.
func (g gen) sha256(x, y, w quad) (quad, quad) {
	for e := range 4 {
		t := g.sum(y[3], g.ror3(y[0], 6, 11, 25), choose(g, y[0], y[1], y[2]), w[e])
		last := g.sum(t, g.ror3(x[0], 2, 13, 22), majority(g, x[0], x[1], x[2]))
		x, y = quad{last, x[0], x[1], x[2]}, quad{g.sum(t, x[3]), y[0], y[1], y[2]}
	}
	return x, y
}

func sha256h(g gen) {
	x, _ := g.sha256(g.quad(g.fd()), g.quad(g.fn()), g.quad(g.fm()))
	g.setQuad(x)
}

func sha256h2(g gen) {
	_, y := g.sha256(g.quad(g.fn()), g.quad(g.fd()), g.quad(g.fm()))
	g.setQuad(y)
}

// rorWords rotates each word of a vector.
func (g gen) rorWords(n int64, val ir.Value) ir.Value {
	return g.Op(ir.VOr, 8, g.OpImm(ir.VShrI, 4, n, val), g.OpImm(ir.VShlI, 4, 32-n, val))
}

// behind is 16 bytes of two vectors, from byte n of the first on.
func (g gen) behind(n int64, first, second ir.Value) ir.Value {
	return g.OpImm(ir.VExt, 1, n, first, second)
}

// sigma joins two rotations and a shift of each word.
func (g gen) sigma(val ir.Value, a, b, shift int64) ir.Value {
	rotated := g.Op(ir.VXor, 8, g.rorWords(a, val), g.rorWords(b, val))
	return g.Op(ir.VXor, 8, rotated, g.OpImm(ir.VShrI, 4, shift, val))
}

func sha1h(g gen) { g.setV(g.lowLane(4, g.rorWords(2, g.fn()))) }

func sha1su0(g gen) {
	g.setV(g.Op(ir.VXor, 8, g.Op(ir.VXor, 8, g.behind(8, g.fd(), g.fn()), g.fd()), g.fm()))
}

// sha1su1: the last word depends on the first of the result.
func sha1su1(g gen) {
	t := g.rorWords(31, g.Op(ir.VXor, 8, g.fd(), g.behind(4, g.fn(), g.zeroVec())))
	g.setV(g.Op(ir.VXor, 8, t, g.behind(4, g.zeroVec(), g.rorWords(31, t))))
}

func sha256su0(g gen) {
	g.setV(g.Op(ir.VAdd, 4, g.fd(), g.sigma(g.behind(4, g.fd(), g.fn()), 7, 18, 3)))
}

// sha256su1: the last two words depend on the first two of the result.
func sha256su1(g gen) {
	sum := g.Op(ir.VAdd, 4, g.fd(), g.behind(4, g.fn(), g.fm()))
	sum = g.Op(ir.VAdd, 4, sum, g.sigma(g.behind(8, g.fm(), g.zeroVec()), 17, 19, 10))
	g.setV(g.Op(ir.VAdd, 4, sum, g.sigma(g.behind(8, g.zeroVec(), sum), 17, 19, 10)))
}

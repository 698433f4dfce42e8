package arm64

import (
	"math/bits"

	"muslrun/emu/native/ir"
	"muslrun/emu/native/isa"
)

// crypto is the cryptographic instructions: AES, SHA1 and SHA256.
var crypto = []isa.Row[op]{
	row("aese", "01001110 00 10100 00100 10 rn:5 rd:5", func(g gen) { g.setV(g.OpAux(ir.VAESEnc, 1, 0, g.fd(), g.fn())) }),
	row("aesd", "01001110 00 10100 00101 10 rn:5 rd:5", func(g gen) { g.setV(g.OpAux(ir.VAESEnc, 1, 1, g.fd(), g.fn())) }),
	row("aesmc", "01001110 00 10100 00110 10 rn:5 rd:5", func(g gen) { g.setV(g.OpAux(ir.VAESEnc, 1, 2, g.fn(), g.zeroVec())) }),
	row("aesimc", "01001110 00 10100 00111 10 rn:5 rd:5", func(g gen) { g.setV(g.OpAux(ir.VAESEnc, 1, 3, g.fn(), g.zeroVec())) }),

	row("sha1c", "01011110 00 0 rm:5 0 000 00 rn:5 rd:5", sha3(helpSHA1C)),
	row("sha1p", "01011110 00 0 rm:5 0 001 00 rn:5 rd:5", sha3(helpSHA1P)),
	row("sha1m", "01011110 00 0 rm:5 0 010 00 rn:5 rd:5", sha3(helpSHA1M)),
	row("sha1su0", "01011110 00 0 rm:5 0 011 00 rn:5 rd:5", sha3(helpSHA1SU0)),
	row("sha256h", "01011110 00 0 rm:5 0 100 00 rn:5 rd:5", sha3(helpSHA256H)),
	row("sha256h2", "01011110 00 0 rm:5 0 101 00 rn:5 rd:5", sha3(helpSHA256H2)),
	row("sha256su1", "01011110 00 0 rm:5 0 110 00 rn:5 rd:5", sha3(helpSHA256SU1)),
	row("sha1h", "01011110 00 10100 00000 10 rn:5 rd:5", sha2(helpSHA1H)),
	row("sha1su1", "01011110 00 10100 00001 10 rn:5 rd:5", sha2(helpSHA1SU1)),
	row("sha256su0", "01011110 00 10100 00010 10 rn:5 rd:5", sha2(helpSHA256SU0)),
}

func sha3(helper int) func(g gen) {
	return func(g gen) { g.setV(g.Helper(ir.Vec, ir.Pure, helper, 0, g.fd(), g.fn(), g.fm())) }
}

func sha2(helper int) func(g gen) {
	return func(g gen) { g.setV(g.Helper(ir.Vec, ir.Pure, helper, 0, g.fd(), g.fn())) }
}

// quad is a vector of words.
type quad [4]uint32

func quadOf(w ir.Word) quad {
	return quad{uint32(w.Lo), uint32(w.Lo >> 32), uint32(w.Hi), uint32(w.Hi >> 32)}
}

func (q quad) word() ir.Word {
	return ir.Word{Lo: uint64(q[0]) | uint64(q[1])<<32, Hi: uint64(q[2]) | uint64(q[3])<<32}
}

// hashHelper makes a helper of a function of rd, rn and rm.
func hashHelper(f func(d, n, m quad) quad) ir.HelperFunc {
	return func(s *ir.State, _ int64) (ir.ExitKind, int64) {
		s.Out[0] = f(quadOf(s.In[0]), quadOf(s.In[1]), quadOf(s.In[2])).word()
		return ir.ExitLookup, 0
	}
}

func choose(x, y, z uint32) uint32   { return (y^z)&x ^ z }
func parity(x, y, z uint32) uint32   { return x ^ y ^ z }
func majority(x, y, z uint32) uint32 { return x&y | (x|y)&z }

func ror(x uint32, n int) uint32 { return bits.RotateLeft32(x, -n) }

// sha1 is four rounds of SHA1 with one of the three functions.
func sha1(f func(x, y, z uint32) uint32) func(d, n, m quad) quad {
	return func(x, n, w quad) quad {
		y := n[0]
		for e := range 4 {
			y += bits.RotateLeft32(x[0], 5) + f(x[1], x[2], x[3]) + w[e]
			x[1] = bits.RotateLeft32(x[1], 30)
			y, x = x[3], quad{y, x[0], x[1], x[2]}
		}
		return x
	}
}

func sha1h(_, n, _ quad) quad { return quad{bits.RotateLeft32(n[0], 30)} }

func sha1su0(d, n, m quad) quad {
	return quad{d[2] ^ d[0] ^ m[0], d[3] ^ d[1] ^ m[1], n[0] ^ d[2] ^ m[2], n[1] ^ d[3] ^ m[3]}
}

func sha1su1(d, n, _ quad) quad {
	t := quad{d[0] ^ n[1], d[1] ^ n[2], d[2] ^ n[3], d[3]}
	for i := range t {
		t[i] = bits.RotateLeft32(t[i], 1)
	}
	t[3] ^= bits.RotateLeft32(t[0], 1)
	return t
}

// sha256 is four rounds; x and y are the two halves of the hash.
func sha256(x, y, w quad) (quad, quad) {
	for e := range 4 {
		sigma1 := ror(y[0], 6) ^ ror(y[0], 11) ^ ror(y[0], 25)
		sigma0 := ror(x[0], 2) ^ ror(x[0], 13) ^ ror(x[0], 22)
		t := y[3] + sigma1 + choose(y[0], y[1], y[2]) + w[e]
		last := t + sigma0 + majority(x[0], x[1], x[2])
		x, y = quad{last, x[0], x[1], x[2]}, quad{t + x[3], y[0], y[1], y[2]}
	}
	return x, y
}

func sha256h(d, n, m quad) quad {
	x, _ := sha256(d, n, m)
	return x
}

func sha256h2(d, n, m quad) quad {
	_, y := sha256(n, d, m)
	return y
}

func sha256su0(d, n, _ quad) quad {
	next := quad{d[1], d[2], d[3], n[0]}
	for i, t := range next {
		d[i] += ror(t, 7) ^ ror(t, 18) ^ t>>3
	}
	return d
}

func sha256su1(d, n, m quad) quad {
	last, add := [4]uint32{m[2], m[3]}, quad{n[1], n[2], n[3], m[0]}
	for i := range d {
		t := last[i]
		d[i] += (ror(t, 17) ^ ror(t, 19) ^ t>>10) + add[i]
		if i < 2 {
			last[i+2] = d[i]
		}
	}
	return d
}

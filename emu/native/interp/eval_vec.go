package interp

import (
	"math/bits"

	"muslrun/emu/native/ir"
)

// lanes is how many lanes of size bytes a vector has.
func lanes(size uint8) int { return 16 / int(size) }

// lane is lane i, zero-extended.
func lane(w ir.Word, size uint8, i int) uint64 {
	at := i * int(size)
	if at >= 8 {
		return w.Hi >> (8 * uint(at-8)) & ones(size)
	}
	return w.Lo >> (8 * uint(at)) & ones(size)
}

// setLane replaces lane i.
func setLane(w *ir.Word, size uint8, i int, v uint64) {
	at, half := i*int(size), &w.Lo
	if at >= 8 {
		at, half = at-8, &w.Hi
	}
	mask := ones(size) << (8 * uint(at))
	*half = *half&^mask | v<<(8*uint(at))&mask
}

// Operations on bits and on lanes that stand alone.
var vectors = map[ir.Op]evaluator{
	ir.VAnd:    bitwise(func(x, y uint64) uint64 { return x & y }),
	ir.VOr:     bitwise(func(x, y uint64) uint64 { return x | y }),
	ir.VXor:    bitwise(func(x, y uint64) uint64 { return x ^ y }),
	ir.VAndNot: bitwise(func(x, y uint64) uint64 { return x &^ y }),
	ir.VNot:    bitwise(func(x, _ uint64) uint64 { return ^x }),
	ir.VBlend: func(_ call, a *[5]ir.Word, out *[2]ir.Word) {
		out[0] = ir.Word{Lo: a[0].Lo&a[1].Lo | a[2].Lo&^a[0].Lo, Hi: a[0].Hi&a[1].Hi | a[2].Hi&^a[0].Hi}
	},
	ir.VAdd:     eachLane(func(x, y uint64, _ call) uint64 { return x + y }),
	ir.VSub:     eachLane(func(x, y uint64, _ call) uint64 { return x - y }),
	ir.VMul:     eachLane(func(x, y uint64, _ call) uint64 { return x * y }),
	ir.VNeg:     eachLane(func(x, _ uint64, _ call) uint64 { return -x }),
	ir.VAbs:     eachLane(func(x, _ uint64, c call) uint64 { n := negative(x, c.size); return (x ^ n) - n }),
	ir.VMinS:    eachLane(func(x, y uint64, c call) uint64 { return uint64(min(signed(x, c.size), signed(y, c.size))) }),
	ir.VMaxS:    eachLane(func(x, y uint64, c call) uint64 { return uint64(max(signed(x, c.size), signed(y, c.size))) }),
	ir.VMinU:    eachLane(func(x, y uint64, _ call) uint64 { return min(x, y) }),
	ir.VMaxU:    eachLane(func(x, y uint64, _ call) uint64 { return max(x, y) }),
	ir.VCmpEQ:   eachLane(func(x, y uint64, _ call) uint64 { return -bit(x == y) }),
	ir.VCmpGTS:  eachLane(func(x, y uint64, c call) uint64 { return -bit(signed(x, c.size) > signed(y, c.size)) }),
	ir.VCmpGES:  eachLane(func(x, y uint64, c call) uint64 { return -bit(signed(x, c.size) >= signed(y, c.size)) }),
	ir.VCmpGTU:  eachLane(func(x, y uint64, _ call) uint64 { return -bit(x > y) }),
	ir.VCmpGEU:  eachLane(func(x, y uint64, _ call) uint64 { return -bit(x >= y) }),
	ir.VShlI:    eachLane(func(x, _ uint64, c call) uint64 { return x << uint(c.imm) }),
	ir.VShrI:    eachLane(func(x, _ uint64, c call) uint64 { return x >> uint(c.imm) }),
	ir.VSarI:    eachLane(func(x, _ uint64, c call) uint64 { return uint64(signed(x, c.size) >> uint(c.imm)) }),
	ir.VShl:     eachLane(func(x, y uint64, _ call) uint64 { return x << y }),
	ir.VShr:     eachLane(func(x, y uint64, _ call) uint64 { return x >> y }),
	ir.VAddSatS: eachLane(func(x, y uint64, c call) uint64 { return saturated(x, y, x+y, ^(x ^ y), c.size) }),
	ir.VSubSatS: eachLane(func(x, y uint64, c call) uint64 { return saturated(x, y, x-y, x^y, c.size) }),
	ir.VAddSatU: eachLane(func(x, y uint64, c call) uint64 {
		sum := (x + y) & ones(c.size)
		return sum | -bit(sum < x)
	}),
	ir.VSubSatU: eachLane(func(x, y uint64, _ call) uint64 { return x - min(x, y) }),
	ir.VAvgU:    eachLane(func(x, y uint64, _ call) uint64 { return x>>1 + y>>1 + (x|y)&1 }),
	ir.VPopcnt:  eachLane(func(x, _ uint64, _ call) uint64 { return uint64(bits.OnesCount64(x)) }),
	ir.VZeroHi:  func(_ call, a *[5]ir.Word, out *[2]ir.Word) { out[0] = ir.Word{Lo: a[0].Lo} },
	ir.VClMul:   carrylessMul,
	ir.VAESEnc:  aes,
}

func bitwise(f func(x, y uint64) uint64) evaluator {
	return func(_ call, a *[5]ir.Word, out *[2]ir.Word) {
		out[0] = ir.Word{Lo: f(a[0].Lo, a[1].Lo), Hi: f(a[0].Hi, a[1].Hi)}
	}
}

func eachLane(f func(x, y uint64, c call) uint64) evaluator {
	return func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		var result ir.Word
		for i := range lanes(c.size) {
			setLane(&result, c.size, i, f(lane(a[0], c.size, i), lane(a[1], c.size, i), c))
		}
		out[0] = result
	}
}

// saturated is a signed sum or difference of x and y. Where can has the top bit set, it may have overflowed: it has if its
// sign is not x's.
func saturated(x, _, result, can uint64, size uint8) uint64 {
	if top := 8*uint(size) - 1; can&(x^result)>>top&1 != 0 {
		return ones(size)>>1 + x>>top&1
	}
	return result
}

func carrylessMul(c call, a *[5]ir.Word, out *[2]ir.Word) {
	x, y := lane(a[0], 8, int(c.imm&1)), lane(a[1], 8, int(c.imm>>1&1))
	var result ir.Word
	for i := range uint(64) {
		if y>>i&1 != 0 {
			result.Lo ^= x << i
			result.Hi ^= x >> (64 - i)
		}
	}
	out[0] = result
}

// Operations that move lanes.
var shuffles = map[ir.Op]evaluator{
	ir.VDup:    moveLanes(func(_ int, c call, a *[5]ir.Word) uint64 { return a[0].Lo }),
	ir.VDupL:   moveLanes(func(_ int, c call, a *[5]ir.Word) uint64 { return lane(a[0], c.size, int(c.imm)) }),
	ir.VInsert: func(c call, a *[5]ir.Word, out *[2]ir.Word) { insertLane(c, a[0], a[1].Lo, out) },
	ir.VInsertL: func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		v := lane(a[1], c.size, int(c.imm>>8))
		c.imm &= 0xff
		insertLane(c, a[0], v, out)
	},
	ir.VExtract: func(c call, a *[5]ir.Word, out *[2]ir.Word) { setInt(out, lane(a[0], c.size, int(c.imm))) },
	ir.VExtractS: func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		setInt(out, uint64(signed(lane(a[0], c.size, int(c.imm)), c.size)))
	},
	ir.VZipLo:   moveLanes(func(i int, c call, a *[5]ir.Word) uint64 { return lane(a[i&1], c.size, i/2) }),
	ir.VZipHi:   moveLanes(func(i int, c call, a *[5]ir.Word) uint64 { return lane(a[i&1], c.size, lanes(c.size)/2+i/2) }),
	ir.VUzpEven: moveLanes(func(i int, c call, a *[5]ir.Word) uint64 { return pairLane(a, c.size, 2*i) }),
	ir.VUzpOdd:  moveLanes(func(i int, c call, a *[5]ir.Word) uint64 { return pairLane(a, c.size, 2*i+1) }),
	ir.VTrnEven: moveLanes(func(i int, c call, a *[5]ir.Word) uint64 { return lane(a[i&1], c.size, i&^1) }),
	ir.VTrnOdd:  moveLanes(func(i int, c call, a *[5]ir.Word) uint64 { return lane(a[i&1], c.size, i|1) }),
	ir.VExt:     moveBytes(func(i int, c call, a *[5]ir.Word) uint64 { return pairLane(a, 1, i+int(c.imm)) }),
	ir.VTbl: moveBytes(func(i int, c call, a *[5]ir.Word) uint64 {
		if k := lane(a[1], 1, i); k < 16 {
			return lane(a[0], 1, int(k))
		}
		return 0
	}),
	ir.VRev: moveLanes(func(i int, c call, a *[5]ir.Word) uint64 {
		return lane(a[0], c.size, i^(int(c.imm)/int(c.size)-1))
	}),
	ir.VWidenLoS: widen(0, func(v uint64, size uint8) uint64 { return uint64(signed(v, size)) }),
	ir.VWidenHiS: widen(1, func(v uint64, size uint8) uint64 { return uint64(signed(v, size)) }),
	ir.VWidenLoU: widen(0, func(v uint64, _ uint8) uint64 { return v }),
	ir.VWidenHiU: widen(1, func(v uint64, _ uint8) uint64 { return v }),
	ir.VNarrow:   moveLanes(func(i int, c call, a *[5]ir.Word) uint64 { return pairLane(a, c.size, 2*i) }),
}

// moveLanes makes a vector of what from says of each lane.
func moveLanes(from func(i int, c call, a *[5]ir.Word) uint64) evaluator {
	return func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		var result ir.Word
		for i := range lanes(c.size) {
			setLane(&result, c.size, i, from(i, c, a))
		}
		out[0] = result
	}
}

// moveBytes is moveLanes whatever the operation's Size.
func moveBytes(from func(i int, c call, a *[5]ir.Word) uint64) evaluator {
	move := moveLanes(from)
	return func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		c.size = 1
		move(c, a, out)
	}
}

// pairLane is lane i of b:a, where the second vector's lanes follow those of the first.
func pairLane(a *[5]ir.Word, size uint8, i int) uint64 {
	n := lanes(size)
	return lane(a[i/n&1], size, i%n)
}

func insertLane(c call, w ir.Word, v uint64, out *[2]ir.Word) {
	setLane(&w, c.size, int(c.imm), v)
	out[0] = w
}

// widen makes lanes of twice the size of the lower (0) or upper (1) half of the lanes.
func widen(half int, extend func(v uint64, size uint8) uint64) evaluator {
	return func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		var result ir.Word
		n := lanes(c.size) / 2
		for i := range n {
			setLane(&result, 2*c.size, i, extend(lane(a[0], c.size, half*n+i), c.size))
		}
		out[0] = result
	}
}

package interp

import (
	"hash/crc32"
	"math/bits"

	"muslrun/emu/native/ir"
)

// Operands are cut to Size before and results after.
var integers = map[ir.Op]evaluator{
	ir.Nop: func(call, *[5]ir.Word, *[2]ir.Word) {}, ir.Mark: func(call, *[5]ir.Word, *[2]ir.Word) {},
	ir.Mov:    func(_ call, a *[5]ir.Word, out *[2]ir.Word) { out[0] = a[0] },
	ir.Add:    func(c call, a *[5]ir.Word, out *[2]ir.Word) { addCarry(c, a[0].Lo, a[1].Lo, 0, out) },
	ir.Adc:    func(c call, a *[5]ir.Word, out *[2]ir.Word) { addCarry(c, a[0].Lo, a[1].Lo, a[2].Lo, out) },
	ir.Sub:    func(c call, a *[5]ir.Word, out *[2]ir.Word) { subBorrow(c, a[0].Lo, a[1].Lo, 0, out) },
	ir.Sbc:    func(c call, a *[5]ir.Word, out *[2]ir.Word) { subBorrow(c, a[0].Lo, a[1].Lo, borrow(c, a[2].Lo), out) },
	ir.And:    andFlags,
	ir.Or:     integer2(func(x, y uint64, _ call) uint64 { return x | y }),
	ir.Xor:    integer2(func(x, y uint64, _ call) uint64 { return x ^ y }),
	ir.AndNot: integer2(func(x, y uint64, _ call) uint64 { return x &^ y }),
	ir.Not:    integer1(func(x uint64, _ call) uint64 { return ^x }),
	ir.Neg:    integer1(func(x uint64, _ call) uint64 { return -x }),
	ir.Mul:    integer2(func(x, y uint64, _ call) uint64 { return x * y }),
	ir.MulHiU: integer2(func(x, y uint64, c call) uint64 { return mulHi(x, y, c.size) }),
	ir.MulHiS: integer2(func(x, y uint64, c call) uint64 {
		return mulHi(x, y, c.size) - y&negative(x, c.size) - x&negative(y, c.size)
	}),
	ir.MulHiSU: integer2(func(x, y uint64, c call) uint64 { return mulHi(x, y, c.size) - y&negative(x, c.size) }),
	ir.DivS: integer2(func(x, y uint64, c call) uint64 {
		q, _ := divide(signed(x, c.size), signed(y, c.size))
		return uint64(q)
	}),
	ir.RemS: integer2(func(x, y uint64, c call) uint64 {
		_, r := divide(signed(x, c.size), signed(y, c.size))
		return uint64(r)
	}),
	ir.DivU: integer2(func(x, y uint64, _ call) uint64 { return divU(x, y) }),
	ir.RemU: integer2(func(x, y uint64, _ call) uint64 { return x - divU(x, y)*y }),
	ir.Shl:  integer2(func(x, y uint64, c call) uint64 { return x << count(y, c) }),
	ir.Shr:  integer2(func(x, y uint64, c call) uint64 { return x >> count(y, c) }),
	ir.Sar:  integer2(func(x, y uint64, c call) uint64 { return uint64(signed(x, c.size) >> count(y, c)) }),
	ir.Rotr: integer2(func(x, y uint64, c call) uint64 {
		n := count(y, c)
		return x>>n | x<<(8*uint(c.size)-n)
	}),
	ir.Clz: integer1(func(x uint64, c call) uint64 {
		return uint64(bits.LeadingZeros64(x)) - 64 + 8*uint64(c.size)
	}),
	ir.Ctz:    integer1(func(x uint64, c call) uint64 { return min(uint64(bits.TrailingZeros64(x)), 8*uint64(c.size)) }),
	ir.Popcnt: integer1(func(x uint64, _ call) uint64 { return uint64(bits.OnesCount64(x)) }),
	ir.Bswap:  integer1(func(x uint64, c call) uint64 { return bits.ReverseBytes64(x) >> (64 - 8*uint(c.size)) }),
	ir.BitRev: integer1(func(x uint64, c call) uint64 { return bits.Reverse64(x) >> (64 - 8*uint(c.size)) }),
	ir.CRC32:  checksum,
}

// integer1 and integer2 make evaluators of functions on operands that are cut to Size.
func integer1(f func(x uint64, c call) uint64) evaluator {
	return func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		setInt(out, f(a[0].Lo&ones(c.size), c)&ones(c.size))
	}
}

func integer2(f func(x, y uint64, c call) uint64) evaluator {
	return func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		setInt(out, f(a[0].Lo&ones(c.size), a[1].Lo&ones(c.size), c)&ones(c.size))
	}
}

// addCarry is x + y + carry with flags.
func addCarry(c call, x, y, carry uint64, out *[2]ir.Word) {
	x, y = x&ones(c.size), y&ones(c.size)
	sum, over := bits.Add64(x, y, carry&1)
	result := sum & ones(c.size)
	if c.size < 8 {
		over = sum >> (8 * uint(c.size))
	}
	setInt(out, result)
	out[1] = ir.Word{Lo: flags(result, over != 0, (x^result)&(y^result), c.size)}
}

// borrow is the borrow that Sbc takes in.
func borrow(c call, carry uint64) uint64 {
	if c.aux&ir.NotBorrow != 0 {
		carry = ^carry
	}
	return carry & 1
}

// subBorrow is x - y - borrow with flags.
func subBorrow(c call, x, y, borrow uint64, out *[2]ir.Word) {
	x, y = x&ones(c.size), y&ones(c.size)
	diff, under := bits.Sub64(x, y, borrow)
	result := diff & ones(c.size)
	setInt(out, result)
	carry := (under != 0) != (c.aux&ir.NotBorrow != 0)
	out[1] = ir.Word{Lo: flags(result, carry, (x^y)&(x^result), c.size)}
}

func andFlags(c call, a *[5]ir.Word, out *[2]ir.Word) {
	result := a[0].Lo & a[1].Lo & ones(c.size)
	setInt(out, result)
	out[1] = ir.Word{Lo: flags(result, false, 0, c.size)}
}

// flags packs the flags of a result; its top bit of overflow is V.
func flags(result uint64, carry bool, overflow uint64, size uint8) uint64 {
	top := 8*uint(size) - 1
	f := overflow >> top & 1 * ir.FlagV
	f |= result >> top & 1 * ir.FlagN
	f |= bit(carry) * ir.FlagC
	return f | bit(result == 0)*ir.FlagZ
}

// mulHi is the upper half of the unsigned product.
func mulHi(x, y uint64, size uint8) uint64 {
	hi, lo := bits.Mul64(x, y)
	if size == 8 {
		return hi
	}
	return lo >> (8 * uint(size))
}

// negative is all ones if the signed number x is negative.
func negative(x uint64, size uint8) uint64 { return uint64(signed(x, size) >> 63) }

// divide rounds to zero; see DivS and RemS. The least number by -1 is no exception in Go either.
func divide(x, y int64) (quotient, rest int64) {
	if y == 0 {
		return 0, x
	}
	return x / y, x % y
}

func divU(x, y uint64) uint64 {
	if y == 0 {
		return 0
	}
	return x / y
}

// count is a count of shifts, modulo the operand's bits.
func count(y uint64, c call) uint { return uint(y) & (8*uint(c.size) - 1) }

var polynomials = [2]*crc32.Table{crc32.IEEETable, crc32.MakeTable(crc32.Castagnoli)}

func checksum(c call, a *[5]ir.Word, out *[2]ir.Word) {
	table, sum, data := polynomials[c.aux&1], uint32(a[0].Lo), a[1].Lo
	for range c.size {
		sum = table[byte(sum)^byte(data)] ^ sum>>8
		data >>= 8
	}
	setInt(out, uint64(sum))
}

// Fields of bits.
var bitFields = map[ir.Op]evaluator{
	ir.Sext:     integer1(func(x uint64, c call) uint64 { return uint64(signExtend(x, uint(c.imm))) }),
	ir.Zext:     integer1(func(x uint64, c call) uint64 { return x & field(uint(c.imm)) }),
	ir.Extract:  integer1(func(x uint64, c call) uint64 { return x >> position(c) & field(width(c)) }),
	ir.ExtractS: integer1(func(x uint64, c call) uint64 { return uint64(signExtend(x>>position(c), width(c))) }),
	ir.Insert: integer2(func(x, y uint64, c call) uint64 {
		mask := field(width(c)) << position(c)
		return x&^mask | y<<position(c)&mask
	}),
	ir.Concat: integer2(func(x, y uint64, c call) uint64 {
		n, size := uint(c.imm), 8*uint(c.size)
		return y>>n | x<<(size-n) | x>>(n-size) // counts of 64 and more give 0
	}),
}

// field is a mask of n low bits.
func field(n uint) uint64 { return ^uint64(0) >> (64 - n) }

func position(c call) uint { return uint(c.imm & 0xff) }
func width(c call) uint    { return uint(c.imm >> 8 & 0xff) }

// Operations with a condition.
var conditions = map[ir.Op]evaluator{
	ir.SetCond: func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		setInt(out, bit(holds(c.cond, a[0].Lo, a[1].Lo, c.size)))
	},
	ir.Select: func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		setInt(out, choose(holds(c.cond, a[0].Lo, a[1].Lo, c.size), a[2].Lo, a[3].Lo))
	},
	ir.SetF: func(c call, a *[5]ir.Word, out *[2]ir.Word) { setInt(out, bit(holdsFlags(c.cond, a[0].Lo))) },
	ir.SelectF: func(c call, a *[5]ir.Word, out *[2]ir.Word) {
		setInt(out, choose(holdsFlags(c.cond, a[0].Lo), a[1].Lo, a[2].Lo))
	},
	ir.Compare:   compare,
	ir.FlagOrder: flagOrder,
}

func compare(c call, a *[5]ir.Word, out *[2]ir.Word) {
	x, y := a[0].Lo&ones(c.size), a[1].Lo&ones(c.size)
	less := ir.LTU
	if c.aux&ir.Signed != 0 {
		x, y, less = uint64(signed(x, c.size)), uint64(signed(y, c.size)), ir.LTS
	}
	if c.size == 4 {
		setInt(out, x-y)
		return
	}
	setInt(out, bit(holds(less, y, x, 8))-bit(holds(less, x, y, 8)))
}

// flagOrder is C, less 1 if Z or N, with the top bit if V.
func flagOrder(_ call, a *[5]ir.Word, out *[2]ir.Word) {
	f := a[0].Lo
	setInt(out, f/ir.FlagC&1-(f/ir.FlagZ&3+1)>>1|f&ir.FlagV<<63)
}

func choose(cond bool, yes, no uint64) uint64 {
	if cond {
		return yes
	}
	return no
}

// holds reports whether a condition on integers is fulfilled.
func holds(cond ir.Cond, x, y uint64, size uint8) bool {
	x, y = uint64(signed(x, size)), uint64(signed(y, size)) // keeps the unsigned order too
	var yes bool
	switch cond &^ 1 {
	case ir.EQ:
		yes = x == y
	case ir.LTS:
		yes = int64(x) < int64(y)
	case ir.LES:
		yes = int64(x) <= int64(y)
	case ir.LTU:
		yes = x < y
	case ir.LEU:
		yes = x <= y
	case ir.TST:
		yes = x&y != 0
	}
	return yes != (cond&1 != 0)
}

// holdsFlags reports whether a condition on packed flags is fulfilled.
func holdsFlags(cond ir.Cond, f uint64) bool {
	n, z, c, v := f&ir.FlagN != 0, f&ir.FlagZ != 0, f&ir.FlagC != 0, f&ir.FlagV != 0
	var yes bool
	switch cond &^ 1 {
	case ir.FlagEQ:
		yes = z
	case ir.FlagCS:
		yes = c
	case ir.FlagMI:
		yes = n
	case ir.FlagVS:
		yes = v
	case ir.FlagHI:
		yes = c && !z
	case ir.FlagGE:
		yes = n == v
	case ir.FlagGT:
		yes = !z && n == v
	case ir.FlagA:
		yes = !c && !z
	}
	return yes != (cond&1 != 0)
}

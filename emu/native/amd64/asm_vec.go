package amd64

// Instructions on vectors, all in their VEX forms of 128 bits. Those that end in M write to memory.
const (
	opVmovdqu  opcode = 0xf3016f
	opVmovdquM opcode = 0xf3017f
	opVmovaps  opcode = 0x0128
	opVmovapsM opcode = 0x0129
	opVmovq    opcode = 0xf3017e
	opVmovqM   opcode = 0x6601d6
	opVmovd    opcode = 0x66016e // with W: 64 bits
	opVmovdM   opcode = 0x66017e

	opVpextrb    opcode = 0x660314
	opVpextrw    opcode = 0x660315
	opVpextrd    opcode = 0x660316 // with W: 64 bits
	opVpinsrb    opcode = 0x660320
	opVpinsrw    opcode = 0x6601c4
	opVpinsrd    opcode = 0x660322 // with W: 64 bits
	opVinsertps  opcode = 0x660321
	opVpshufb    opcode = 0x660200
	opVpshufd    opcode = 0x660170
	opVshufps    opcode = 0x01c6
	opVpalignr   opcode = 0x66030f
	opVpblendw   opcode = 0x66030e
	opVpblendd   opcode = 0x660302
	opVpacksswb  opcode = 0x660163
	opVpackuswb  opcode = 0x660167
	opVpackusdw  opcode = 0x66022b
	opVpshiftW   opcode = 0x660171 // by an immediate, by the register field
	opVpshiftD   opcode = 0x660172
	opVpshiftQ   opcode = 0x660173
	opVptest     opcode = 0x660217
	opVblendvpd  opcode = 0x66034b
	opVpclmulqdq opcode = 0x660344
	opVpmullw    opcode = 0x6601d5
	opVpmulld    opcode = 0x660240
	opVpmuludq   opcode = 0x6601f4
	opVphaddd    opcode = 0x660202
	opVpmovzxdq  opcode = 0x660235
	opVpaddq     opcode = 0x6601d4

	opVpand    opcode = 0x6601db
	opVpandn   opcode = 0x6601df
	opVpor     opcode = 0x6601eb
	opVpxor    opcode = 0x6601ef
	opVpaddusb opcode = 0x6601dc
	opVpaddb   opcode = 0x6601fc
	opVpsubq   opcode = 0x6601fb
	opVpcmpeqd opcode = 0x660176
	opVpcmpgtq opcode = 0x660237

	opVaesenc     opcode = 0x6602dc
	opVaesenclast opcode = 0x6602dd
	opVaesdeclast opcode = 0x6602df
	opVaesimc     opcode = 0x6602db
)

// Floating point. The forms for singles in a vector are given; floatOp makes the others.
const (
	opVadd    opcode = 0x0158
	opVmul    opcode = 0x0159
	opVsub    opcode = 0x015c
	opVmin    opcode = 0x015d
	opVdiv    opcode = 0x015e
	opVmax    opcode = 0x015f
	opVsqrt   opcode = 0x0151
	opVcmp    opcode = 0x01c2
	opVucomis opcode = 0x012e
	opVcomis  opcode = 0x012f

	opVfmadd  opcode = 0x6602b9 // 231, scalar; packed is one less; with W: doubles
	opVfmsub  opcode = 0x6602bb
	opVfnmadd opcode = 0x6602bd
	opVfnmsub opcode = 0x6602bf
	opVroundS opcode = 0x66030a // of a single; the next is of a double
	opVroundP opcode = 0x660308

	opVcvtsi2s   opcode = 0x012a
	opVcvtts2si  opcode = 0x012c
	opVcvts2si   opcode = 0x012d
	opVcvts2s    opcode = 0x015a // between singles and doubles
	opVcvtdq2ps  opcode = 0x015b
	opVcvttps2dq opcode = 0xf3015b
	opVcvtps2dq  opcode = 0x66015b
)

// scalarOp is the form of a floating-point instruction for scalars of 4 or 8 bytes.
func scalarOp(op opcode, size uint8) opcode {
	if size == 8 {
		return op | 0xf20000
	}
	return op | 0xf30000
}

// packedOp is the form for vectors of floats of 4 or 8 bytes; vucomis takes it too.
func packedOp(op opcode, size uint8) opcode {
	if size == 8 {
		return op | 0x660000
	}
	return op
}

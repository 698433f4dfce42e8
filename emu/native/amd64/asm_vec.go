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
	opVpextrb  opcode = 0x660314
	opVpextrw  opcode = 0x660315
	opVpshufb  opcode = 0x660200
	opVpxor    opcode = 0x6601ef
)

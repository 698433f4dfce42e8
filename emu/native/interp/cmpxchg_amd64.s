#include "textflag.h"

// func cmpXchg128(p unsafe.Pointer, old0, old1, new0, new1 uint64) (was0, was1 uint64)
TEXT ·cmpXchg128(SB), NOSPLIT, $0-56
	MOVQ p+0(FP), DI
	MOVQ old0+8(FP), AX
	MOVQ old1+16(FP), DX
	MOVQ new0+24(FP), BX
	MOVQ new1+32(FP), CX
	LOCK
	CMPXCHG16B (DI)
	MOVQ AX, was0+40(FP)
	MOVQ DX, was1+48(FP)
	RET

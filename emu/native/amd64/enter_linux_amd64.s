#include "textflag.h"
#include "funcdata.h"
#include "go_asm.h"


// The control word that Go code expects.
DATA mxcsrGo<>+0(SB)/4, $0x1f80
GLOBL mxcsrGo<>(SB), RODATA, $4

// func enter(s *ir.State, code, thunk uintptr)
// The frame must have no room of its own, or a stack scan during the call goes wrong.
TEXT ·enter(SB), NOSPLIT, $0-24
	NO_LOCAL_POINTERS
	CALL	runtime·entersyscall(SB)
	MOVQ	s+0(FP), BX
	MOVQ	code+8(FP), AX
	MOVQ	thunk+16(FP), CX
	CALL	enterCode<>(SB)
	CALL	runtime·exitsyscall(SB)
	RET

// enterCode goes to the thunk in CX, for the code in AX. The exit thunk comes back to leaveCode.
TEXT enterCode<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ	SP, const_stateHostSP(BX)
	MOVQ	BP, const_stateHostBP(BX)
	LEAQ	leaveCode<>(SB), DX
	MOVQ	DX, const_stateHostBack(BX)
	MOVQ	const_stateWindowBase(BX), R15
	LDMXCSR	const_stateMXCSR(BX)
	LEAQ	const_stateBias(BX), BP
	JMP	CX

TEXT leaveCode<>(SB), NOSPLIT|NOFRAME, $0-0
	LEAQ	-const_stateBias(BP), BX
	STMXCSR	const_stateMXCSR(BX)
	LDMXCSR	mxcsrGo<>(SB)
	MOVQ	const_stateHostBP(BX), BP
	MOVQ	const_stateHostSP(BX), SP
	RET

// func cpuid(leaf, sub uint32) (eax, ebx, ecx, edx uint32)
TEXT ·cpuid(SB), NOSPLIT, $0-24
	MOVL	leaf+0(FP), AX
	MOVL	sub+4(FP), CX
	CPUID
	MOVL	AX, eax+8(FP)
	MOVL	BX, ebx+12(FP)
	MOVL	CX, ecx+16(FP)
	MOVL	DX, edx+20(FP)
	RET

// func serialize()
TEXT ·serialize(SB), NOSPLIT, $0-0
	CMPB	·hasSerialize(SB), $0
	JEQ	slow
	BYTE	$0x0f; BYTE $0x01; BYTE $0xe8 // serialize
	RET
slow:
	XORL	AX, AX
	XORL	CX, CX
	CPUID
	RET

#include "textflag.h"
#include "go_asm.h"

// Of ucontext_t and siginfo_t.
#define UC_RBP 120
#define UC_RIP 168
#define UC_ERR 192
#define SI_CODE 8
#define SI_ADDR 16

#define SIGBUS 7

// The bit of a page fault's error code that says it was a write, and the bits of emu.Access.
#define ERR_WRITE 2
#define ACCESS_READ 1
#define ACCESS_WRITE 2

// faultHandler is called by the kernel: DI is the signal, SI siginfo_t, DX ucontext_t, R8 and up are free.
TEXT ·faultHandler(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ	UC_RIP(DX), AX
	CMPQ	AX, ·faultLow(SB)
	JB	chain
	CMPQ	AX, ·faultHigh(SB)
	JAE	chain
	MOVL	SI_CODE(SI), R8
	CMPL	R8, $0
	JLE	chain // sent by a process
	MOVQ	UC_RBP(DX), CX
	LEAQ	-const_stateBias(CX), CX
	MOVQ	AX, const_stateFaultHost(CX)
	MOVQ	SI_ADDR(SI), R8
	SUBQ	const_stateWindowBase(CX), R8
	MOVQ	R8, const_stateFaultAddr(CX)
	MOVL	$ACCESS_READ, R8
	MOVL	$ACCESS_WRITE, R9
	MOVQ	UC_ERR(DX), R10
	TESTQ	$ERR_WRITE, R10
	CMOVQNE	R9, R8
	MOVQ	R8, const_stateFaultAccess(CX)
	XORL	R8, R8
	CMPL	DI, $SIGBUS
	JNE	segv
	MOVLQSX	SI_CODE(SI), R8
segv:
	MOVQ	R8, const_stateCode(CX)
	MOVL	$const_stateExitFault, const_stateExit(CX)
	MOVQ	const_stateHostFault(CX), R8
	MOVQ	R8, UC_RIP(DX)
	RET
chain:
	CMPL	DI, $SIGBUS
	JEQ	bus
	MOVQ	·faultOldSegv(SB), AX
	JMP	AX
bus:
	MOVQ	·faultOldBus(SB), AX
	JMP	AX

// func faultHandlerAddress() uintptr
TEXT ·faultHandlerAddress(SB), NOSPLIT, $0-8
	LEAQ	·faultHandler(SB), AX
	MOVQ	AX, ret+0(FP)
	RET

package amd64

import (
	"unsafe"

	"muslrun/emu/native/ir"
)

// bias is how far into State RBP points.
const bias = 128

// Fields of State, from RBP.
const (
	offPC          = int32(unsafe.Offsetof(ir.State{}.PC)) - bias
	offPoll        = int32(unsafe.Offsetof(ir.State{}.Poll)) - bias
	offExit        = int32(unsafe.Offsetof(ir.State{}.Exit)) - bias
	offCode        = int32(unsafe.Offsetof(ir.State{}.Code)) - bias
	offBudget      = int32(unsafe.Offsetof(ir.State{}.Budget)) - bias
	offFaultAddr   = int32(unsafe.Offsetof(ir.State{}.FaultAddr)) - bias
	offFaultAccess = int32(unsafe.Offsetof(ir.State{}.FaultAccess)) - bias
	offFaultHost   = int32(unsafe.Offsetof(ir.State{}.FaultHost)) - bias
	offFPFlags     = int32(unsafe.Offsetof(ir.State{}.FPFlags)) - bias
	offMXCSR       = int32(unsafe.Offsetof(ir.State{}.MXCSR)) - bias
	offOutcall     = int32(unsafe.Offsetof(ir.State{}.Outcall)) - bias
	offOutImm      = int32(unsafe.Offsetof(ir.State{}.OutImm)) - bias
	offIn          = int32(unsafe.Offsetof(ir.State{}.In)) - bias
	offOut         = int32(unsafe.Offsetof(ir.State{}.Out)) - bias
	offResume      = int32(unsafe.Offsetof(ir.State{}.Resume)) - bias
	offWindowSize  = int32(unsafe.Offsetof(ir.State{}.WindowSize)) - bias
	offLinks       = int32(unsafe.Offsetof(ir.State{}.Links)) - bias
	offCodeBase    = int32(unsafe.Offsetof(ir.State{}.CodeBase)) - bias
	offHost        = int32(unsafe.Offsetof(ir.State{}.Host)) - bias
	offSpill       = int32(unsafe.Offsetof(ir.State{}.Spill)) - bias
	offJumps       = int32(unsafe.Offsetof(ir.State{}.Jumps)) - bias
)

// Words of State.Host.
const (
	hostSP    = iota // of the Go side, while code runs
	hostBP           //
	hostBack         // where the exit thunk goes
	hostExit         // the exit thunk: every way out leads through it
	hostFault        // where a fault continues: the exit thunk, but for a moment in code that has a global's register in use
	hostSave         // that global
)

func hostWord(i int32) place { return state(offHost + 8*i) }

// spills is the number of temporaries of a block that may be in memory. The last words of State.Spill belong to swaps and
// cold paths.
const (
	spills    = 224
	coldSpill = 240
)

func spillPlace(slot int32) place { return state(offSpill + 16*slot) }

// globalPlace is where a global lives in State.
func globalPlace(v ir.Value) place { return state(int32(ir.GlobalOffset(v)) - bias) }

// The registers of the static map, in order of preference, and those of temporaries.
var (
	staticInts = [...]reg{rbx, rsi, rdi, r8, r9, r10, r11, r12, r13, r14}
	staticVecs = [...]reg{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
)

const (
	tempInts uint16 = 1<<rax | 1<<rcx | 1<<rdx
	tempVecs uint16 = 1<<0 | 1<<1 | 1<<2
)

// What the assembly of this package uses; go_asm.h gives it these names.
const (
	stateBias        = bias
	stateWindowBase  = unsafe.Offsetof(ir.State{}.WindowBase)
	stateMXCSR       = unsafe.Offsetof(ir.State{}.MXCSR)
	stateHostSP      = unsafe.Offsetof(ir.State{}.Host) + 8*hostSP
	stateHostBP      = unsafe.Offsetof(ir.State{}.Host) + 8*hostBP
	stateHostBack    = unsafe.Offsetof(ir.State{}.Host) + 8*hostBack
	stateHostFault   = unsafe.Offsetof(ir.State{}.Host) + 8*hostFault
	stateFaultAddr   = unsafe.Offsetof(ir.State{}.FaultAddr)
	stateFaultAccess = unsafe.Offsetof(ir.State{}.FaultAccess)
	stateFaultHost   = unsafe.Offsetof(ir.State{}.FaultHost)
	stateCode        = unsafe.Offsetof(ir.State{}.Code)
	stateExit        = unsafe.Offsetof(ir.State{}.Exit)
	stateExitFault   = ir.ExitFault
)

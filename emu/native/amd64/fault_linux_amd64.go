package amd64

import (
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Faults. The handler of SIGSEGV and SIGBUS (fault_amd64.s) looks whether the host PC is in the code space. If so, the guest
// did it: the handler notes what happened in the State, to which RBP points in all generated code, and lets the thread go on
// at the exit thunk. All others are Go's: the handler jumps to the one that was installed before, with everything as it was.
// The runtime does not install its own again unless somebody calls signal.Notify for these signals, which nobody may.
var (
	faultLow, faultHigh       uintptr // the code space
	faultOldSegv, faultOldBus uintptr // Go's handlers
)

// faultHandlerAddress is the address of the handler.
func faultHandlerAddress() uintptr

// sigaction is the kernel's struct sigaction.
type sigaction struct{ handler, flags, restorer, mask uintptr }

func rtSigaction(sig unix.Signal, set, old *sigaction) error {
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(set)),
		uintptr(unsafe.Pointer(old)), 8, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// installFaultHandler puts the handler before Go's, whose flags, mask and restorer it keeps.
func installFaultHandler() error {
	for sig, old := range map[unix.Signal]*uintptr{unix.SIGSEGV: &faultOldSegv, unix.SIGBUS: &faultOldBus} {
		var action sigaction
		if err := rtSigaction(sig, nil, &action); err != nil {
			return err
		}
		atomic.StoreUintptr(old, action.handler)
		action.handler = faultHandlerAddress()
		if err := rtSigaction(sig, &action, nil); err != nil {
			return err
		}
	}
	return nil
}

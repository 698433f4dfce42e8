package kernel

import (
	"fmt"

	"muslrun/arch/linux"
	"muslrun/emu"
)

// Unsupported is a failure of muslrun's own: the guest needs something that is not built.
type Unsupported struct{ What string }

func (u *Unsupported) Error() string { return u.What + " is not supported yet" }

// Fail records why muslrun itself could not go on; the first failure counts.
func (k *Kernel) Fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.failure == nil {
		k.failure = err
	}
}

// Failure is what Fail has recorded, nil if the guest ran as it should.
func (k *Kernel) Failure() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.failure
}

// deathLine is the one-line report of a fatal signal.
func (t *Task) deathLine(info *linux.Siginfo) string {
	sig := linux.Signal(info.Signo)
	line := fmt.Sprintf("%s (pid %d) was killed by %v", t.Name(), t.Group.PID, sig)
	pc := t.CPU.Reg(t.ABI.ISA.Regs.PC)
	switch {
	case info.Code <= 0:
		return line + fmt.Sprintf(", sent by pid %d", info.Pid)
	case sig == linux.SIGSEGV || sig == linux.SIGBUS:
		return line + fmt.Sprintf(": access to address %#x at pc %#x", info.Addr, pc)
	case sig == linux.SIGILL:
		return line + fmt.Sprintf(" at pc %#x", pc) + t.instruction(pc)
	}
	return line + fmt.Sprintf(" at pc %#x", pc)
}

// longest is the bytes of the longest instruction there is, x86's.
const longest = 15

// instruction is the one at pc, as text and bytes.
func (t *Task) instruction(pc uint64) string {
	code := make([]byte, min(longest, emu.PageSize-pc%emu.PageSize))
	if t.Kernel.Disassemble == nil || t.Memory.Space.Peek(pc, code) != 0 {
		return ""
	}
	text, size := t.Kernel.Disassemble(t.ABI.ISA, code, pc)
	return fmt.Sprintf(": %s (bytes % x)", text, code[:size])
}

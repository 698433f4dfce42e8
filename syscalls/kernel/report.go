package kernel

import (
	"fmt"

	"muslrun/arch/linux"
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
	}
	return line + fmt.Sprintf(" at pc %#x", pc)
}

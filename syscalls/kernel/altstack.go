package kernel

import "muslrun/arch/linux"

// autoDisarm is SS_AUTODISARM as ss_flags, an int, holds it.
const autoDisarm = -1 << 31

// AltStackInfo is what sigaltstack(2) tells of the alternate signal stack.
func (t *Task) AltStackInfo() linux.SigaltStack {
	ss := t.AltStack
	ss.Flags = ss.Flags&autoDisarm | t.altStackState(t.stackPointer())
	return ss
}

// SetAltStack gives the task another alternate signal stack (sigaltstack(2)).
func (t *Task) SetAltStack(ss linux.SigaltStack) linux.Errno {
	if t.OnAltStack() {
		return linux.EPERM
	}
	mode := ss.Flags &^ autoDisarm
	if mode != linux.SS_DISABLE && mode != linux.SS_ONSTACK && mode != 0 {
		return linux.EINVAL
	}
	if mode == linux.SS_DISABLE {
		ss.SP, ss.Size = 0, 0
	} else if ss.Size < t.ABI.Consts.MinSigStack {
		return linux.ENOMEM
	}
	t.AltStack = ss
	return 0
}

// OnAltStack reports whether the task runs on its alternate signal stack.
func (t *Task) OnAltStack() bool { return t.onAltStack(t.stackPointer()) }

func (t *Task) stackPointer() uint64 { return t.CPU.Reg(t.ABI.ISA.Regs.SP) }

// onAltStack reports whether a stack pointer is in the alternate stack. One that disarms itself counts as left.
func (t *Task) onAltStack(sp uint64) bool {
	return t.AltStack.Flags&autoDisarm == 0 && t.inAltStack(sp)
}

func (t *Task) inAltStack(sp uint64) bool {
	return sp > t.AltStack.SP && sp-t.AltStack.SP <= t.AltStack.Size
}

// altStackState is SS_DISABLE, SS_ONSTACK, or 0 for an alternate stack that can be used (sas_ss_flags).
func (t *Task) altStackState(sp uint64) int32 {
	switch {
	case t.AltStack.Size == 0:
		return linux.SS_DISABLE
	case t.onAltStack(sp):
		return linux.SS_ONSTACK
	}
	return 0
}

package kernel

import (
	"muslrun/arch"
	"muslrun/arch/linux"
	"muslrun/syscalls/mm"
)

// delivery is the signal that a task is being given, kept from one to the next.
type delivery struct {
	info   linux.Siginfo
	action linux.Sigaction
	frame  arch.Delivery
	memory frameMemory
}

// enterHandler makes a handler run next (handle_signal).
func (t *Task) enterHandler(info *linux.Siginfo, act *linux.Sigaction) {
	if t.ABI.Frames == nil {
		t.Kernel.Fail(&Unsupported{What: "running a handler of " + linux.Signal(info.Signo).String()})
		t.Group.exit(ExitStatus{Signal: linux.Signal(info.Signo)})
		return
	}
	if t.ABI.Rewind != nil {
		t.ABI.Rewind(t.CPU)
	}
	t.prepareFrame(info, act)
	if t.ABI.Frames.Push(t.CPU, &t.delivery.memory, &t.delivery.frame) != 0 {
		t.forceSegv(linux.Signal(info.Signo))
		return
	}
	t.handlerEntered(linux.Signal(info.Signo), act)
}

// prepareFrame says how a signal gets to its handler, and where its frame may be written.
func (t *Task) prepareFrame(info *linux.Siginfo, act *linux.Sigaction) {
	sp := t.stackPointer()
	d, mem := &t.delivery.frame, &t.delivery.memory
	*d = arch.Delivery{
		Signal: t.ABI.Consts.Signals.ToGuest(uint64(info.Signo)), Info: info, Action: act, Mask: t.maskToSave(),
		Stack: t.AltStack, SP: sp, Trampoline: t.Memory.Trampoline,
	}
	*mem = frameMemory{Space: t.Memory.Space}
	if act.Flags&linux.SA_ONSTACK != 0 && t.altStackState(sp) == 0 {
		d.SP = t.AltStack.SP + t.AltStack.Size
		mem.altStack = t
	} else if t.onAltStack(sp) {
		mem.altStack = t
	}
	if t.fault != nil && t.fault.Signal == linux.Signal(info.Signo) {
		d.Fault = t.fault
	}
}

// frameMemory is the guest's memory, of which a frame may use the alternate stack only if that is where it goes: a frame
// that does not fit must not overwrite what is below.
type frameMemory struct {
	*mm.Space
	altStack *Task // whose stack it is to be; nil if any place will do
}

// Write implements arch.FrameMemory.
func (m *frameMemory) Write(addr uint64, src []byte) linux.Errno {
	if m.altStack != nil && !m.altStack.inAltStack(addr) {
		return linux.EFAULT
	}
	return m.Space.Write(addr, src)
}

// maskToSave is the mask that the handler's return restores (sigmask_to_save).
func (t *Task) maskToSave() linux.SigSet {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	if t.savedMask != nil {
		return *t.savedMask
	}
	return t.mask
}

// handlerEntered blocks what a handler blocks, once its frame has been written (signal_delivered).
func (t *Task) handlerEntered(sig linux.Signal, act *linux.Sigaction) {
	blocked := act.Mask
	if act.Flags&linux.SA_NODEFER == 0 {
		blocked = blocked.With(sig)
	}
	if t.AltStack.Flags&autoDisarm != 0 {
		t.AltStack = linux.SigaltStack{Flags: linux.SS_DISABLE}
	}
	t.sigmu.Lock()
	mask := t.mask.Or(blocked)
	t.savedMask = nil
	t.sigmu.Unlock()
	t.SetMask(mask)
}

// forceSegv is what a task gets whose frame cannot be written: SIGSEGV, which its handler may try in turn unless it was
// the one that failed.
func (t *Task) forceSegv(failed linux.Signal) {
	if failed == linux.SIGSEGV {
		t.sig.setDefault(linux.SIGSEGV)
	}
	t.Force(&linux.Siginfo{Signo: linux.SIGSEGV, Code: linux.SI_KERNEL})
}

func (s *Sighand) setDefault(sig linux.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.actions[sig].Handler = linux.SIG_DFL
}

// actionFor is the action for a signal that is being delivered; a handler with SA_RESETHAND is used up.
func (t *Task) actionFor(sig linux.Signal) linux.Sigaction {
	t.sig.mu.Lock()
	defer t.sig.mu.Unlock()
	act := t.sig.actions[sig]
	if act.Handler != linux.SIG_IGN && act.Flags&linux.SA_RESETHAND != 0 {
		t.sig.actions[sig].Handler = linux.SIG_DFL
	}
	return act
}

// SigReturn ends a handler (rt_sigreturn(2), sigreturn(2)): registers, mask and alternate stack become what its frame says.
// A frame that cannot be used is answered by SIGSEGV.
func (t *Task) SigReturn(rt bool) linux.Errno {
	t.Restart = nil
	if t.ABI.Frames == nil {
		return linux.ENOSYS
	}
	t.delivery.memory = frameMemory{Space: t.Memory.Space}
	restored, errno := t.ABI.Frames.Pop(t.CPU, &t.delivery.memory, rt)
	if errno != 0 {
		t.Force(&linux.Siginfo{Signo: linux.SIGSEGV, Code: linux.SI_KERNEL})
		return NoResult
	}
	t.SetMask(restored.Mask)
	if restored.HasStack {
		t.SetAltStack(restored.Stack) // its errors have no place to go, as in the kernel
	}
	return NoResult
}

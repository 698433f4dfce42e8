package kernel

import (
	"muslrun/arch/linux"
	"muslrun/emu"
)

// interruptedCall remembers a call that a signal has ended early. Its result registers are untouched, so going back to the
// trap does it again (see settleRestart).
func (t *Task) interruptedCall(s *emu.Stop, errno linux.Errno) {
	t.restartCode, t.restartTrap = errno, uint64(s.TrapSize)
	t.deliver.Store(true)
}

// settleRestart ends an interrupted call: it restarts, with the PC back at the trap, or answers EINTR. handler is the
// action of the handler that runs first; nil if none does (signal(7), "Interruption of system calls").
func (t *Task) settleRestart(handler *linux.Sigaction) {
	code := t.restartCode
	if t.restartCode = 0; code == 0 {
		return
	}
	eintr := handler != nil && (code == linux.ERESTARTNOHAND || code == linux.ERESTART_RESTARTBLOCK ||
		code == linux.ERESTARTSYS && handler.Flags&linux.SA_RESTART == 0)
	if eintr {
		t.setResult(0, linux.EINTR)
		return
	}
	regs := t.ABI.ISA.Regs
	t.CPU.SetReg(regs.PC, t.CPU.Reg(regs.PC)-t.restartTrap)
	if code == linux.ERESTART_RESTARTBLOCK {
		t.CPU.SetReg(t.ABI.Convention.Number, t.ABI.Calls.ByName["restart_syscall"])
	}
}

// deliverSignals does what pending signals ask for, on the way back to the guest (get_signal). Handlers of several signals
// are stacked: the last one runs first.
func (t *Task) deliverSignals() {
	for !t.killed.Load() {
		t.waitWhileStopped()
		info := &t.delivery.info
		if !t.takeSignal(info) {
			break
		}
		t.Group.timerSignal(info)
		t.deliverOne(info)
	}
	t.settleRestart(nil)
	t.restoreMask()
}

// deliverOne handles one signal.
func (t *Task) deliverOne(info *linux.Siginfo) {
	sig := linux.Signal(info.Signo)
	act := &t.delivery.action
	*act = t.actionFor(sig)
	switch {
	case act.Handler == linux.SIG_IGN || act.Handler == linux.SIG_DFL && ignoredByDefault.Has(sig):
	case act.Handler != linux.SIG_DFL:
		t.settleRestart(act)
		t.enterHandler(info, act)
	case stops.Has(sig):
		if sig == linux.SIGSTOP || !t.Group.inOrphanedJob() {
			t.Group.stopBy(sig)
		}
	default:
		t.dieOf(info)
	}
}

// restoreMask ends a sigsuspend whose signal ran no handler.
func (t *Task) restoreMask() {
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	if t.savedMask != nil {
		t.mask, t.savedMask = *t.savedMask, nil
	}
}

// quietDeaths are the signals that shells do not mention either.
var quietDeaths = linux.SigSetOf(linux.SIGINT, linux.SIGPIPE)

// dieOf ends the process with a fatal signal. Whoever runs muslrun is told of the first program's end; of others, their
// parents are.
func (t *Task) dieOf(info *linux.Siginfo) {
	sig := linux.Signal(info.Signo)
	if t.Group.exit(ExitStatus{Signal: sig}) && t.Group.first && !quietDeaths.Has(sig) {
		t.Kernel.Report(t.deathLine(info))
	}
}

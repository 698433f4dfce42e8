package kernel

import "muslrun/arch/linux"

// SetTemporaryMask replaces the mask of blocked signals until the call is over: the old one comes back when RestoreMask is
// called, or, if a signal has interrupted the call, when its handler returns or when there is none to run
// (set_restore_sigmask).
func (t *Task) SetTemporaryMask(set linux.SigSet) {
	t.sigmu.Lock()
	if t.savedMask == nil {
		old := t.mask
		t.savedMask = &old
	}
	t.mask = set.Minus(unblockable)
	t.sigmu.Unlock()
	t.deliver.Store(true)
}

// RestoreMask ends SetTemporaryMask, if it is in force.
func (t *Task) RestoreMask() { t.restoreMask() }

// TakeSignal removes the next pending signal of a set, blocked or not (rt_sigtimedwait).
func (t *Task) TakeSignal(set linux.SigSet) (linux.Siginfo, bool) {
	info, ok := t.takeOf(set)
	t.Group.timerSignal(&info)
	return info, ok
}

func (t *Task) takeOf(set linux.SigSet) (linux.Siginfo, bool) {
	t.Group.mu.Lock()
	defer t.Group.mu.Unlock()
	t.sigmu.Lock()
	defer t.sigmu.Unlock()
	others := linux.AllSignals().Minus(set)
	if info, ok := t.pending.take(others); ok {
		return info, true
	}
	return t.Group.pending.take(others)
}

// StopsOn reports whether a signal would do what it is for: it is neither blocked nor ignored.
func (t *Task) StopsOn(sig linux.Signal) bool { return !t.Mask().Has(sig) && !t.ignores(sig) }

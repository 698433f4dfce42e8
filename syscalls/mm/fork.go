package mm

import (
	"muslrun/arch/linux"
	"muslrun/emu"
)

// Fork makes a copy of the address space (dup_mm): private memory is copied as far as it was written, shared memory and
// files are mapped again. w is an empty window as large as the Space's, and stays its owner's to close. No guest code of
// the Space runs meanwhile.
func (s *Space) Fork(w *emu.Window) (*Space, linux.Errno) {
	s.lockPaused()
	defer s.unlockResumed()
	if mapKernelPage(w, s.abi.KernelPage) != nil {
		return nil, linux.ENOMEM
	}
	child := &Space{
		abi: s.abi, window: w, account: s.account, size: s.size, vmas: list{caller: s.vmas.caller}, mapBase: s.mapBase,
		brkStart: s.brkStart, brkEnd: s.brkEnd, limits: s.limits,
	}
	for _, v := range s.vmas.all {
		if errno := s.forkVMA(child, v); errno != 0 {
			_ = child.Close()
			return nil, errno
		}
	}
	return child, 0
}

// forkVMA gives the child one mapping.
func (s *Space) forkVMA(child *Space, v *VMA) linux.Errno {
	if v.noFork {
		return 0
	}
	c := v.clone(v.Offset, v.Start, v.End)
	c.locked = false
	if errno := child.charge(c); errno != 0 {
		return errno
	}
	if c.Object != nil {
		c.Object.Observe(child, func(size int64) { child.resized(c.Object, size) })
	}
	if errno := child.back(c, c.Start, c.End); errno != 0 {
		child.refund(c)
		child.forget(c.Object)
		return errno
	}
	child.add(c)
	if v.Shared || v.wipeFork {
		return 0
	}
	if backed := s.backedEnd(v); backed > v.Start {
		return hostErrno(s.window.CopyPrivate(child.window, v.Start, backed-v.Start))
	}
	return 0
}

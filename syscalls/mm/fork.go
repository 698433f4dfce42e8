package mm

import (
	"muslrun/arch/linux"
	"muslrun/emu"
)

// Fork makes a copy of the address space (dup_mm): what is private is shared until one of both writes, shared memory and
// files are mapped again. w is an empty window of LeastWindow bytes or more, and stays its owner's to close. No guest code of
// the Space runs meanwhile. still says that nobody else writes to it either (emu.NewFork).
func (s *Space) Fork(w *emu.Window, still bool) (*Space, linux.Errno) {
	s.lockPaused()
	defer s.unlockResumed()
	if mapKernelPage(w, s.abi.KernelPage) != nil {
		return nil, linux.ENOMEM
	}
	child := &Space{
		abi: s.abi, window: w, account: s.account, size: min(s.size, w.Size()), top: s.top, vmas: list{caller: s.vmas.caller}, mapBase: s.mapBase,
		mapTop: s.mapTop, brkStart: s.brkStart, brkEnd: s.brkEnd, limits: s.limits,
	}
	fork := emu.NewFork(s.window, w, still)
	defer fork.Close()
	for _, v := range s.vmas.all {
		if errno := s.forkVMA(fork, child, v); errno != 0 {
			_ = child.Close()
			return nil, errno
		}
	}
	return child, 0
}

// forkVMA gives the child one mapping.
func (s *Space) forkVMA(fork *emu.Fork, child *Space, v *VMA) (errno linux.Errno) {
	defer Caught(&errno) // a page of a file that somebody has just cut
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
	if v.Shared || v.wipeFork || !v.owned {
		return 0 // what was never writable has no pages of its own
	}
	if backed := s.backedEnd(v); backed > v.Start {
		return hostErrno(fork.Private(v.Start, backed-v.Start))
	}
	return 0
}

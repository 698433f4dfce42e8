package mm

import (
	"muslrun/arch/linux"
	"muslrun/emu"
)

// FaultResult is what became of a fault.
type FaultResult struct {
	Resolved bool         // the access will succeed now: run on
	Signal   linux.Signal // SIGSEGV or SIGBUS
	Code     int32        // si_code
}

// Fault decides about an access that the engine could not do: the mapping may be good by now (a file has grown, or the
// stack has), else it is the guest's SIGSEGV or SIGBUS.
func (s *Space) Fault(addr uint64, access emu.Access) FaultResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.vmas.find(addr)
	if v == nil {
		v = s.grow(addr)
	}
	switch {
	case v == nil:
		return FaultResult{Signal: linux.SIGSEGV, Code: linux.SEGV_MAPERR}
	case effective(v.Prot)&emu.Prot(access) == 0:
		return FaultResult{Signal: linux.SIGSEGV, Code: linux.SEGV_ACCERR}
	case access == emu.Write && s.window.Prot(addr)&emu.ProtCode != 0:
		s.machine.CodeChanged(addr&^(emu.PageSize-1), emu.PageSize)
		return FaultResult{Resolved: true}
	case s.window.Prot(addr)&emu.Prot(access) != 0:
		return FaultResult{Resolved: true}
	}
	page := addr &^ (s.abi.PageSize - 1)
	if v.Object == nil || page >= v.fileEnd(v.Object.Size(), s.abi.PageSize) {
		return FaultResult{Signal: linux.SIGBUS, Code: linux.BUS_ADRERR}
	}
	start := s.backedEnd(v)
	if start > page {
		start = page
	}
	if s.back(v, start, v.End) != 0 {
		return FaultResult{Signal: linux.SIGBUS, Code: linux.BUS_ADRERR}
	}
	s.changed(start, v.End-start)
	return FaultResult{Resolved: true}
}

// Lost follows a host file that somebody else has cut, when an engine has touched what is gone. The engine may have put a
// page of its own there.
func (s *Space) Lost(addr uint64) FaultResult {
	s.lockPaused()
	defer s.unlockResumed()
	if v := s.vmas.find(addr); v != nil && v.Object != nil {
		page := addr &^ (s.abi.PageSize - 1)
		_ = s.back(v, page, page+s.abi.PageSize)
		s.changed(page, s.abi.PageSize)
		s.cutLocked(v.Object, v.Object.Size())
	}
	return FaultResult{Signal: linux.SIGBUS, Code: linux.BUS_ADRERR}
}

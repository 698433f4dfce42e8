package ipc

import (
	"slices"

	"muslrun/arch/linux"
)

// UndoList is what a task's SEM_UNDO operations are to be undone by when it ends (sem_undo_list). Tasks that were
// cloned with CLONE_SYSVSEM share one.
type UndoList struct {
	ns      *Namespace
	users   int
	adjusts map[*semSet][]int32 // by semaphore
}

// NewUndoList makes an empty list with one user.
func (n *Namespace) NewUndoList() *UndoList {
	return &UndoList{ns: n, users: 1, adjusts: map[*semSet][]int32{}}
}

// Share adds a user.
func (u *UndoList) Share() *UndoList {
	defer u.ns.lock()()
	u.users++
	return u
}

// Release drops a user, which is process pid; after the last one the adjustments are made (exit_sem). Values stay
// within their bounds.
func (u *UndoList) Release(pid int, now func() linux.Timespec) {
	defer u.ns.lock()()
	if u.users--; u.users > 0 {
		return
	}
	for _, s := range u.ns.sems.slots { // in the order of ids, not of the map
		if s != nil && u.adjusts[s] != nil {
			u.apply(s, int32(pid))
			s.otime = now().Sec
			s.serve()
		}
	}
}

func (u *UndoList) apply(s *semSet, pid int32) {
	for i, a := range u.adjusts[s] {
		if a != 0 {
			sem := &s.sems[i]
			sem.value, sem.pid = min(max(sem.value+a, 0), linux.SEMVMX), pid
		}
	}
	s.undos = slices.DeleteFunc(s.undos, func(o *UndoList) bool { return o == u })
	u.forget(s)
}

// forget drops the adjustments of a set.
func (u *UndoList) forget(s *semSet) {
	delete(u.adjusts, s)
	u.ns.account.Refund(s.cost())
}

// prepare makes room for the adjustments of operations; false if there is no memory. Without SEM_UNDO there is
// nothing to do, and u may be nil.
func (u *UndoList) prepare(s *semSet, ops []linux.Sembuf) bool {
	undoes := slices.ContainsFunc(ops, func(op linux.Sembuf) bool { return op.Flg&linux.SEM_UNDO != 0 })
	if !undoes || u.adjusts[s] != nil {
		return true
	}
	if !u.ns.account.Charge(s.cost()) {
		return false
	}
	u.adjusts[s] = make([]int32, len(s.sems))
	s.undos = append(s.undos, u)
	return true
}

// adjust is a semaphore's adjustment.
func (u *UndoList) adjust(s *semSet, num uint16) int32 { return u.adjusts[s][num] }

func (u *UndoList) add(s *semSet, num uint16, by int32) { u.adjusts[s][num] += by }

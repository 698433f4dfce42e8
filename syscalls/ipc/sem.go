package ipc

import (
	"slices"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// semSet is a set of semaphores (sem_array).
type semSet struct {
	header
	sems         []semaphore
	otime, ctime int64
	waiters      []*SemWaiter // in order of arrival
	undos        []*UndoList  // that have adjustments of this set
}

type semaphore struct {
	value int32 // 0 to SEMVMX
	pid   int32 // of the last operation
}

// semMax is the largest number of semaphores in all sets (SEMMNS), semSize what one is charged.
const (
	semMax  = linux.SEMMNI * linux.SEMMSL
	semSize = 8
)

func (s *semSet) cost() uint64 { return uint64(len(s.sems)) * semSize }

// SemWaiter is the operations of a task that waits until they can be done. Another task does them then.
type SemWaiter struct {
	ns       *Namespace
	set      *semSet
	ops      []linux.Sembuf
	undo     *UndoList
	pid      int32
	now      func() linux.Timespec
	wake     func() // called with the namespace locked; must not block
	blocking int    // the operation that cannot be done
	done     bool
	errno    linux.Errno
}

// Done reports whether the wait is over, and with which result.
func (w *SemWaiter) Done() (bool, linux.Errno) {
	defer w.ns.lock()()
	return w.done, w.errno
}

// Cancel ends a wait; if it was over already, that counts.
func (w *SemWaiter) Cancel() (done bool, errno linux.Errno) {
	defer w.ns.lock()()
	if !w.done {
		w.set.waiters = slices.DeleteFunc(w.set.waiters, func(o *SemWaiter) bool { return o == w })
	}
	return w.done, w.errno
}

func (w *SemWaiter) finish(errno linux.Errno) {
	w.done, w.errno = true, errno
	w.wake()
}

func (w *SemWaiter) alters() bool { return alters(w.ops) }

func alters(ops []linux.Sembuf) bool {
	return slices.ContainsFunc(ops, func(op linux.Sembuf) bool { return op.Op != 0 })
}

// Semget implements semget(2).
func (n *Namespace) Semget(c *fs.Caller, key, count int32, flags uint32) (int32, linux.Errno) {
	defer n.lock()()
	if count < 0 || count > linux.SEMMSL {
		return 0, linux.EINVAL
	}
	check := func(s *semSet) linux.Errno {
		if int(count) > len(s.sems) {
			return linux.EINVAL
		}
		return 0
	}
	return n.sems.get(c, key, flags, check, func() (*semSet, linux.Errno) {
		if count == 0 {
			return nil, linux.EINVAL
		}
		s := &semSet{ctime: now(c), sems: make([]semaphore, count)}
		if !n.account.Charge(s.cost()) {
			return nil, linux.ENOMEM
		}
		return s, 0
	})
}

// Semop implements semop(2). If the operations must wait it gives a waiter, whose wake is called when they are done
// or the set is removed. undo is the list of the calling task, which is not looked at without SEM_UNDO.
func (n *Namespace) Semop(c *fs.Caller, id int32, ops []linux.Sembuf, undo *UndoList, wake func()) (
	*SemWaiter, linux.Errno) {
	switch {
	case len(ops) < 1 || id < 0:
		return nil, linux.EINVAL
	case len(ops) > linux.SEMOPM:
		return nil, linux.E2BIG
	}
	defer n.lock()()
	s, errno := n.sems.find(id)
	if errno != 0 {
		return nil, errno
	}
	for _, op := range ops {
		if int(op.Num) >= len(s.sems) {
			return nil, linux.EFBIG
		}
	}
	want := uint32(0o444)
	if alters(ops) {
		want = 0o222
	}
	if !s.permits(c, want) {
		return nil, linux.EACCES
	}
	if !undo.prepare(s, ops) {
		return nil, linux.ENOMEM
	}
	w := &SemWaiter{ns: n, set: s, ops: ops, undo: undo, pid: int32(c.PID), now: c.Now, wake: wake}
	if blocked, errno := s.try(w); errno != 0 || !blocked {
		if errno == 0 && w.alters() {
			s.serve()
		}
		return nil, errno
	}
	s.waiters = append(s.waiters, w)
	return w, 0
}

// try does all operations of w or none (perform_atomic_semop). blocked says that they must wait.
func (s *semSet) try(w *SemWaiter) (blocked bool, errno linux.Errno) {
	i := 0
	for ; i < len(w.ops); i++ {
		op := w.ops[i]
		if blocked, errno = s.step(w.undo, op); blocked || errno != 0 {
			break
		}
		s.add(w.undo, op, 1)
	}
	if i == len(w.ops) {
		for _, op := range w.ops {
			s.sems[op.Num].pid = w.pid
		}
		s.otime = w.now().Sec
		return false, 0
	}
	w.blocking = i
	if blocked && w.ops[i].Flg&linux.IPC_NOWAIT != 0 {
		blocked, errno = false, linux.EAGAIN
	}
	for i--; i >= 0; i-- {
		s.add(w.undo, w.ops[i], -1)
	}
	return blocked, errno
}

// step says whether one operation can be done now.
func (s *semSet) step(undo *UndoList, op linux.Sembuf) (blocked bool, errno linux.Errno) {
	value := s.sems[op.Num].value
	next := value + int32(op.Op)
	switch {
	case op.Op == 0 && value != 0, next < 0:
		return true, 0
	case next > linux.SEMVMX:
		return false, linux.ERANGE
	case op.Flg&linux.SEM_UNDO != 0 && op.Op != 0:
		if a := undo.adjust(s, op.Num) - int32(op.Op); a < -linux.SEMVMX-1 || a > linux.SEMVMX {
			return false, linux.ERANGE
		}
	}
	return false, 0
}

// add does an operation, or takes it back if sign is -1.
func (s *semSet) add(undo *UndoList, op linux.Sembuf, sign int32) {
	s.sems[op.Num].value += sign * int32(op.Op)
	if op.Flg&linux.SEM_UNDO != 0 && op.Op != 0 {
		undo.add(s, op.Num, -sign*int32(op.Op))
	}
}

// serve does what waiters ask for as far as it can be done now: those that wait for zero first, then in the order of
// their coming, as often as something has changed.
func (s *semSet) serve() {
	for s.serveOne(false) || s.serveOne(true) {
	}
}

// serveOne ends the first wait that can be ended, of those that alter semaphores or those that do not.
func (s *semSet) serveOne(altering bool) bool {
	for i, w := range s.waiters {
		if w.alters() != altering {
			continue
		}
		if blocked, errno := s.try(w); !blocked {
			s.waiters = slices.Delete(s.waiters, i, i+1)
			w.finish(errno)
			return true
		}
	}
	return false
}

// SemStat implements IPC_STAT, SEM_STAT and SEM_STAT_ANY of semctl(2).
func (n *Namespace) SemStat(c *fs.Caller, id int32, byIndex, any bool) (int32, linux.SemidDS, linux.Errno) {
	defer n.lock()()
	s, errno := n.sems.stat(c, id, byIndex, any)
	if errno != 0 {
		return 0, linux.SemidDS{}, errno
	}
	return s.id, linux.SemidDS{Perm: s.perm, Otime: s.otime, Ctime: s.ctime, Nsems: uint64(len(s.sems))}, 0
}

// SemSet implements IPC_SET of semctl(2).
func (n *Namespace) SemSet(c *fs.Caller, id int32, ds *linux.SemidDS) linux.Errno {
	defer n.lock()()
	s, errno := n.sems.findOwned(c, id)
	if errno == 0 {
		s.set(&ds.Perm)
		s.ctime = now(c)
	}
	return errno
}

// SemRemove implements IPC_RMID of semctl(2): those who wait get EIDRM.
func (n *Namespace) SemRemove(c *fs.Caller, id int32) linux.Errno {
	defer n.lock()()
	s, errno := n.sems.findOwned(c, id)
	if errno != 0 {
		return errno
	}
	n.sems.remove(s)
	for _, u := range s.undos {
		u.forget(s)
	}
	for _, w := range s.waiters {
		w.finish(linux.EIDRM)
	}
	s.waiters, s.undos = nil, nil
	n.account.Refund(s.cost())
	return 0
}

// SemGet implements the commands of semctl(2) that ask about one semaphore: GETVAL, GETPID, GETNCNT, GETZCNT.
func (n *Namespace) SemGet(c *fs.Caller, id, num int32, cmd uint32) (int32, linux.Errno) {
	defer n.lock()()
	s, errno := n.sems.findFor(c, id, 0o444)
	switch {
	case errno != 0:
		return 0, errno
	case num < 0 || int(num) >= len(s.sems):
		return 0, linux.EINVAL
	}
	switch cmd {
	case linux.GETVAL:
		return s.sems[num].value, 0
	case linux.GETPID:
		return s.sems[num].pid, 0
	}
	return s.waiting(uint16(num), cmd == linux.GETZCNT), 0
}

// waiting counts the tasks that wait for a semaphore to become zero, or to grow.
func (s *semSet) waiting(num uint16, zero bool) (n int32) {
	for _, w := range s.waiters {
		if op := w.ops[w.blocking]; op.Num == num && (op.Op == 0) == zero {
			n++
		}
	}
	return n
}

// SemValues implements GETALL of semctl(2).
func (n *Namespace) SemValues(c *fs.Caller, id int32) ([]uint16, linux.Errno) {
	defer n.lock()()
	s, errno := n.sems.findFor(c, id, 0o444)
	if errno != 0 {
		return nil, errno
	}
	out := make([]uint16, len(s.sems))
	for i := range s.sems {
		out[i] = uint16(s.sems[i].value)
	}
	return out, 0
}

// SemCount is the number of semaphores in a set whose values the caller may set, which SETALL has to know first.
func (n *Namespace) SemCount(c *fs.Caller, id int32) (int, linux.Errno) {
	defer n.lock()()
	s, errno := n.sems.findFor(c, id, 0o222)
	if errno != 0 {
		return 0, errno
	}
	return len(s.sems), 0
}

// SemSetValues implements SETALL and, of one value for semaphore first, SETVAL of semctl(2). Adjustments of what is
// set are forgotten.
func (n *Namespace) SemSetValues(c *fs.Caller, id, first int32, values []uint16) linux.Errno {
	defer n.lock()()
	s, errno := n.sems.findFor(c, id, 0o222)
	switch {
	case errno != 0:
		return errno
	case first < 0 || int(first)+len(values) > len(s.sems):
		return linux.EINVAL
	}
	for _, v := range values {
		if v > linux.SEMVMX {
			return linux.ERANGE
		}
	}
	for i, v := range values {
		num := int(first) + i
		s.sems[num] = semaphore{int32(v), int32(c.PID)}
		for _, u := range s.undos {
			u.adjusts[s][num] = 0
		}
	}
	s.ctime = now(c)
	s.serve()
	return 0
}

// SemInfo implements IPC_INFO and, with used, SEM_INFO of semctl(2): limits, or what is in use, and the highest
// index.
func (n *Namespace) SemInfo(used bool) (linux.Seminfo, int) {
	defer n.lock()()
	info := linux.Seminfo{
		Semmap: semMax, Semmni: linux.SEMMNI, Semmns: semMax, Semmnu: semMax, Semmsl: linux.SEMMSL, Semopm: linux.SEMOPM,
		Semume: linux.SEMOPM, Semusz: 20, Semvmx: linux.SEMVMX, Semaem: linux.SEMVMX,
	}
	if used {
		info.Semusz, info.Semaem = int32(n.sems.used), 0
		for _, s := range n.sems.slots {
			if s != nil {
				info.Semaem += int32(len(s.sems))
			}
		}
	}
	return info, n.sems.highest()
}

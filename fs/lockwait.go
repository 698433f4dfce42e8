package fs

import "muslrun/arch/linux"

// LockWait is somebody's wait for a lock (F_SETLKW, F_OFD_SETLKW, flock(2) without LOCK_NB). The kernel adds a
// Waiter to Queue, and calls Try at first and whenever it is notified, until the answer is not EAGAIN; then Done.
type LockWait struct {
	file  *File
	req   LockRequest
	locks *fileLocks
}

// AwaitLock begins a wait.
func (f *File) AwaitLock(r LockRequest) *LockWait {
	locks.Lock()
	defer locks.Unlock()
	w := &LockWait{file: f, req: r, locks: locksOf(f.lockKey())}
	w.locks.waits++
	locks.waiting[w] = struct{}{}
	return w
}

// Queue is notified when a lock of the file is given up.
func (w *LockWait) Queue() *Queue { return &w.locks.queue }

// Done ends the wait.
func (w *LockWait) Done() {
	locks.Lock()
	defer locks.Unlock()
	delete(locks.waiting, w)
	w.locks.waits--
	tidy(w.file.lockKey(), w.locks)
}

// Try asks for the lock: EAGAIN means to wait on, EDEADLK that the holder waits, directly or not, for a lock of the
// same owner. Only fcntl(2)'s locks of processes are looked at for deadlocks, as on Linux.
func (w *LockWait) Try() linux.Errno {
	errno := w.file.SetLock(&w.req)
	if errno == linux.EAGAIN && w.deadlocked() {
		return linux.EDEADLK
	}
	return errno
}

// maxDeadlockOwners bounds the search for a circle.
const maxDeadlockOwners = 64

// deadlocked searches the owners that w waits for, those that they wait for, and so on, for w's own.
func (w *LockWait) deadlocked() bool {
	if _, description := w.req.Owner.(*File); description || w.req.Space != LockRange {
		return false
	}
	locks.Lock()
	defer locks.Unlock()
	seen := map[any]bool{}
	next := w.blockers(nil)
	for len(next) > 0 && len(seen) < maxDeadlockOwners {
		owner := next[0]
		next = next[1:]
		if owner == w.req.Owner {
			return true
		}
		if seen[owner] {
			continue
		}
		seen[owner] = true
		for o := range locks.waiting {
			if o.req.Owner == owner {
				next = o.blockers(next)
			}
		}
	}
	return false
}

// blockers adds the owners whose locks w waits for.
func (w *LockWait) blockers(to []any) []any {
	for i := range w.locks.held[w.req.Space] {
		if h := &w.locks.held[w.req.Space][i]; w.req.blockedBy(h) {
			to = append(to, h.owner)
		}
	}
	return to
}

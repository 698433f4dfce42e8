package futex

import "muslrun/arch/linux"

// The word of a priority-inheritance futex (linux/futex.h): the owner's thread id, and two flags.
const (
	Waiters   uint32 = 0x80000000 // somebody waits: unlocking takes a system call
	OwnerDied uint32 = 0x40000000
	TIDMask   uint32 = 0x3fffffff
)

// Heir is a waiter that is given a lock.
type Heir struct {
	TID  uint32
	Died bool // the lock came from an owner that died
}

// Word is how a lock's word is looked at and changed; both answer EFAULT.
type Word interface {
	Load() (uint32, linux.Errno)
	// Swap changes the word from old to v; false means that it was not old any more.
	Swap(old, v uint32) (bool, linux.Errno)
}

// Lock takes a lock for w's heir: got is true if it was free. Otherwise w waits, unless wait is false (FUTEX_TRYLOCK_PI:
// EAGAIN). alive says whether a thread id is that of a live task: ESRCH if the owner is none.
func (t *Table) Lock(w *Waiter, k Key, word Word, wait bool, alive func(tid uint32) bool) (got bool, errno linux.Errno) {
	b := t.bucket(k)
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		v, errno := word.Load()
		if errno != 0 {
			return false, errno
		}
		next, done, errno := w.PI.next(v, wait, alive)
		if errno != 0 {
			return false, errno
		}
		swapped, errno := word.Swap(v, next)
		switch {
		case errno != 0:
			return false, errno
		case !swapped:
			continue
		case done:
			return true, 0
		}
		w.table, w.key, w.bucket, w.woken = t, k, b, false
		b.waiters = append(b.waiters, w)
		return false, 0
	}
}

// next is what the word becomes when h asks for a lock, and whether h has it then.
func (h *Heir) next(v uint32, wait bool, alive func(uint32) bool) (next uint32, got bool, errno linux.Errno) {
	owner := v & TIDMask
	switch {
	case owner == h.TID:
		return 0, false, linux.EDEADLK
	case owner == 0:
		return h.TID | v&(Waiters|OwnerDied), true, 0
	case !wait:
		return 0, false, linux.EAGAIN
	case !alive(owner):
		return 0, false, linux.ESRCH
	}
	return v | Waiters, false, 0
}

// Unlock gives a lock of tid to the first that waits for it, or frees it. EPERM if tid does not own it.
func (t *Table) Unlock(k Key, word Word, tid uint32) linux.Errno {
	b := t.bucket(k)
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		v, errno := word.Load()
		if errno != 0 {
			return errno
		}
		if v&TIDMask != tid {
			return linux.EPERM
		}
		done, errno := b.pass(k, word, v, 0)
		if errno != 0 || done {
			return errno
		}
	}
}

// OwnerDeath marks a lock whose owner has died, and gives it to the first that waits for it.
func (t *Table) OwnerDeath(k Key, word Word, tid uint32) {
	b := t.bucket(k)
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		v, errno := word.Load()
		if errno != 0 || v&TIDMask != tid {
			return
		}
		if done, errno := b.pass(k, word, v, OwnerDied); errno != 0 || done {
			return
		}
	}
}

// pass hands a lock on; false means that the word has changed meanwhile.
func (b *bucket) pass(k Key, word Word, v, flags uint32) (bool, linux.Errno) {
	heir := b.heir(k)
	next := flags
	if heir != nil {
		next |= heir.PI.TID
		if b.count(k) > 1 {
			next |= Waiters
		}
	}
	swapped, errno := word.Swap(v, next)
	if errno != 0 || !swapped {
		return false, errno
	}
	if heir != nil {
		heir.PI.Died = flags&OwnerDied != 0
		wakeAll(b.take(k, 1, Any))
	}
	return true, 0
}

// heir is the first waiter of a word; nil if there is none.
func (b *bucket) heir(k Key) *Waiter {
	for _, w := range b.waiters {
		if w.key == k && w.PI != nil {
			return w
		}
	}
	return nil
}

func (b *bucket) count(k Key) (n int) {
	for _, w := range b.waiters {
		if w.key == k {
			n++
		}
	}
	return n
}

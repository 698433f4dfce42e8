// Package futex is the table of tasks that wait for a word of guest memory (futex(2)). It knows neither tasks nor memory:
// the kernel gives it keys, which say what word it is, and functions that look at the word.
//
// Words are looked at under the lock of their bucket, and so are waiters put on its list: a wake-up that follows a change
// of the word cannot be lost. Waiters are woken in the order in which they came.
package futex

import (
	"hash/maphash"
	"slices"
	"sync"

	"muslrun/arch/linux"
)

// Key is a word: its place in an address space for private futexes, in a shared object for others. Object is comparable.
type Key struct {
	Object any
	Offset uint64
}

// Any is the bit set of waits and wakes that have none.
const Any uint32 = 0xffffffff

// Waiter is one task's wait. Its fields are guarded by the bucket that it is in.
type Waiter struct {
	Bits uint32
	Wake func() // called with a bucket locked; must not block
	// PI is what a waiter for a priority-inheritance lock needs: it is given the lock, not merely woken.
	PI *Heir

	table  *Table
	bucket *bucket
	key    Key
	woken  bool
}

// buckets is the number of lists; a power of two.
const buckets = 256

type bucket struct {
	index   int
	mu      sync.Mutex
	waiters []*Waiter
}

// Table is all waiters.
type Table struct {
	seed    maphash.Seed
	buckets [buckets]bucket
}

// New makes an empty table.
func New() *Table {
	t := &Table{seed: maphash.MakeSeed()}
	for i := range t.buckets {
		t.buckets[i].index = i
	}
	return t
}

func (t *Table) bucket(k Key) *bucket {
	return &t.buckets[maphash.Comparable(t.seed, k)%buckets]
}

// Wait puts w on the list of a word, if check says 0; what it says else is returned. check looks at the word.
func (t *Table) Wait(w *Waiter, k Key, check func() linux.Errno) linux.Errno {
	b := t.bucket(k)
	b.mu.Lock()
	defer b.mu.Unlock()
	if errno := check(); errno != 0 {
		return errno
	}
	w.table, w.key, w.bucket, w.woken = t, k, b, false
	b.waiters = append(b.waiters, w)
	return 0
}

// Woken reports whether somebody has woken w.
func (w *Waiter) Woken() bool {
	b := w.lock()
	defer b.mu.Unlock()
	return w.woken
}

// Cancel ends a wait that nobody has woken; it reports false if somebody has.
func (w *Waiter) Cancel() bool {
	b := w.lock()
	defer b.mu.Unlock()
	if w.woken {
		return false
	}
	b.remove(w)
	return true
}

// lock locks the bucket that w is in, which a requeue may change meanwhile.
func (w *Waiter) lock() *bucket {
	for {
		b := w.where()
		b.mu.Lock()
		if w.bucket == b {
			return b
		}
		b.mu.Unlock()
	}
}

// where is the bucket of now. Requeue changes it with both locked.
func (w *Waiter) where() *bucket {
	moves.RLock()
	defer moves.RUnlock()
	return w.bucket
}

// moves guards the bucket field of waiters against those that hold no bucket.
var moves sync.RWMutex

func (b *bucket) remove(w *Waiter) {
	if i := slices.Index(b.waiters, w); i >= 0 {
		b.waiters = slices.Delete(b.waiters, i, i+1)
	}
}

// take removes and returns the first n waiters of a word whose bits match.
func (b *bucket) take(k Key, n int, bits uint32) []*Waiter {
	var out []*Waiter
	b.waiters = slices.DeleteFunc(b.waiters, func(w *Waiter) bool {
		if len(out) >= n || w.key != k || w.Bits&bits == 0 {
			return false
		}
		out = append(out, w)
		return true
	})
	return out
}

func wakeAll(list []*Waiter) int {
	for _, w := range list {
		w.woken = true
		w.Wake()
	}
	return len(list)
}

// Wake wakes at most n waiters of a word whose bits match, and returns how many.
func (t *Table) Wake(k Key, n int, bits uint32) int {
	b := t.bucket(k)
	b.mu.Lock()
	defer b.mu.Unlock()
	return wakeAll(b.take(k, n, bits))
}

// lockTwo locks the buckets of two words, in the order of their numbers.
func (t *Table) lockTwo(k1, k2 Key) (b1, b2 *bucket, unlock func()) {
	b1, b2 = t.bucket(k1), t.bucket(k2)
	first, second := b1, b2
	if first.index > second.index {
		first, second = second, first
	}
	first.mu.Lock()
	if second == first {
		return b1, b2, first.mu.Unlock
	}
	second.mu.Lock()
	return b1, b2, func() {
		second.mu.Unlock()
		first.mu.Unlock()
	}
}

// Requeue wakes at most n waiters of one word and moves at most m of the rest to another, if check says 0. It returns how
// many were woken and moved.
func (t *Table) Requeue(from, to Key, n, m int, check func() linux.Errno) (woken, moved int, errno linux.Errno) {
	b1, b2, unlock := t.lockTwo(from, to)
	defer unlock()
	if errno := check(); errno != 0 {
		return 0, 0, errno
	}
	woken = wakeAll(b1.take(from, n, Any))
	for _, w := range b1.take(from, m, Any) {
		moves.Lock()
		w.bucket, w.key = b2, to
		moves.Unlock()
		b2.waiters = append(b2.waiters, w)
		moved++
	}
	return woken, moved, 0
}

// WakeOp changes the second word by op, which reports whether its old value asks for more, wakes n waiters of the first
// word, and then m of the second.
func (t *Table) WakeOp(k1, k2 Key, n, m int, op func() (more bool, errno linux.Errno)) (int, linux.Errno) {
	b1, b2, unlock := t.lockTwo(k1, k2)
	defer unlock()
	more, errno := op()
	if errno != 0 {
		return 0, errno
	}
	woken := wakeAll(b1.take(k1, n, Any))
	if more {
		woken += wakeAll(b2.take(k2, m, Any))
	}
	return woken, 0
}

// Waiting is the number of waiters of all words, for tests and leak checks.
func (t *Table) Waiting() (n int) {
	for i := range t.buckets {
		b := &t.buckets[i]
		b.mu.Lock()
		n += len(b.waiters)
		b.mu.Unlock()
	}
	return n
}

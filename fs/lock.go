package fs

import (
	"math"
	"sync"

	"muslrun/arch/linux"
)

// Lock is an advisory lock on a range of bytes (fcntl_locking(2)), both ends included. To the end of the file,
// however far that may be, is End math.MaxInt64.
type Lock struct {
	Type       uint32 // linux.F_RDLCK, F_WRLCK, F_UNLCK
	Start, End int64
	PID        int // of the holder; -1 for locks of open file descriptions
}

// WholeFile is the range of flock(2).
func WholeFile(kind uint32) Lock { return Lock{Type: kind, End: math.MaxInt64} }

func (l *Lock) overlaps(o *Lock) bool { return l.Start <= o.End && o.Start <= l.End }

// LockSpace keeps the two kinds of advisory locks apart: they do not see each other.
type LockSpace uint8

// The spaces of locks.
const (
	LockRange LockSpace = iota // fcntl(2), owned by a process or an open file description
	LockFlock                  // flock(2)
)

// LockRequest is a lock that somebody wants. Owner is comparable: a process's file table, or the *File itself for
// flock(2) and F_OFD_SETLK.
type LockRequest struct {
	Space LockSpace
	Owner any
	Lock  Lock
}

// maxLocks bounds the locks of one file (ENOLCK).
const maxLocks = 1 << 12

// held is a lock in force.
type held struct {
	Lock
	owner any
}

// fileLocks are the locks of one file.
type fileLocks struct {
	held  [2][]held // by LockSpace, in no order
	waits int
	queue Queue // told when a lock is given up
}

// locks is the table of all advisory locks; it knows only files that have some. One mutex guards it, as deadlocks span
// files.
var locks = struct {
	sync.Mutex
	files   map[any]*fileLocks
	waiting map[*LockWait]struct{}
}{files: map[any]*fileLocks{}, waiting: map[*LockWait]struct{}{}}

// lockKey is what the locks of f belong to: the inode, or the description if it has none.
func (f *File) lockKey() any {
	if f.Path.IsZero() {
		return f
	}
	return f.Path.Inode()
}

// locksOf finds the locks of a file, and makes the entry if there is none.
func locksOf(key any) *fileLocks {
	l := locks.files[key]
	if l == nil {
		l = &fileLocks{}
		locks.files[key] = l
	}
	return l
}

// tidy forgets a file without locks.
func tidy(key any, l *fileLocks) {
	if l.waits == 0 && len(l.held[LockRange]) == 0 && len(l.held[LockFlock]) == 0 {
		delete(locks.files, key)
	}
}

// SetLock implements fcntl(2)'s F_SETLK, F_OFD_SETLK and flock(2) with LOCK_NB: EAGAIN if another owner's lock is in
// the way. To wait, use AwaitLock.
func (f *File) SetLock(r *LockRequest) linux.Errno {
	if errno := f.mayLock(r); errno != 0 {
		return errno
	}
	if r.Owner == any(f) {
		f.locked.Store(true)
	}
	locks.Lock()
	l := locksOf(f.lockKey())
	freed, errno := l.set(r)
	tidy(f.lockKey(), l)
	locks.Unlock()
	if freed {
		l.queue.Notify(EventOut)
	}
	return errno
}

// mayLock checks the access mode, which counts for ranges only.
func (f *File) mayLock(r *LockRequest) linux.Errno {
	switch {
	case f.IsPath():
		return linux.EBADF
	case r.Space == LockFlock:
		return 0
	case r.Lock.Type == linux.F_RDLCK && !f.Readable():
		return linux.EBADF
	case r.Lock.Type == linux.F_WRLCK && !f.Writable():
		return linux.EBADF
	}
	return 0
}

// GetLock implements F_GETLK: a lock that stands in the way, or ok false.
func (f *File) GetLock(r *LockRequest) (l Lock, ok bool) {
	locks.Lock()
	defer locks.Unlock()
	if l := locks.files[f.lockKey()]; l != nil {
		if h := l.conflict(r); h != nil {
			return h.Lock, true
		}
	}
	return Lock{}, false
}

// conflict gives a lock of another owner that excludes r.
func (l *fileLocks) conflict(r *LockRequest) *held {
	for i := range l.held[r.Space] {
		if h := &l.held[r.Space][i]; r.blockedBy(h) {
			return h
		}
	}
	return nil
}

func (r *LockRequest) blockedBy(h *held) bool {
	exclusive := r.Lock.Type == linux.F_WRLCK || h.Type == linux.F_WRLCK
	return r.Lock.Type != linux.F_UNLCK && exclusive && h.owner != r.Owner && h.overlaps(&r.Lock)
}

// set puts a lock in force, in place of what its owner had in that range. freed says that others may now have a
// chance.
func (l *fileLocks) set(r *LockRequest) (freed bool, errno linux.Errno) {
	if l.conflict(r) != nil {
		return false, linux.EAGAIN
	}
	if len(l.held[r.Space]) >= maxLocks && r.Lock.Type != linux.F_UNLCK {
		return false, linux.ENOLCK
	}
	l.held[r.Space], freed = replace(l.held[r.Space], r)
	return freed, 0
}

// replace carves r's range out of what its owner holds and joins r with neighbours of its type. It reuses list.
func replace(list []held, r *LockRequest) (out []held, freed bool) {
	fresh := held{r.Lock, r.Owner}
	out = list[:0]
	var pieces [2]held // an owner's ranges are disjoint, so that only two can stick out of r's
	left := pieces[:0]
	for _, h := range list {
		switch {
		case h.owner != r.Owner || !touches(&h.Lock, &fresh.Lock):
			out = append(out, h)
		case h.Type == fresh.Type:
			fresh.Start, fresh.End = min(fresh.Start, h.Start), max(fresh.End, h.End)
		case h.overlaps(&fresh.Lock):
			freed = true
			left = carve(left, h, &fresh.Lock)
		default:
			out = append(out, h)
		}
	}
	clear(list[len(out):])
	out = append(out, left...)
	if fresh.Type != linux.F_UNLCK {
		out = append(out, fresh)
	}
	return out, freed
}

// touches reports ranges that overlap or are next to each other.
func touches(a, b *Lock) bool {
	return a.overlaps(b) || a.End != math.MaxInt64 && a.End+1 == b.Start || b.End != math.MaxInt64 && b.End+1 == a.Start
}

// carve adds to left what h has outside of the range of l.
func carve(left []held, h held, l *Lock) []held {
	if h.Start < l.Start {
		before := h
		before.End = l.Start - 1
		left = append(left, before)
	}
	if h.End > l.End {
		after := h
		after.Start = l.End + 1
		left = append(left, after)
	}
	return left
}

// UnlockAll gives up all range locks that an owner has on f's file: close(2) of any descriptor for it does that.
func (f *File) UnlockAll(owner any) {
	f.drop(LockRange, owner)
}

// releaseLocks gives up the description's own locks.
func (f *File) releaseLocks() {
	if f.locked.Load() {
		f.drop(LockFlock, f)
		f.drop(LockRange, f)
	}
}

func (f *File) drop(space LockSpace, owner any) {
	locks.Lock()
	l := locks.files[f.lockKey()]
	if l == nil {
		locks.Unlock()
		return
	}
	freed, _ := l.set(&LockRequest{Space: space, Owner: owner, Lock: WholeFile(linux.F_UNLCK)})
	tidy(f.lockKey(), l)
	locks.Unlock()
	if freed {
		l.queue.Notify(EventOut)
	}
}

package fs

import (
	"sync"

	"muslrun/arch/linux"
)

// busy counts who writes to a regular file and who runs it (i_writecount): execve(2) and writers exclude each other
// with ETXTBSY. It is one table for all file systems because an Inode has no room for it, and holds only what is in
// use now.
var busy = busyTable{writers: map[Inode]int{}, runners: map[Inode]int{}}

type busyTable struct {
	mu               sync.Mutex
	writers, runners map[Inode]int
}

// enter counts inode in mine unless it is in others.
func (b *busyTable) enter(inode Inode, mine, others map[Inode]int) linux.Errno {
	b.mu.Lock()
	defer b.mu.Unlock()
	if others[inode] > 0 {
		return linux.ETXTBSY
	}
	mine[inode]++
	return 0
}

func (b *busyTable) leave(inode Inode, mine map[Inode]int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if mine[inode]--; mine[inode] <= 0 {
		delete(mine, inode)
	}
}

// claim counts f as a writer of its file, if it is one.
func (f *File) claim() linux.Errno {
	if !f.isRegular() || !f.Writable() {
		return 0
	}
	errno := busy.enter(f.Path.Inode(), busy.writers, busy.runners)
	f.claimed = errno == 0
	return errno
}

// unclaim undoes claim and what NewFile has counted.
func (f *File) unclaim() {
	if f.claimed {
		busy.leave(f.Path.Inode(), busy.writers)
	}
	if f.Path.Mount != nil {
		f.Path.Mount.files.Add(-1)
		f.Path.Dentry.opens.Add(-1)
	}
	if h, ok := f.Path.held(); ok {
		h.Drop()
	}
}

// DenyWrite keeps writers from opening a program that is being run, until allow is called; ETXTBSY if there are
// writers.
func (p Path) DenyWrite() (allow func(), errno linux.Errno) {
	inode := p.Inode()
	if errno := busy.enter(inode, busy.runners, busy.writers); errno != 0 {
		return nil, errno
	}
	return sync.OnceFunc(func() { busy.leave(inode, busy.runners) }), 0
}

// writeDenied reports a program that is being run.
func writeDenied(inode Inode) bool {
	busy.mu.Lock()
	defer busy.mu.Unlock()
	return busy.runners[inode] > 0
}

package fs

import "muslrun/arch/linux"

// Owner is who is told of a file's events by a signal (F_SETOWN, F_SETOWN_EX, F_SETSIG of fcntl(2)).
type Owner struct {
	Type   int32 // linux.F_OWNER_TID, F_OWNER_PID or F_OWNER_PGRP
	ID     int32 // 0 for nobody
	Signal int32 // 0 for SIGIO without details
	// Tell sends the owner a signal, with what has happened if that is to be told. The kernel sets it; no lock of a file is
	// held when it is called.
	Tell func(linux.Signal, *IOEvent)
}

// Owner is who was set last.
func (f *File) Owner() Owner {
	if o := f.owner.Load(); o != nil {
		return *o
	}
	return Owner{}
}

// SetOwner replaces it.
func (f *File) SetOwner(o Owner) { f.owner.Store(&o) }

// TellOwner sends a signal to the owner, if there is one.
func (f *File) TellOwner(signal linux.Signal) {
	if o := f.owner.Load(); o != nil && o.ID != 0 && o.Tell != nil {
		o.Tell(signal, nil)
	}
}

// OnRelease has fn called, once and without locks, when the last reference to the description has gone; key names the
// request for ForgetRelease. It is for those that watch a file without keeping it open (epoll).
func (f *File) OnRelease(key any, fn func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.released == nil {
		f.released = map[any]func(){}
	}
	f.released[key] = fn
}

// ForgetRelease takes back what OnRelease asked for.
func (f *File) ForgetRelease(key any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.released, key)
}

// tellReleased calls those that OnRelease has registered. Each takes itself off some list, so their order is of no account.
func (f *File) tellReleased() {
	f.mu.Lock()
	all := f.released
	f.released = nil
	f.mu.Unlock()
	for _, fn := range all {
		fn()
	}
}

package fs

import (
	"maps"
	"slices"
	"sync"
)

// MapObject is the memory behind a file that can be mapped: a host file descriptor (the file itself, or a memfd that holds
// an in-memory file's data). Whoever maps it observes truncation, because pages past the end of a file must fault with
// SIGBUS and host pages past the end would bring muslrun down.
type MapObject struct {
	// FD is the host descriptor; it stays open as long as the inode.
	FD int
	// Size gives the file's size now. It takes no lock that is held while Resized is called: address spaces ask it under
	// their own lock.
	Size func() int64
	// Writable is false if the host descriptor cannot be mapped shared and writable.
	Writable bool
	// Unused, if set, is called when the last observer has gone: an object that no inode owns closes its FD there.
	Unused func()

	// Sealing is held for reading while the seals are looked at and a mapping is made, for writing while seals are added.
	// It is taken before the lock of an address space.
	Sealing sync.RWMutex

	mu        sync.Mutex
	observers map[any]func(size int64)
}

// Observe has fn called when the file shrinks or grows, with the new size, until the key is forgotten.
func (m *MapObject) Observe(key any, fn func(size int64)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.observers == nil {
		m.observers = map[any]func(int64){}
	}
	m.observers[key] = fn
}

// Observers are the keys of those who observe the object now, in no order.
func (m *MapObject) Observers() []any {
	m.mu.Lock()
	defer m.mu.Unlock()
	keys := make([]any, 0, len(m.observers))
	for key := range m.observers {
		keys = append(keys, key)
	}
	return keys
}

// A SharedWriter is an observer that can say whether it has the object mapped shared, and writable now or by mprotect(2).
type SharedWriter interface {
	MapsWritable(m *MapObject) bool
}

// MappedWritable reports whether an observer could write to the object through a mapping.
func (m *MapObject) MappedWritable() bool {
	return slices.ContainsFunc(m.Observers(), func(key any) bool {
		w, ok := key.(SharedWriter)
		return ok && w.MapsWritable(m)
	})
}

// Forget ends what Observe began.
func (m *MapObject) Forget(key any) {
	if unused := m.forget(key); unused != nil {
		unused()
	}
}

// forget gives Unused if the last observer has gone.
func (m *MapObject) forget(key any) (unused func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := len(m.observers)
	delete(m.observers, key)
	if before > 0 && len(m.observers) == 0 {
		return m.Unused
	}
	return nil
}

// Retire says that the inode has gone: unused runs when nobody observes the object, which may be now.
func (m *MapObject) Retire(unused func()) {
	m.mu.Lock()
	m.Unused = unused
	idle := len(m.observers) == 0
	m.mu.Unlock()
	if idle {
		unused()
	}
}

// Resized tells the observers. A file system calls it before it shrinks the host file and after it has grown it. The lock
// of the object is not held then: an address space takes its own, and holds that when it forgets an object. So one that has
// just forgotten may still be told.
func (m *MapObject) Resized(size int64) {
	m.mu.Lock()
	told := slices.Collect(maps.Values(m.observers))
	m.mu.Unlock()
	for _, fn := range told {
		fn(size)
	}
}

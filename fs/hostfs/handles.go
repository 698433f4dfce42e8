package hostfs

import (
	"container/list"
	"sync"

	"golang.org/x/sys/unix"
)

// hostID is the identity of a host inode.
type hostID struct{ dev, ino uint64 }

// serial tells nodes apart for ever, unlike host inode numbers, which are used again.
type serial uint64

// handle is an O_PATH descriptor of a node that may be in use by several operations.
type handle struct {
	key  serial
	fd   int
	refs int
	lru  *list.Element // nil once it has left the cache
}

// handleCache keeps at most limit descriptors besides those that are in use at the moment. It has its own lock, which is
// the innermost one of this package.
type handleCache struct {
	mu    sync.Mutex
	limit int
	byKey map[serial]*handle
	lru   list.List // of *handle, the most recently used first
}

func newHandleCache(limit int) *handleCache {
	return &handleCache{limit: limit, byKey: map[serial]*handle{}}
}

// get finds a handle and takes a reference of it; nil if there is none.
func (c *handleCache) get(key serial) *handle {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.byKey[key]
	if h != nil {
		h.refs++
		c.lru.MoveToFront(h.lru)
	}
	return h
}

// add takes over a new descriptor and gives back a handle with a reference, the older one if two opened the same inode.
func (c *handleCache) add(key serial, fd int) *handle {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.byKey[key]; h != nil {
		_ = unix.Close(fd)
		h.refs++
		return h
	}
	h := &handle{key: key, fd: fd, refs: 1}
	h.lru = c.lru.PushFront(h)
	c.byKey[key] = h
	c.shrink(c.limit)
	return h
}

// put drops a reference.
func (c *handleCache) put(h *handle) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h.refs--
	if h.refs == 0 && h.lru == nil {
		_ = unix.Close(h.fd)
	}
}

// drop takes a handle out of the cache; it is closed when nobody uses it any more.
func (c *handleCache) drop(key serial) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.byKey[key]; h != nil {
		c.evict(h)
	}
}

// clear evicts everything that is not in use, for a host that has run out of descriptors.
func (c *handleCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shrink(0)
}

// close closes everything, when the superblock and so all its nodes are gone.
func (c *handleCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.byKey {
		h.refs = 0
	}
	c.shrink(0)
}

// shrink evicts the least recently used handles until no more than limit are left, or only ones in use.
func (c *handleCache) shrink(limit int) {
	for e := c.lru.Back(); e != nil && c.lru.Len() > limit; {
		h := e.Value.(*handle)
		e = e.Prev()
		if h.refs == 0 {
			c.evict(h)
		}
	}
}

func (c *handleCache) evict(h *handle) {
	delete(c.byKey, h.key)
	c.lru.Remove(h.lru)
	h.lru = nil
	if h.refs == 0 {
		_ = unix.Close(h.fd)
	}
}

package hostfs

import (
	"container/list"
	"sync"

	"golang.org/x/sys/unix"
)

// hostID is the identity of a host inode.
type hostID struct{ dev, ino uint64 }

// handle is an O_PATH descriptor that may be in use by several operations.
type handle struct {
	id   hostID
	fd   int
	refs int
	lru  *list.Element // nil once it has left the cache
}

// handleCache keeps at most limit descriptors besides those that are in use at the moment. It has its own lock, which is
// the innermost one of this package.
type handleCache struct {
	mu    sync.Mutex
	limit int
	byID  map[hostID]*handle
	lru   list.List // of *handle, the most recently used first
}

func newHandleCache(limit int) *handleCache {
	return &handleCache{limit: limit, byID: map[hostID]*handle{}}
}

// get finds a handle and takes a reference of it; nil if there is none.
func (c *handleCache) get(id hostID) *handle {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.byID[id]
	if h != nil {
		h.refs++
		c.lru.MoveToFront(h.lru)
	}
	return h
}

// add takes over a new descriptor and gives back a handle with a reference, the older one if two opened the same inode.
func (c *handleCache) add(id hostID, fd int) *handle {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.byID[id]; h != nil {
		_ = unix.Close(fd)
		h.refs++
		return h
	}
	h := &handle{id: id, fd: fd, refs: 1}
	h.lru = c.lru.PushFront(h)
	c.byID[id] = h
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
func (c *handleCache) drop(id hostID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.byID[id]; h != nil {
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
	for _, h := range c.byID {
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
	delete(c.byID, h.id)
	c.lru.Remove(h.lru)
	h.lru = nil
	if h.refs == 0 {
		_ = unix.Close(h.fd)
	}
}

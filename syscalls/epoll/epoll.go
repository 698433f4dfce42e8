// Package epoll is epoll(7): a file that watches others, as the operations of an open file description.
//
//	Epoll   the interest list, by descriptor and file, and the ready list
//	item    one entry: a file, the events that are wanted, and the guest's 64 bits
//
// An item gets onto the ready list when its file's queue announces an event, or when a look at the file finds one; Wait
// looks again at each item that is on it, since the event may be over. A level-triggered item stays on the list as long as
// its file is ready.
//
// Locks: Epoll.mu -> what files lock in Poll and in Queue.Add, among them the mu of a watched
// Epoll -> Epoll.readyMu, which alone is taken when an event is announced.
package epoll

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Events beside those of poll(2).
const (
	Exclusive     fs.Events = linux.EPOLLEXCLUSIVE
	OneShot       fs.Events = linux.EPOLLONESHOT
	EdgeTriggered fs.Events = linux.EPOLLET
	private                 = Exclusive | OneShot | EdgeTriggered | linux.EPOLLWAKEUP
)

// maxItems bounds one interest list (max_user_watches bounds those of a user on Linux: ENOSPC).
const maxItems = 1 << 16

// Key is what an interest is known by.
type Key struct {
	File *fs.File
	FD   int32
}

// Event is what the guest gave for an interest, or what it is told.
type Event struct {
	Events fs.Events
	Data   uint64
}

// Epoll is one instance.
type Epoll struct {
	fs.UnsupportedFile
	queue fs.Queue

	mu    sync.Mutex
	items map[Key]*item

	inner, outer map[*Epoll]int // those that it watches and that watch it; see nest.go

	readyMu sync.Mutex
	ready   []*item
}

// item is one interest. Its event is guarded by Epoll.mu, its place on the ready list by Epoll.readyMu.
type item struct {
	ep      *Epoll
	key     Key
	event   Event
	waiter  fs.Waiter
	onReady bool
	gone    bool
}

// New makes an instance without interests.
func New() *Epoll { return &Epoll{items: map[Key]*item{}} }

// Add begins to watch a file (EPOLL_CTL_ADD): EEXIST, EPERM for a file that is always ready, ENOSPC, and what nest says
// of an Epoll.
func (e *Epoll) Add(k Key, ev Event) linux.Errno {
	if k.File.Queue() == nil {
		return linux.EPERM
	}
	inner, nested := k.File.Ops.(*Epoll)
	if nested {
		if errno := nest(e, inner); errno != 0 {
			return errno
		}
	}
	it, errno := e.insert(k, ev)
	if errno != 0 {
		if nested {
			part(e, inner)
		}
		return errno
	}
	k.File.OnRelease(it, func() { e.drop(it) })
	k.File.Queue().Add(&it.waiter)
	it.look()
	return 0
}

func (e *Epoll) insert(k Key, ev Event) (*item, linux.Errno) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.items[k] != nil:
		return nil, linux.EEXIST
	case len(e.items) >= maxItems:
		return nil, linux.ENOSPC
	}
	it := &item{ep: e, key: k, event: ev}
	it.waiter = fs.Waiter{Interest: ev.Events &^ private, Notify: func(fs.Events) { it.announce() }}
	e.items[k] = it
	return it, 0
}

// Modify replaces what is wanted of a file (EPOLL_CTL_MOD): ENOENT; EINVAL for an exclusive interest.
func (e *Epoll) Modify(k Key, ev Event) linux.Errno {
	it, errno := e.change(k, ev)
	if errno != 0 {
		return errno
	}
	q := k.File.Queue()
	q.Remove(&it.waiter)
	it.waiter.Interest = ev.Events &^ private
	q.Add(&it.waiter)
	it.look()
	return 0
}

func (e *Epoll) change(k Key, ev Event) (*item, linux.Errno) {
	e.mu.Lock()
	defer e.mu.Unlock()
	it := e.items[k]
	switch {
	case it == nil:
		return nil, linux.ENOENT
	case it.event.Events&Exclusive != 0:
		return nil, linux.EINVAL
	}
	it.event = ev
	return it, 0
}

// Delete ends an interest (EPOLL_CTL_DEL): ENOENT.
func (e *Epoll) Delete(k Key) linux.Errno {
	e.mu.Lock()
	it := e.items[k]
	e.mu.Unlock()
	if it == nil {
		return linux.ENOENT
	}
	k.File.ForgetRelease(it)
	e.drop(it)
	return 0
}

// drop takes an item off everything.
func (e *Epoll) drop(it *item) {
	it.key.File.Queue().Remove(&it.waiter)
	e.mu.Lock()
	known := e.items[it.key] == it
	if known {
		delete(e.items, it.key)
	}
	e.mu.Unlock()
	if inner, nested := it.key.File.Ops.(*Epoll); nested && known {
		part(e, inner)
	}
	e.readyMu.Lock()
	defer e.readyMu.Unlock()
	it.gone = true
	e.ready = slices.DeleteFunc(e.ready, func(r *item) bool { return r == it })
}

// announce puts an item on the ready list and tells those who wait. It may run with the lock of a Queue held.
func (it *item) announce() {
	e := it.ep
	e.readyMu.Lock()
	if !it.onReady && !it.gone {
		it.onReady = true
		e.ready = append(e.ready, it)
	}
	e.readyMu.Unlock()
	e.queue.Notify(fs.EventIn)
}

// look announces an item whose file is ready already.
func (it *item) look() {
	it.ep.mu.Lock()
	ready := it.pending()
	it.ep.mu.Unlock()
	if ready != 0 {
		it.announce()
	}
}

// pending is which of the wanted events the file has now. Epoll.mu is held. A disarmed item wants none.
func (it *item) pending() fs.Events {
	wanted := it.event.Events &^ private
	if wanted == 0 && it.event.Events&OneShot != 0 {
		return 0
	}
	found := it.key.File.Poll()
	if found&fs.EventIn != 0 {
		found |= linux.EPOLLRDNORM
	}
	if found&fs.EventOut != 0 {
		found |= linux.EPOLLWRNORM
	}
	return found & (wanted | fs.EventErr | fs.EventHup)
}

// Interests is the length of the interest list: Wait never has more events to give.
func (e *Epoll) Interests() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.items)
}

// Wait gives the events that are pending, as many as fit into out, and does not wait.
func (e *Epoll) Wait(out []Event) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := e.takeReady()
	for i, it := range list {
		if n == len(out) {
			e.putBack(list[i:])
			break
		}
		found := it.pending()
		if found == 0 {
			continue
		}
		out[n] = Event{Events: found, Data: it.event.Data}
		n++
		it.delivered()
	}
	return n
}

// delivered does what follows when the guest has been told: a one-shot item is disarmed, a level-triggered one stays.
func (it *item) delivered() {
	switch {
	case it.event.Events&OneShot != 0:
		it.event.Events &= private
	case it.event.Events&EdgeTriggered == 0:
		it.ep.readyMu.Lock()
		defer it.ep.readyMu.Unlock()
		if !it.onReady && !it.gone {
			it.onReady = true
			it.ep.ready = append(it.ep.ready, it)
		}
	}
}

// takeReady empties the ready list.
func (e *Epoll) takeReady() []*item {
	e.readyMu.Lock()
	defer e.readyMu.Unlock()
	list := e.ready
	e.ready = nil
	for _, it := range list {
		it.onReady = false
	}
	return list
}

// putBack puts items that had no room at the head of the ready list.
func (e *Epoll) putBack(list []*item) {
	e.readyMu.Lock()
	defer e.readyMu.Unlock()
	var back []*item
	for _, it := range list {
		if !it.onReady && !it.gone {
			it.onReady = true
			back = append(back, it)
		}
	}
	e.ready = append(back, e.ready...)
}

// Poll implements fs.FileOps: an Epoll is readable while Wait would give something.
func (e *Epoll) Poll() fs.Events {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.readyMu.Lock()
	list := slices.Clone(e.ready)
	e.readyMu.Unlock()
	for _, it := range list {
		if it.pending() != 0 {
			return fs.EventIn
		}
	}
	return 0
}

// Queue implements fs.FileOps.
func (e *Epoll) Queue() *fs.Queue { return &e.queue }

// Release implements fs.FileOps.
func (e *Epoll) Release(*fs.Caller) {
	e.mu.Lock()
	items := make([]*item, 0, len(e.items))
	for _, it := range e.items {
		items = append(items, it)
	}
	e.mu.Unlock()
	for _, it := range items {
		it.key.File.ForgetRelease(it)
		e.drop(it)
	}
}

// FDInfo gives the lines of /proc/PID/fdinfo/FD that are an epoll's own (proc(5)), by descriptor.
func (e *Epoll) FDInfo() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	items := slices.SortedFunc(maps.Values(e.items), func(a, b *item) int { return cmp.Compare(a.key.FD, b.key.FD) })
	var b strings.Builder
	for _, it := range items {
		var st linux.Stat
		if f := it.key.File; !f.Path.IsZero() {
			st, _ = f.Stat()
		}
		fmt.Fprintf(&b, "tfd: %8d events: %8x data: %16x  pos:%d ino:%x sdev:%x\n", it.key.FD, uint32(it.event.Events),
			it.event.Data, it.key.File.Offset(), st.Ino, st.Dev)
	}
	return b.String()
}

package fs

import "sync"

// Events is a set of poll(2) events, in the kernel's numbers (EPOLLIN and so on have the same).
type Events uint32

// The events that files report.
const (
	EventIn   Events = 0x001
	EventPri  Events = 0x002
	EventOut  Events = 0x004
	EventErr  Events = 0x008
	EventHup  Events = 0x010
	EventNval Events = 0x020
	// EventRdHup says that the peer has shut down writing.
	EventRdHup Events = 0x2000
)

// Queue is a wait queue: those who wait for a file's readiness. The zero value is ready for use.
type Queue struct {
	mu          sync.Mutex
	first, last *Waiter // in the order of Add
	watch       func(interest Events)
}

// NewQueue makes a queue for a file whose readiness is known only by asking the host. watch is told, after each Add and
// Remove, what all waiters together are interested in: 0 when there are none. It must not block or call the Queue.
func NewQueue(watch func(interest Events)) *Queue { return &Queue{watch: watch} }

// changed tells the watcher, with mu held.
func (q *Queue) changed() {
	if q.watch == nil {
		return
	}
	var interest Events
	for w := q.first; w != nil; w = w.next {
		interest |= w.Interest | EventErr | EventHup
	}
	q.watch(interest)
}

// Waiter is one registration in a Queue, and in one at a time.
type Waiter struct {
	// Interest is what to be told of; EventErr and EventHup always are.
	Interest Events
	// Notify is called without locks of the file held, from any goroutine. It must not block, and must not call back into
	// the Queue.
	Notify func(Events)

	queue      *Queue // where it waits, nil for nowhere
	prev, next *Waiter
}

// Add registers w behind all others. Pending events are not announced: add first, then ask Poll.
func (q *Queue) Add(w *Waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if w.queue != q {
		q.link(w)
	}
	q.changed()
}

// link puts w at the end of the list.
func (q *Queue) link(w *Waiter) {
	if w.queue != nil {
		panic("fs: a Waiter in two queues")
	}
	w.queue, w.prev, w.next = q, q.last, nil
	if q.last = w; w.prev == nil {
		q.first = w
	} else {
		w.prev.next = w
	}
}

// Remove takes w out. No Notify runs after it has returned.
func (q *Queue) Remove(w *Waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if w.queue == q {
		q.unlink(w)
	}
	q.changed()
}

func (q *Queue) unlink(w *Waiter) {
	if w.prev == nil {
		q.first = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		q.last = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.queue, w.prev, w.next = nil, nil, nil
}

// Notify tells all who are interested in any of the events, those who came first before the others.
func (q *Queue) Notify(e Events) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for w := q.first; w != nil; w = w.next {
		if (w.Interest|EventErr|EventHup)&e != 0 {
			w.Notify(e)
		}
	}
}

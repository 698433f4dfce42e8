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
	mu      sync.Mutex
	waiters map[*Waiter]struct{}
}

// Waiter is one registration in a Queue.
type Waiter struct {
	// Interest is what to be told of; EventErr and EventHup always are.
	Interest Events
	// Notify is called without locks of the file held, from any goroutine. It must not block, and must not call back into
	// the Queue.
	Notify func(Events)
}

// Add registers w. Pending events are not announced: add first, then ask Poll.
func (q *Queue) Add(w *Waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiters == nil {
		q.waiters = map[*Waiter]struct{}{}
	}
	q.waiters[w] = struct{}{}
}

// Remove takes w out. No Notify runs after it has returned.
func (q *Queue) Remove(w *Waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.waiters, w)
}

// Notify tells all who are interested in any of the events.
func (q *Queue) Notify(e Events) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for w := range q.waiters {
		if (w.Interest|EventErr|EventHup)&e != 0 {
			w.Notify(e)
		}
	}
}

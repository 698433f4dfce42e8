package fs

import (
	"slices"
	"testing"
)

// TestQueueOrder has waiters come and go, and wants those that are left told in the order in which they came.
func TestQueueOrder(t *testing.T) {
	var q Queue
	var told []int
	waiters := make([]Waiter, 6)
	for i := range waiters {
		waiters[i] = Waiter{Interest: EventIn, Notify: func(Events) { told = append(told, i) }}
		q.Add(&waiters[i])
	}
	waiters[1].Interest = EventOut
	notified := func(e Events, want ...int) {
		t.Helper()
		told = nil
		if q.Notify(e); !slices.Equal(told, want) {
			t.Errorf("event %#x was told to %v, want %v", e, told, want)
		}
	}
	notified(EventIn, 0, 2, 3, 4, 5)
	notified(EventHup, 0, 1, 2, 3, 4, 5)
	for _, i := range []int{0, 3, 5} {
		q.Remove(&waiters[i])
		q.Remove(&waiters[i]) // again does nothing
	}
	notified(EventHup, 1, 2, 4)
	q.Add(&waiters[3])
	q.Add(&waiters[1]) // is there already
	notified(EventErr, 1, 2, 4, 3)
	for i := range waiters {
		q.Remove(&waiters[i])
	}
	notified(EventErr)
}

package turns

import (
	"container/heap"
	"slices"
)

// Timer is a call that At has arranged.
type Timer struct {
	turns    *Turns
	at       int64
	sequence uint64 // decides between timers of one time
	fn       func()
	// background says that it is not for its sake that tasks wait, so that it alone does not keep the guest alive for ever.
	background bool
	place      int // in the heap; -1 when it is not there
}

// Monotonic is the time since the guest booted, in nanoseconds. It costs time to ask, so that who waits for it by asking
// gets there.
func (s *Turns) Monotonic() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now++
	return s.now
}

// Now is Monotonic for others than tasks: to ask costs nothing.
func (s *Turns) Now() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Realtime is the time since 1970, in nanoseconds.
func (s *Turns) Realtime() int64 { return s.Monotonic() - s.cfg.Start + s.cfg.Epoch }

// At has fn called when Monotonic reaches a time, in the goroutine of a task that gives up the turn or enters the kernel.
func (s *Turns) At(monotonic int64, fn func()) *Timer {
	return s.arrange(&Timer{turns: s, at: monotonic, fn: fn})
}

// InBackground is At for a timer that may go on for ever: when tasks wait for longer than patience while there are only such
// timers, that is a deadlock.
func (s *Turns) InBackground(monotonic int64, fn func()) *Timer {
	return s.arrange(&Timer{turns: s, at: monotonic, fn: fn, background: true})
}

func (s *Turns) arrange(t *Timer) *Timer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sequence++
	t.sequence = s.sequence
	heap.Push(&s.timers, t)
	return t
}

// onlyBackground reports whether no task waits for a timer.
func (s *Turns) onlyBackground() bool {
	return !slices.ContainsFunc(s.timers, func(t *Timer) bool { return !t.background })
}

// Stop cancels the call. It reports false if it was made, or is being made.
func (t *Timer) Stop() bool {
	t.turns.mu.Lock()
	defer t.turns.mu.Unlock()
	if t.place < 0 {
		return false
	}
	heap.Remove(&t.turns.timers, t.place)
	return true
}

// fireLocked calls the timers whose time has come. The lock is held, but let go of during the calls.
func (s *Turns) fireLocked() {
	for len(s.timers) > 0 && s.timers[0].at <= s.now {
		t := heap.Pop(&s.timers).(*Timer)
		s.mu.Unlock()
		t.fn()
		s.mu.Lock()
	}
}

// timerHeap is a heap.Interface of timers by time.
type timerHeap []*Timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].sequence < h[j].sequence
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push implements heap.Interface.
func (h *timerHeap) Push(x any) {
	t := x.(*Timer)
	t.place = len(*h)
	*h = append(*h, t)
}

// Pop implements heap.Interface.
func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	t.place = -1
	return t
}

// Package hrtimer is the interval timer behind timer_create(2) and timerfd_create(2). It runs on any clock, and
// expires once: whoever is told of that asks with Forward how many intervals have passed, and only then the timer is
// set for the next. So a timer with a short interval costs no more than what takes its expirations, and counts none
// wrong.
package hrtimer

import "sync"

// Clock is the time that a timer runs on, in nanoseconds.
type Clock interface {
	Now() int64
	// At has fn called in another goroutine when Now may have reached a time. It may be called early, as clocks can be
	// set and processor time is not known in advance; the timer looks again then.
	At(when int64, fn func()) (stop func() bool)
}

// Setting is when a timer expires next, and the interval after which it does so again, in nanoseconds. As an argument
// Value is a span or a time of the clock, and 0 means never; as a result it is what is left.
type Setting struct{ Value, Interval int64 }

// Timer is one timer. Its methods are safe for concurrent use.
type Timer struct {
	clock  Clock
	expire func() // nil for a timer that only counts

	mu       sync.Mutex
	next     int64 // the time of the next expiration; 0 if the timer is not set
	interval int64
	fired    bool // expired, and Forward has not been called since
	setting  uint64
	stop     func() bool
}

// New makes a timer that is not set. expire is called from any goroutine when it has expired, without locks; it may
// be nil.
func New(clock Clock, expire func()) *Timer { return &Timer{clock: clock, expire: expire} }

// Set replaces the setting and returns the old one. Expirations that were not taken are forgotten.
func (t *Timer) Set(s Setting, absolute bool) (old Setting) {
	t.mu.Lock()
	now := t.clock.Now()
	old = t.left(now)
	t.halt()
	t.fired, t.interval, t.next = false, s.Interval, 0
	if s.Value != 0 {
		t.next = s.Value
		if !absolute {
			t.next = later(now, s.Value)
		}
	}
	fire := t.start(now)
	t.mu.Unlock()
	if fire {
		t.expire()
	}
	return old
}

// Stop unsets the timer.
func (t *Timer) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.halt()
	t.next, t.interval, t.fired = 0, 0, false
}

// later adds a span to a time, up to the last time there is.
func later(now, span int64) int64 {
	if sum := now + span; sum >= now {
		return sum
	}
	return 1<<63 - 1
}

// halt takes back what start has arranged.
func (t *Timer) halt() {
	t.setting++
	if t.stop != nil {
		t.stop()
		t.stop = nil
	}
}

// start arranges the next expiration. It reports true if that is now, for the caller to tell without the lock.
func (t *Timer) start(now int64) (fire bool) {
	switch {
	case t.next == 0 || t.expire == nil:
		return false
	case t.next <= now:
		t.fired = true
		return true
	}
	setting := t.setting
	t.stop = t.clock.At(t.next, func() { t.ring(setting) })
	return false
}

// ring runs when the time may have come.
func (t *Timer) ring(setting uint64) {
	t.mu.Lock()
	if t.setting != setting || t.fired {
		t.mu.Unlock()
		return
	}
	fire := t.start(t.clock.Now())
	t.mu.Unlock()
	if fire {
		t.expire()
	}
}

// left is the setting as it is now; an expiration that is due but not taken counts as none left.
func (t *Timer) left(now int64) Setting {
	if t.next == 0 {
		return Setting{Interval: t.interval}
	}
	return Setting{max(t.next-now, 0), t.interval}
}

// Get gives what is left until the next expiration, and the interval. If the timer has expired, it is 0.
func (t *Timer) Get() Setting {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.left(t.clock.Now())
}

// Fired reports whether the timer has expired and Forward has not been called since.
func (t *Timer) Fired() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.fired
}

// Forward takes the expirations of a timer and sets it for the one after now (hrtimer_forward_now). It returns how
// many there were, and false if the timer has not expired.
func (t *Timer) Forward() (n int64, expired bool) {
	t.mu.Lock()
	now := t.clock.Now()
	due := t.next != 0 && t.next <= now
	if !t.fired && (t.expire != nil || !due) {
		t.mu.Unlock()
		return 0, false
	}
	t.fired = false
	if n = 1; t.interval == 0 {
		t.next = 0
	} else {
		if now >= t.next {
			n = (now-t.next)/t.interval + 1
		}
		t.next = later(t.next, n*t.interval)
	}
	t.halt()
	fire := t.start(now)
	t.mu.Unlock()
	if fire {
		t.expire()
	}
	return n, true
}

package hrtimer

import (
	"slices"
	"testing"
)

// manual is a clock that a test sets.
type manual struct {
	now  int64
	next []*call
}

type call struct {
	when int64
	fn   func()
}

func (c *manual) Now() int64 { return c.now }

func (c *manual) At(when int64, fn func()) func() bool {
	k := &call{when, fn}
	c.next = append(c.next, k)
	return func() bool {
		before := len(c.next)
		c.next = slices.DeleteFunc(c.next, func(o *call) bool { return o == k })
		return len(c.next) < before
	}
}

// to lets the clock go on.
func (c *manual) to(now int64) {
	c.now = now
	for {
		i := slices.IndexFunc(c.next, func(k *call) bool { return k.when <= now })
		if i < 0 {
			return
		}
		k := c.next[i]
		c.next = slices.Delete(c.next, i, i+1)
		k.fn()
	}
}

func TestTimer(t *testing.T) {
	clock := &manual{now: 1000}
	rings := 0
	timer := New(clock, func() { rings++ })
	forward := func(want int64) {
		t.Helper()
		if n, ok := timer.Forward(); n != want || ok != (want != 0) {
			t.Errorf("at %d: Forward = %d, %t; want %d", clock.now, n, ok, want)
		}
	}
	left := func(want Setting) {
		t.Helper()
		if s := timer.Get(); s != want {
			t.Errorf("at %d: left %v, want %v", clock.now, s, want)
		}
	}
	forward(0)
	timer.Set(Setting{100, 30}, false)
	left(Setting{100, 30})
	clock.to(1099)
	forward(0)
	clock.to(1165) // 1100, 1130, 1160: told once
	if rings != 1 || !timer.Fired() {
		t.Errorf("%d rings", rings)
	}
	left(Setting{0, 30})
	forward(3)
	left(Setting{25, 30})
	clock.to(1190)
	forward(1)
	if old := timer.Set(Setting{1150, 0}, true); old != (Setting{30, 30}) || rings != 3 {
		t.Errorf("old setting %v, %d rings", old, rings)
	}
	forward(1)
	clock.to(5000)
	forward(0)
	timer.Set(Setting{10, 10}, false)
	timer.Stop()
	clock.to(6000)
	left(Setting{})
	if rings != 3 || len(clock.next) != 0 {
		t.Errorf("%d rings, %d calls left", rings, len(clock.next))
	}
}

// A clock may call too early, as one that was set back does.
func TestEarly(t *testing.T) {
	clock, rings := &manual{now: 10}, 0
	timer := New(clock, func() { rings++ })
	timer.Set(Setting{Value: 50}, true)
	clock.next[0].when = 20
	clock.to(20)
	if rings != 0 || len(clock.next) != 1 {
		t.Fatalf("%d rings, %d calls", rings, len(clock.next))
	}
	clock.to(50)
	if rings != 1 {
		t.Errorf("%d rings", rings)
	}
}

func TestSilent(t *testing.T) {
	clock := &manual{now: 10}
	timer := New(clock, nil)
	timer.Set(Setting{5, 5}, false)
	clock.to(27)
	if n, ok := timer.Forward(); n != 3 || !ok {
		t.Errorf("Forward = %d, %t", n, ok)
	}
	if s := timer.Get(); s != (Setting{3, 5}) {
		t.Errorf("left %v", s)
	}
}

package turns

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// guest is tasks that take turns and write down what they do.
type guest struct {
	turns *Turns
	log   []string
	wg    sync.WaitGroup
}

func newGuest(cfg Config) *guest { return &guest{turns: New(cfg)} }

func (g *guest) note(format string, args ...any) { g.log = append(g.log, fmt.Sprintf(format, args...)) }

// task starts a task, which ends when life returns.
func (g *guest) task(life func(t *Turn)) *Turn {
	t := g.turns.Add()
	g.wg.Go(func() {
		t.Begin()
		defer t.End()
		life(t)
	})
	return t
}

// race has tasks execute instructions, and gives the order in which they did.
func race(seed uint64) string {
	g := newGuest(Config{Seed: seed})
	g.task(func(*Turn) {
		for i := range 4 {
			g.task(func(t *Turn) {
				for n := range 50 {
					g.note("%d.%d", i, n)
					t.Ran(min(t.Slice(), 100))
				}
			})
		}
	})
	g.wg.Wait()
	return strings.Join(g.log, " ")
}

func TestASeedDecidesTheOrder(t *testing.T) {
	different := map[string]bool{}
	for seed := range uint64(20) {
		first := race(seed)
		different[first] = true
		for range 5 {
			if again := race(seed); again != first {
				t.Fatalf("seed %d: %s, then %s", seed, first, again)
			}
		}
	}
	if len(different) < 10 {
		t.Errorf("20 seeds give %d orders", len(different))
	}
}

func TestTheClockJumpsToTheNextTimer(t *testing.T) {
	const hour = 3600 * 1_000_000_000
	g := newGuest(Config{Start: 5})
	g.task(func(*Turn) {
		for _, hours := range []int64{3, 1, 2} {
			g.task(func(t *Turn) {
				timer := g.turns.At(hours*hour, t.Wake)
				t.Park()
				g.note("%d at %d, stopped: %v", hours, g.turns.Monotonic()/hour, timer.Stop())
			})
		}
	})
	g.wg.Wait()
	want := []string{"1 at 1, stopped: false", "2 at 2, stopped: false", "3 at 3, stopped: false"}
	if !slices.Equal(g.log, want) {
		t.Errorf("%q", g.log)
	}
}

func TestATimerThatWasStoppedIsNotCalled(t *testing.T) {
	g := newGuest(Config{})
	g.task(func(t *Turn) {
		early := g.turns.At(10, func() { g.note("early") })
		g.turns.At(20, t.Wake)
		g.note("stopped: %v", early.Stop())
		t.Park()
	})
	g.wg.Wait()
	if want := []string{"stopped: true"}; !slices.Equal(g.log, want) {
		t.Errorf("%q", g.log)
	}
}

func TestAWakeIsNotLost(t *testing.T) {
	g := newGuest(Config{})
	g.task(func(t *Turn) {
		t.Wake()
		t.Park() // returns at once
		other := g.task(func(t *Turn) {
			t.Park()
			g.note("woken")
		})
		t.Yield()
		other.Wake()
	})
	g.wg.Wait()
	if want := []string{"woken"}; !slices.Equal(g.log, want) {
		t.Errorf("%q", g.log)
	}
}

func TestDeadlock(t *testing.T) {
	var g *guest
	var all []*Turn
	g = newGuest(Config{Deadlock: func() {
		g.note("deadlock")
		for _, t := range all {
			t.Wake()
		}
	}})
	g.task(func(first *Turn) {
		all = append(all, first, g.task(func(t *Turn) { t.Park() }))
		g.turns.InBackground(1000, func() { g.note("background") })
		var again func()
		again = func() { g.turns.InBackground(g.turns.Monotonic()+patience/10, again) }
		again()
		first.Park()
	})
	g.wg.Wait()
	if want := []string{"background", "deadlock"}; !slices.Equal(g.log, want) {
		t.Errorf("%q", g.log)
	}
}

func TestTheOutsideIsWaitedFor(t *testing.T) {
	waits := make(chan struct{}, 1)
	g := newGuest(Config{
		Outside:  func() bool { waits <- struct{}{}; return true },
		Deadlock: func() { t.Error("what waits for the outside is no deadlock") },
	})
	waiter := g.task(func(t *Turn) { t.Park() })
	<-waits
	waiter.Wake()
	g.wg.Wait()
}

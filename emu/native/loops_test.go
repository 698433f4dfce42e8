package native

import (
	"sync/atomic"
	"testing"
	"time"

	"muslrun/emu/native/ir"
)

// looper is a runner in a guest loop: it ends only when it is asked to.
type looper struct {
	c      *cpu
	rounds int
}

func (l *looper) run(*translation) {
	for atomic.LoadUint32(&l.c.state.Poll) == 0 && l.rounds < 2000 {
		l.rounds++
		time.Sleep(time.Millisecond)
	}
}

// A loop that is not installed, because its page is written all the time, is left so that its code is looked at again.
func TestLoopOnRestlessPage(t *testing.T) {
	c := &cpu{state: &ir.State{}}
	c.runner = &looper{c: c}
	c.execute(&translation{})
	if c.state.Poll == 0 {
		t.Error("nothing ends the loop")
	}
}

// A loop whose code another task changes is left.
func TestForgetEndsLoops(t *testing.T) {
	c := &cpu{state: &ir.State{}}
	m := &machine{cpus: map[*cpu]bool{c: true}}
	m.forget()
	if c.state.Poll == 0 {
		t.Error("the CPU stays in its region")
	}
}

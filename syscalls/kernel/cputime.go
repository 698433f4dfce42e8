package kernel

import (
	"sync"
	"sync/atomic"
	"time"
)

// Processor time. A task is a goroutine, and the time that passes while it is in its engine or in a call is more than the
// processor time it gets: other threads use the host's processors too, and one engine may serve several tasks in turn. Only
// the host knows better, and asking it at each call of the guest would cost more than most calls. So a loadMeter asks every
// few milliseconds how much processor time muslrun as a whole has used, and compares that with the time that tasks seemed to
// run. By that proportion its own time goes slower than the host's, and tasks are charged in that.
type loadMeter struct {
	used  func() int64 // processor time of muslrun in nanoseconds
	start time.Time
	next  atomic.Int64 // when to look again
	pace  atomic.Pointer[pace]

	mu           sync.Mutex
	spent, asked int64 // at the last look: used, and what tasks seemed to have run
}

// pace is how the meter's time goes: the last looks, of which the last one is the last, and how fast it goes since then, as
// a share of the clock.
type pace struct {
	marks [paceMarks]mark
	share float64
}

// mark is a look: when it was, and the meter's time.
type mark struct{ at, time int64 }

const (
	paceMarks = 32
	// lookEvery is the shortest time between two looks, staleAfter that after which a task that does not come back from
	// its engine is made to, when somebody wants to know what it has used, and unheard that after which it is in any case:
	// a pace does not reach back much further. In nanoseconds.
	lookEvery  = 10_000_000
	staleAfter = 20_000_000
	unheard    = 200_000_000
)

// newLoadMeter asks used; without it a task has a processor whenever it seems to run.
func newLoadMeter(used func() int64) *loadMeter {
	m := &loadMeter{used: used, start: time.Now()}
	m.pace.Store(&pace{share: 1})
	m.next.Store(lookEvery)
	if used == nil {
		m.next.Store(1<<63 - 1)
		return m
	}
	m.spent = used()
	return m
}

// now is the meter's clock, in nanoseconds; never 0.
func (m *loadMeter) now() int64 { return int64(time.Since(m.start)) | 1 }

// time is the meter's time at a moment.
func (p *pace) time(at int64) int64 {
	i := len(p.marks) - 1
	if last := &p.marks[i]; at >= last.at {
		return last.time + int64(float64(at-last.at)*p.share)
	}
	for i > 0 && at < p.marks[i].at {
		i--
	}
	a, b := &p.marks[i], &p.marks[i+1]
	if a.at == b.at {
		return a.time
	}
	return a.time + int64(float64(at-a.at)/float64(b.at-a.at)*float64(b.time-a.time))
}

// look compares again. seeming gives the time that tasks seem to have run. It reports whether it was time to look.
func (m *loadMeter) look(now int64, seeming func(now int64) int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now < m.next.Load() {
		return false
	}
	p := *m.pace.Load()
	spent, asked := m.used(), seeming(now)
	if ran := asked - m.asked; ran > 0 {
		p.share = min(max(float64(spent-m.spent)/float64(ran), 0), 1)
	}
	next := mark{now, p.time(now)}
	copy(p.marks[:], p.marks[1:])
	p.marks[len(p.marks)-1] = next
	m.spent, m.asked = spent, asked
	m.pace.Store(&p)
	m.next.Store(now + lookEvery)
	return true
}

// seeming is the time that all tasks there were seem to have run.
func (k *Kernel) seeming(now int64) int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	sum := k.goneSeeming
	for _, t := range k.tasks {
		sum += t.cpu.seeming(now)
	}
	return sum
}

// cpuMeter is a task's account. Its methods are its own goroutine's, but for times and seeming.
type cpuMeter struct {
	user, system atomic.Int64 // nanoseconds charged, in the engine and in the kernel
	since        atomic.Int64 // when it was charged last; 0 while the task waits or has not begun
	// credit is the time that the task seems to have run, less the present time while it runs, times two; odd if it does.
	credit atomic.Int64
}

// seeming is the time that the task seems to have run.
func (c *cpuMeter) seeming(now int64) int64 {
	v := c.credit.Load()
	if v&1 != 0 {
		return v>>1 + now
	}
	return v >> 1
}

// begin says that the task has a processor, or waits for one; end, that it waits for something else.
func (c *cpuMeter) begin(now int64) {
	c.credit.Store((c.credit.Load()>>1-now)<<1 | 1)
	c.since.Store(now)
}

func (c *cpuMeter) end(now int64) {
	c.credit.Store(c.seeming(now) << 1)
	c.since.Store(0)
}

// charge adds the time since the last charge to one of the task's counters.
func (t *Task) charge(to *atomic.Int64) (now int64) {
	m := t.Kernel.load
	now = m.now()
	if t.turn != nil {
		return now // executeInTurn counts
	}
	if now >= m.next.Load() && m.look(now, t.Kernel.seeming) {
		t.Kernel.wakeUnheard(now)
	}
	p := m.pace.Load()
	to.Add(p.time(now) - p.time(t.cpu.since.Load()))
	t.cpu.since.Store(now)
	return now
}

// wakeUnheard makes tasks come back that have been in their engine for long.
func (k *Kernel) wakeUnheard(now int64) {
	var late []*Task
	k.mu.Lock()
	for _, t := range k.tasks {
		if t.cpu.runsSince(now - unheard) {
			late = append(late, t)
		}
	}
	k.mu.Unlock()
	for _, t := range late {
		t.interrupt()
	}
}

// runsSince reports whether the task has not been charged since a time although it runs.
func (c *cpuMeter) runsSince(before int64) bool {
	since := c.since.Load()
	return since != 0 && since < before
}

// rest is called when the task begins to wait, resume when it goes on.
func (t *Task) rest() { t.cpu.end(t.charge(&t.cpu.system)) }

func (t *Task) resume() {
	if t.turn == nil {
		t.cpu.begin(t.Kernel.load.now())
	}
}

// CPUTime is the processor time that the task has used, in nanoseconds. Any goroutine may ask; a task that has run for long
// is made to tell, for the next time.
func (t *Task) CPUTime() (user, system int64) {
	if t.cpu.runsSince(t.Kernel.load.now() - staleAfter) {
		t.interrupt()
	}
	return t.cpu.user.Load(), t.cpu.system.Load()
}

package kernel

import "testing"

// Two tasks that seem to run all the time share one processor: each is charged half of it.
func TestLoadMeterSharesProcessors(t *testing.T) {
	var used int64
	m := newLoadMeter(func() int64 { return used })
	var a, b cpuMeter
	seeming := func(now int64) int64 { return a.seeming(now) + b.seeming(now) }
	a.begin(0)
	b.begin(0)
	used = lookEvery
	m.look(lookEvery, seeming)
	if got := m.pace.Load().time(lookEvery); got != lookEvery/2 {
		t.Errorf("%d ns of seeming to run are charged as %d", lookEvery, got)
	}
	a.end(lookEvery)
	used += 2 * lookEvery
	m.look(3*lookEvery, seeming)
	p := m.pace.Load()
	if got := p.time(4*lookEvery) - p.time(lookEvery); got != 3*lookEvery {
		t.Errorf("alone, %d ns of seeming to run are charged as %d", 3*lookEvery, got)
	}
	if got := p.time(2*lookEvery) - p.time(0); got != lookEvery/2+lookEvery {
		t.Errorf("the first half of the time is charged as %d", got)
	}
}

func TestCPUMeterCountsNoWaiting(t *testing.T) {
	var c cpuMeter
	c.begin(100)
	c.end(150)
	if got := c.seeming(1000); got != 50 {
		t.Errorf("%d after a run of 50", got)
	}
	c.begin(1000)
	if got := c.seeming(1030); got != 80 {
		t.Errorf("%d in the second run", got)
	}
}

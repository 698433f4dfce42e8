package guest

import (
	"math"
	"sync"
	"time"
)

// load is the load average: the processors that were busy, averaged over one, five and fifteen minutes. It is brought up
// to date when somebody asks, from the processor time used since.
type load struct {
	mu       sync.Mutex
	when     time.Duration // of the last update, since boot
	busy     time.Duration // processor time used by then
	averages [3]float64
}

// at gives the averages at a time since boot, when so much processor time has been used.
func (l *load) at(now, busy time.Duration) [3]float64 {
	const shortest = time.Second
	l.mu.Lock()
	defer l.mu.Unlock()
	span := now - l.when
	if span < shortest {
		return l.averages
	}
	share := float64(busy-l.busy) / float64(span)
	for i, minutes := range []float64{1, 5, 15} {
		keep := math.Exp(-span.Minutes() / minutes)
		l.averages[i] = l.averages[i]*keep + share*(1-keep)
	}
	l.when, l.busy = now, busy
	return l.averages
}

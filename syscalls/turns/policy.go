package turns

import (
	"math"
	"math/rand/v2"
)

// policy decides who is next and for how long. The lock of Turns is held during its calls.
type policy interface {
	add(t *Turn)
	choose(ready []*Turn) int
	slice(t *Turn) int64
	// ran is told what the task with the turn has executed when it enters the kernel, and reports whether it has to let
	// others go first.
	ran(t *Turn, instructions int64) bool
	yields(t *Turn)
}

// newPolicy is the one that a seed stands for: 0 is an ordinary fair scheduler; of the others, half choose at random, with
// slices that are from very short to long, and half by priorities.
func newPolicy(seed uint64, random *rand.Rand) policy {
	switch {
	case seed == 0:
		return fair{}
	case seed%2 == 1:
		return &randomly{random: random, mean: logUniform(random, 8, 20_000), calls: random.IntN(8)}
	}
	return newPriorities(random)
}

// logUniform is a number from low to high, each order of magnitude as likely as any other.
func logUniform(random *rand.Rand, low, high float64) float64 {
	return low * math.Exp(random.Float64()*math.Log(high/low))
}

// fair gives everybody the same slice, in the order in which they became ready.
type fair struct{}

// fairSlice is long enough for its end to cost little.
const fairSlice = 50_000

func (fair) add(*Turn)             {}
func (fair) choose([]*Turn) int    { return 0 }
func (fair) slice(*Turn) int64     { return fairSlice }
func (fair) ran(*Turn, int64) bool { return false }
func (fair) yields(*Turn)          {}

// randomly chooses at random, gives slices of random length, and now and then lets others go first at a system call. Slices
// become longer as the guest does, so that their number stays bearable.
type randomly struct {
	random *rand.Rand
	mean   float64 // of the length of a slice at first
	total  int64   // instructions so far
	calls  int     // how many of 8 system calls let others go first
}

// growth is by what part of all instructions a slice grows.
const growth = 1. / 20_000

func (p *randomly) add(*Turn)                {}
func (p *randomly) choose(ready []*Turn) int { return p.random.IntN(len(ready)) }
func (p *randomly) yields(*Turn)             {}

func (p *randomly) slice(*Turn) int64 {
	return 1 + int64(p.random.ExpFloat64()*(p.mean+float64(p.total)*growth))
}

func (p *randomly) ran(_ *Turn, instructions int64) bool {
	p.total += instructions
	return p.random.IntN(8) < p.calls
}

// priorities runs the task with the highest priority that can, and lowers that of the one that runs at a few moments (the PCT
// scheduler of Burckhardt and others, "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs"). So it finds what
// needs one task to be held up for long. Who yields, or goes on for very long, is lowered too: it may wait for others.
type priorities struct {
	random *rand.Rand
	lowest int64
	next   int64   // instructions until the next change
	later  []int64 // and from one change to the next after that
}

// enduring is for how long a task goes on before others get a chance.
const enduring = 100_000

func newPriorities(random *rand.Rand) *priorities {
	p := &priorities{random: random}
	span := logUniform(random, 100, 5_000_000)
	for range 1 + random.IntN(4) {
		p.later = append(p.later, 1+int64(random.Float64()*span))
	}
	p.arm()
	return p
}

// arm begins the way to the next change.
func (p *priorities) arm() {
	p.next = math.MaxInt64
	if len(p.later) > 0 {
		p.next, p.later = p.later[0], p.later[1:]
	}
}

func (p *priorities) add(t *Turn) { t.priority = 1 + int64(p.random.Uint64()>>2) }

func (p *priorities) choose(ready []*Turn) int {
	best := 0
	for i, t := range ready {
		if t.priority > ready[best].priority {
			best = i
		}
	}
	return best
}

func (p *priorities) slice(*Turn) int64 { return min(p.next, enduring) }

func (p *priorities) ran(_ *Turn, instructions int64) bool {
	if p.next -= instructions; p.next > 0 {
		return false
	}
	p.arm()
	return true
}

func (p *priorities) yields(t *Turn) {
	p.lowest--
	t.priority = p.lowest
}

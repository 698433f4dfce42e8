package turns

import (
	"math/rand/v2"
	"sync"
)

// Config is what Turns are made from.
type Config struct {
	Seed  uint64
	Start int64 // the monotonic clock at first, in nanoseconds
	Epoch int64 // the wall clock at Start, in nanoseconds since 1970
	// Settle, if it is not nil, returns when what tasks have set going in other goroutines is done. It is called after each
	// system call, and before another task goes on.
	Settle func()
	// Outside reports whether something outside the guest could still wake a task: a terminal, a pipe, the network.
	Outside func() bool
	// Deadlock is called, once, when every task waits and nothing could end it. It has to wake somebody.
	Deadlock func()
}

// Turns is a scheduler. It is safe for concurrent use.
type Turns struct {
	cfg Config

	mu        sync.Mutex
	policy    policy
	random    *rand.Rand
	now       int64
	idleSince int64 // when the last task has given up the turn
	timers    timerHeap
	sequence  uint64
	ready     []*Turn // in the order in which they became so
	alive     int
	current   *Turn // nil while nobody can go on
	choosing  bool  // somebody looks for the next one
	stuck     bool  // Deadlock was called
}

// New makes Turns with no task.
func New(cfg Config) *Turns {
	s := &Turns{cfg: cfg, now: cfg.Start, random: rand.New(rand.NewPCG(cfg.Seed, 0x6d75736c72756e))}
	s.policy = newPolicy(cfg.Seed, s.random)
	return s
}

// Turn is a task's place among the others.
type Turn struct {
	turns    *Turns
	start    chan struct{} // has one entry when the task may go on
	parked   bool          // the task waits for Wake
	woken    bool          // Wake came since the last Park
	left     int64         // instructions until the slice ends
	priority int64         // of the policy
}

// Add makes a place for a new task, which may go on when its turn comes: see Begin.
func (s *Turns) Add() *Turn {
	t := &Turn{turns: s, start: make(chan struct{}, 1)}
	s.mu.Lock()
	s.alive++
	s.policy.add(t)
	s.makeReady(t)
	s.mu.Unlock()
	return t
}

// Begin waits for the first turn. The task's goroutine calls it before anything else.
func (t *Turn) Begin() { <-t.start }

// End gives the turn up for ever.
func (t *Turn) End() {
	s := t.turns
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alive--
	s.handOn()
}

// Slice is how many instructions the task may execute now.
func (t *Turn) Slice() uint64 { return uint64(max(t.left, 1)) }

// What things take on the guest's clock, in nanoseconds.
const (
	PerInstruction = 1
	PerEntry       = 200 // of the kernel
)

// Ran tells that the task has executed instructions and has entered the kernel. Others may run before it returns.
func (t *Turn) Ran(instructions uint64) {
	s := t.turns
	t.left -= int64(instructions)
	s.mu.Lock()
	s.now += int64(instructions)*PerInstruction + PerEntry
	s.fireLocked()
	preempted := s.policy.ran(t, int64(instructions)) || t.left <= 0
	s.mu.Unlock()
	if preempted {
		t.Yield()
	}
}

// Settle returns when what the task's last call has set going in other goroutines is done.
func (t *Turn) Settle() { t.turns.settle() }

func (s *Turns) settle() {
	if s.cfg.Settle != nil {
		s.cfg.Settle()
	}
}

// settleLocked is settle with the lock held, which is let go of meanwhile.
func (s *Turns) settleLocked() {
	s.mu.Unlock()
	s.settle()
	s.mu.Lock()
}

// Yield lets others go first.
func (t *Turn) Yield() {
	s := t.turns
	s.mu.Lock()
	s.policy.yields(t)
	s.ready = append(s.ready, t)
	s.handOn()
	s.mu.Unlock()
	<-t.start
}

// Park waits until Wake is called, or returns at once if it was called since the last Park.
func (t *Turn) Park() {
	s := t.turns
	s.settle() // what the task waits for may be on its way
	s.mu.Lock()
	if t.woken {
		t.woken = false
		s.mu.Unlock()
		return
	}
	t.parked = true
	s.handOn()
	s.mu.Unlock()
	<-t.start
}

// Wake ends the present or the next Park. Any goroutine may call it.
func (t *Turn) Wake() {
	s := t.turns
	s.mu.Lock()
	defer s.mu.Unlock()
	if !t.parked {
		t.woken = true
		return
	}
	t.parked = false
	s.makeReady(t)
}

// makeReady queues a task, and lets it go if nobody else does. The lock is held.
func (s *Turns) makeReady(t *Turn) {
	s.ready = append(s.ready, t)
	if s.current == nil && !s.choosing {
		s.grant()
	}
}

// handOn gives the turn to the next task; to none if all wait for the outside. The lock is held, but let go of for a while.
func (s *Turns) handOn() {
	s.current, s.choosing, s.idleSince = nil, true, s.now
	s.settleLocked()
	for s.alive > 0 && len(s.ready) == 0 && s.wait() {
	}
	s.choosing = false
	if len(s.ready) > 0 {
		s.grant()
	}
}

// wait brings about what could make a task ready. It reports false if only the outside can.
func (s *Turns) wait() bool {
	switch {
	case len(s.timers) > 0 && (s.now-s.idleSince < patience || !s.onlyBackground()):
		s.now = max(s.now, s.timers[0].at)
		s.fireLocked()
		s.settleLocked()
	default:
		return s.deadlock()
	}
	return true
}

// patience is how long timers in the background alone let tasks hope: longer than any retransmission takes.
const patience = 3600 * 1_000_000_000

// deadlock tells of one. It reports false if it is none, or was told already.
func (s *Turns) deadlock() bool {
	if s.stuck || s.cfg.Deadlock == nil || s.cfg.Outside != nil && s.cfg.Outside() {
		return false
	}
	s.stuck = true
	s.mu.Unlock()
	s.cfg.Deadlock()
	s.mu.Lock()
	return true
}

// grant lets the task go on that the policy chooses. The lock is held, and somebody is ready.
func (s *Turns) grant() {
	i := s.policy.choose(s.ready)
	t := s.ready[i]
	s.ready = append(s.ready[:i], s.ready[i+1:]...)
	t.left = s.policy.slice(t)
	s.current = t
	t.start <- struct{}{}
}

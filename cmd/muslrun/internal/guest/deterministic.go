package guest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"

	"muslrun/arch/linux"
	"muslrun/syscalls/kernel"
	"muslrun/syscalls/turns"
)

// ErrDeadlock says that the guest was ended because all its tasks waited for ever.
var ErrDeadlock = errors.New("deadlock: every task of the guest waits, and nothing can end that; it was ended")

// epoch is when a deterministic guest boots: 2030-01-01, later than files are, and early enough for a 32-bit time_t.
const epoch = 1893456000 * 1_000_000_000

// uptime is the guest's when its first program starts.
const uptime = 100 * 1_000_000_000

// takeTurns makes the machine deterministic.
func (m *machine) takeTurns() {
	m.turns = turns.New(turns.Config{
		Seed: m.cfg.Seed, Start: uptime, Epoch: epoch,
		Settle: m.settle, Outside: m.outside, Deadlock: m.deadlock,
	})
	m.clock = turnsClock{m.turns}
	m.random = newSeeded(m.cfg.Seed)
}

// settle returns when the network is at rest.
func (m *machine) settle() {
	if m.network != nil {
		m.network.inet.Settle()
	}
}

// outside reports whether something outside could wake a task.
func (m *machine) outside() bool {
	return m.hostTerminal != nil || m.cfg.Net == NetUser || len(m.cfg.Publish) > 0 || m.stdio != nil && m.stdio.Waits()
}

// deadlock ends a guest whose tasks all wait for ever.
func (m *machine) deadlock() {
	var waits []string
	for _, g := range m.kernel.Groups() {
		for _, t := range g.Tasks() {
			waits = append(waits, fmt.Sprintf("%s (pid %d, task %d)", t.Name(), g.PID, t.TID))
		}
	}
	m.kernel.Fail(fmt.Errorf("%w: %s", ErrDeadlock, strings.Join(waits, ", ")))
	m.kernel.Kill(linux.SIGKILL)
}

// turnsClock is the clock of turns as the kernel wants it.
type turnsClock struct{ *turns.Turns }

// At implements kernel.Clock.
func (c turnsClock) At(monotonic int64, fn func()) kernel.Timer { return c.Turns.At(monotonic, fn) }

// netClock is that clock as netstack wants it.
type netClock struct{ turns *turns.Turns }

// Now implements tcpip.Clock.
func (c netClock) Now() time.Time { return time.Unix(0, c.turns.Now()-uptime+epoch) }

// NowMonotonic implements tcpip.Clock.
func (c netClock) NowMonotonic() tcpip.MonotonicTime {
	return tcpip.MonotonicTime{}.Add(time.Duration(c.turns.Now()))
}

// AfterFunc implements tcpip.Clock.
func (c netClock) AfterFunc(d time.Duration, f func()) tcpip.Timer {
	t := &netTimer{turns: c.turns, f: f}
	t.Reset(d)
	return t
}

// netTimer is a timer of netstack. It is in the background: no task waits for it.
type netTimer struct {
	turns *turns.Turns
	f     func()
	mu    sync.Mutex
	timer *turns.Timer
}

// Stop implements tcpip.Timer.
func (t *netTimer) Stop() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.timer.Stop()
}

// Reset implements tcpip.Timer.
func (t *netTimer) Reset(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.timer != nil {
		t.timer.Stop()
	}
	t.timer = t.turns.InBackground(t.turns.Now()+int64(d), t.f)
}

// seeded is random numbers that a seed decides.
type seeded struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func newSeeded(seed uint64) *seeded {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return &seeded{source: rand.NewChaCha8(key)}
}

// Read implements io.Reader.
func (s *seeded) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source.Read(p)
}

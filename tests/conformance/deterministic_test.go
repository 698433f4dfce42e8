package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"muslrun/tests/rig"
)

// repeated are programs with threads, signals, processes, timers, terminals and sockets.
var repeated = []string{
	"clocks", "epoll_many", "ipc_peers", "malloc", "patterns", "pipes", "processes_many", "session_stops", "signal_handlers",
	"signal_storm", "sockets_inet", "sockets_unix", "timer_posix", "tty_pty", "wait_states",
}

// TestDeterministic runs programs several times with the same seed: the system calls that they make, and all that they print,
// are the same.
func TestDeterministic(t *testing.T) {
	if underQemu() {
		t.Skip("it is about muslrun alone")
	}
	programs, err := rig.Programs()
	if err != nil {
		t.Fatal(err)
	}
	programs = slices.DeleteFunc(programs, func(p rig.Program) bool { return !slices.Contains(repeated, p.Name) })
	for _, target := range targets(t) {
		for _, p := range programs {
			for seed := range 3 {
				t.Run(fmt.Sprintf("%s/%s/%d", target.ABI, p.Name, seed), func(t *testing.T) {
					t.Parallel()
					repeat(t, target, p, seed)
				})
			}
		}
	}
}

// repeat runs a program three times with a seed.
func repeat(t *testing.T, target rig.Target, p rig.Program, seed int) {
	first := trace(t, target, p, seed)
	for range 2 {
		if again := trace(t, target, p, seed); again != first {
			t.Fatalf("seed %d gives another run:\n%s", seed, rig.DifferentLines(first, again))
		}
	}
}

// trace is what a run with a seed does.
func trace(t *testing.T, target rig.Target, p rig.Program, seed int) string {
	file := filepath.Join(t.TempDir(), "strace")
	runner := rig.Muslrun("--deterministic", fmt.Sprintf("--seed=%d", seed), "--sandbox", "--cwd=/tmp", "--strace="+file)
	r, err := p.Run(runner, target, rig.Static, p.Runs[0], t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	calls, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("status %d\n%s%s%s", r.Status, r.Stdout, r.Stderr, calls)
}

package conformance

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"muslrun/tests/rig"
)

// absent is the exit status by which a program of ours says that its subject is not there (check.h).
const absent = 77

// tested is the runner whose results are judged.
func tested(flags ...string) rig.Runner {
	if os.Getenv("MUSLRUN_UNDER") == "qemu" {
		return rig.Qemu
	}
	return rig.Muslrun(flags...)
}

// underQemu reports whether qemu-user stands in muslrun's place.
func underQemu() bool { return tested().Name == rig.Qemu.Name }

// targets gives the chosen ABIs whose compiler is there, and skips with the reason for the others.
func targets(t *testing.T) []rig.Target {
	t.Helper()
	chosen, err := rig.Select(os.Getenv("MUSLRUN_ABIS"))
	if err != nil {
		t.Fatal(err)
	}
	if err := rig.HaveMuslrun(); err != nil && !underQemu() {
		skip(t, "%v", err)
	}
	return chosen
}

// ready skips the test of an ABI that cannot be compiled for or run here.
func ready(t *testing.T, target rig.Target) {
	t.Helper()
	if !target.Unicorn && !underQemu() {
		skip(t, "no engine carries %s yet", target.ABI)
	}
	if _, err := target.Compiler(); err != nil {
		skip(t, "%v", err)
	}
	if underQemu() && target.QemuBinary() == "" {
		skip(t, "no qemu-user for %s", target.ABI)
	}
}

// A reference remembers native results: every ABI is compared with the same ones.
type reference struct {
	mu      sync.Mutex
	results map[string]func() (rig.Result, error)
}

func (r *reference) get(key string, run func() (rig.Result, error)) (rig.Result, error) {
	r.mu.Lock()
	if r.results == nil {
		r.results = map[string]func() (rig.Result, error){}
	}
	once, ok := r.results[key]
	if !ok {
		once = sync.OnceValues(run)
		r.results[key] = once
	}
	r.mu.Unlock()
	return once()
}

// difference says in which way got is not want, in at most a few lines; "" if they are equal.
func difference(want, got rig.Result) string {
	var out strings.Builder
	if want.Status != got.Status {
		fmt.Fprintf(&out, "status %d, natively %d\n", got.Status, want.Status)
	}
	out.WriteString(firstDifference(want.Stdout, got.Stdout))
	if out.Len() > 0 && got.Stderr != "" {
		fmt.Fprintf(&out, "stderr: %s\n", shorten(got.Stderr, 600))
	}
	return out.String()
}

// differencesShown bounds how many lines difference prints.
const differencesShown = 5

func firstDifference(want, got string) string {
	var out strings.Builder
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i, shown := 0, 0; i < max(len(a), len(b)) && shown < differencesShown; i++ {
		if x, y := line(a, i), line(b, i); x != y {
			fmt.Fprintf(&out, "line %d: %s\nnatively: %s\n", i+1, shorten(y, 200), shorten(x, 200))
			shown++
		}
	}
	return out.String()
}

func line(lines []string, i int) string {
	if i >= len(lines) {
		return "(the end)"
	}
	return lines[i]
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + " ..."
}

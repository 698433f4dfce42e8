package conformance

import (
	"strings"
	"testing"

	"muslrun/tests/rig"
)

// otherPrograms were not linked with musl: what they print when they run to their end (both are
// images/toolchain/hello.*, which the wrappers for musl are tried with too).
var otherPrograms = []struct{ how, output string }{
	{"glibc", "hello, musl"},
	{"go", "hello, go"},
}

// TestOthers runs a program linked with glibc and one from the Go compiler, for the ABIs that have them. They may ask
// for what the kernel does not have yet; then it must be visible what that was.
func TestOthers(t *testing.T) {
	for _, target := range targets(t) {
		for _, other := range otherPrograms {
			t.Run(target.ABI+"/"+other.how, func(t *testing.T) {
				t.Parallel()
				ready(t, target)
				program, err := target.Program(other.how, "hello")
				if err != nil {
					skip(t, "%v", err)
				}
				got, err := tested("--strace").Run(rig.Job{Target: target, Program: program, Dir: t.TempDir()})
				if err != nil {
					t.Fatal(err)
				}
				if strings.TrimSpace(got.Stdout) == other.output && got.Status == 0 {
					return
				}
				missing := firstMissing(got.Stderr)
				if missing == "" || underQemu() {
					t.Fatalf("status %d, printed %q, and no call was missing:\n%s", got.Status, got.Stdout,
						rig.Shorten(got.Stderr, 2000))
				}
				skip(t, "%s %s: the first missing call is %s", target.ABI, other.how, missing)
			})
		}
	}
}

// firstMissing finds the first call in a trace that ended with ENOSYS, "" if none did.
func firstMissing(trace string) string {
	for line := range strings.Lines(trace) {
		if strings.Contains(line, "ENOSYS") {
			name, _, _ := strings.Cut(line, "(")
			return strings.TrimSpace(name)
		}
	}
	return ""
}

package conformance

import (
	"os"
	"path/filepath"
	"testing"

	"muslrun/tests/rig"
)

// Steps whose output names something of the run: the files they keep may differ.
var personal = []string{"where", "me", "temporary"}

// TestBusybox takes busybox through testdata/busybox.steps, with the native busybox beside it in a directory of its
// own: after every step outputs and statuses must agree, and at the end the two trees.
func TestBusybox(t *testing.T) {
	text, err := os.ReadFile("testdata/busybox.steps")
	if err != nil {
		t.Fatal(err)
	}
	steps, err := parseSteps(string(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range targets(t) {
		for _, how := range []rig.Link{rig.Static, rig.Dynamic} {
			t.Run(target.ABI+"/"+string(how), func(t *testing.T) {
				t.Parallel()
				program, reference := thirdParty(t, target, how, "busybox")
				testSteps(t, target, steps, program, reference)
			})
		}
	}
}

// thirdParty gives a program of images/toolchain for the target, and the native one to compare it with.
func thirdParty(t *testing.T, target rig.Target, how rig.Link, name string) (program, reference string) {
	t.Helper()
	ready(t, target)
	program, err := target.Program(string(how), name)
	if err != nil {
		skip(t, "%v", err)
	}
	reference, err = rig.Target{ABI: rig.NativeABI}.Program(string(rig.Static), name)
	if err != nil {
		skip(t, "%v", err)
	}
	return program, reference
}

// mostFailures is after how many failed steps a sequence is given up: the rest follows from them.
const mostFailures = 8

func testSteps(t *testing.T, target rig.Target, steps []step, program, reference string) {
	here, there := t.TempDir(), t.TempDir()
	failures := 0
	for _, s := range steps {
		want, err := s.run(rig.Native, target, reference, there)
		if err != nil {
			t.Fatalf("natively: %s: %v", s.line, err)
		}
		got, err := s.run(tested(), target, program, here)
		if err != nil {
			t.Fatalf("%s: %v", s.line, err)
		}
		if d := rig.Difference(want, got); d != "" {
			t.Errorf("busybox %s\n%s", s.line, d)
			failures++
		}
		if failures == mostFailures {
			t.Fatal("too many steps fail: the others are not tried")
		}
	}
	compareTrees(t, there, here)
}

func compareTrees(t *testing.T, want, got string) {
	t.Helper()
	var trees [2]string
	for i, dir := range []string{want, got} {
		tidy(dir)
		tree, err := snapshot(dir)
		if err != nil {
			t.Fatal(err)
		}
		trees[i] = tree
	}
	if d := rig.DifferentLines(trees[0], trees[1]); d != "" {
		t.Errorf("the trees differ at the end: %s", d)
	}
}

// tidy removes what legitimately differs between two runs.
func tidy(dir string) {
	for _, name := range personal {
		os.Remove(filepath.Join(dir, name))
	}
}

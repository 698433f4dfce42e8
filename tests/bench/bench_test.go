package main

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestWhy(t *testing.T) {
	for _, c := range []struct {
		s    sample
		want string
	}{
		{sample{output: "sieve 0.1 0000 0.1\n"}, ""},
		{sample{output: "fork - fork: Function not implemented\n", status: 3}, "fork: Function not implemented"},
		{sample{output: "first\nlast words\n", status: 139}, "status 139: last words"},
	} {
		if got := why(c.s, nil); got != c.want {
			t.Errorf("%+v: %q, want %q", c.s, got, c.want)
		}
	}
}

func TestNewRow(t *testing.T) {
	runners := []*runner{{name: "a", idle: time.Second}, {name: "b"}, {name: "native"}}
	run := func(output string, cpu ...time.Duration) (all []sample) {
		for _, d := range cpu {
			all = append(all, sample{output: output, cpu: d})
		}
		return all
	}
	r := newRow(workload{"g", "w"}, runners, [][]sample{
		run("w 1 abc 1", 5*time.Second, 3*time.Second, 4*time.Second), run("w 1 xyz 1", time.Second),
		run("w 1 abc 1", time.Second)}, []string{"", "", ""})
	if r.cpu[0] != 3*time.Second || r.cpu[1] != 0 || r.cpu[2] != time.Second {
		t.Errorf("medians less the idle time: %v", r.cpu)
	}
	if !strings.Contains(r.failure, "b: not run: wrong checksum xyz") {
		t.Errorf("failure: %q", r.failure)
	}
}

func TestGeometricMean(t *testing.T) {
	rows := []row{
		{workload: workload{"g", "x"}, cpu: []time.Duration{2, 1}},
		{workload: workload{"g", "y"}, cpu: []time.Duration{8, 1}},
		{workload: workload{"g", "z"}, cpu: []time.Duration{0, 1}},
		{workload: workload{"h", "z"}, cpu: []time.Duration{0, 1}},
	}
	if got := geometricMean(rows, "g", 1); math.Abs(got-4) > 1e-9 {
		t.Errorf("got %v, want 4", got)
	}
	if !math.IsNaN(geometricMean(rows, "h", 1)) {
		t.Error("a group without figures has a mean")
	}
}

func TestReport(t *testing.T) {
	var out strings.Builder
	reportRows(&out, []row{{workload: workload{"g", "x"}, cpu: []time.Duration{3e6, 1e6, 0}, failure: "c: why. "}},
		[]string{"muslrun", "b", "c"})
	for _, want := range []string{"| x | g | 3.00 | 1.00 | - | 3.00 | - | c: why. |", "| g | 3.00 | - |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("want %q in\n%s", want, &out)
		}
	}
}

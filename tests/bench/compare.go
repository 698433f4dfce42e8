package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// startupRuns is how often a program is started to learn what starting costs.
const startupRuns = 11

// A row is one workload's result: a median for each runner, or why there is none.
type row struct {
	workload
	cpu     []time.Duration
	failure string
}

// startup prints what it costs to start a program, and remembers it for the workloads.
func (b *bench) startup(runners []*runner) {
	fmt.Print("\n| start-up | runner | CPU ms | wall ms | peak MiB |\n|---|---|---:|---:|---:|\n")
	for _, kind := range []struct {
		name    string
		program func(*runner) string
	}{
		{"nothing, static", func(r *runner) string { return r.programs.tiny }},
		{"hello, static", func(r *runner) string { return r.programs.helloStatic }},
		{"hello, dynamic", func(r *runner) string { return r.programs.helloDynamic }},
	} {
		samples, failures := b.alternate(runners, startupRuns, kind.program)
		for i, r := range runners {
			if failures[i] != "" {
				fmt.Printf("| %s | %s | not run: %s |||\n", kind.name, r.name, failures[i])
				continue
			}
			cpu := median(samples[i], func(s sample) time.Duration { return s.cpu })
			wall := median(samples[i], func(s sample) time.Duration { return s.wall })
			peak := median(samples[i], func(s sample) int64 { return s.peak })
			if kind.name == "nothing, static" {
				r.idle = cpu
			}
			fmt.Printf("| %s | %s | %.1f | %.1f | %.1f |\n", kind.name, r.name, milliseconds(cpu), milliseconds(wall),
				float64(peak)/1024)
		}
	}
}

// alternate runs a program n times under each runner, in turn. A runner that fails once is not asked again.
func (b *bench) alternate(runners []*runner, n int, program func(*runner) string, arguments ...string) (
	samples [][]sample, failures []string) {
	samples, failures = make([][]sample, len(runners)), make([]string, len(runners))
	for range n {
		for i, r := range runners {
			if failures[i] != "" {
				continue
			}
			s, err := b.run(r, program(r), arguments...)
			if failures[i] = why(s, err); failures[i] == "" {
				samples[i] = append(samples[i], s)
			}
		}
	}
	return samples, failures
}

// why says in one line why a run is not counted, "" if it is.
func why(s sample, err error) string {
	output := strings.TrimSpace(s.output)
	last := output[strings.LastIndexByte(output, '\n')+1:]
	switch {
	case err != nil:
		return err.Error()
	case strings.Contains(last, " - "):
		_, reason, _ := strings.Cut(last, " - ")
		return reason
	case s.status != 0:
		return fmt.Sprintf("status %d: %s", s.status, last)
	}
	return ""
}

// compute measures the workloads, with a sign of life for each.
func (b *bench) compute(runners []*runner) []row {
	var rows []row
	for i, w := range b.list {
		fmt.Fprintf(os.Stderr, "\r\033[K%d of %d: %s", i+1, len(b.list), w.name)
		samples, failures := b.alternate(runners, b.runs, func(r *runner) string { return r.programs.bench },
			"-s", fmt.Sprint(b.scale), w.name)
		rows = append(rows, newRow(w, runners, samples, failures))
	}
	fmt.Fprint(os.Stderr, "\r\033[K")
	return rows
}

func newRow(w workload, runners []*runner, samples [][]sample, failures []string) row {
	r := row{workload: w, cpu: make([]time.Duration, len(runners))}
	reference := samples[len(runners)-1]
	for i, runner := range runners {
		switch {
		case failures[i] != "":
			r.fail(runner.name, failures[i])
		case len(reference) > 0 && checksum(samples[i][0]) != checksum(reference[0]):
			r.fail(runner.name, "wrong checksum "+checksum(samples[i][0]))
		default:
			cpu := median(samples[i], func(s sample) time.Duration { return s.cpu })
			r.cpu[i] = max(cpu-runner.idle, 10*time.Microsecond)
		}
	}
	return r
}

func (r *row) fail(runner, reason string) {
	r.failure += fmt.Sprintf("%s: not run: %s. ", runner, reason)
}

// checksum is the third word that a workload prints.
func checksum(s sample) string {
	words := strings.Fields(s.output)
	if len(words) < 3 {
		return "(none)"
	}
	return words[2]
}

// median gives the middle one of what value finds in the samples.
func median[T cmp.Ordered](samples []sample, value func(sample) T) T {
	values := make([]T, len(samples))
	for i, s := range samples {
		values[i] = value(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

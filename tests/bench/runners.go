package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"muslrun/tests/rig"
)

// timeLimit ends a run that takes far longer than any should.
const timeLimit = 5 * time.Minute

// A bench is one use of the command: what was asked for, and where it works.
type bench struct {
	options
	dir     string // the programs' working directory
	measure string // measure.c, built
	native  programs
	list    []workload
}

// A workload is a line of `bench -l`.
type workload struct{ group, name string }

// programs are the files that one ABI's runs need.
type programs struct{ bench, helloStatic, helloDynamic, tiny string }

// A runner starts the programs of one ABI in one way.
type runner struct {
	name     string
	words    []string // before the program's own
	programs programs
	idle     time.Duration // CPU time of a program that does nothing
}

// A sample is what one run cost.
type sample struct {
	cpu, wall time.Duration
	peak      int64 // KiB
	status    int
	output    string
}

// benchFlags undo what rig does for exact results: here the compiler may do what it does for users.
var benchFlags = []string{"-ffp-contract=fast", "-fno-rounding-math"}

func newBench(o options) (*bench, error) {
	b := &bench{options: o}
	native := rig.Target{ABI: rig.NativeABI}
	var err error
	if b.native, err = build(native, true); err != nil {
		return nil, err
	}
	measure := rig.Recipe{Name: "measure", Sources: []string{source("../measure/measure.c")}, Link: rig.Static}
	if b.measure, err = native.Build(measure); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "muslrun-bench"); err != nil {
		return nil, err
	}
	if b.list, err = listWorkloads(b.native.bench, o.workloads); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) close() { os.RemoveAll(b.dir) }

func source(name string) string { return filepath.Join(rig.Root(), "tests/bench/workloads", name) }

// build makes the programs for a target.
func build(target rig.Target, native bool) (p programs, err error) {
	all, err := filepath.Glob(source("*.c"))
	if err != nil {
		return p, err
	}
	tiny := source("tiny.c")
	sources := slices.DeleteFunc(all, func(s string) bool { return s == tiny })
	hello := filepath.Join(rig.Root(), "tests/programs/hello.c")
	for _, made := range []struct {
		path   *string
		recipe rig.Recipe
	}{
		{&p.bench, rig.Recipe{Name: "bench", Sources: sources, Headers: []string{source("bench.h")}, Flags: benchFlags}},
		{&p.tiny, rig.Recipe{Name: "tiny", Sources: []string{tiny}}},
		{&p.helloStatic, rig.Recipe{Name: "hello", Sources: []string{hello}}},
		{&p.helloDynamic, rig.Recipe{Name: "hello", Sources: []string{hello}, Link: rig.Dynamic, Native: native}},
	} {
		if made.recipe.Link == "" {
			made.recipe.Link = rig.Static
		}
		if *made.path, err = target.Build(made.recipe); err != nil {
			return p, err
		}
	}
	return p, nil
}

// listWorkloads asks the program for its workloads and keeps the wanted ones.
func listWorkloads(program, wanted string) ([]workload, error) {
	out, err := exec.Command(program, "-l").Output()
	if err != nil {
		return nil, fmt.Errorf("%s -l: %w", program, err)
	}
	names := strings.FieldsFunc(wanted, func(r rune) bool { return r == ',' || r == ' ' })
	var list []workload
	for line := range strings.Lines(string(out)) {
		group, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if len(names) == 0 || slices.Contains(names, group) || slices.Contains(names, name) {
			list = append(list, workload{group, name})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no workload is called %s; all are:\n%s", wanted, out)
	}
	return list, nil
}

// runners gives the ways to run the target's programs; qemu-user is left out where it is not installed.
func (b *bench) runners(target rig.Target) ([]*runner, error) {
	guest, err := build(target, false)
	if err != nil {
		return nil, err
	}
	if err := b.show(guest.tiny); err != nil {
		return nil, err
	}
	spawn := []string{"BENCH_SPAWN=" + shown}
	all := []*runner{{name: "muslrun", words: rig.Muslrun().Words(target, spawn), programs: guest}}
	if target.QemuBinary() != "" {
		all = append(all, &runner{name: "qemu-user", words: rig.Qemu.Words(target, nil), programs: guest})
	}
	return append(all, &runner{name: "native", programs: b.native}), nil
}

// shown is where the guests of muslrun, which see only the working directory, find the program that they spawn.
const shown = "./tiny"

func (b *bench) show(tiny string) error {
	program, err := os.ReadFile(tiny)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.dir, shown), program, 0o755)
}

// run starts a program once under r, with a program to spawn for those who want one.
func (b *bench) run(r *runner, program string, arguments ...string) (sample, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeLimit)
	defer cancel()
	usage := filepath.Join(b.dir, ".usage")
	words := slices.Concat([]string{usage}, r.words, []string{program}, arguments)
	cmd := exec.CommandContext(ctx, b.measure, words...)
	cmd.Dir = b.dir
	cmd.Env = []string{"HOME=" + os.Getenv("HOME"), "MUSLRUN_CACHE=" + rig.Cache(), "BENCH_SPAWN=" + r.spawn()}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return sample{}, fmt.Errorf("did not end within %v", timeLimit)
		}
		return sample{}, err
	}
	s, err := readSample(usage)
	s.output = output.String()
	return s, err
}

// spawn is the command line that starts a program which does nothing; guests of muslrun are told another (see show).
func (r *runner) spawn() string {
	if r.name == rig.Qemu.Name {
		return strings.Join(append(r.words, r.programs.tiny), " ")
	}
	return r.programs.tiny
}

// readSample reads what measure wrote.
func readSample(path string) (sample, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return sample{}, err
	}
	defer os.Remove(path)
	var n [4]int64
	for i, field := range strings.Fields(string(text)) {
		if n[i], err = strconv.ParseInt(field, 10, 64); err != nil {
			return sample{}, err
		}
	}
	return sample{
		status: int(n[0]),
		cpu:    time.Duration(n[1]) * time.Microsecond,
		peak:   n[2],
		wall:   time.Duration(n[3]) * time.Microsecond,
	}, nil
}

package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muslrun/tests/rig"
)

// environment is what our programs see; environment.c asks for it.
var environment = []string{"CHECK_GIVEN=by the runner", "CHECK_EMPTY="}

// A place is where a program's relative file names lead.
type place struct {
	name  string
	flags []string // for muslrun
}

// A program that writes files is run in both: a file system of the host behaves as one in memory.
var (
	onHost   = place{"host", nil}
	inMemory = place{"memory", []string{"--sandbox", "--cwd", "/tmp"}}
)

func places(p rig.Program) []place {
	if p.Files && !underQemu() && p.With == "" {
		return []place{onHost, inMemory}
	}
	return []place{onHost}
}

// TestPrograms runs every program of tests/programs for every ABI.
func TestPrograms(t *testing.T) {
	programs, err := rig.Programs()
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range targets(t) {
		t.Run(target.ABI, func(t *testing.T) {
			ready(t, target)
			for _, p := range programs {
				for _, link := range p.Links {
					t.Run(string(link)+"/"+p.Name, func(t *testing.T) { testProgram(t, target, p, link) })
				}
			}
		})
	}
}

func testProgram(t *testing.T, target rig.Target, p rig.Program, link rig.Link) {
	t.Parallel()
	if p.Long && testing.Short() {
		skip(t, "takes long, and -short was given: %s", p.Name)
	}
	for _, args := range p.Runs {
		for _, where := range places(p) {
			t.Run(strings.Join(append([]string{where.name}, args...), "_"), func(t *testing.T) {
				compareProgram(t, target, p, link, args, where)
			})
		}
	}
}

func compareProgram(t *testing.T, target rig.Target, p rig.Program, link rig.Link, args []string, where place) {
	want, err := nativeRun(t, p, link, args)
	if err != nil {
		t.Fatalf("the native run: %v", err)
	}
	if strings.Contains("\n"+want.Stdout, "\nFAILED ") {
		t.Fatalf("the program fails on the real Linux:\n%s", want.Stdout)
	}
	got, err := run(t, tested(where.flags...), target, p, p.Recipe(link), args)
	if err != nil {
		t.Fatal(err)
	}
	if want.Status == absent || got.Status == absent {
		skip(t, "%s: %s %q: %s", target.ABI, p.Name, args, strings.TrimSpace(got.Stdout))
	}
	if d := difference(want, got); d != "" {
		t.Errorf("%s%s", d, secondOpinion(t, target, p, link, args, want))
	}
}

var native reference

// nativeRun is the reference: the program built for this machine, run by its kernel.
func nativeRun(t *testing.T, p rig.Program, link rig.Link, args []string) (rig.Result, error) {
	return native.get(fmt.Sprint(p.Name, link, args), func() (rig.Result, error) {
		recipe := p.Recipe(link)
		recipe.Native = true
		return run(t, rig.Native, rig.Target{ABI: rig.NativeABI}, p, recipe, args)
	})
}

// run builds the program and runs it in a directory of its own.
func run(t *testing.T, runner rig.Runner, target rig.Target, p rig.Program, recipe rig.Recipe, args []string) (
	rig.Result, error) {
	path, err := target.Build(recipe)
	if err != nil {
		return rig.Result{}, err
	}
	dir := t.TempDir()
	if p.With != "" {
		if err := addLibrary(target, p, dir); err != nil {
			return rig.Result{}, err
		}
	}
	return runner.Run(rig.Job{Target: target, Program: path, Args: args, Dir: dir, Env: environment, Stdin: p.Stdin})
}

func addLibrary(target rig.Target, p rig.Program, dir string) error {
	path, err := target.Build(p.Library())
	if err != nil {
		return err
	}
	library, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, filepath.Base(path)), library, 0o755)
}

// secondOpinion says how qemu-user fares in the run that differs from want.
func secondOpinion(t *testing.T, target rig.Target, p rig.Program, link rig.Link, args []string, want rig.Result) string {
	if target.QemuBinary() == "" || underQemu() {
		return ""
	}
	got, err := run(t, rig.Qemu, target, p, p.Recipe(link), args)
	if err != nil {
		return fmt.Sprintf("qemu-user: %v\n", err)
	}
	if d := difference(want, got); d != "" {
		return "qemu-user differs too: " + d
	}
	return "qemu-user gives the native result\n"
}

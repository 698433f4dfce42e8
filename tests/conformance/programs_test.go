package conformance

import (
	"fmt"
	"strings"
	"testing"

	"muslrun/tests/rig"
)

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
	want, err := native.Get(p, link, args, t.TempDir)
	if err != nil {
		t.Fatalf("the native run: %v", err)
	}
	if strings.Contains("\n"+want.Stdout, "\nFAILED ") {
		t.Fatalf("the program fails on the real Linux:\n%s", want.Stdout)
	}
	got, err := p.Run(tested(where.flags...), target, link, args, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if want.Status == absent || got.Status == absent {
		skip(t, "%s: %s %q: %s", target.ABI, p.Name, args, strings.TrimSpace(got.Stdout))
	}
	d := rig.Difference(want, got)
	reason := ""
	if !underQemu() {
		reason = knownGap(target.ABI, p.Name, d != "")
	}
	if d != "" && reason != "" {
		skip(t, "%s: %s differs: %s", target.ABI, p.Name, reason)
	}
	if d != "" {
		t.Errorf("%s%s", d, secondOpinion(t, target, p, link, args, want))
	}
}

// native holds the results that every ABI is compared with.
var native rig.Reference

// secondOpinion says how qemu-user fares in the run that differs from want.
func secondOpinion(t *testing.T, target rig.Target, p rig.Program, link rig.Link, args []string,
	want rig.Result) string {
	if target.QemuBinary() == "" || underQemu() {
		return ""
	}
	got, err := p.Run(rig.Qemu, target, link, args, t.TempDir())
	if err != nil {
		return fmt.Sprintf("qemu-user: %v\n", err)
	}
	if d := rig.Difference(want, got); d != "" {
		return "qemu-user differs too: " + d
	}
	return "qemu-user gives the native result\n"
}

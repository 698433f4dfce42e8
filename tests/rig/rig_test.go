package rig

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseTargets(t *testing.T) {
	table := "# The table.\n#\n# abi\tset\truns\tqemu\n#\nx86_64\tquick\tyes\tx86_64\nx32\t\tmain\tno\t-\n"
	got, err := parseTargets(table)
	want := []Target{{"x86_64", "quick", true, "x86_64"}, {"x32", "main", false, ""}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v %v, want %v", got, err, want)
	}
	if _, err := parseTargets("# abi\tset\nshort\n"); err == nil {
		t.Error("a short line is accepted")
	}
}

func TestSelect(t *testing.T) {
	for choice, want := range map[string]int{"": 5, "quick": 5, "mips": 1, "mips,s390x": 2, "mips s390x m68k": 3} {
		if got, err := Select(choice); err != nil || len(got) != want {
			t.Errorf("Select(%q) = %d targets, %v; want %d", choice, len(got), err, want)
		}
	}
	carried, err := Select("main")
	if err != nil || len(carried) < 15 || slices.ContainsFunc(carried, func(t Target) bool { return !t.Runs }) {
		t.Errorf("main: %v %v", carried, err)
	}
	if all, err := Select("all"); err != nil || len(all) <= len(carried) || all[0].ABI != NativeABI {
		t.Errorf("all: %v %v", all, err)
	}
	if _, err := Select("pdp11"); err == nil {
		t.Error("an unknown ABI is accepted")
	}
}

func TestWords(t *testing.T) {
	got, err := Words(`  one "two three" "" "\u00e9" four `)
	if want := []string{"one", "two three", "", "é", "four"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q %v", got, err)
	}
	if _, err := Words(`"open`); err == nil {
		t.Error("an open quote is accepted")
	}
}

func TestParseProgram(t *testing.T) {
	p, err := parseProgram("/* Title: x\n *\n * run: a b\n * run:\n * link: dynamic\n * with: lib\n * files: yes\n */")
	if err != nil || len(p.Runs) != 2 || len(p.Runs[0]) != 2 || p.Links[0] != Dynamic || p.With != "lib" || !p.Files {
		t.Errorf("got %+v %v", p, err)
	}
	if p, _ := parseProgram("/* Title. */"); len(p.Runs) != 1 || len(p.Links) != 2 {
		t.Errorf("defaults: %+v", p)
	}
}

// TestRun checks what a Result says, with the machine's own shell as the program.
func TestRun(t *testing.T) {
	sh := func(script string) (Result, error) {
		return Native.Run(Job{Program: "/bin/sh", Args: []string{"-c", script}, Dir: t.TempDir(), Env: []string{"A=b"},
			Stdin: "input", Timeout: 500 * time.Millisecond})
	}
	cases := []struct {
		script, stdout, stderr string
		status                 int
	}{
		{"cat; echo $A", "inputb\n", "", 0},
		{"echo oops >&2; exit 3", "", "oops\n", 3},
		{"kill -9 $$", "", "", 137},
	}
	for _, c := range cases {
		r, err := sh(c.script)
		if err != nil || r.Stdout != c.stdout || r.Stderr != c.stderr || r.Status != c.status {
			t.Errorf("%s: %+v %v", c.script, r, err)
		}
	}
	for _, endless := range []string{"sleep 100", "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done"} {
		if _, err := sh(endless); err == nil {
			t.Errorf("%s: no error", endless)
		}
	}
}

// TestBuildAgain checks that a build is repeated when, and only when, what it is made from changes.
func TestBuildAgain(t *testing.T) {
	target := Target{ABI: NativeABI}
	if _, err := target.Compiler(); err != nil {
		t.Skip(err)
	}
	source := filepath.Join(t.TempDir(), "answer.c")
	build := func(text string) string {
		t.Helper()
		if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		path, err := target.Build(Recipe{Name: "answer", Sources: []string{source}, Link: Static})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(filepath.Dir(path)) })
		return path
	}
	first := build("int main(void) { return 42; }\n")
	if again := build("int main(void) { return 42; }\n"); again != first {
		t.Errorf("built again: %s and %s", first, again)
	}
	if other := build("int main(void) { return 43; }\n"); other == first {
		t.Error("a changed source gives the same program")
	}
	if r, err := Native.Run(Job{Program: first}); err != nil || r.Status != 42 {
		t.Errorf("ran as %+v %v", r, err)
	}
}

func TestDifference(t *testing.T) {
	want := Result{Stdout: "a\nb\nc\n"}
	if d := Difference(want, want); d != "" {
		t.Errorf("equal results differ: %s", d)
	}
	for _, got := range []Result{{Stdout: "a\nB\nc\n"}, {Stdout: "a\nb\n"}, {Stdout: "a\nb\nc\nd\n"}, {Stdout: "a\nb\nc"},
		{Stdout: "a\nb\nc\n", Status: 1}} {
		if Difference(want, got) == "" {
			t.Errorf("%+v counts as equal", got)
		}
	}
}

// TestGaps checks that every known gap names a program and ABIs that exist.
func TestGaps(t *testing.T) {
	gaps, err := Gaps()
	if err != nil {
		t.Fatal(err)
	}
	programs, err := Programs()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range gaps {
		if _, err := Select(strings.Join(g.ABIs, " ")); err != nil || len(g.Reason) < 20 {
			t.Errorf("%+v: %v", g, err)
		}
		if !slices.ContainsFunc(programs, func(p Program) bool { return g.Covers(g.ABIs[0], p.Name) }) {
			t.Errorf("there is no program %s", g.Program)
		}
	}
	if _, err := parseGaps("one column\n"); err == nil {
		t.Error("a short line is accepted")
	}
}

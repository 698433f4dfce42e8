package conformance

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"muslrun/tests/rig"
)

// footprint is what a process of the host takes.
type footprint struct{ files, mappings, threads, kilobytes int }

func footprintOf(pid int) (f footprint, err error) {
	dir := fmt.Sprintf("/proc/%d/", pid)
	files, err := os.ReadDir(dir + "fd")
	if err != nil {
		return f, err
	}
	maps, err := os.ReadFile(dir + "maps")
	if err != nil {
		return f, err
	}
	status, err := os.ReadFile(dir + "status")
	f.files, f.mappings = len(files), bytes.Count(maps, []byte("\n"))
	for line := range strings.Lines(string(status)) {
		words := strings.Fields(line)
		switch words[0] {
		case "VmRSS:":
			f.kilobytes, _ = strconv.Atoi(words[1])
		case "Threads:":
			f.threads, _ = strconv.Atoi(words[1])
		}
	}
	return f, err
}

const (
	leakRounds = 8
	warmUp     = 3 // rounds until pools are full and the garbage collector has found its pace
	leakTimes  = 12
)

// TestLeaks looks at muslrun between rounds of some hundred processes and threads that end in every way.
func TestLeaks(t *testing.T) {
	for _, target := range targets(t) {
		t.Run(target.ABI, func(t *testing.T) {
			t.Parallel()
			ready(t, target)
			program, err := target.Build(rig.Recipe{Name: "leaks", Sources: []string{"testdata/leaks.c"}, Link: rig.Static})
			if err != nil {
				t.Fatal(err)
			}
			rounds := playLeaks(t, program)
			t.Logf("%+v", rounds)
			checkLeaks(t, rounds[warmUp:])
		})
	}
}

// checkLeaks compares the later rounds with the earlier ones. A leak grows in every round, by as much as the round has
// processes; noise does not.
func checkLeaks(t *testing.T, rounds []footprint) {
	t.Helper()
	half := len(rounds) / 2
	least := func(of []footprint, what func(footprint) int) int {
		n := what(of[0])
		for _, f := range of[1:] {
			n = min(n, what(f))
		}
		return n
	}
	for _, c := range []struct {
		name  string
		what  func(footprint) int
		slack int
	}{
		{"descriptors", func(f footprint) int { return f.files }, 2},
		{"mappings", func(f footprint) int { return f.mappings }, 40},
		{"threads", func(f footprint) int { return f.threads }, 8},
		{"kilobytes", func(f footprint) int { return f.kilobytes }, 8 << 10},
	} {
		before, after := least(rounds[:half], c.what), least(rounds[half:], c.what)
		if after > before+c.slack {
			t.Errorf("%d %s, later %d: %+v", before, c.name, after, rounds)
		}
	}
}

// playLeaks runs the program and gives muslrun's footprint before each round and at the end of the last.
func playLeaks(t *testing.T, program string) (rounds []footprint) {
	t.Helper()
	cmd := exec.Command(rig.MuslrunBinary(), program, strconv.Itoa(leakRounds), strconv.Itoa(leakTimes))
	cmd.Dir, cmd.Stderr = filepath.Dir(program), os.Stderr
	cmd.Env = []string{"HOME=" + os.Getenv("HOME"), "MUSLRUN_CACHE=" + rig.Cache()}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(3*time.Minute, func() { _ = cmd.Process.Kill() }).Stop()
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() == "round" {
		f, err := footprintOf(cmd.Process.Pid)
		if err != nil {
			t.Fatal(err)
		}
		rounds = append(rounds, f)
		_, _ = in.Write([]byte("go\n"))
	}
	if err := cmd.Wait(); err != nil || len(rounds) != leakRounds {
		t.Fatalf("%v after %d rounds of %d: %s", err, len(rounds), leakRounds, lines.Text())
	}
	return rounds
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"muslrun/tests/rig"
)

// A session tries the examples, and keeps what came of it.
type session struct {
	dir      string
	examples []rig.Program
	native   rig.Reference
	gaps     []rig.Gap
	rows     [][]string
	failures []string
	notes    []string // known gaps that were met
}

// An outcome is a cell of the table, and what went wrong if something did.
type outcome struct{ text, failure string }

func newSession() (*session, error) {
	all, err := rig.Programs()
	if err != nil {
		return nil, err
	}
	chosen := slices.DeleteFunc(all, func(p rig.Program) bool { return !slices.Contains(examples, p.Name) })
	gaps, err := rig.Gaps()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "muslrun-examples")
	return &session{dir: dir, examples: chosen, gaps: gaps}, err
}

func (s *session) close() { os.RemoveAll(s.dir) }

// fresh gives a new directory to run in.
func (s *session) fresh() string {
	dir, err := os.MkdirTemp(s.dir, "run")
	if err != nil {
		return s.dir
	}
	return dir
}

// programs runs every example in every way that it asks for, and counts those whose every run is as natively.
func (s *session) programs(target rig.Target, link rig.Link) outcome {
	if _, err := target.Compiler(); err != nil {
		return outcome{"not built", ""}
	}
	good, failure := 0, ""
	for _, p := range s.examples {
		d := s.differs(target, p, link)
		switch {
		case d == "":
			good++
		case s.known(target, p):
		case failure == "":
			failure = p.Name + ": " + d
		}
	}
	return outcome{fmt.Sprintf("%d/%d", good, len(s.examples)), failure}
}

// known reports whether it is known that the program differs, and notes why.
func (s *session) known(target rig.Target, p rig.Program) bool {
	for _, g := range s.gaps {
		if !g.Covers(target.ABI, p.Name) {
			continue
		}
		if note := fmt.Sprintf("%s on %s: %s", p.Name, target.ABI, g.Reason); !slices.Contains(s.notes, note) {
			s.notes = append(s.notes, note)
		}
		return true
	}
	return false
}

// differs says how the program's first run that is not as natively differs, "" if there is none.
func (s *session) differs(target rig.Target, p rig.Program, link rig.Link) string {
	for _, args := range p.Runs {
		want, err := s.native.Get(p, link, args, s.fresh)
		if err != nil {
			return "natively: " + err.Error()
		}
		got, err := p.Run(rig.Muslrun(), target, link, args, s.fresh())
		if err != nil {
			return err.Error()
		}
		if d := rig.Difference(want, got); d != "" {
			return d
		}
	}
	return ""
}

// script is what lua and busybox are given to work on.
const script = `local t = {}
for i = 1, 1000 do t[i] = (i * 7919) % 1009 end
table.sort(t)
print(#t, t[1], t[500], t[1000], ("%.6f"):format(math.sqrt(2)), ("muslrun"):rep(2, " "))
`

// thirdParty runs a program that others wrote, static and dynamic.
func (s *session) thirdParty(target rig.Target, name string, args ...string) outcome {
	reference, err := rig.Target{ABI: rig.NativeABI}.Program(string(rig.Static), name)
	if err != nil {
		return outcome{"not built", ""}
	}
	want, err := rig.Native.Run(s.job(target, reference, args))
	if err != nil {
		return outcome{"failed", "natively: " + err.Error()}
	}
	for _, how := range []rig.Link{rig.Static, rig.Dynamic} {
		program, err := target.Program(string(how), name)
		if err != nil {
			return outcome{"not built", ""}
		}
		got, err := rig.Muslrun().Run(s.job(target, program, args))
		if err != nil {
			return outcome{"failed", err.Error()}
		}
		if d := rig.Difference(want, got); d != "" {
			return outcome{"failed", string(how) + ": " + d}
		}
	}
	return outcome{"yes", ""}
}

// job runs a program in a directory with the files that thirdParty's arguments name.
func (s *session) job(target rig.Target, program string, args []string) rig.Job {
	dir := s.fresh()
	for _, name := range []string{"input", "script"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o644); err != nil {
			panic(err) // a directory that was just made
		}
	}
	return rig.Job{Target: target, Program: program, Args: args, Dir: dir}
}

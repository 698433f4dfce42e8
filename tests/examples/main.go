// Command examples compiles a few programs for every chosen ABI, runs them under muslrun, and prints a table of what
// ran as it runs natively. It is what `make run` shows a newcomer; tests/conformance looks much closer.
//
//	examples                     the table, as it comes
//	examples --readme README.md  also writes it between the markers of that file
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"muslrun/tests/rig"
)

// examples are the programs of tests/programs that a newcomer sees at work.
var examples = []string{"hello", "stdio_format", "malloc", "math_rounded", "file_io", "directories", "calendar",
	"locale", "environment", "exit_status"}

// columns are what is tried for an ABI, in the table's order.
var columns = []struct {
	name string
	try  func(*session, rig.Target) outcome
}{
	{"static", func(s *session, t rig.Target) outcome { return s.programs(t, rig.Static) }},
	{"dynamic", func(s *session, t rig.Target) outcome { return s.programs(t, rig.Dynamic) }},
	{"busybox", func(s *session, t rig.Target) outcome { return s.thirdParty(t, "busybox", "sha256sum", "input") }},
	{"lua", func(s *session, t rig.Target) outcome { return s.thirdParty(t, "lua", "script") }},
}

func main() {
	readme := flag.String("readme", "", "write the table into this file, between its markers")
	abis := flag.String("abis", os.Getenv("MUSLRUN_ABIS"), "guest ABIs: quick, main, all or a list")
	flag.Parse()
	if err := run(*abis, *readme); err != nil {
		fmt.Fprintln(os.Stderr, "examples:", err)
		os.Exit(1)
	}
}

func run(abis, readme string) error {
	chosen, err := rig.Select(abis)
	if err != nil {
		return err
	}
	if err := rig.HaveMuslrun(); err != nil {
		return err
	}
	s, err := newSession()
	if err != nil {
		return err
	}
	defer s.close()
	s.table(chosen)
	if readme != "" {
		if err := insert(readme, s.markdown()); err != nil {
			return err
		}
	}
	return s.verdict()
}

// table tries every column for every ABI, and prints the rows as they come.
func (s *session) table(chosen []rig.Target) {
	fmt.Printf("%-14s", "ABI")
	for _, c := range columns {
		fmt.Printf("%-12s", c.name)
	}
	fmt.Println("seconds")
	for _, target := range chosen {
		start := time.Now()
		fmt.Printf("%-14s", target.ABI)
		var cells []string
		for _, c := range columns {
			cell := c.try(s, target)
			fmt.Printf("%-12s", cell.text)
			cells = append(cells, cell.text)
			if cell.failure != "" {
				s.failures = append(s.failures, fmt.Sprintf("%s %s: %s", target.ABI, c.name, cell.failure))
			}
		}
		s.rows = append(s.rows, append([]string{target.ABI}, cells...))
		fmt.Printf("%.1f\n", time.Since(start).Seconds())
	}
}

// verdict lists what is known not to work, and what went wrong.
func (s *session) verdict() error {
	if len(s.notes) > 0 {
		fmt.Println("\nKnown (tests/programs/known.tsv):\n  " + strings.Join(s.notes, "\n  "))
	}
	for _, failure := range s.failures {
		fmt.Println("\n" + strings.TrimSpace(failure))
	}
	if n := len(s.failures); n > 0 {
		return fmt.Errorf("%d of %d results are not as they should be", n, len(s.rows)*len(columns))
	}
	return nil
}

// markdown is the table for a README.
func (s *session) markdown() string {
	var out strings.Builder
	out.WriteString("| ABI |")
	for _, c := range columns {
		out.WriteString(" " + c.name + " |")
	}
	out.WriteString("\n|" + strings.Repeat("---|", len(columns)+1) + "\n")
	for _, row := range s.rows {
		out.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return out.String()
}

// The markers between which a README keeps the table.
const (
	beginMarker = "<!-- begin: make table -->\n"
	endMarker   = "<!-- end: make table -->"
)

// insert puts the table between the markers of a file.
func insert(path, table string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(text), beginMarker)
	_, after, closed := strings.Cut(rest, endMarker)
	if !found || !closed {
		return fmt.Errorf("%s has no %s ... %s", path, strings.TrimSpace(beginMarker), endMarker)
	}
	return os.WriteFile(path, slices.Concat([]byte(before+beginMarker), []byte(table), []byte(endMarker+after)), 0o644)
}

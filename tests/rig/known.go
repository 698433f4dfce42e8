package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Gap is a test program that is known to differ from native on some ABIs, for a reason that is not muslrun's to mend.
type Gap struct {
	ABIs    []string
	Program string
	Reason  string
}

// Gaps reads tests/programs/known.tsv.
func Gaps() ([]Gap, error) {
	table, err := os.ReadFile(filepath.Join(Root(), "tests/programs/known.tsv"))
	if err != nil {
		return nil, fmt.Errorf("the list of known gaps: %w", err)
	}
	return parseGaps(string(table))
}

func parseGaps(table string) ([]Gap, error) {
	var gaps []Gap
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		column := strings.Split(line, "\t")
		if len(column) != 3 {
			return nil, fmt.Errorf("known.tsv: %d columns in %q, want 3", len(column), line)
		}
		gaps = append(gaps, Gap{ABIs: strings.Fields(column[0]), Program: column[1], Reason: column[2]})
	}
	return gaps, nil
}

// Covers reports whether the gap is about a program on an ABI.
func (g Gap) Covers(abi, program string) bool {
	return g.Program == program && slices.Contains(g.ABIs, abi)
}

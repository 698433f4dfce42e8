package conformance

import (
	_ "embed"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A gap is a program that is known to differ for some ABIs, for a reason that is not muslrun's to mend.
type gap struct {
	abis    []string
	program string
	reason  string

	runs, differences int
}

//go:embed testdata/known.tsv
var knownTable string

// known are the gaps of testdata/known.tsv.
var known = struct {
	sync.Mutex
	gaps []*gap
}{gaps: parseGaps(knownTable)}

func parseGaps(table string) []*gap {
	var gaps []*gap
	for line := range strings.Lines(table) {
		column := strings.Split(strings.TrimSpace(line), "\t")
		if len(column) == 3 && !strings.HasPrefix(line, "#") {
			gaps = append(gaps, &gap{abis: strings.Fields(column[0]), program: column[1], reason: column[2]})
		}
	}
	return gaps
}

// knownGap notes a run of a program, and gives the reason why it may differ, "" if there is none.
func knownGap(abi, program string, differs bool) string {
	known.Lock()
	defer known.Unlock()
	for _, g := range known.gaps {
		if g.program != program || !slices.Contains(g.abis, abi) {
			continue
		}
		g.runs++
		if differs {
			g.differences++
		}
		return g.reason
	}
	return ""
}

// mended lists the gaps that no longer are: every run was as it should be. Where only a part of the tests ran, that
// says nothing.
func mended() []string {
	if underQemu() || flag.Lookup("test.run").Value.String() != "" {
		return nil
	}
	known.Lock()
	defer known.Unlock()
	var list []string
	for _, g := range known.gaps {
		if g.runs > 0 && g.differences == 0 {
			list = append(list, fmt.Sprintf("%s on %s: %s", g.program, strings.Join(g.abis, " "), g.reason))
		}
	}
	return list
}

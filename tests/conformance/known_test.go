package conformance

import (
	"flag"
	"fmt"
	"os"
	"sync"

	"muslrun/tests/rig"
)

// gaps counts the runs that rig.Gaps is about, by the gap's place in the list.
var gaps struct {
	sync.Mutex
	list              []rig.Gap
	runs, differences []int
}

// loadGaps must come before the tests.
func loadGaps() (err error) {
	gaps.list, err = rig.Gaps()
	gaps.runs, gaps.differences = make([]int, len(gaps.list)), make([]int, len(gaps.list))
	return err
}

// knownGap notes a run of a program, and gives the reason why it may differ, "" if there is none.
func knownGap(abi, program string, differs bool) string {
	gaps.Lock()
	defer gaps.Unlock()
	for i, g := range gaps.list {
		if g.Covers(abi, program) {
			gaps.runs[i]++
			if differs {
				gaps.differences[i]++
			}
			return g.Reason
		}
	}
	return ""
}

// mended lists the gaps that no longer are: every run was as it should be. Where only a part of the tests ran, or another
// engine than muslrun chooses, that says nothing.
func mended() []string {
	if underQemu() || os.Getenv("MUSLRUN_ENGINE") != "" || flag.Lookup("test.run").Value.String() != "" {
		return nil
	}
	var list []string
	for i, g := range gaps.list {
		if gaps.runs[i] > 0 && gaps.differences[i] == 0 {
			list = append(list, fmt.Sprintf("%s on %v: %s", g.Program, g.ABIs, g.Reason))
		}
	}
	return list
}

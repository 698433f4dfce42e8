package conformance

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"testing"
)

// skipped counts, by reason, what was not run.
var skipped = struct {
	sync.Mutex
	reasons map[string]int
}{reasons: map[string]int{}}

// skip skips a test and remembers why for the summary.
func skip(t *testing.T, format string, args ...any) {
	t.Helper()
	reason := fmt.Sprintf(format, args...)
	skipped.Lock()
	skipped.reasons[reason]++
	skipped.Unlock()
	t.Skip(reason)
}

func TestMain(m *testing.M) {
	if err := loadGaps(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	code := m.Run()
	if len(skipped.reasons) > 0 {
		fmt.Println("Not run:")
	}
	for _, reason := range slices.Sorted(maps.Keys(skipped.reasons)) {
		fmt.Printf("%6d  %s\n", skipped.reasons[reason], reason)
	}
	for _, gap := range mended() {
		fmt.Println("FAIL: no gap any more, take it from tests/programs/known.tsv:", gap)
		code = 1
	}
	os.Exit(code)
}

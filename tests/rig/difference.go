package rig

import (
	"fmt"
	"strings"
)

// Difference says in which way got is not want, in at most a few lines; "" if they are equal.
func Difference(want, got Result) string {
	var out strings.Builder
	if want.Status != got.Status {
		fmt.Fprintf(&out, "status %d, natively %d\n", got.Status, want.Status)
	}
	out.WriteString(DifferentLines(want.Stdout, got.Stdout))
	if out.Len() > 0 && got.Stderr != "" {
		fmt.Fprintf(&out, "stderr: %s\n", Shorten(got.Stderr, 600))
	}
	return out.String()
}

// differencesShown bounds how many lines DifferentLines gives.
const differencesShown = 5

// DifferentLines gives the first lines in which got is not want.
func DifferentLines(want, got string) string {
	var out strings.Builder
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i, shown := 0, 0; i < max(len(a), len(b)) && shown < differencesShown; i++ {
		if x, y := line(a, i), line(b, i); x != y {
			fmt.Fprintf(&out, "line %d: %s\nnatively: %s\n", i+1, Shorten(y, 200), Shorten(x, 200))
			shown++
		}
	}
	return out.String()
}

func line(lines []string, i int) string {
	if i >= len(lines) {
		return "(the end)"
	}
	return lines[i]
}

// Shorten cuts a text that has more than n bytes.
func Shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + " ..."
}

package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"
)

// getppidCalls is how many system calls the workload getppid makes at a scale of 100.
const getppidCalls = 500_000

// reportRows prints the workloads as a table in Markdown: CPU times, and muslrun's relative to each other runner.
func reportRows(w io.Writer, rows []row, names []string) {
	fmt.Fprintf(w, "\n| workload | group |%s%s |\n", columns(names, " %s ms |"), columns(names[1:], " muslrun / %s |"))
	fmt.Fprintf(w, "|---|---|%s\n", strings.Repeat("---:|", 2*len(names)-1)+"---|")
	for _, r := range rows {
		fmt.Fprintf(w, "| %s | %s |", r.name, r.group)
		for _, cpu := range r.cpu {
			fmt.Fprintf(w, " %s |", figure(milliseconds(cpu)))
		}
		for i := range names[1:] {
			fmt.Fprintf(w, " %s |", figure(ratio(r.cpu[0], r.cpu[i+1])))
		}
		fmt.Fprintf(w, " %s |\n", strings.TrimSpace(r.failure))
	}
	reportGroups(w, rows, names)
}

// reportGroups prints the geometric mean of the ratios of each group.
func reportGroups(w io.Writer, rows []row, names []string) {
	fmt.Fprintf(w, "\n| group |%s\n", columns(names[1:], " muslrun / %s |"))
	fmt.Fprintf(w, "|---|%s\n", strings.Repeat("---:|", len(names)-1))
	for _, group := range groups(rows) {
		fmt.Fprintf(w, "| %s |", group)
		for i := range names[1:] {
			fmt.Fprintf(w, " %s |", figure(geometricMean(rows, group, i+1)))
		}
		fmt.Fprintln(w)
	}
}

// reportCall prints what one system call costs.
func reportCall(w io.Writer, rows []row, names []string, scale int) {
	for _, r := range rows {
		if r.name != "getppid" {
			continue
		}
		fmt.Fprint(w, "\nOne system call (getppid):")
		for i, name := range names {
			if r.cpu[i] > 0 {
				fmt.Fprintf(w, " %s %.0f ns;", name, float64(r.cpu[i].Nanoseconds())*100/float64(scale)/getppidCalls)
			}
		}
		fmt.Fprintln(w)
	}
}

func columns(names []string, format string) string {
	var out strings.Builder
	for _, name := range names {
		fmt.Fprintf(&out, format, name)
	}
	return out.String()
}

// groups gives the groups of the rows, in order.
func groups(rows []row) []string {
	var list []string
	for _, r := range rows {
		if len(list) == 0 || list[len(list)-1] != r.group {
			list = append(list, r.group)
		}
	}
	return list
}

// ratio is a/b, or not a number where one of them was not measured.
func ratio(a, b time.Duration) float64 {
	if a <= 0 || b <= 0 {
		return math.NaN()
	}
	return float64(a) / float64(b)
}

// geometricMean is over the group's rows that have both figures.
func geometricMean(rows []row, group string, other int) float64 {
	sum, n := 0.0, 0
	for _, r := range rows {
		if x := ratio(r.cpu[0], r.cpu[other]); r.group == group && !math.IsNaN(x) {
			sum += math.Log(x)
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return math.Exp(sum / float64(n))
}

// figure prints three significant digits, or a dash for what was not measured.
func figure(x float64) string {
	switch {
	case math.IsNaN(x) || x == 0:
		return "-"
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}

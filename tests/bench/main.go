// Command bench compares muslrun with qemu-user and with the machine itself, over the programs of workloads/.
//
// A figure is the CPU time of a whole process, user and system, all threads, as the host counts it, less that of a
// program which does nothing under the same runner; it is the median of several runs. The runners take turns (muslrun,
// qemu-user, native, muslrun, ...), so that a busy machine disturbs all of them alike. Nothing here passes or fails: a
// workload that does not end well, or with another checksum than natively, is listed with what it said.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"muslrun/tests/rig"
)

// options are the command line's.
type options struct {
	abis      string
	workloads string
	runs      int
	scale     int
}

func parseOptions() options {
	var o options
	flag.StringVar(&o.abis, "abis", os.Getenv("MUSLRUN_ABIS"), "guest ABIs: quick, main, all or a list")
	flag.StringVar(&o.workloads, "workloads", "", "workloads or groups, separated by commas; all if empty")
	flag.IntVar(&o.runs, "runs", 3, "runs of each")
	flag.IntVar(&o.scale, "scale", 20, "amount of work in per cent: 100 is up to a second under qemu-user")
	flag.Parse()
	return o
}

func main() {
	if err := run(parseOptions()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.runs < 1 || o.scale < 1 {
		return fmt.Errorf("--runs and --scale must be at least 1")
	}
	chosen, err := rig.Select(o.abis)
	if err != nil {
		return err
	}
	if err := rig.HaveMuslrun(); err != nil {
		return err
	}
	b, err := newBench(o)
	if err != nil {
		return err
	}
	defer b.close()
	for _, target := range chosen {
		if err := b.target(target); err != nil {
			fmt.Printf("\n## %s\n\nNot run: %v\n", target.ABI, err)
		}
	}
	return nil
}

// target measures one ABI and prints its tables.
func (b *bench) target(target rig.Target) error {
	if !target.Runs {
		return fmt.Errorf("no engine carries it yet")
	}
	runners, err := b.runners(target)
	if err != nil {
		return err
	}
	names := make([]string, len(runners))
	for i, r := range runners {
		names[i] = r.name
	}
	fmt.Printf("\n## %s: %s\n", target.ABI, strings.Join(names, ", "))
	b.startup(runners)
	rows := b.compute(runners)
	reportRows(os.Stdout, rows, names)
	reportCall(os.Stdout, rows, names, b.scale)
	return nil
}

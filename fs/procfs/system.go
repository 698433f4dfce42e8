package procfs

import (
	"bytes"
	"fmt"
	"strings"

	"muslrun/arch/linux"
)

// ttyDrivers is /proc/tty/drivers: what ps(1) finds names of terminals by.
const ttyDrivers = `/dev/tty             /dev/tty        5       0 system:/dev/tty
/dev/console         /dev/console    5       1 system:console
/dev/ptmx            /dev/ptmx       5       2 system
pty_slave            /dev/pts      136 0-1048575 pty:slave
pty_master           /dev/ptm      128 0-1048575 pty:master
`

// processors is the heading of a table with a column for each processor.
func processors(v *view, b *bytes.Buffer, indent int) {
	b.WriteString(strings.Repeat(" ", indent))
	for i := range v.fs.kernel.System().CPUs {
		fmt.Fprintf(b, "CPU%-8d", i)
	}
	b.WriteByte('\n')
}

// interrupts is /proc/interrupts: there are none.
func interrupts(v *view, b *bytes.Buffer) linux.Errno {
	processors(v, b, 11)
	return 0
}

// softirqs is /proc/softirqs: none has ever happened.
func softirqs(v *view, b *bytes.Buffer) linux.Errno {
	processors(v, b, 20)
	for _, name := range strings.Fields("HI TIMER NET_TX NET_RX BLOCK IRQ_POLL TASKLET SCHED HRTIMER RCU") {
		fmt.Fprintf(b, "%12s:%s\n", name, strings.Repeat(fmt.Sprintf(" %10d", 0), v.fs.kernel.System().CPUs))
	}
	return 0
}

// vmstatKeys are the lines of vmstat in Linux's order; what is not in the map of vmstat is 0.
var vmstatKeys = strings.Fields(`nr_free_pages nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file
	nr_zone_active_file nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable
	nr_slab_reclaimable nr_slab_unreclaimable nr_anon_pages nr_mapped nr_file_pages nr_dirty nr_writeback nr_shmem
	pgpgin pgpgout pswpin pswpout pgfree pgfault pgmajfault`)

func vmstat(v *view, b *bytes.Buffer) linux.Errno {
	s := v.fs.kernel.System()
	used := (s.MemTotal - min(s.MemFree, s.MemTotal)) / 4096
	values := map[string]uint64{
		"nr_free_pages": s.MemFree / 4096, "nr_anon_pages": used, "nr_active_anon": used, "nr_zone_active_anon": used,
	}
	for _, key := range vmstatKeys {
		fmt.Fprintf(b, "%s %d\n", key, values[key])
	}
	return 0
}

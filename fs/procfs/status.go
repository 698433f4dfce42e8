package procfs

import (
	"bytes"
	"fmt"
	"math/bits"
	"strings"
	"time"

	"muslrun/arch/linux"
)

// stateNames are the words behind the letters of a task's state.
var stateNames = map[byte]string{
	'R': "running", 'S': "sleeping", 'D': "disk sleep", 'T': "stopped", 't': "tracing stop", 'X': "dead", 'Z': "zombie",
}

// status is /proc/PID/status, with the lines of Linux 6.1.
func status(v *view, b *bytes.Buffer) linux.Errno {
	s := v.task.Status()
	pid, tid := v.task.PID(), v.task.TID()
	fmt.Fprintf(b, "Name:\t%s\nUmask:\t%04o\nState:\t%c (%s)\n", escapeName(s.Comm), s.Umask, s.State, stateNames[s.State])
	fmt.Fprintf(b, "Tgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n", pid, tid, s.PPID)
	c := s.Cred
	fmt.Fprintf(b, "Uid:\t%d\t%d\t%d\t%d\nGid:\t%d\t%d\t%d\t%d\n",
		c.UID, c.EUID, c.SUID, c.FSUID, c.GID, c.EGID, c.SGID, c.FSGID)
	fmt.Fprintf(b, "FDSize:\t%d\nGroups:\t%s \n", s.FDSize, joined(c.Groups))
	fmt.Fprintf(b, "NStgid:\t%d\nNSpid:\t%d\nNSpgid:\t%d\nNSsid:\t%d\n", pid, tid, s.PGID, s.SID)
	if m := v.task.Memory(); m != nil {
		m.status(b)
		b.WriteString("CoreDumping:\t0\nTHP_enabled:\t1\n")
	}
	fmt.Fprintf(b, "Threads:\t%d\nSigQ:\t%d/%d\n", s.Threads, s.Queued, s.QueueLimit)
	fmt.Fprintf(b, "SigPnd:\t%s\nShdPnd:\t%s\nSigBlk:\t%s\nSigIgn:\t%s\nSigCgt:\t%s\n",
		s.Pending, s.GroupPending, s.Blocked, s.Ignored, s.Caught)
	fmt.Fprintf(b, "CapInh:\t%016x\nCapPrm:\t%016x\nCapEff:\t%016x\nCapBnd:\t%016x\nCapAmb:\t%016x\n",
		c.Inheritable, c.Permitted, c.Effective, c.Bounding, c.Ambient)
	fmt.Fprintf(b, "NoNewPrivs:\t%d\nSeccomp:\t%d\nSeccomp_filters:\t0\n", bit(s.NoNewPrivs), s.Seccomp)
	b.WriteString("Speculation_Store_Bypass:\tunknown\nSpeculationIndirectBranch:\tunsupported\n")
	fmt.Fprintf(b, "Cpus_allowed:\t%s\nCpus_allowed_list:\t%s\n", cpuMask(s.CPUs), cpuList(s.CPUs))
	fmt.Fprintf(b, "Mems_allowed:\t1\nMems_allowed_list:\t0\n")
	fmt.Fprintf(b, "voluntary_ctxt_switches:\t%d\nnonvoluntary_ctxt_switches:\t%d\n", s.Voluntary, s.Involuntary)
	return 0
}

func (m *Memory) status(b *bytes.Buffer) {
	for _, line := range []struct {
		key   string
		bytes uint64
	}{
		{"VmPeak", m.Peak}, {"VmSize", m.Size}, {"VmLck", m.Locked}, {"VmPin", 0}, {"VmHWM", m.PeakRSS}, {"VmRSS", m.RSS},
		{"RssAnon", m.Anonymous}, {"RssFile", m.File}, {"RssShmem", m.Shared}, {"VmData", m.Data}, {"VmStk", m.Stack},
		{"VmExe", m.Code}, {"VmLib", m.Library}, {"VmPTE", m.PageTables}, {"VmSwap", 0}, {"HugetlbPages", 0},
	} {
		fmt.Fprintf(b, "%s:\t%8d kB\n", line.key, kib(line.bytes))
	}
}

// SigSet is a set of signals: signal n is bit n-1.
type SigSet struct {
	Bits linux.SigSet
	Wide bool // there are 128 of them
}

// String has a digit for each four signals that there are (render_sigset_t).
func (s SigSet) String() string {
	if s.Wide {
		return fmt.Sprintf("%016x%016x", s.Bits[1], s.Bits[0])
	}
	return fmt.Sprintf("%016x", s.Bits[0])
}

// standard is the signals before the real-time ones, of which /proc/PID/stat tells.
func (s SigSet) standard() uint64 { return s.Bits[0] & 0x7fffffff }

// escapeName keeps a name on its line.
func escapeName(name string) string {
	return strings.NewReplacer("\n", `\n`, `\`, `\\`).Replace(name)
}

func joined(numbers []uint32) string {
	return strings.Trim(fmt.Sprint(numbers), "[]")
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// cpuMask is a set of processors in hexadecimal, in groups of 32 bits.
func cpuMask(set uint64) string {
	if set>>32 == 0 {
		return fmt.Sprintf("%x", set)
	}
	return fmt.Sprintf("%x,%08x", set>>32, uint32(set))
}

// cpuList is a set of processors as a list of ranges.
func cpuList(set uint64) string {
	var ranges []string
	for set != 0 {
		low := bits.TrailingZeros64(set)
		n := bits.TrailingZeros64(^(set >> low))
		set &^= (1<<n - 1) << low
		if n == 1 {
			ranges = append(ranges, fmt.Sprint(low))
		} else {
			ranges = append(ranges, fmt.Sprintf("%d-%d", low, low+n-1))
		}
	}
	return strings.Join(ranges, ",")
}

// processStat and threadStat are stat of a process and of a thread, which differ in whose processor time they tell.
func processStat(v *view, b *bytes.Buffer) linux.Errno {
	s := v.task.Status()
	return taskStat(v, b, s.User, s.Kernel)
}

func threadStat(v *view, b *bytes.Buffer) linux.Errno {
	s := v.task.Status()
	return taskStat(v, b, s.ThreadUser, s.ThreadKernel)
}

// taskStat is /proc/PID/stat: 52 numbers, in the order of proc(5). Addresses are hidden from those who may not look.
func taskStat(v *view, b *bytes.Buffer, user, system time.Duration) linux.Errno {
	s, m := v.task.Status(), v.task.Memory()
	if m == nil {
		m = &Memory{}
	}
	shown := *m
	if !v.mayInspect() {
		shown = Memory{StartCode: 1, EndCode: 1}
	}
	fmt.Fprintf(b, "%d (%s) %c %d %d %d %d %d", v.task.TID(), s.Comm, s.State, s.PPID, s.PGID, s.SID, ttyNumber(s.TTY),
		s.TTYGroup)
	numbers(b, 0, int64(s.MinorFaults), 0, int64(s.MajorFaults), 0, ticks(user), ticks(system), ticks(s.ChildUser),
		ticks(s.ChildKernel), int64(s.priority()), int64(s.Nice), int64(s.Threads), 0, ticks(s.Start))
	addresses(b, m.Size, m.RSS/max(m.PageSize, 1), rssLimit(v.task), shown.StartCode, shown.EndCode, shown.StartStack,
		shown.SP, shown.PC, s.Pending.standard(), s.Blocked.standard(), s.Ignored.standard(), s.Caught.standard())
	numbers(b, 0, 0, 0, int64(s.ExitSignal), int64(s.CPU), int64(s.RTPriority), int64(s.Policy), 0, 0, 0)
	addresses(b, shown.StartData, shown.EndData, shown.StBrk, shown.ArgStart, shown.ArgEnd, shown.EnvStart, shown.EnvEnd,
		uint64(s.ExitCode))
	b.WriteByte('\n')
	return 0
}

func numbers(b *bytes.Buffer, list ...int64) {
	for _, n := range list {
		fmt.Fprintf(b, " %d", n)
	}
}

func addresses(b *bytes.Buffer, list ...uint64) {
	for _, n := range list {
		fmt.Fprintf(b, " %d", n)
	}
}

// ttyNumber encodes a device number as stat has it, where it is a signed number of 32 bits.
func ttyNumber(dev uint64) int32 { return int32(dev) }

func rssLimit(t Task) uint64 {
	if l := t.Limits(); len(l) > linux.RLIMIT_RSS {
		return l[linux.RLIMIT_RSS].Cur
	}
	return linux.RLIM_INFINITY
}

// statm is /proc/PID/statm, in pages; the fourth to the last but one of Linux count what they are named for no more.
func statm(v *view, b *bytes.Buffer) linux.Errno {
	m := v.task.Memory()
	if m == nil {
		b.WriteString("0 0 0 0 0 0 0\n")
		return 0
	}
	p := max(m.PageSize, 1)
	fmt.Fprintf(b, "%d %d %d %d 0 %d 0\n", m.Size/p, m.RSS/p, (m.File+m.Shared)/p, m.Code/p, (m.Data+m.Stack)/p)
	return 0
}

// limitLines are the lines of /proc/PID/limits in Linux's order.
var limitLines = []struct {
	resource    int
	name, units string
}{
	{linux.RLIMIT_CPU, "Max cpu time", "seconds"},
	{linux.RLIMIT_FSIZE, "Max file size", "bytes"},
	{linux.RLIMIT_DATA, "Max data size", "bytes"},
	{linux.RLIMIT_STACK, "Max stack size", "bytes"},
	{linux.RLIMIT_CORE, "Max core file size", "bytes"},
	{linux.RLIMIT_RSS, "Max resident set", "bytes"},
	{linux.RLIMIT_NPROC, "Max processes", "processes"},
	{linux.RLIMIT_NOFILE, "Max open files", "files"},
	{linux.RLIMIT_MEMLOCK, "Max locked memory", "bytes"},
	{linux.RLIMIT_AS, "Max address space", "bytes"},
	{linux.RLIMIT_LOCKS, "Max file locks", "locks"},
	{linux.RLIMIT_SIGPENDING, "Max pending signals", "signals"},
	{linux.RLIMIT_MSGQUEUE, "Max msgqueue size", "bytes"},
	{linux.RLIMIT_NICE, "Max nice priority", ""},
	{linux.RLIMIT_RTPRIO, "Max realtime priority", ""},
	{linux.RLIMIT_RTTIME, "Max realtime timeout", "us"},
}

func limits(v *view, b *bytes.Buffer) linux.Errno {
	fmt.Fprintf(b, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units")
	all := v.task.Limits()
	for _, l := range limitLines {
		if l.resource >= len(all) {
			continue
		}
		fmt.Fprintf(b, "%-25s %-20s %-20s ", l.name, limit(all[l.resource].Cur), limit(all[l.resource].Max))
		if l.units != "" {
			fmt.Fprintf(b, "%-10s", l.units)
		}
		b.WriteByte('\n')
	}
	return 0
}

func limit(n uint64) string {
	if n == linux.RLIM_INFINITY {
		return "unlimited"
	}
	return fmt.Sprint(n)
}

func ioCounts(v *view, b *bytes.Buffer) linux.Errno {
	c := v.task.Status().IO
	fmt.Fprintf(b, "rchar: %d\nwchar: %d\nsyscr: %d\nsyscw: %d\nread_bytes: %d\nwrite_bytes: %d\ncancelled_write_bytes: %d\n",
		c.ReadChars, c.WriteChars, c.ReadCalls, c.WriteCalls, c.ReadBytes, c.WriteBytes, c.Cancelled)
	return 0
}

package pipe

import "sync/atomic"

// Limits bound the memory of all pipes that share them (pipe(7)). Sizes are in slots of PageSize bytes.
type Limits struct {
	// MaxSlots is the most that F_SETPIPE_SZ gives an unprivileged caller (/proc/sys/fs/pipe-max-size is it in bytes).
	MaxSlots int
	// SoftSlots in use shrink a new pipe to two slots and forbid an unprivileged caller to enlarge one.
	SoftSlots int64
	// HardSlots are never exceeded, by nobody: pipe(2) answers ENFILE and F_SETPIPE_SZ EPERM.
	HardSlots int64

	used atomic.Int64
}

// Defaults of Linux for MaxSlots and SoftSlots; HardSlots bounds what a hostile guest can hold at 256 MiB.
const (
	defaultSlots    = 16
	minimumSlots    = 2
	DefaultMaxSlots = 1 << 20 / PageSize
	defaultSoft     = 16384
	defaultHard     = 65536
)

// NewLimits gives Linux's defaults.
func NewLimits() *Limits {
	return &Limits{MaxSlots: DefaultMaxSlots, SoftSlots: defaultSoft, HardSlots: defaultHard}
}

// Used is the number of slots that pipes have now.
func (l *Limits) Used() int64 { return l.used.Load() }

// reserve accounts for n more slots unless that exceeds the limit.
func (l *Limits) reserve(n, limit int64) bool {
	if l.used.Add(n) > limit {
		l.used.Add(-n)
		return false
	}
	return true
}

// start reserves the slots of a new pipe and says how many it has, 0 if none are left.
func (l *Limits) start() int {
	switch {
	case l.reserve(defaultSlots, min(l.SoftSlots, l.HardSlots)):
		return defaultSlots
	case l.reserve(minimumSlots, l.HardSlots):
		return minimumSlots
	}
	return 0
}

// resize accounts for a change of a pipe's slots.
func (l *Limits) resize(from, to int, privileged bool) bool {
	if to <= from {
		l.used.Add(int64(to - from))
		return true
	}
	limit := l.HardSlots
	if !privileged {
		if to > l.MaxSlots {
			return false
		}
		limit = min(limit, l.SoftSlots)
	}
	return l.reserve(int64(to-from), limit)
}

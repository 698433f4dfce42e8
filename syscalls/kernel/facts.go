package kernel

// The Linux that guests are told they run on.
const (
	OSRelease = "6.1.0-muslrun"
	OSVersion = "#1 SMP PREEMPT_DYNAMIC muslrun"
)

// RAM is the memory that guests are told of, in bytes: the limit of the account, and what is left of it.
func (k *Kernel) RAM() (total, free uint64) {
	total = k.Memory.Limit()
	if total == 0 {
		total = 4 << 30
	}
	return total, total - min(total, k.Memory.Used())
}

// ResidentKiB is the size of a task's memory as getrusage(2) and /proc tell it, in KiB: what is mapped, as nothing is ever
// paged out.
func (k *Kernel) ResidentKiB(t *Task) int64 { return int64(t.Memory.Space.Total() >> 10) }

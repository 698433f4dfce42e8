package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

func genericProcesses(r layout.Rules) Processes {
	return Processes{
		Utsname:    layout.New[linux.Utsname](linux.Utsname{}, r),
		Sysinfo:    layout.New[linux.Sysinfo](sysinfoFor(r), r),
		Rusage:     layout.New[linux.Rusage](rusageShape{}, r),
		Rlimit:     layout.New[linux.Rlimit](rlimitShape{}, r),
		Rlimit64:   layout.New[linux.Rlimit](linux.Rlimit{}, r),
		SchedParam: layout.New[linux.SchedParam](linux.SchedParam{}, r),
		SchedAttr:  layout.New[linux.SchedAttr](linux.SchedAttr{}, r),
		RobustList: layout.New[linux.RobustListHead](robustListShape{}, r),
		CloneArgs:  layout.New[linux.CloneArgs](linux.CloneArgs{}, r),
		CapHeader:  layout.New[linux.CapHeader](linux.CapHeader{}, r),
		CapData:    layout.New[linux.CapData](linux.CapData{}, r),
	}
}

// sysinfoShape is struct sysinfo of linux/sysinfo.h, which fills itself up to 64 bytes where long has 32 bits.
type sysinfoShape struct {
	Uptime                                  layout.KLong
	Loads                                   [3]layout.KULong
	Totalram, Freeram, Sharedram, Bufferram layout.KULong
	Totalswap, Freeswap                     layout.KULong
	Procs                                   uint16
	_                                       uint16
	Totalhigh, Freehigh                     layout.KULong
	MemUnit                                 uint32
}

type sysinfo32Shape struct {
	sysinfoShape
	_ [8]byte
}

func sysinfoFor(r layout.Rules) any {
	if r.LongSize == 8 || r.KernelLong == 8 {
		return sysinfoShape{}
	}
	return sysinfo32Shape{}
}

// rusageShape is struct rusage of linux/resource.h.
type rusageShape struct {
	Utime, Stime                            timevalShape
	Maxrss, Ixrss, Idrss, Isrss             layout.KLong
	Minflt, Majflt, Nswap, Inblock, Oublock layout.KLong
	Msgsnd, Msgrcv, Nsignals, Nvcsw, Nivcsw layout.KLong
}

// rlimitShape is struct rlimit of linux/resource.h.
type rlimitShape struct {
	Cur, Max layout.KULong
}

// robustListShape is struct robust_list_head of linux/futex.h.
type robustListShape struct {
	Next          layout.Ptr
	FutexOffset   layout.Long
	ListOpPending layout.Ptr
}

package x86

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// structs32 are i386's layouts.
func structs32() *arch.Structs {
	s := arch.GenericStructs(rules32)
	s.Stat = layout.New[linux.Stat](arch.ShortStat{}, rules32)
	s.Stat64 = layout.New[linux.Stat](arch.OldStat64{}, rules32)
	s.Sigaction = layout.New[linux.Sigaction](arch.SigactionWithRestorer{}, rules32)
	s.UserDesc = layout.New[linux.UserDesc](linux.UserDesc{}, rules32)
	s.IPC = arch.NewIPC[arch.IpcPermShortMode](rules32)
	return s
}

// structs64 are x86_64's layouts, and x32's where they are the same calls.
func structs64(r layout.Rules) *arch.Structs {
	s := arch.GenericStructs(r)
	s.Stat = layout.New[linux.Stat](stat{}, r)
	s.Stat64 = s.Stat
	s.Epoll = layout.New[linux.EpollEvent](epollEvent{}, r)
	s.Sigaction = layout.New[linux.Sigaction](arch.SigactionWithRestorer{}, r)
	s.UserDesc = layout.New[linux.UserDesc](linux.UserDesc{}, r)
	s.SemidDS = layout.New[linux.SemidDS](semidDS{}, r)
	return s
}

// structsX32 are x32's layouts. Its calls without a number of their own are x86_64's: those structures have 64-bit words,
// although the headers for user space give statfs 32-bit ones.
func structsX32() *arch.Structs {
	s := structs64(rulesX32)
	full := arch.GenericStructs(rules64)
	s.Statfs, s.Statfs64 = full.Statfs, full.Statfs64
	s.Flock64 = s.Flock
	s.Timespec, s.Itimerspec = s.Timespec64, s.Itimerspec64
	return s
}

// stat is struct stat of asm/stat.h: the link count comes before the mode.
type stat struct {
	Dev, Ino, Nlink layout.KULong
	Mode            uint32
	UID, GID        uint32
	_               uint32
	Rdev            layout.KULong
	Size            layout.KLong
	Blksize, Blocks layout.KLong
	Atime           layout.KLong  `c:"Atime.Sec"`
	AtimeNsec       layout.KULong `c:"Atime.Nsec"`
	Mtime           layout.KLong  `c:"Mtime.Sec"`
	MtimeNsec       layout.KULong `c:"Mtime.Nsec"`
	Ctime           layout.KLong  `c:"Ctime.Sec"`
	CtimeNsec       layout.KULong `c:"Ctime.Nsec"`
	_               [3]layout.KLong
}

// epollEvent is struct epoll_event, packed so that i386 programs can use x86_64's.
type epollEvent struct {
	_      layout.Packed
	Events uint32
	Data   uint64
}

// semidDS is struct semid64_ds of asm/sembuf.h, with a gap after each time.
type semidDS struct {
	Perm  arch.IpcPerm
	Otime layout.KLong
	_     layout.KULong
	Ctime layout.KLong
	_     layout.KULong
	Nsems layout.KULong
	_     [2]layout.KULong
}

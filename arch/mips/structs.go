package mips

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

func (v variant) structs(r layout.Rules) *arch.Structs {
	s := arch.GenericStructs(r)
	s.Stat = layout.New[linux.Stat](stat64{}, r)
	s.Stat64 = s.Stat
	s.Statfs = layout.New[linux.Statfs](statfs{}, r)
	s.Statfs64 = s.Statfs
	s.Termios = layout.New[linux.Termios](termios{}, r)
	s.Termios2 = layout.New[linux.Termios](termios2{}, r)
	s.Sigaction = layout.New[linux.Sigaction](sigaction{}, r)
	s.SigaltStack = layout.New[linux.SigaltStack](sigaltStack{}, r)
	s.Siginfo = arch.NewSiginfo(r, struct{ Signo, Code, Errno int32 }{})
	if v.long == 4 {
		v.structs32(s, r)
	}
	return s
}

// structs32 are the layouts of o32 and n32. n32's struct stat is the 64-bit kernel's own, since its stat calls are.
func (v variant) structs32(s *arch.Structs, r layout.Rules) {
	if v.bits == 32 {
		s.Stat = layout.New[linux.Stat](stat32{}, r)
	}
	s.Statfs64 = layout.New[linux.Statfs](statfs64{}, r)
	s.Flock = layout.New[linux.Flock](flock{}, r)
	s.SemidDS = layout.New[linux.SemidDS](semidDS{}, r)
	s.ShmidDS = layout.New[linux.ShmidDS](shmidDS{}, r)
	if r.Order == layout.Big {
		s.MsqidDS = layout.New[linux.MsqidDS](arch.MsqidDSHighFirst[arch.IpcPerm]{}, r)
	}
}

// stat64 is o32's struct stat64, and struct stat of n64 and n32 (asm/stat.h). Its times are cut off in 2038 or 2106.
type stat64 struct {
	Dev         uint32
	_           [3]uint32
	Ino         uint64
	Mode, Nlink uint32
	UID, GID    uint32
	Rdev        uint32
	_           [3]uint32
	Size        int64
	statTimes
	Blksize uint32
	_       uint32
	Blocks  int64
}

type statTimes struct {
	Atime     int32  `c:"Atime.Sec,short"`
	AtimeNsec uint32 `c:"Atime.Nsec"`
	Mtime     int32  `c:"Mtime.Sec,short"`
	MtimeNsec uint32 `c:"Mtime.Nsec"`
	Ctime     int32  `c:"Ctime.Sec,short"`
	CtimeNsec uint32 `c:"Ctime.Nsec"`
}

// stat32 is o32's struct stat.
type stat32 struct {
	Dev         uint32
	_           [3]int32
	Ino         uint32
	Mode, Nlink uint32
	UID, GID    uint32
	Rdev        uint32
	_           [2]int32
	Size        int32
	_           int32
	statTimes
	Blksize int32
	Blocks  int32
	_       [14]int32
}

// statfs is struct statfs of asm/statfs.h: the fragment size comes third, the available blocks after the free inodes.
type statfs struct {
	Type, Bsize, Frsize                 layout.Long
	Blocks, Bfree, Files, Ffree, Bavail layout.Long
	Fsid                                [2]int32
	Namelen, Flags                      layout.Long
	_                                   [5]layout.Long
}

// statfs64 is struct statfs64 of o32 and n32.
type statfs64 struct {
	Type, Bsize, Frsize                 uint32
	_                                   uint32
	Blocks, Bfree, Files, Ffree, Bavail uint64
	Fsid                                [2]int32
	Namelen, Flags                      uint32
	_                                   [5]uint32
}

// flock is struct flock of o32 and n32 (asm/fcntl.h).
type flock struct {
	Type, Whence int16
	Start, Len   int32
	Pid          int32
	_            [5]int32
}

// termios is struct termios of asm/termbits.h: VMIN and VEOF are in other places than elsewhere.
type termios struct {
	Iflag, Oflag, Cflag, Lflag uint32
	Line                       uint8
	Head                       [4]byte `c:"Cc"` // VINTR VQUIT VERASE VKILL
	Vmin                       uint8   `c:"Cc.6"`
	Vtime                      uint8   `c:"Cc.5"`
	Veol2                      uint8   `c:"Cc.16"`
	Vswtc                      uint8   `c:"Cc.7"`
	Vstart                     uint8   `c:"Cc.8"`
	Vstop                      uint8   `c:"Cc.9"`
	Vsusp                      uint8   `c:"Cc.10"`
	_                          uint8
	Vreprint                   uint8 `c:"Cc.12"`
	Vdiscard                   uint8 `c:"Cc.13"`
	Vwerase                    uint8 `c:"Cc.14"`
	Vlnext                     uint8 `c:"Cc.15"`
	Veof                       uint8 `c:"Cc.4"`
	Veol                       uint8 `c:"Cc.11"`
	_                          [5]uint8
}

type termios2 struct {
	termios
	Ispeed, Ospeed uint32
}

// sigaction has its flags first, and 128 signals (asm/signal.h).
type sigaction struct {
	Flags    uint32
	Handler  layout.Ptr
	Mask     layout.Words `c:"Mask.0"`
	MaskHigh layout.Words `c:"Mask.1"`
}

// sigaltStack has its flags last (asm/signal.h).
type sigaltStack struct {
	SP    layout.Ptr
	Size  layout.ULong
	Flags int32
}

// semidDS is struct semid64_ds of o32 and n32 (asm/sembuf.h).
type semidDS struct {
	Perm      arch.IpcPerm
	OtimeLow  layout.ULong `c:"Otime"`
	CtimeLow  layout.ULong `c:"Ctime"`
	Nsems     layout.ULong
	OtimeHigh layout.ULong `c:"Otime>>32"`
	CtimeHigh layout.ULong `c:"Ctime>>32"`
}

// shmidDS is struct shmid64_ds of o32 and n32: times have 48 bits (asm/shmbuf.h).
type shmidDS struct {
	Perm       arch.IpcPerm
	Segsz      layout.ULong
	AtimeLow   layout.ULong `c:"Atime"`
	DtimeLow   layout.ULong `c:"Dtime"`
	CtimeLow   layout.ULong `c:"Ctime"`
	Cpid, Lpid int32
	Nattch     layout.ULong
	AtimeHigh  uint16 `c:"Atime>>32"`
	DtimeHigh  uint16 `c:"Dtime>>32"`
	CtimeHigh  uint16 `c:"Ctime>>32"`
	_          uint16
}

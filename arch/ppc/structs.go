package ppc

import (
	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

// structs32 puts in what the 32-bit ABI has otherwise than asm-generic.
func structs32(s *arch.Structs, r layout.Rules) {
	s.Stat = layout.New[linux.Stat](stat32{}, r)
	s.Stat64 = layout.New[linux.Stat](stat64{}, r)
	s.IPC = arch.NewIPC[ipcPerm](r)
	s.SemidDS = layout.New[linux.SemidDS](semidDS32{}, r)
	s.ShmidDS = layout.New[linux.ShmidDS](shmidDS32{}, r)
	s.MsqidDS = layout.New[linux.MsqidDS](arch.MsqidDSHighFirst[ipcPerm]{}, r)
}

type statTimes struct {
	Atime     layout.Long  `c:"Atime.Sec,short"`
	AtimeNsec layout.ULong `c:"Atime.Nsec"`
	Mtime     layout.Long  `c:"Mtime.Sec,short"`
	MtimeNsec layout.ULong `c:"Mtime.Nsec"`
	Ctime     layout.Long  `c:"Ctime.Sec,short"`
	CtimeNsec layout.ULong `c:"Ctime.Nsec"`
}

// stat32 is struct stat of asm/stat.h with 32-bit long.
type stat32 struct {
	Dev, Ino layout.ULong
	Mode     uint32
	Nlink    uint16
	UID, GID uint32
	Rdev     layout.ULong
	Size     layout.Long
	Blksize  layout.ULong
	Blocks   layout.ULong
	statTimes
	_ [2]layout.ULong
}

// stat64bit is struct stat of asm/stat.h with 64-bit long.
type stat64bit struct {
	Dev, Ino, Nlink layout.ULong
	Mode            uint32
	UID, GID        uint32
	Rdev            layout.ULong
	Size            layout.Long
	Blksize         layout.ULong
	Blocks          layout.ULong
	statTimes
	_ [3]layout.ULong
}

// stat64 is struct stat64 of asm/stat.h.
type stat64 struct {
	Dev, Ino    uint64
	Mode, Nlink uint32
	UID, GID    uint32
	Rdev        uint64
	_           uint16
	Size        int64
	Blksize     int32
	Blocks      int64
	statTimes
	_ [2]layout.ULong
}

// termios is struct termios of asm/termbits.h, with its speeds: there is no termios2. The characters are in an order of
// their own and before the line discipline.
type termios struct {
	Iflag, Oflag, Cflag, Lflag uint32
	Head                       [5]byte `c:"Cc"` // VINTR VQUIT VERASE VKILL VEOF
	Vmin                       uint8   `c:"Cc.6"`
	Veol                       uint8   `c:"Cc.11"`
	Vtime                      uint8   `c:"Cc.5"`
	Veol2                      uint8   `c:"Cc.16"`
	Vswtc                      uint8   `c:"Cc.7"`
	Vwerase                    uint8   `c:"Cc.14"`
	Vreprint                   uint8   `c:"Cc.12"`
	Vsusp                      uint8   `c:"Cc.10"`
	Vstart                     uint8   `c:"Cc.8"`
	Vstop                      uint8   `c:"Cc.9"`
	Vlnext                     uint8   `c:"Cc.15"`
	Vdiscard                   uint8   `c:"Cc.13"`
	_                          [2]uint8
	Line                       uint8
	Ispeed, Ospeed             uint32
}

// ipcPerm is struct ipc64_perm of asm/ipcbuf.h.
type ipcPerm struct {
	Key                  int32
	UID, GID, Cuid, Cgid uint32
	Mode                 uint32
	Seq                  uint32
	_                    uint32
	_                    [2]uint64
}

// semidDS32 is struct semid64_ds of asm/sembuf.h with 32-bit long.
type semidDS32 struct {
	Perm      ipcPerm
	OtimeHigh layout.ULong `c:"Otime>>32"`
	OtimeLow  layout.ULong `c:"Otime"`
	CtimeHigh layout.ULong `c:"Ctime>>32"`
	CtimeLow  layout.ULong `c:"Ctime"`
	Nsems     layout.ULong
	_         [2]layout.ULong
}

// shmidDS32 is struct shmid64_ds of asm/shmbuf.h with 32-bit long.
type shmidDS32 struct {
	Perm       ipcPerm
	AtimeHigh  layout.ULong `c:"Atime>>32"`
	AtimeLow   layout.ULong `c:"Atime"`
	DtimeHigh  layout.ULong `c:"Dtime>>32"`
	DtimeLow   layout.ULong `c:"Dtime"`
	CtimeHigh  layout.ULong `c:"Ctime>>32"`
	CtimeLow   layout.ULong `c:"Ctime"`
	_          layout.ULong
	Segsz      layout.ULong
	Cpid, Lpid int32
	Nattch     layout.ULong
	_          [2]layout.ULong
}

// shmidDS64 is the same with 64-bit long.
type shmidDS64 struct {
	Perm                ipcPerm
	Atime, Dtime, Ctime layout.Long
	Segsz               layout.ULong
	Cpid, Lpid          int32
	Nattch              layout.ULong
	_                   [2]layout.ULong
}

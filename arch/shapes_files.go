package arch

import (
	"muslrun/arch/layout"
	"muslrun/arch/linux"
)

func genericFiles(r layout.Rules) Files {
	f := Files{
		Stat:     layout.New[linux.Stat](statShape{}, r),
		Stat64:   layout.New[linux.Stat](stat64Shape{}, r),
		Statx:    layout.New[linux.Statx](statxShape{}, r),
		Statfs:   layout.New[linux.Statfs](statfsShape{}, r),
		Statfs64: layout.New[linux.Statfs](statfs64Shape{}, r),
		Flock:    layout.New[linux.Flock](flockShape{}, r),
		Flock64:  layout.New[linux.Flock](flock64Shape{}, r),
		FOwnerEx: layout.New[linux.FOwnerEx](linux.FOwnerEx{}, r),
		Dirent:   layout.New[linux.Dirent](direntShape{}, r),
		Dirent64: layout.New[linux.Dirent](dirent64Shape{}, r),
		OpenHow:  layout.New[linux.OpenHow](linux.OpenHow{}, r),
		Handle:   layout.New[linux.FileHandle](linux.FileHandle{}, r),
		Inotify:  layout.New[linux.InotifyEvent](linux.InotifyEvent{}, r),
		Iovec:    layout.New[linux.Iovec](iovecShape{}, r),
		Pollfd:   layout.New[linux.Pollfd](linux.Pollfd{}, r),
		Epoll:    layout.New[linux.EpollEvent](linux.EpollEvent{}, r),
		Termios:  layout.New[linux.Termios](termiosShape{}, r),
		Termios2: layout.New[linux.Termios](linux.Termios{}, r),
		Winsize:  layout.New[linux.Winsize](linux.Winsize{}, r),
	}
	if r.LongSize == 8 {
		f.Stat64 = f.Stat
		f.Statfs64 = f.Statfs
		f.Flock64 = f.Flock
	}
	return f
}

// statTimes are the times of most struct stat: seconds and nanoseconds of a long each. Those of 32 bits are cut off after
// 2038, which Linux does without an error.
type statTimes struct {
	Atime     layout.Long  `c:"Atime.Sec,short"`
	AtimeNsec layout.ULong `c:"Atime.Nsec"`
	Mtime     layout.Long  `c:"Mtime.Sec,short"`
	MtimeNsec layout.ULong `c:"Mtime.Nsec"`
	Ctime     layout.Long  `c:"Ctime.Sec,short"`
	CtimeNsec layout.ULong `c:"Ctime.Nsec"`
}

// statShape is struct stat of asm-generic/stat.h.
type statShape struct {
	Dev      layout.ULong
	Ino      layout.ULong
	Mode     uint32
	Nlink    uint32
	UID, GID uint32
	Rdev     layout.ULong
	_        layout.ULong
	Size     layout.Long
	Blksize  int32
	_        int32
	Blocks   layout.Long
	statTimes
	_ [2]uint32
}

// stat64Shape is struct stat64 of asm-generic/stat.h.
type stat64Shape struct {
	Dev, Ino    uint64
	Mode, Nlink uint32
	UID, GID    uint32
	Rdev        uint64
	_           uint64
	Size        int64
	Blksize     int32
	_           int32
	Blocks      int64
	statTimes
	_ [2]uint32
}

// statxShape is struct statx of linux/stat.h.
type statxShape struct {
	Mask, Blksize        uint32
	Attributes           uint64
	Nlink, UID, GID      uint32
	Mode                 uint16
	_                    uint16
	Ino, Size, Blocks    uint64
	AttributesMask       uint64
	Atime, Btime         statxTime
	Ctime, Mtime         statxTime
	RdevMajor, RdevMinor uint32
	DevMajor, DevMinor   uint32
	MntID                uint64
	DioMemAlign          uint32
	DioOffsetAlign       uint32
	_                    [12]uint64
}

type statxTime struct {
	Sec  int64
	Nsec uint32
	_    int32
}

// statfsShape is struct statfs of asm-generic/statfs.h: its words are unsigned where they have 32 bits.
type statfsShape struct {
	Type, Bsize                         layout.ULong
	Blocks, Bfree, Bavail, Files, Ffree layout.ULong
	Fsid                                [2]int32
	Namelen, Frsize, Flags              layout.ULong
	_                                   [4]layout.ULong
}

// statfs64Shape is struct statfs64 of asm-generic/statfs.h.
type statfs64Shape struct {
	Type, Bsize                         layout.ULong
	Blocks, Bfree, Bavail, Files, Ffree uint64
	Fsid                                [2]int32
	Namelen, Frsize, Flags              layout.ULong
	_                                   [4]layout.ULong
}

// flockShape is struct flock of asm-generic/fcntl.h.
type flockShape struct {
	Type, Whence int16
	Start, Len   layout.KLong
	Pid          int32
}

// flock64Shape is struct flock64 of asm-generic/fcntl.h.
type flock64Shape struct {
	Type, Whence int16
	Start, Len   int64
	Pid          int32
}

// direntShape is the head of struct linux_dirent of fs/readdir.c. The type of the entry is in its last byte, after the name.
type direntShape struct {
	_      layout.Packed
	Ino    layout.ULong
	Off    layout.ULong
	Reclen uint16
}

// dirent64Shape is the head of struct linux_dirent64 of include/linux/dirent.h.
type dirent64Shape struct {
	_      layout.Packed
	Ino    uint64
	Off    int64
	Reclen uint16
	Type   uint8
}

// iovecShape is struct iovec of linux/uio.h.
type iovecShape struct {
	Base layout.Ptr
	Len  layout.ULong
}

// termiosShape is struct termios of asm-generic/termbits.h.
type termiosShape struct {
	Iflag, Oflag, Cflag, Lflag uint32
	Line                       uint8
	Cc                         [linux.NCCS]byte
}

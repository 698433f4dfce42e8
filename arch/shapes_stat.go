package arch

import "muslrun/arch/layout"

// ShortStat is struct stat of the oldest ports (i386, sh, little-endian arm): 16-bit ids and link counts.
type ShortStat struct {
	Dev         layout.ULong
	Ino         layout.ULong
	Mode, Nlink uint16
	UID         uint16 `c:"UID,short"`
	GID         uint16 `c:"GID,short"`
	Rdev        layout.ULong
	Size        layout.ULong
	Blksize     layout.ULong
	Blocks      layout.ULong
	statTimes
	_ [2]layout.ULong
}

// OldStat64 is struct stat64 of i386, arm, sh and m68k: padding where device numbers once ended, a short inode number
// first and the whole one last. On m68k the padding is aligned to 2.
type OldStat64 struct {
	Dev         uint64
	_           uint16
	ShortIno    layout.ULong `c:"Ino,short"`
	Mode, Nlink uint32
	UID, GID    layout.ULong
	Rdev        uint64
	_           uint16
	Size        int64
	Blksize     layout.ULong
	Blocks      uint64
	statTimes
	Ino uint64
}

// ShortDevStat is ShortStat with 16-bit device numbers too: big-endian arm.
type ShortDevStat struct {
	Dev         uint16 `c:"Dev,short"`
	_           uint16
	Ino         layout.ULong
	Mode, Nlink uint16
	UID         uint16 `c:"UID,short"`
	GID         uint16 `c:"GID,short"`
	Rdev        uint16 `c:"Rdev,short"`
	_           uint16
	Size        layout.ULong
	Blksize     layout.ULong
	Blocks      layout.ULong
	statTimes
	_ [2]layout.ULong
}

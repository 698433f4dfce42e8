package linux

// Flags of open(2), from asm-generic/fcntl.h. On 64-bit ABIs the kernel adds O_LARGEFILE by itself.
const (
	O_ACCMODE     = 0o3
	O_RDONLY      = 0
	O_WRONLY      = 0o1
	O_RDWR        = 0o2
	O_CREAT       = 0o100
	O_EXCL        = 0o200
	O_NOCTTY      = 0o400
	O_TRUNC       = 0o1000
	O_APPEND      = 0o2000
	O_NONBLOCK    = 0o4000
	O_NDELAY      = 0o4000
	O_DSYNC       = 0o10000
	FASYNC        = 0o20000
	O_ASYNC       = FASYNC
	O_DIRECT      = 0o40000
	O_LARGEFILE   = 0o100000
	O_DIRECTORY   = 0o200000
	O_NOFOLLOW    = 0o400000
	O_NOATIME     = 0o1000000
	O_CLOEXEC     = 0o2000000
	O_SYNC_BIT    = 0o4000000
	O_SYNC        = 0o4010000
	O_PATH        = 0o10000000
	O_TMPFILE_BIT = 0o20000000
	O_TMPFILE     = 0o20200000
)

// Flags of the *at calls, from linux/fcntl.h.
const (
	AT_FDCWD              = -100
	AT_SYMLINK_NOFOLLOW   = 0x100
	AT_EACCESS            = 0x200
	AT_REMOVEDIR          = 0x200
	AT_SYMLINK_FOLLOW     = 0x400
	AT_NO_AUTOMOUNT       = 0x800
	AT_EMPTY_PATH         = 0x1000
	AT_STATX_SYNC_TYPE    = 0x6000
	AT_STATX_SYNC_AS_STAT = 0x0
	AT_STATX_FORCE_SYNC   = 0x2000
	AT_STATX_DONT_SYNC    = 0x4000
	AT_RECURSIVE          = 0x8000
)

// Modes of access(2), from unistd.h.
const (
	F_OK = 0
	X_OK = 1
	W_OK = 2
	R_OK = 4
)

// Whence of lseek(2), from linux/fs.h.
const (
	SEEK_SET  = 0
	SEEK_CUR  = 1
	SEEK_END  = 2
	SEEK_DATA = 3
	SEEK_HOLE = 4
)

// Flags of renameat2(2), from linux/fs.h.
const (
	RENAME_NOREPLACE = 0x1
	RENAME_EXCHANGE  = 0x2
	RENAME_WHITEOUT  = 0x4
)

// Modes of fallocate(2), from linux/falloc.h.
const (
	FALLOC_FL_KEEP_SIZE      = 0x1
	FALLOC_FL_PUNCH_HOLE     = 0x2
	FALLOC_FL_NO_HIDE_STALE  = 0x4
	FALLOC_FL_COLLAPSE_RANGE = 0x8
	FALLOC_FL_ZERO_RANGE     = 0x10
	FALLOC_FL_INSERT_RANGE   = 0x20
	FALLOC_FL_UNSHARE_RANGE  = 0x40
)

// Advice of posix_fadvise(2), from linux/fadvise.h (s390x numbers the last two 6 and 7).
const (
	POSIX_FADV_NORMAL     = 0
	POSIX_FADV_RANDOM     = 1
	POSIX_FADV_SEQUENTIAL = 2
	POSIX_FADV_WILLNEED   = 3
	POSIX_FADV_DONTNEED   = 4
	POSIX_FADV_NOREUSE    = 5
)

// Flags of sync_file_range(2), from linux/fs.h.
const (
	SYNC_FILE_RANGE_WAIT_BEFORE = 0x1
	SYNC_FILE_RANGE_WRITE       = 0x2
	SYNC_FILE_RANGE_WAIT_AFTER  = 0x4
)

// Flags of preadv2(2) and pwritev2(2), from linux/fs.h.
const (
	RWF_HIPRI    = 0x1
	RWF_DSYNC    = 0x2
	RWF_SYNC     = 0x4
	RWF_NOWAIT   = 0x8
	RWF_APPEND   = 0x10
	RWF_NOAPPEND = 0x20
)

// Flags of splice(2) and its kin, from linux/splice.h.
const (
	SPLICE_F_MOVE     = 1
	SPLICE_F_NONBLOCK = 2
	SPLICE_F_MORE     = 4
	SPLICE_F_GIFT     = 8
)

// Commands of fcntl(2), from asm-generic/fcntl.h and linux/fcntl.h. F_GETLK64 to F_SETLKW64 are the 32-bit ABIs' calls
// with a 64-bit struct flock.
const (
	F_DUPFD            = 0
	F_GETFD            = 1
	F_SETFD            = 2
	F_GETFL            = 3
	F_SETFL            = 4
	F_GETLK            = 5
	F_SETLK            = 6
	F_SETLKW           = 7
	F_SETOWN           = 8
	F_GETOWN           = 9
	F_SETSIG           = 10
	F_GETSIG           = 11
	F_GETLK64          = 12
	F_SETLK64          = 13
	F_SETLKW64         = 14
	F_SETOWN_EX        = 15
	F_GETOWN_EX        = 16
	F_GETOWNER_UIDS    = 17
	F_OFD_GETLK        = 36
	F_OFD_SETLK        = 37
	F_OFD_SETLKW       = 38
	F_SETLEASE         = 1024
	F_GETLEASE         = 1025
	F_NOTIFY           = 1026
	F_CANCELLK         = 1029
	F_DUPFD_CLOEXEC    = 1030
	F_SETPIPE_SZ       = 1031
	F_GETPIPE_SZ       = 1032
	F_ADD_SEALS        = 1033
	F_GET_SEALS        = 1034
	F_GET_RW_HINT      = 1035
	F_SET_RW_HINT      = 1036
	F_GET_FILE_RW_HINT = 1037
	F_SET_FILE_RW_HINT = 1038
)

// Descriptor flags of F_SETFD, lock types of struct flock and owner types of struct f_owner_ex, from asm-
// generic/fcntl.h.
const (
	FD_CLOEXEC   = 1
	F_RDLCK      = 0
	F_WRLCK      = 1
	F_UNLCK      = 2
	F_EXLCK      = 4
	F_SHLCK      = 8
	F_OWNER_TID  = 0
	F_OWNER_PID  = 1
	F_OWNER_PGRP = 2
)

// Operations of flock(2), from asm-generic/fcntl.h.
const (
	LOCK_SH = 1
	LOCK_EX = 2
	LOCK_NB = 4
	LOCK_UN = 8
)

// Seals of F_ADD_SEALS, from linux/fcntl.h.
const (
	F_SEAL_SEAL         = 0x1
	F_SEAL_SHRINK       = 0x2
	F_SEAL_GROW         = 0x4
	F_SEAL_WRITE        = 0x8
	F_SEAL_FUTURE_WRITE = 0x10
	F_SEAL_EXEC         = 0x20
)

// Resolution flags of openat2(2), from linux/openat2.h.
const (
	RESOLVE_NO_XDEV       = 0x1
	RESOLVE_NO_MAGICLINKS = 0x2
	RESOLVE_NO_SYMLINKS   = 0x4
	RESOLVE_BENEATH       = 0x8
	RESOLVE_IN_ROOT       = 0x10
	RESOLVE_CACHED        = 0x20
)

// Flags of close_range(2), from linux/close_range.h.
const (
	CLOSE_RANGE_UNSHARE = 0x2
	CLOSE_RANGE_CLOEXEC = 0x4
)

package linux

// Open flags in asm-generic numbering (asm-generic/fcntl.h). Sync, tmpfile and the access mode are several bits.
const (
	O_RDONLY    = 0o0
	O_WRONLY    = 0o1
	O_RDWR      = 0o2
	O_ACCMODE   = 0o3
	O_CREAT     = 0o100
	O_EXCL      = 0o200
	O_NOCTTY    = 0o400
	O_TRUNC     = 0o1000
	O_APPEND    = 0o2000
	O_NONBLOCK  = 0o4000
	O_DSYNC     = 0o10000
	O_ASYNC     = 0o20000
	O_DIRECT    = 0o40000
	O_LARGEFILE = 0o100000
	O_DIRECTORY = 0o200000
	O_NOFOLLOW  = 0o400000
	O_NOATIME   = 0o1000000
	O_CLOEXEC   = 0o2000000
	O_SYNC      = 0o4010000
	O_PATH      = 0o10000000
	O_TMPFILE   = 0o20200000
)

// Flags of the *at calls, and the descriptor that stands for the working directory (linux/fcntl.h).
const (
	AT_FDCWD            = -100
	AT_SYMLINK_NOFOLLOW = 0x100
	AT_EACCESS          = 0x200
	AT_REMOVEDIR        = 0x200
	AT_SYMLINK_FOLLOW   = 0x400
	AT_NO_AUTOMOUNT     = 0x800
	AT_EMPTY_PATH       = 0x1000
)

// Modes of access(2).
const (
	F_OK = 0
	X_OK = 1
	W_OK = 2
	R_OK = 4
)

// Origins of lseek(2).
const (
	SEEK_SET = iota
	SEEK_CUR
	SEEK_END
	SEEK_DATA
	SEEK_HOLE
)

// Limits of names (linux/limits.h). PATH_MAX counts the terminating zero.
const (
	NAME_MAX       = 255
	PATH_MAX       = 4096
	XATTR_NAME_MAX = 255
	XATTR_SIZE_MAX = 65536
	XATTR_LIST_MAX = 65536
)

// Types of advisory locks: fcntl(2) and flock(2).
const (
	F_RDLCK = 0
	F_WRLCK = 1
	F_UNLCK = 2

	LOCK_SH = 1
	LOCK_EX = 2
	LOCK_NB = 4
	LOCK_UN = 8
)

// Modes of fallocate(2) (linux/falloc.h).
const (
	FALLOC_FL_KEEP_SIZE      = 0x01
	FALLOC_FL_PUNCH_HOLE     = 0x02
	FALLOC_FL_COLLAPSE_RANGE = 0x08
	FALLOC_FL_ZERO_RANGE     = 0x10
	FALLOC_FL_INSERT_RANGE   = 0x20
	FALLOC_FL_UNSHARE_RANGE  = 0x40
)

// Flags of renameat2(2).
const (
	RENAME_NOREPLACE = 1
	RENAME_EXCHANGE  = 2
	RENAME_WHITEOUT  = 4
)

// Flags of setxattr(2).
const (
	XATTR_CREATE  = 1
	XATTR_REPLACE = 2
)

// Seals of memfd files (linux/fcntl.h).
const (
	F_SEAL_SEAL         = 0x01
	F_SEAL_SHRINK       = 0x02
	F_SEAL_GROW         = 0x04
	F_SEAL_WRITE        = 0x08
	F_SEAL_FUTURE_WRITE = 0x10
	F_SEAL_EXEC         = 0x20
)

// Resolve flags of openat2(2).
const (
	RESOLVE_NO_XDEV       = 0x01
	RESOLVE_NO_MAGICLINKS = 0x02
	RESOLVE_NO_SYMLINKS   = 0x04
	RESOLVE_BENEATH       = 0x08
	RESOLVE_IN_ROOT       = 0x10
	RESOLVE_CACHED        = 0x20
)

// Nanoseconds with a meaning of their own in utimensat(2).
const (
	UTIME_NOW  = 0x3fffffff
	UTIME_OMIT = 0x3ffffffe
)

// Mount flags as statfs(2) reports them in f_flags; those of mount(2) have the same values up to MS_NOEXEC.
const (
	ST_RDONLY   = 0x0001
	ST_NOSUID   = 0x0002
	ST_NODEV    = 0x0004
	ST_NOEXEC   = 0x0008
	ST_VALID    = 0x0020
	ST_NOATIME  = 0x0400
	ST_RELATIME = 0x1000
)

// File system types as statfs(2) reports them in f_type (linux/magic.h).
const (
	TMPFS_MAGIC      = 0x01021994
	PROC_SUPER_MAGIC = 0x9fa0
	OVERLAYFS_MAGIC  = 0x794c7630
	PIPEFS_MAGIC     = 0x50495045
	SOCKFS_MAGIC     = 0x534f434b
	DEVPTS_MAGIC     = 0x1cd1
	ANON_INODE_MAGIC = 0x09041934
	EXT4_MAGIC       = 0xef53
)

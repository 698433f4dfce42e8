package linux

// File types and permissions of st_mode, from linux/stat.h.
const (
	S_IFMT   = 0o170000
	S_IFSOCK = 0o140000
	S_IFLNK  = 0o120000
	S_IFREG  = 0o100000
	S_IFBLK  = 0o60000
	S_IFDIR  = 0o40000
	S_IFCHR  = 0o20000
	S_IFIFO  = 0o10000
	S_ISUID  = 0o4000
	S_ISGID  = 0o2000
	S_ISVTX  = 0o1000
	S_IRWXU  = 0o700
	S_IRUSR  = 0o400
	S_IWUSR  = 0o200
	S_IXUSR  = 0o100
	S_IRWXG  = 0o70
	S_IRGRP  = 0o40
	S_IWGRP  = 0o20
	S_IXGRP  = 0o10
	S_IRWXO  = 0o7
	S_IROTH  = 0o4
	S_IWOTH  = 0o2
	S_IXOTH  = 0o1
)

// Types of directory entries, from include/linux/fs_types.h.
const (
	DT_UNKNOWN = 0
	DT_FIFO    = 1
	DT_CHR     = 2
	DT_DIR     = 4
	DT_BLK     = 6
	DT_REG     = 8
	DT_LNK     = 10
	DT_SOCK    = 12
	DT_WHT     = 14
)

// Masks of statx(2), from linux/stat.h.
const (
	STATX_TYPE        = 0x1
	STATX_MODE        = 0x2
	STATX_NLINK       = 0x4
	STATX_UID         = 0x8
	STATX_GID         = 0x10
	STATX_ATIME       = 0x20
	STATX_MTIME       = 0x40
	STATX_CTIME       = 0x80
	STATX_INO         = 0x100
	STATX_SIZE        = 0x200
	STATX_BLOCKS      = 0x400
	STATX_BASIC_STATS = 0x7ff
	STATX_BTIME       = 0x800
	STATX_ALL         = 0xfff
	STATX_MNT_ID      = 0x1000
	STATX_DIOALIGN    = 0x2000
	STATX__RESERVED   = 0x80000000
)

// Attributes in stx_attributes, from linux/stat.h.
const (
	STATX_ATTR_COMPRESSED = 0x4
	STATX_ATTR_IMMUTABLE  = 0x10
	STATX_ATTR_APPEND     = 0x20
	STATX_ATTR_NODUMP     = 0x40
	STATX_ATTR_ENCRYPTED  = 0x800
	STATX_ATTR_AUTOMOUNT  = 0x1000
	STATX_ATTR_MOUNT_ROOT = 0x2000
	STATX_ATTR_VERITY     = 0x100000
	STATX_ATTR_DAX        = 0x200000
)

// Special times of utimensat(2), from include/linux/stat.h.
const (
	UTIME_NOW  = 0x3fffffff
	UTIME_OMIT = 0x3ffffffe
)

// Limits, from linux/limits.h.
const (
	NAME_MAX       = 255
	PATH_MAX       = 4096
	PIPE_BUF       = 4096
	XATTR_NAME_MAX = 255
	XATTR_SIZE_MAX = 65536
	XATTR_LIST_MAX = 65536
	NGROUPS_MAX    = 65536
	ARG_MAX        = 131072
	SYMLINK_MAX    = 40
	UIO_MAXIOV     = 1024
	IOV_MAX        = 1024
)

// Flags of setxattr(2), from linux/xattr.h.
const (
	XATTR_CREATE  = 1
	XATTR_REPLACE = 2
)

// Names of file systems in statfs(2), from linux/magic.h.
const (
	TMPFS_MAGIC           = 0x1021994
	RAMFS_MAGIC           = 0x858458f6
	PROC_SUPER_MAGIC      = 0x9fa0
	SYSFS_MAGIC           = 0x62656572
	DEVPTS_SUPER_MAGIC    = 0x1cd1
	EXT4_SUPER_MAGIC      = 0xef53
	OVERLAYFS_SUPER_MAGIC = 0x794c7630
	PIPEFS_MAGIC          = 0x50495045
	SOCKFS_MAGIC          = 0x534f434b
	ANON_INODE_FS_MAGIC   = 0x9041934
	BDEVFS_MAGIC          = 0x62646576
	CGROUP_SUPER_MAGIC    = 0x27e0eb
	CGROUP2_SUPER_MAGIC   = 0x63677270
	DEBUGFS_MAGIC         = 0x64626720
	TRACEFS_MAGIC         = 0x74726163
	SECURITYFS_MAGIC      = 0x73636673
	NSFS_MAGIC            = 0x6e736673
	HUGETLBFS_MAGIC       = 0x958458f6
	BTRFS_SUPER_MAGIC     = 0x9123683e
	XFS_SUPER_MAGIC       = 0x58465342
	NFS_SUPER_MAGIC       = 0x6969
	FUSE_SUPER_MAGIC      = 0x65735546
	SQUASHFS_MAGIC        = 0x73717368
	ISOFS_SUPER_MAGIC     = 0x9660
	MSDOS_SUPER_MAGIC     = 0x4d44
	MQUEUE_MAGIC          = 0x19800202
)

// Shorter names for some of them.
const (
	OVERLAYFS_MAGIC  = OVERLAYFS_SUPER_MAGIC
	DEVPTS_MAGIC     = DEVPTS_SUPER_MAGIC
	ANON_INODE_MAGIC = ANON_INODE_FS_MAGIC
	EXT4_MAGIC       = EXT4_SUPER_MAGIC
)

// Flags in f_flags of statfs(2), from include/linux/statfs.h.
const (
	ST_RDONLY      = 1
	ST_NOSUID      = 2
	ST_NODEV       = 4
	ST_NOEXEC      = 8
	ST_SYNCHRONOUS = 0x10
	ST_VALID       = 0x20
	ST_MANDLOCK    = 0x40
	ST_NOATIME     = 0x400
	ST_NODIRATIME  = 0x800
	ST_RELATIME    = 0x1000
	ST_NOSYMFOLLOW = 0x2000
)

// Flags of mount(2), from linux/mount.h.
const (
	MS_RDONLY      = 0x1
	MS_NOSUID      = 0x2
	MS_NODEV       = 0x4
	MS_NOEXEC      = 0x8
	MS_SYNCHRONOUS = 0x10
	MS_REMOUNT     = 0x20
	MS_MANDLOCK    = 0x40
	MS_DIRSYNC     = 0x80
	MS_NOSYMFOLLOW = 0x100
	MS_NOATIME     = 0x400
	MS_NODIRATIME  = 0x800
	MS_BIND        = 0x1000
	MS_MOVE        = 0x2000
	MS_REC         = 0x4000
	MS_SILENT      = 0x8000
	MS_POSIXACL    = 0x10000
	MS_UNBINDABLE  = 0x20000
	MS_PRIVATE     = 0x40000
	MS_SLAVE       = 0x80000
	MS_SHARED      = 0x100000
	MS_RELATIME    = 0x200000
	MS_STRICTATIME = 0x1000000
	MS_LAZYTIME    = 0x2000000
	MS_MGC_VAL     = 0xc0ed0000
	MS_MGC_MSK     = 0xffff0000
)

// Flags of umount2(2), from include/linux/fs.h.
const (
	MNT_FORCE       = 1
	MNT_DETACH      = 2
	MNT_EXPIRE      = 4
	UMOUNT_NOFOLLOW = 8
)

// Flags and events of inotify(7), from linux/inotify.h.
const (
	IN_ACCESS        = 0x1
	IN_MODIFY        = 0x2
	IN_ATTRIB        = 0x4
	IN_CLOSE_WRITE   = 0x8
	IN_CLOSE_NOWRITE = 0x10
	IN_OPEN          = 0x20
	IN_MOVED_FROM    = 0x40
	IN_MOVED_TO      = 0x80
	IN_CREATE        = 0x100
	IN_DELETE        = 0x200
	IN_DELETE_SELF   = 0x400
	IN_MOVE_SELF     = 0x800
	IN_UNMOUNT       = 0x2000
	IN_Q_OVERFLOW    = 0x4000
	IN_IGNORED       = 0x8000
	IN_CLOSE         = 0x18
	IN_MOVE          = 0xc0
	IN_ONLYDIR       = 0x1000000
	IN_DONT_FOLLOW   = 0x2000000
	IN_EXCL_UNLINK   = 0x4000000
	IN_MASK_CREATE   = 0x10000000
	IN_MASK_ADD      = 0x20000000
	IN_ISDIR         = 0x40000000
	IN_ONESHOT       = 0x80000000
	IN_ALL_EVENTS    = 0xfff
	IN_CLOEXEC       = 0x80000
	IN_NONBLOCK      = 0x800
)

// Limits of file handles, from include/linux/exportfs.h.
const (
	MAX_HANDLE_SZ = 128
)

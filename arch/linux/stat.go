package linux

// Stat is the superset of every struct stat and struct statx: what Linux knows of an inode.
type Stat struct {
	Dev     uint64 // encoded as by Makedev
	Ino     uint64
	Mode    uint32
	Nlink   uint32
	UID     uint32
	GID     uint32
	Rdev    uint64
	Size    int64
	Blksize int32
	Blocks  int64 // of 512 bytes
	Atime   Timespec
	Mtime   Timespec
	Ctime   Timespec
	Btime   Timespec
}

// Makedev encodes a device number as the kernel's stat structures do (linux/kdev_t.h, new_encode_dev).
func Makedev(major, minor uint32) uint64 {
	return uint64(minor&0xff | major<<8 | (minor&^0xff)<<12)
}

// Major is the major number of a device number made by Makedev.
func Major(dev uint64) uint32 { return uint32(dev>>8) & 0xfff }

// Minor is the minor number of a device number made by Makedev.
func Minor(dev uint64) uint32 { return uint32(dev&0xff | (dev>>12)&0xfff00) }

// File types and permission bits of a mode (linux/stat.h).
const (
	S_IFMT   = 0o170000
	S_IFSOCK = 0o140000
	S_IFLNK  = 0o120000
	S_IFREG  = 0o100000
	S_IFBLK  = 0o060000
	S_IFDIR  = 0o040000
	S_IFCHR  = 0o020000
	S_IFIFO  = 0o010000

	S_ISUID = 0o4000
	S_ISGID = 0o2000
	S_ISVTX = 0o1000
)

// Statfs is what statfs(2) reports of a file system.
type Statfs struct {
	Type    uint64
	Bsize   int64
	Blocks  uint64
	Bfree   uint64
	Bavail  uint64
	Files   uint64
	Ffree   uint64
	Fsid    [2]int32
	Namelen int64
	Frsize  int64
	Flags   int64
}

package linux

// Stat is the superset of every struct stat: what Linux knows of an inode.
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

// StatxTimestamp is a time in struct statx (linux/stat.h).
type StatxTimestamp struct {
	Sec  int64
	Nsec uint32
}

// Statx is struct statx (linux/stat.h).
type Statx struct {
	Mask                                     uint32
	Blksize                                  uint32
	Attributes                               uint64
	Nlink, UID, GID                          uint32
	Mode                                     uint16
	Ino, Size, Blocks, AttributesMask        uint64
	Atime, Btime, Ctime, Mtime               StatxTimestamp
	RdevMajor, RdevMinor, DevMajor, DevMinor uint32
	MntID                                    uint64
	DioMemAlign, DioOffsetAlign              uint32
}

// Statfs is what statfs(2) reports of a file system (asm-generic/statfs.h).
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

// Flock is a record lock (struct flock, asm-generic/fcntl.h).
type Flock struct {
	Type, Whence int16
	Start, Len   int64
	Pid          int32
}

// FOwnerEx is who gets a file's signals (struct f_owner_ex, asm-generic/fcntl.h).
type FOwnerEx struct {
	Type, Pid int32
}

// Dirent is the head of a directory entry, before its name (struct linux_dirent64, include/linux/dirent.h).
type Dirent struct {
	Ino    uint64
	Off    int64
	Reclen uint16
	Type   uint8
}

// FileHandle is the head of a handle, before its opaque bytes (struct file_handle, include/linux/fs.h).
type FileHandle struct {
	HandleBytes uint32
	HandleType  int32
}

// OpenHow is struct open_how (linux/openat2.h).
type OpenHow struct {
	Flags, Mode, Resolve uint64
}

// InotifyEvent is the head of an event, before its name (struct inotify_event, linux/inotify.h).
type InotifyEvent struct {
	Wd                int32
	Mask, Cookie, Len uint32
}

// Iovec is struct iovec (linux/uio.h).
type Iovec struct {
	Base, Len uint64
}

// Pollfd is struct pollfd (asm-generic/poll.h).
type Pollfd struct {
	FD              int32
	Events, Revents int16
}

// EpollEvent is struct epoll_event (linux/eventpoll.h).
type EpollEvent struct {
	Events uint32
	Data   uint64
}

// Termios is struct termios2 (asm-generic/termbits.h); TCGETS reports all but its speeds.
type Termios struct {
	Iflag, Oflag, Cflag, Lflag uint32
	Line                       uint8
	Cc                         [NCCS]uint8
	Ispeed, Ospeed             uint32
}

// Winsize is the size of a terminal's window (asm-generic/termios.h).
type Winsize struct {
	Row, Col, Xpixel, Ypixel uint16
}

// Makedev encodes a device number as the kernel's stat structures do (linux/kdev_t.h, new_encode_dev).
func Makedev(major, minor uint32) uint64 {
	return uint64(minor&0xff | major<<8 | (minor&^0xff)<<12)
}

// Major is the major number of a device number made by Makedev.
func Major(dev uint64) uint32 { return uint32(dev>>8) & 0xfff }

// Minor is the minor number of a device number made by Makedev.
func Minor(dev uint64) uint32 { return uint32(dev&0xff | (dev>>12)&0xfff00) }

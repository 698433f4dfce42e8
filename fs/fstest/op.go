package fstest

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"muslrun/arch/linux"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Session runs operations on a System. Descriptors have names.
type Session struct {
	sys   System
	fds   map[string]int
	marks map[string]linux.Stat
}

// NewSession begins without open files.
func NewSession(sys System) *Session {
	return &Session{sys: sys, fds: map[string]int{}, marks: map[string]linux.Stat{}}
}

// Do runs one line and gives its answer.
func (s *Session) Do(line string) string {
	words := strings.Fields(line)
	op, ok := operations[words[0]]
	a := args{words[1:]}
	if !ok {
		panic("fstest: no such operation: " + line)
	}
	if op.fd {
		fd, open := s.fds[a.str(0)]
		if !open {
			return "not open"
		}
		return op.run(s, fd, args{a.words[1:]})
	}
	return op.run(s, -1, a)
}

// Close closes what is open.
func (s *Session) Close() {
	for _, fd := range s.fds {
		s.sys.Close(fd)
	}
}

// operation is what a first word stands for. Those with fd begin with the name of an open file.
type operation struct {
	fd  bool
	run func(s *Session, fd int, a args) string
}

// args are the words after the first.
type args struct{ words []string }

// str is word i, "" if there is none. ” stands for an empty word, and long:N for N letters.
func (a args) str(i int) string {
	if i >= len(a.words) || a.words[i] == "''" {
		return ""
	}
	if n, ok := strings.CutPrefix(a.words[i], "long:"); ok {
		k, _ := strconv.Atoi(n)
		return strings.Repeat("x", k)
	}
	return a.words[i]
}

func (a args) num(i int) int64 {
	n, err := strconv.ParseInt(a.str(i), 0, 64)
	if err != nil {
		return 0
	}
	return n
}

func (a args) u32(i int) uint32 { return uint32(a.num(i)) }

// set is the union of flags named in word i.
func (a args) set(i int, names map[string]uint32) (set uint32) {
	for _, name := range strings.Split(a.str(i), ",") {
		bit, ok := names[name]
		if !ok && name != "" {
			panic("fstest: no such flag: " + name)
		}
		set |= bit
	}
	return set
}

var openFlags = map[string]uint32{
	"rd": linux.O_RDONLY, "wr": linux.O_WRONLY, "rdwr": linux.O_RDWR, "acc3": linux.O_ACCMODE, "creat": linux.O_CREAT,
	"excl": linux.O_EXCL, "trunc": linux.O_TRUNC, "append": linux.O_APPEND, "dir": linux.O_DIRECTORY,
	"nofollow": linux.O_NOFOLLOW, "path": linux.O_PATH, "tmpfile": linux.O_TMPFILE, "noatime": linux.O_NOATIME,
	"nonblock": linux.O_NONBLOCK, "tmpbit": linux.O_TMPFILE &^ linux.O_DIRECTORY,
}

var allocateFlags = map[string]uint32{
	"0": 0, "keep": linux.FALLOC_FL_KEEP_SIZE, "punch": linux.FALLOC_FL_PUNCH_HOLE, "zero": linux.FALLOC_FL_ZERO_RANGE,
	"collapse": linux.FALLOC_FL_COLLAPSE_RANGE, "insert": linux.FALLOC_FL_INSERT_RANGE, "bad": 0x8000,
}

var renameFlags = map[string]uint32{
	"noreplace": linux.RENAME_NOREPLACE, "exchange": linux.RENAME_EXCHANGE, "bad": 0x80,
}

var xattrFlags = map[string]uint32{"create": linux.XATTR_CREATE, "replace": linux.XATTR_REPLACE, "bad": 0x80}

var whences = map[string]uint32{
	"set": linux.SEEK_SET, "cur": linux.SEEK_CUR, "end": linux.SEEK_END, "data": linux.SEEK_DATA, "hole": linux.SEEK_HOLE,
	"bad": 9,
}

var kinds = map[string]uint32{
	"reg": linux.S_IFREG, "dir": linux.S_IFDIR, "lnk": linux.S_IFLNK, "chr": linux.S_IFCHR, "blk": linux.S_IFBLK,
	"fifo": linux.S_IFIFO, "sock": linux.S_IFSOCK, "none": 0,
}

var accesses = map[string]uint32{"f": 0, "r": linux.R_OK, "w": linux.W_OK, "x": linux.X_OK}

// answer gives an error's name, or ok.
func answer(errno linux.Errno, ok string) string {
	if errno != 0 {
		return errno.Name()
	}
	return ok
}

// content shows what was read: itself if it is short and plain, else its length and a hash.
func content(b []byte) string {
	plain := len(b) <= 32 && !slices.ContainsFunc(b, func(c byte) bool { return c <= ' ' || c > '~' })
	if plain {
		return fmt.Sprintf("%q", b)
	}
	h := fnv.New32a()
	_, _ = h.Write(b)
	return fmt.Sprintf("%d bytes %08x", len(b), h.Sum32())
}

// pattern makes contents of any length that differ from place to place.
func pattern(n int64) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(1 + i%251)
	}
	return b
}

// show describes a stat without what differs by nature: device, inode number, times, and the size of directories.
func show(st linux.Stat, errno linux.Errno) string {
	if errno != 0 {
		return errno.Name()
	}
	kind := ""
	for name, bits := range kinds {
		if bits == st.Mode&linux.S_IFMT {
			kind = name
		}
	}
	size := st.Size
	if kind == "dir" {
		size = 0
	}
	return fmt.Sprintf("%s %04o links=%d %d:%d size=%d rdev=%d",
		kind, st.Mode&0o7777, st.Nlink, st.UID, st.GID, size, st.Rdev)
}

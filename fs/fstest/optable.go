package fstest

import (
	"fmt"
	"slices"
	"strings"

	"muslrun/arch/linux"
)

// onPath makes an operation of a call that only succeeds or fails.
func onPath(call func(sys System, a args) linux.Errno) operation {
	return operation{run: func(s *Session, _ int, a args) string { return answer(call(s.sys, a), "ok") }}
}

func onFD(call func(s *Session, fd int, a args) string) operation {
	return operation{fd: true, run: call}
}

// operations are all lines there are. The comment behind each gives its words.
var operations map[string]operation

func init() { // a table, which refers to itself through the operations that are made of others
	operations = map[string]operation{
		"open":      {run: open},        // open NAME PATH FLAGS MODE
		"close":     onFD(closeFile),    // close NAME
		"read":      onFD(read),         // read NAME COUNT
		"pread":     onFD(pread),        // pread NAME COUNT OFFSET
		"write":     onFD(write),        // write NAME TEXT
		"fill":      onFD(fill),         // fill NAME COUNT
		"pwrite":    onFD(pwrite),       // pwrite NAME TEXT OFFSET
		"pfill":     onFD(pfill),        // pfill NAME COUNT OFFSET
		"seek":      onFD(seek),         // seek NAME OFFSET WHENCE
		"ftruncate": onFD(ftruncate),    // ftruncate NAME SIZE
		"fallocate": onFD(fallocate),    // fallocate NAME FLAGS OFFSET LENGTH
		"fstat":     onFD(fstat),        // fstat NAME
		"fchmod":    onFD(fchmod),       // fchmod NAME MODE
		"getdents":  onFD(getdents),     // getdents NAME: from the start, sorted
		"empty":     onFD(emptyDir),     // empty NAME PATH: unlinks all in the directory PATH that is open as NAME
		"stat":      {run: stat},        // stat PATH
		"lstat":     {run: lstat},       // lstat PATH
		"blocks":    {run: blocks},      // blocks PATH
		"cat":       {run: cat},         // cat PATH
		"ls":        {run: ls},          // ls PATH: sorted
		"readlink":  {run: readlink},    // readlink PATH
		"getxattr":  {run: getxattr},    // getxattr PATH NAME
		"listxattr": {run: listxattr},   // listxattr PATH
		"as":        {run: as},          // as UID GID GROUP...
		"umask":     {run: umask},       // umask MASK
		"mark":      {run: mark},        // mark PATH: remembers its times
		"changed":   {run: changed},     // changed PATH: the times that changed since: a, m, c
		"times":     {run: times},       // times PATH: seconds of atime and mtime
		"access":    onPath(accessPath), // access PATH rwx

		"mkdir":       onPath(func(s System, a args) linux.Errno { return s.Mkdir(a.str(0), a.u32(1)) }),
		"mknod":       onPath(mknodPath),
		"symlink":     onPath(func(s System, a args) linux.Errno { return s.Symlink(a.str(0), a.str(1)) }),
		"link":        onPath(func(s System, a args) linux.Errno { return s.Link(a.str(0), a.str(1), false) }),
		"linkfollow":  onPath(func(s System, a args) linux.Errno { return s.Link(a.str(0), a.str(1), true) }),
		"unlink":      onPath(func(s System, a args) linux.Errno { return s.Unlink(a.str(0)) }),
		"rmdir":       onPath(func(s System, a args) linux.Errno { return s.Rmdir(a.str(0)) }),
		"rename":      onPath(renamePath),
		"chmod":       onPath(func(s System, a args) linux.Errno { return s.Chmod(a.str(0), a.u32(1)) }),
		"chown":       onPath(func(s System, a args) linux.Errno { return s.Chown(a.str(0), a.u32(1), a.u32(2), true) }),
		"lchown":      onPath(func(s System, a args) linux.Errno { return s.Chown(a.str(0), a.u32(1), a.u32(2), false) }),
		"truncate":    onPath(func(s System, a args) linux.Errno { return s.Truncate(a.str(0), a.num(1)) }),
		"setxattr":    onPath(setxattrPath),
		"removexattr": onPath(func(s System, a args) linux.Errno { return s.Removexattr(a.str(0), a.str(1)) }),
		"utimes":      onPath(utimes), // utimes PATH [ATIME MTIME]: seconds, now or omit
	}
}

func open(s *Session, _ int, a args) string {
	if old, ok := s.fds[a.str(0)]; ok {
		s.sys.Close(old)
		delete(s.fds, a.str(0))
	}
	fd, errno := s.sys.Open(a.str(1), a.set(2, openFlags), a.u32(3))
	if errno == 0 {
		s.fds[a.str(0)] = fd
	}
	return answer(errno, "ok")
}

func closeFile(s *Session, fd int, _ args) string {
	for name, n := range s.fds {
		if n == fd {
			delete(s.fds, name)
		}
	}
	return answer(s.sys.Close(fd), "ok")
}

func read(s *Session, fd int, a args) string {
	b := make([]byte, a.num(0))
	n, errno := s.sys.Read(fd, b)
	return answer(errno, content(b[:n]))
}

func pread(s *Session, fd int, a args) string {
	b := make([]byte, a.num(0))
	n, errno := s.sys.Pread(fd, b, a.num(1))
	return answer(errno, content(b[:n]))
}

func write(s *Session, fd int, a args) string {
	n, errno := s.sys.Write(fd, []byte(a.str(0)))
	return answer(errno, itoa(n))
}

func fill(s *Session, fd int, a args) string {
	n, errno := s.sys.Write(fd, pattern(a.num(0)))
	return answer(errno, itoa(n))
}

func pwrite(s *Session, fd int, a args) string {
	n, errno := s.sys.Pwrite(fd, []byte(a.str(0)), a.num(1))
	return answer(errno, itoa(n))
}

func pfill(s *Session, fd int, a args) string {
	n, errno := s.sys.Pwrite(fd, pattern(a.num(0)), a.num(1))
	return answer(errno, itoa(n))
}

func seek(s *Session, fd int, a args) string {
	at, errno := s.sys.Seek(fd, a.num(0), int(a.set(1, whences)))
	if st, _ := s.sys.Fstat(fd); st.Mode&linux.S_IFMT == linux.S_IFDIR {
		at = 0 // offsets of directories are each file system's own
	}
	return answer(errno, fmt.Sprint(at))
}

func ftruncate(s *Session, fd int, a args) string { return answer(s.sys.Ftruncate(fd, a.num(0)), "ok") }

func fallocate(s *Session, fd int, a args) string {
	return answer(s.sys.Fallocate(fd, a.set(0, allocateFlags), a.num(1), a.num(2)), "ok")
}

func fstat(s *Session, fd int, _ args) string { return show(s.sys.Fstat(fd)) }

func fchmod(s *Session, fd int, a args) string { return answer(s.sys.Fchmod(fd, a.u32(0)), "ok") }

func getdents(s *Session, fd int, _ args) string {
	s.sys.Seek(fd, 0, linux.SEEK_SET) // other offsets are each file system's own
	names, errno := s.sys.ReadDir(fd)
	slices.Sort(names)
	return answer(errno, strings.Join(names, " "))
}

// emptyDir does what rm -r does.
func emptyDir(s *Session, fd int, a args) string {
	removed := 0
	for {
		names, errno := s.sys.ReadDir(fd)
		if errno != 0 {
			return errno.Name()
		}
		if len(names) == 0 {
			return itoa(removed)
		}
		for _, name := range names {
			if name != "." && name != ".." && s.sys.Unlink(a.str(0)+"/"+name) == 0 {
				removed++
			}
		}
	}
}

func stat(s *Session, _ int, a args) string { return show(s.sys.Stat(a.str(0), true)) }

func lstat(s *Session, _ int, a args) string { return show(s.sys.Stat(a.str(0), false)) }

func blocks(s *Session, _ int, a args) string {
	st, errno := s.sys.Stat(a.str(0), true)
	return answer(errno, fmt.Sprint(st.Blocks))
}

// catMax is the most that cat reads.
const catMax = 1 << 20

func cat(s *Session, _ int, a args) string {
	fd, errno := s.sys.Open(a.str(0), linux.O_RDONLY|linux.O_NONBLOCK, 0)
	if errno != 0 {
		return errno.Name()
	}
	defer s.sys.Close(fd)
	b := make([]byte, catMax)
	n, errno := s.sys.Pread(fd, b, 0)
	return answer(errno, content(b[:n]))
}

func ls(s *Session, _ int, a args) string {
	fd, errno := s.sys.Open(a.str(0), linux.O_DIRECTORY, 0)
	if errno != 0 {
		return errno.Name()
	}
	defer s.sys.Close(fd)
	return getdents(s, fd, a)
}

func readlink(s *Session, _ int, a args) string {
	target, errno := s.sys.Readlink(a.str(0))
	return answer(errno, target)
}

func getxattr(s *Session, _ int, a args) string {
	value, errno := s.sys.Getxattr(a.str(0), a.str(1))
	return answer(errno, content(value))
}

// listxattr leaves out what a security module of the host adds.
func listxattr(s *Session, _ int, a args) string {
	names, errno := s.sys.Listxattr(a.str(0))
	names = slices.DeleteFunc(names, func(n string) bool { return n == "security.selinux" })
	return answer(errno, strings.Join(names, " "))
}

func as(s *Session, _ int, a args) string {
	var groups []uint32
	for i := 2; i < len(a.words); i++ {
		groups = append(groups, a.u32(i))
	}
	s.sys.As(a.u32(0), a.u32(1), groups)
	return "ok"
}

func umask(s *Session, _ int, a args) string {
	s.sys.Umask(a.u32(0))
	return "ok"
}

func mark(s *Session, _ int, a args) string {
	st, errno := s.sys.Stat(a.str(0), false)
	s.marks[a.str(0)] = st
	s.sys.Tick()
	return answer(errno, "ok")
}

func changed(s *Session, _ int, a args) string {
	st, errno := s.sys.Stat(a.str(0), false)
	old := s.marks[a.str(0)]
	which := ""
	if st.Atime != old.Atime {
		which += "a"
	}
	if st.Mtime != old.Mtime {
		which += "m"
	}
	if st.Ctime != old.Ctime {
		which += "c"
	}
	s.marks[a.str(0)] = st
	s.sys.Tick()
	return answer(errno, which)
}

func times(s *Session, _ int, a args) string {
	st, errno := s.sys.Stat(a.str(0), false)
	return answer(errno, fmt.Sprintf("%d.%d %d.%d", st.Atime.Sec, st.Atime.Nsec, st.Mtime.Sec, st.Mtime.Nsec))
}

func accessPath(s System, a args) linux.Errno {
	mode := uint32(0)
	for _, c := range a.str(1) {
		mode |= accesses[string(c)]
	}
	return s.Access(a.str(0), mode)
}

func renamePath(s System, a args) linux.Errno {
	return s.Rename(a.str(0), a.str(1), a.set(2, renameFlags))
}

func mknodPath(s System, a args) linux.Errno {
	return s.Mknod(a.str(0), a.set(1, kinds)|a.u32(2), uint64(a.num(3)))
}

func setxattrPath(s System, a args) linux.Errno {
	return s.Setxattr(a.str(0), a.str(1), []byte(a.str(2)), a.set(3, xattrFlags))
}

func utimes(s System, a args) linux.Errno {
	if len(a.words) == 1 {
		return s.Utimes(a.str(0), nil)
	}
	var ts [2]linux.Timespec
	for i := range ts {
		switch word := a.str(i + 1); word {
		case "now":
			ts[i].Nsec = linux.UTIME_NOW
		case "omit":
			ts[i].Nsec = linux.UTIME_OMIT
		case "bad":
			ts[i].Nsec = 1e9
		default:
			ts[i].Sec = a.num(i + 1)
		}
	}
	return s.Utimes(a.str(0), &ts)
}

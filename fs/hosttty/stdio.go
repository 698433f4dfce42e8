package hosttty

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// Stdio is the set of host descriptors that the guest may use. It implements fs.Superblock for those that are neither
// terminals nor devices which the guest has itself.
type Stdio struct {
	dev    uint64
	mount  *fs.Mount
	poller *poller
	show   ShowTerminal

	attaching sync.Mutex // held by Attach, also while it calls show; taken before mu
	nodes     map[hostID]*node

	mu        sync.Mutex
	terminals []*Terminal // only Attach changes it
	own       []int       // descriptors that were opened here
}

// hostID tells files of the host apart: descriptors of one file have one inode in the guest too.
type hostID struct{ dev, ino uint64 }

// Attached says how the guest gets a host descriptor: by opening Device, a name in its own /dev, or as File.
type Attached struct {
	Device string // "/dev/pts/0", "/dev/null"; "" if File is given
	Flags  uint32 // for opening Device: access mode and status flags
	File   *fs.File
}

// ShowTerminal gives a terminal a number N, under which the guest finds it as /dev/pts/N (devfs.PTS.Add). It may ask for
// the Terminals before this one.
type ShowTerminal func(c *fs.Caller, t *Terminal) (int, linux.Errno)

// New makes an empty set. dev is the st_dev of its files.
func New(dev uint64, show ShowTerminal) (*Stdio, error) {
	p, err := newPoller()
	if err != nil {
		return nil, err
	}
	s := &Stdio{dev: dev, poller: p, show: show, nodes: map[hostID]*node{}}
	s.mount = fs.NewInternalMount(s)
	return s, nil
}

// Attach gives the guest a host descriptor. nil without an error: it is not open. c is whom the file belongs to in the
// guest.
func (s *Stdio) Attach(c *fs.Caller, fd int) (*Attached, error) {
	var st unix.Stat_t
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if errors.Is(err, unix.EBADF) {
		return nil, nil
	}
	if err == nil {
		err = unix.Fstat(fd, &st)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot give descriptor %d to the guest: %w", fd, err)
	}
	// The host's O_NONBLOCK belongs to the host; O_LARGEFILE and the like are added by the guest's kernel.
	keep := uint32(flags) & (linux.O_ACCMODE | linux.O_APPEND)
	s.attaching.Lock()
	defer s.attaching.Unlock()
	if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err == nil {
		name, err := s.terminal(c, fd, &st, keep)
		return &Attached{Device: name, Flags: keep}, err
	}
	if name := devices[st.Rdev]; name != "" && st.Mode&unix.S_IFMT == unix.S_IFCHR {
		return &Attached{Device: "/dev/" + name, Flags: keep}, nil
	}
	f, err := s.file(c, fd, &st, keep)
	return &Attached{File: f, Flags: keep}, err
}

// devices are those that every guest has of its own, by the host's st_rdev (devices.txt of the kernel).
var devices = map[uint64]string{
	unix.Mkdev(1, 3): "null",
	unix.Mkdev(1, 5): "zero",
	unix.Mkdev(1, 7): "full",
	unix.Mkdev(1, 8): "random",
	unix.Mkdev(1, 9): "urandom",
}

// terminal finds or makes the Terminal behind fd, lets it use fd, and gives its name.
func (s *Stdio) terminal(c *fs.Caller, fd int, st *unix.Stat_t, access uint32) (string, error) {
	i := slices.IndexFunc(s.terminals, func(t *Terminal) bool { return t.device == st.Rdev })
	if i < 0 {
		t := &Terminal{device: st.Rdev, stream: stream{source: s.poller.add(-1, -1), nonblocking: true}}
		if size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ); err == nil {
			t.size = *size
		}
		n, errno := s.show(c, t)
		if errno != 0 {
			return "", fmt.Errorf("cannot give the guest the terminal of descriptor %d: %w", fd, errno)
		}
		t.number = n
		i = len(s.terminals)
		s.mu.Lock()
		s.terminals = append(s.terminals, t)
		s.mu.Unlock()
	}
	t := s.terminals[i]
	s.use(t, fd, access)
	return fmt.Sprintf("/dev/pts/%d", t.number), nil
}

// use gives a terminal a descriptor for the directions that it lacks: one of its own with O_NONBLOCK, or else fd
// itself.
func (s *Stdio) use(t *Terminal, fd int, access uint32) {
	reads, writes := access&linux.O_ACCMODE != linux.O_WRONLY, access&linux.O_ACCMODE != linux.O_RDONLY
	if (!reads || t.in >= 0) && (!writes || t.out >= 0) {
		return
	}
	again := int(access&linux.O_ACCMODE) | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC
	own, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", fd), again, 0)
	if err == nil {
		s.mu.Lock()
		s.own = append(s.own, own)
		s.mu.Unlock()
		fd = own
	}
	t.nonblocking = t.nonblocking && err == nil
	s.poller.mu.Lock()
	defer s.poller.mu.Unlock()
	if reads && t.in < 0 {
		t.in = fd
	}
	if writes && t.out < 0 {
		t.out = fd
	}
}

// file makes a description of a descriptor that is no terminal.
func (s *Stdio) file(c *fs.Caller, fd int, st *unix.Stat_t, flags uint32) (*fs.File, error) {
	n := s.node(c, fd, st, flags)
	ops, errno := n.Open(c, flags)
	if errno != 0 {
		return nil, fmt.Errorf("descriptor %d is open in a way that the guest cannot use: %w", fd, errno)
	}
	if _, ok := ops.(*file); ok {
		ops = &file{fd: fd} // another descriptor of the same file may have another offset
	}
	path, errno := s.mount.Anonymous(n.name, n)
	if errno != 0 {
		return nil, fmt.Errorf("cannot give descriptor %d to the guest: %w", fd, errno)
	}
	return fs.NewFile(path, ops, flags), nil
}

// Terminals are the terminals so far, in the order in which they were attached.
func (s *Stdio) Terminals() []*Terminal {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Terminal(nil), s.terminals...)
}

// Restore gives the terminals back the modes that they had before the guest changed them.
func (s *Stdio) Restore() error {
	var all []error
	for _, t := range s.Terminals() {
		all = append(all, t.restore())
	}
	return errors.Join(all...)
}

// Apply sets the modes that the guest wants once more, after muslrun was suspended.
func (s *Stdio) Apply() error {
	var all []error
	for _, t := range s.Terminals() {
		all = append(all, t.apply())
	}
	return errors.Join(all...)
}

// BePatient makes pipes and sockets that have no input, or no room for output, stop the guest until they have: so the guest's
// run does not depend on how fast the host's other programs are. It is called before anything is attached.
func (s *Stdio) BePatient() (err error) {
	s.poller.quit, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	return err
}

// GiveUp ends the guest's patience.
func (s *Stdio) GiveUp() {
	if s.poller.quit >= 0 {
		_, _ = unix.Write(s.poller.quit, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	}
}

// Waits reports whether the guest waits for something of the host.
func (s *Stdio) Waits() bool {
	s.poller.mu.Lock()
	defer s.poller.mu.Unlock()
	return s.poller.wanted()
}

// Close ends the polling and closes what was opened here; the descriptors that were given stay open. No guest runs
// any more.
func (s *Stdio) Close() {
	s.poller.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fd := range s.own {
		unix.Close(fd)
	}
	s.own = nil
}

// Type implements fs.Superblock.
func (*Stdio) Type() string { return "hostio" }

// Root implements fs.Superblock: there is no directory.
func (*Stdio) Root() fs.Inode { return nil }

// Statfs implements fs.Superblock, as the kernel's anonymous inodes do.
func (*Stdio) Statfs() (linux.Statfs, linux.Errno) {
	return linux.Statfs{
		Type: linux.ANON_INODE_FS_MAGIC, Bsize: blockSize, Frsize: blockSize, Namelen: linux.NAME_MAX,
	}, 0
}

package guest

import (
	"crypto/rand"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"muslrun/arch"
	"muslrun/arch/layout"
	"muslrun/arch/linux"
	"muslrun/emu/disasm"
	"muslrun/fs"
	"muslrun/fs/devfs"
	"muslrun/fs/eventfd"
	"muslrun/fs/hostfs"
	"muslrun/fs/hosttty"
	"muslrun/fs/memfs"
	"muslrun/fs/overlay"
	"muslrun/fs/pipe"
	"muslrun/fs/procfs"
	"muslrun/images"
	"muslrun/syscalls"
	"muslrun/syscalls/kernel"
	"muslrun/syscalls/turns"

	"golang.org/x/sys/unix"
)

// machine is a guest under construction.
type machine struct {
	cfg          *Config
	uid, gid     uint32
	minor        uint32 // of the last file system's st_dev
	clock        kernel.Clock
	turns        *turns.Turns // nil but in deterministic mode
	random       io.Reader    // all that is random in the guest; safe for concurrent use
	devices      *devfs.Devices
	pipes        *pipe.FS
	anon         *fs.Mount  // files without a name
	memory       *memfs.FS  // behind anon
	anonFS       *fs.AnonFS // behind eventfds and the like
	eventfds     atomic.Uint64
	pts          *devfs.PTS
	stdio        *hosttty.Stdio
	tty          *kernel.TTY       // the terminal of the first program, nil without
	stopped      chan linux.Signal // what has stopped the first program
	hostTerminal *hosttty.Terminal // behind tty
	root         *images.Root
	ns           *fs.Namespace
	ctx          *fs.Context
	network      *network
	kernel       *kernel.Kernel
	load         load
	missed       struct {
		sync.Mutex
		names []string
	}
}

// nextDev gives out device numbers for st_dev in the order of asking.
func (m *machine) nextDev() uint64 {
	m.minor++
	return linux.Makedev(0, m.minor)
}

// newMachine makes the kernel and its file systems.
func newMachine(cfg *Config) (*machine, error) {
	m := &machine{cfg: cfg, clock: kernel.NewHostClock(), random: rand.Reader, minor: 20}
	if cfg.Deterministic {
		m.takeTurns()
	}
	m.devices = devfs.NewDevices(m.random)
	m.stopped = make(chan linux.Signal, 1)
	m.uid, m.gid = cfg.ids()
	m.pipes = pipe.NewFS(m.nextDev())
	m.anonFS = fs.NewAnonFS(m.nextDev(), m.now())
	m.memory = memfs.New(memfs.Options{Dev: m.nextDev(), MaxBytes: int64(cfg.Disk), Time: m.now()})
	m.anon = fs.NewInternalMount(m.memory)
	if err := m.buildRoot(); err != nil {
		return nil, err
	}
	if err := m.newKernel(); err != nil {
		return nil, err
	}
	if err := m.mountSystem(); err != nil {
		return nil, err
	}
	return m, m.mountHost()
}

// ids are the guest's user and group: an ordinary user's, or root's in an image.
func (c *Config) ids() (uid, gid uint32) {
	uid = 1000
	if c.Root != "" {
		uid = 0
	}
	if c.UID != nil {
		uid = *c.UID
	}
	gid = uid
	if c.GID != nil {
		gid = *c.GID
	}
	return uid, gid
}

func (m *machine) now() linux.Timespec { return kernel.Timespec(m.clock.Realtime()) }

func (m *machine) buildRoot() error {
	root, err := images.Build(images.Config{
		Source: m.cfg.Root, UID: m.uid, GID: m.gid, Hostname: m.cfg.Hostname, MaxBytes: int64(m.cfg.Disk),
		NextDev: m.nextDev, Special: m, Time: m.now(),
	})
	if err != nil {
		return err
	}
	m.root = root
	m.ns = fs.NewNamespace(root.Superblock)
	m.ctx = fs.NewContext(m.ns)
	return nil
}

func (m *machine) newKernel() error {
	m.network = m.newNetwork()
	calls := syscalls.New()
	if m.cfg.Trace != nil {
		calls.Trace = syscalls.NewTracer(m.cfg.Trace)
	}
	calls.Missing = m.missing
	k, err := kernel.New(kernel.Config{
		Calls: calls, Engine: m.cfg.engine, Clock: m.clock, Turns: m.turns, Random: m.random, Anonymous: m, AnonFS: m.anonFS,
		Network: m.network, Namespace: m.ns,
		Hostname: m.cfg.Hostname, MemoryLimit: m.cfg.Memory, TaskLimit: m.cfg.TaskLimit, CPUs: guestCPUs,
		CPUTime: hostCPUTime, Report: m.reportEnd, Disassemble: disassemble, Provide: m.provide, Stopped: m.firstStopped,
	})
	m.kernel = k
	return err
}

// disassemble is for reports: what is no instruction comes out as data.
func disassemble(isa *arch.ISA, code []byte, pc uint64) (text string, size int) {
	text, size, _ = disasm.Disassemble(isa, code, pc)
	return text, size
}

// guestCPUs is how many processors guests are told of, whatever the host has.
const guestCPUs = 2

// hostCPUTime is the processor time that muslrun has used, in nanoseconds.
func hostCPUTime() int64 {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &ts) != nil {
		return 0
	}
	return ts.Nano()
}

// missing is told of the first use of each call that is not built. Programs have fall-backs for most, so it is only said of
// a guest that failed.
func (m *machine) missing(t *kernel.Task, name string) {
	m.missed.Lock()
	defer m.missed.Unlock()
	m.missed.names = append(m.missed.names, name)
}

// reportMissing names the calls that a guest which failed may have needed.
func (m *machine) reportMissing(st kernel.ExitStatus) {
	m.missed.Lock()
	defer m.missed.Unlock()
	if len(m.missed.names) > 0 && st != (kernel.ExitStatus{}) {
		m.cfg.Report("the guest used system calls that are not supported, and got ENOSYS: " + strings.Join(m.missed.names, ", "))
	}
}

// OpenSpecial implements fs.SpecialOpener: FIFOs and devices of every file system.
func (m *machine) OpenSpecial(c *fs.Caller, _ fs.Inode, st *linux.Stat, flags uint32) (fs.FileOps, linux.Errno) {
	switch st.Mode & linux.S_IFMT {
	case linux.S_IFIFO:
		return m.pipes.OpenFIFO(st, flags)
	case linux.S_IFCHR:
		return m.devices.Open(c, st, flags)
	}
	return nil, linux.ENXIO
}

// Memfd implements kernel.Anonymous.
func (m *machine) Memfd(c *fs.Caller, name string, mode, seals uint32) (*fs.File, linux.Errno) {
	inode, errno := m.memory.Memfd(c, mode, seals)
	if errno != 0 {
		return nil, errno
	}
	return m.openAnonymous(c, "/memfd:"+name+" (deleted)", inode)
}

func (m *machine) openAnonymous(c *fs.Caller, name string, inode fs.Inode) (*fs.File, linux.Errno) {
	p, errno := m.anon.Anonymous(name, inode)
	if errno != 0 {
		return nil, errno
	}
	return m.ctx.OpenPath(c, p, linux.O_RDWR|linux.O_LARGEFILE)
}

// Pipe implements kernel.Anonymous.
func (m *machine) Pipe(c *fs.Caller, flags uint32) (read, write *fs.File, errno linux.Errno) {
	return m.pipes.Pipe(c, flags)
}

// mountSystem mounts what every Linux has.
func (m *machine) mountSystem() error {
	dev := memfs.New(memfs.Options{Dev: m.nextDev(), Mode: 0o755, Time: m.now(), Special: m, MaxBytes: 1 << 20})
	if err := devfs.Populate(m.kernel.Caller(), dev.Root()); err != nil {
		return err
	}
	m.pts = devfs.NewPTS(m.nextDev(), m.devices, m.now())
	m.registerTerminals()
	shm := memfs.New(memfs.Options{Dev: m.nextDev(), Time: m.now(), Special: m, MaxBytes: int64(m.cfg.Disk)})
	return first(
		m.mount("/dev", dev, fs.MountNoSUID, "devtmpfs"),
		m.mount("/dev/pts", m.pts, fs.MountNoSUID|fs.MountNoExec, "devpts"),
		m.mount("/dev/shm", shm, fs.MountNoSUID|fs.MountNoDev, "tmpfs"),
		m.mount("/proc", procfs.New(procKernel{m}, m.nextDev()), fs.MountNoSUID|fs.MountNoDev|fs.MountNoExec, "proc"),
		m.mountSys(),
		m.syslog(),
	)
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// mount puts a file system at a place, which is made if need be.
func (m *machine) mount(at string, sb fs.Superblock, flags fs.MountFlags, source string) error {
	st, errno := sb.Root().Stat()
	if errno != 0 {
		return fmt.Errorf("cannot mount %s at %s: %w", source, at, errno)
	}
	p, errno := m.mountPoint(at, st.Mode&linux.S_IFMT == linux.S_IFDIR)
	if errno == 0 {
		_, errno = m.ns.Mount(p, sb, flags, source)
	}
	if errno != 0 {
		return fmt.Errorf("cannot mount %s at %s: %w", source, at, errno)
	}
	return nil
}

// mountPoint makes a directory or an empty file, and the directories above it.
func (m *machine) mountPoint(name string, dir bool) (fs.Path, linux.Errno) {
	c := m.kernel.Caller()
	if p, errno := m.ctx.Resolve(c, fs.Path{}, name, 0); errno != linux.ENOENT {
		return p, errno
	}
	if _, errno := m.mountPoint(path.Dir(name), true); errno != 0 {
		return fs.Path{}, errno
	}
	if dir {
		if errno := m.ctx.Mkdir(c, fs.Path{}, name, 0o755); errno != 0 {
			return fs.Path{}, errno
		}
	} else if errno := m.ctx.Mknod(c, fs.Path{}, name, linux.S_IFREG|0o644, 0); errno != 0 {
		return fs.Path{}, errno
	}
	return m.ctx.Resolve(c, fs.Path{}, name, 0)
}

// share mounts a host file or directory.
func (m *machine) share(mt Mount) error {
	host, err := hostfs.New(mt.Host, hostfs.Options{
		ReadOnly: mt.Access != ReadWrite, Dev: m.nextDev(), UID: m.uid, GID: m.gid, Special: m,
	})
	if err != nil {
		return fmt.Errorf("cannot show the guest %s: %w", mt.Host, err)
	}
	var sb fs.Superblock = host
	if mt.Access == CopyOnWrite {
		upper := memfs.New(memfs.Options{Dev: m.nextDev(), Time: m.now(), Special: m, MaxBytes: int64(m.cfg.Disk)})
		if sb, err = overlay.New(host, upper, m.nextDev()); err != nil {
			return fmt.Errorf("cannot show the guest %s copy-on-write: %w", mt.Host, err)
		}
	}
	flags := fs.MountNoSUID | fs.MountNoDev
	if mt.Access == ReadOnly {
		flags |= fs.MountReadOnly
	}
	return m.mount(mt.Guest, sb, flags, "host")
}

// Eventfd implements kernel.Anonymous.
func (m *machine) Eventfd(_ *fs.Caller, order layout.Order, initial uint32, semaphore, nonblock bool) (
	*fs.File, linux.Errno) {
	flags := uint32(linux.O_RDWR)
	if nonblock {
		flags |= linux.O_NONBLOCK
	}
	return m.anonFS.File("[eventfd]", eventfd.New(initial, semaphore, order, m.eventfds.Add(1)), flags)
}

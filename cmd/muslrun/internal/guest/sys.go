package guest

import (
	"fmt"
	"path"
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
	"muslrun/fs/memfs"
)

// sysFS is /sys (sysfs(5)): what programs look up about processors and network devices. It does not change while the guest
// runs, so it is made once, in memory.
type sysFS struct{ *memfs.FS }

// Type implements fs.Superblock.
func (sysFS) Type() string { return "sysfs" }

// Statfs implements fs.Superblock.
func (sysFS) Statfs() (linux.Statfs, linux.Errno) {
	return linux.Statfs{Type: linux.SYSFS_MAGIC, Bsize: 4096, Frsize: 4096, Namelen: linux.NAME_MAX}, 0
}

// sysDirs are directories that are there although nothing is in them.
var sysDirs = []string{
	"block", "bus", "class/net", "class/tty", "dev/block", "dev/char", "devices/system", "firmware", "fs", "kernel/mm",
	"module",
}

// mountSys makes /sys and mounts it read-only.
func (m *machine) mountSys() error {
	sys := sysFS{memfs.New(memfs.Options{Dev: m.nextDev(), Mode: 0o555, Time: m.now(), MaxBytes: 1 << 20})}
	if err := m.mount("/sys", sys, 0, "sysfs"); err != nil {
		return err
	}
	for _, dir := range sysDirs {
		if _, errno := m.mountPoint("/sys/"+dir, true); errno != 0 {
			return fmt.Errorf("cannot make /sys/%s: %w", dir, errno)
		}
	}
	files := m.sysProcessors()
	for _, d := range m.network.inet.Devices() {
		files = append(files, sysDevice(&d)...)
	}
	for _, f := range files {
		if errno := m.sysFile(f); errno != 0 {
			return fmt.Errorf("cannot make /sys/%s: %w", f.name, errno)
		}
	}
	top, errno := m.ctx.Resolve(m.kernel.Caller(), fs.Path{}, "/sys", 0)
	if errno == 0 {
		errno = m.ns.Remount(top, fs.MountReadOnly|fs.MountNoSUID|fs.MountNoDev|fs.MountNoExec)
	}
	if errno != 0 {
		return fmt.Errorf("cannot protect /sys: %w", errno)
	}
	return nil
}

// sysEntry is a file of /sys with a line of text, or a link.
type sysEntry struct {
	name string
	text any
	link bool
}

func (m *machine) sysFile(f sysEntry) linux.Errno {
	c, name := m.kernel.Caller(), "/sys/"+f.name
	if _, errno := m.mountPoint(path.Dir(name), true); errno != 0 {
		return errno
	}
	if f.link {
		return m.ctx.Symlink(c, fmt.Sprint(f.text), fs.Path{}, name)
	}
	file, errno := m.ctx.Open(c, fs.Path{}, name, linux.O_WRONLY|linux.O_CREAT|linux.O_EXCL, 0o444)
	if errno != 0 {
		return errno
	}
	defer file.Unref(c)
	_, errno = file.Write(c, [][]byte{fmt.Appendln(nil, f.text)})
	return errno
}

// sysProcessors is /sys/devices/system/cpu: one package with one thread on each core.
func (m *machine) sysProcessors() []sysEntry {
	const dir = "devices/system/cpu/"
	all := cpuRange(m.kernel.CPUs)
	files := []sysEntry{
		{name: dir + "isolated", text: ""}, {name: dir + "kernel_max", text: 63}, {name: dir + "offline", text: ""},
		{name: dir + "online", text: all}, {name: dir + "possible", text: all}, {name: dir + "present", text: all},
	}
	for n := range m.kernel.CPUs {
		topology := fmt.Sprintf("%scpu%d/topology/", dir, n)
		own := fmt.Sprintf("%x", 1<<n)
		for _, f := range []sysEntry{
			{name: "core_cpus", text: own}, {name: "core_cpus_list", text: n}, {name: "core_id", text: n},
			{name: "core_siblings_list", text: all}, {name: "package_cpus_list", text: all},
			{name: "physical_package_id", text: 0}, {name: "thread_siblings", text: own},
			{name: "thread_siblings_list", text: n},
		} {
			files = append(files, sysEntry{name: topology + f.name, text: f.text})
		}
	}
	return files
}

func cpuRange(n int) string {
	if n == 1 {
		return "0"
	}
	return fmt.Sprintf("0-%d", n-1)
}

// sysDevice is a network device, with its link in /sys/class/net.
func sysDevice(d *fs.NetDevice) []sysEntry {
	dir := "devices/virtual/net/" + d.Name
	state, carrier := "down", 0
	if d.Flags&fs.DeviceUp != 0 {
		state, carrier = "up", 1
	}
	if d.Flags&fs.DeviceLoopback != 0 {
		state = "unknown"
	}
	address := make([]string, len(d.Address))
	for i, b := range d.Address {
		address[i] = fmt.Sprintf("%02x", b)
	}
	files := []sysEntry{{name: "class/net/" + d.Name, text: "../../" + dir, link: true}}
	for _, f := range []sysEntry{
		{name: "addr_len", text: len(d.Address)}, {name: "address", text: strings.Join(address, ":")},
		{name: "carrier", text: carrier}, {name: "flags", text: fmt.Sprintf("0x%x", d.Flags)},
		{name: "ifindex", text: d.Index}, {name: "iflink", text: d.Index}, {name: "mtu", text: d.MTU},
		{name: "operstate", text: state}, {name: "tx_queue_len", text: d.QueueLen}, {name: "type", text: d.Hardware},
	} {
		files = append(files, sysEntry{name: dir + "/" + f.name, text: f.text})
	}
	return files
}

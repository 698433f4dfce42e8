package procfs

import (
	"bytes"
	"fmt"
	"strings"

	"muslrun/arch/linux"
	"muslrun/fs"
)

// nameColumn is where the names in maps begin.
const nameColumn = 73

// maps is /proc/PID/maps.
func maps(v *view, b *bytes.Buffer) linux.Errno {
	for _, m := range v.task.Mappings() {
		m.line(b)
	}
	return 0
}

// line is a mapping's line.
func (m *Mapping) line(b *bytes.Buffer) {
	start := b.Len()
	fmt.Fprintf(b, "%08x-%08x %s %08x %02x:%02x %d ", m.Start, m.End, m.permissions(), m.Offset,
		linux.Major(m.Dev), linux.Minor(m.Dev), m.Ino)
	if m.Name != "" {
		b.WriteString(strings.Repeat(" ", max(nameColumn-(b.Len()-start), 0)))
		b.WriteString(strings.ReplaceAll(m.Name, "\n", `\012`))
	}
	b.WriteByte('\n')
}

func (m *Mapping) permissions() string {
	p := []byte("---p")
	for i, set := range []bool{m.Read, m.Write, m.Execute, m.Share} {
		if set {
			p[i] = "rwxs"[i]
		}
	}
	return string(p)
}

// mountOptions are a mount's own, in the order of Linux.
func mountOptions(flags fs.MountFlags) string {
	options := "rw"
	if flags&fs.MountReadOnly != 0 {
		options = "ro"
	}
	for _, o := range []struct {
		flag fs.MountFlags
		name string
	}{
		{fs.MountNoSUID, ",nosuid"}, {fs.MountNoDev, ",nodev"}, {fs.MountNoExec, ",noexec"}, {fs.MountNoAtime, ",noatime"},
	} {
		if flags&o.flag != 0 {
			options += o.name
		}
	}
	if flags&fs.MountNoAtime == 0 {
		options += ",relatime"
	}
	return options
}

// mangle escapes what would break a line of mounts (fs/proc_namespace.c).
var mangle = strings.NewReplacer(" ", `\040`, "\t", `\011`, "\n", `\012`, `\`, `\134`, "#", `\043`)

// mounts is /proc/PID/mounts, in the format of fstab(5).
func mounts(v *view, b *bytes.Buffer) linux.Errno {
	for _, m := range v.task.Mounts() {
		fmt.Fprintf(b, "%s %s %s %s 0 0\n", mangle.Replace(m.Source), mangle.Replace(m.Point), m.Type,
			mountOptions(m.Flags))
	}
	return 0
}

// mountinfo is /proc/PID/mountinfo.
func mountinfo(v *view, b *bytes.Buffer) linux.Errno {
	for _, m := range v.task.Mounts() {
		super := "rw"
		if m.Flags&fs.MountReadOnly != 0 {
			super = "ro"
		}
		fmt.Fprintf(b, "%d %d %d:%d %s %s %s - %s %s %s\n", m.ID, m.Parent, linux.Major(m.Dev), linux.Minor(m.Dev),
			mangle.Replace(m.Root), mangle.Replace(m.Point), mountOptions(m.Flags), m.Type, mangle.Replace(m.Source), super)
	}
	return 0
}

// mountstats is /proc/PID/mountstats.
func mountstats(v *view, b *bytes.Buffer) linux.Errno {
	for _, m := range v.task.Mounts() {
		fmt.Fprintf(b, "device %s mounted on %s with fstype %s\n", mangle.Replace(m.Source), mangle.Replace(m.Point), m.Type)
	}
	return 0
}

package procfs

import (
	"bytes"
	"fmt"
	"strings"

	"muslrun/arch/linux"
)

// usage is what mappings take, in bytes. What is mapped is resident, but for reservations; what is shared is counted for
// each who shares it.
type usage struct {
	resident, anonymous, file, locked uint64
	clean, dirty                      [2]uint64 // private, shared
}

func (u *usage) add(m *Mapping) {
	if !m.Read && !m.Write && !m.Execute {
		return
	}
	size, shared := m.End-m.Start, bit(m.Share)
	u.resident += size
	switch {
	case m.Ino == 0 && !m.Share:
		u.anonymous += size
		u.dirty[shared] += size
	case m.Write:
		u.file += size
		u.dirty[shared] += size
	default:
		u.file += size
		u.clean[shared] += size
	}
	if m.Locked {
		u.locked += size
	}
}

// sizeLine is a line of smaps.
type sizeLine struct {
	key   string
	bytes uint64
}

func sizes(b *bytes.Buffer, lines ...sizeLine) {
	for _, l := range lines {
		fmt.Fprintf(b, "%-16s%8d kB\n", l.key+":", kib(l.bytes))
	}
}

// parts are the lines that smaps and smaps_rollup share below those of the proportional sizes.
func (u *usage) parts(b *bytes.Buffer) {
	sizes(b, sizeLine{"Shared_Clean", u.clean[1]}, sizeLine{"Shared_Dirty", u.dirty[1]},
		sizeLine{"Private_Clean", u.clean[0]}, sizeLine{"Private_Dirty", u.dirty[0]}, sizeLine{"Referenced", u.resident},
		sizeLine{"Anonymous", u.anonymous}, sizeLine{"LazyFree", 0}, sizeLine{"AnonHugePages", 0},
		sizeLine{"ShmemPmdMapped", 0}, sizeLine{"FilePmdMapped", 0}, sizeLine{"Shared_Hugetlb", 0},
		sizeLine{"Private_Hugetlb", 0}, sizeLine{"Swap", 0}, sizeLine{"SwapPss", 0}, sizeLine{"Locked", u.locked})
}

// smaps is /proc/PID/smaps.
func smaps(v *view, b *bytes.Buffer) linux.Errno {
	page := uint64(4096)
	if m := v.task.Memory(); m != nil {
		page = m.PageSize
	}
	for _, m := range v.task.Mappings() {
		var u usage
		u.add(&m)
		m.line(b)
		sizes(b, sizeLine{"Size", m.End - m.Start}, sizeLine{"KernelPageSize", page}, sizeLine{"MMUPageSize", page},
			sizeLine{"Rss", u.resident}, sizeLine{"Pss", u.resident}, sizeLine{"Pss_Dirty", u.dirty[0] + u.dirty[1]})
		u.parts(b)
		fmt.Fprintf(b, "THPeligible:    0\nVmFlags: %s\n", m.flags())
	}
	return 0
}

// flags are the two-letter names of a mapping's flags (proc(5)), each with a blank after it.
func (m *Mapping) flags() string {
	var b strings.Builder
	for _, f := range []struct {
		set  bool
		name string
	}{
		{m.Read, "rd"}, {m.Write, "wr"}, {m.Execute, "ex"}, {m.Share, "sh"}, {true, "mr"}, {true, "mw"}, {true, "me"},
		{m.Share, "ms"}, {m.Locked, "lo"}, {m.Name == "[stack]", "gd"}, {m.Write && !m.Share, "ac"},
	} {
		if f.set {
			b.WriteString(f.name + " ")
		}
	}
	return b.String()
}

// smapsRollup is /proc/PID/smaps_rollup: the sum, as one mapping from the first address to the last.
func smapsRollup(v *view, b *bytes.Buffer) linux.Errno {
	all := v.task.Mappings()
	if len(all) == 0 {
		return linux.ESRCH
	}
	var u usage
	for _, m := range all {
		u.add(&m)
	}
	whole := Mapping{Start: all[0].Start, End: all[len(all)-1].End, Name: "[rollup]"}
	whole.line(b)
	sizes(b, sizeLine{"Rss", u.resident}, sizeLine{"Pss", u.resident}, sizeLine{"Pss_Dirty", u.dirty[0] + u.dirty[1]},
		sizeLine{"Pss_Anon", u.anonymous}, sizeLine{"Pss_File", u.file}, sizeLine{"Pss_Shmem", 0})
	u.parts(b)
	return 0
}

package all

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"muslrun/arch"
	"muslrun/arch/internal/oracle"
	"muslrun/arch/layout"
)

// codec is what the tests ask of a *layout.Codec of any structure.
type codec interface {
	Size() int
	Align() int
	Fields() []layout.Field
}

// codecs lists an ABI's layouts by the name of their field in arch.Structs; those that the ABI lacks are left out.
func codecs(s *arch.Structs) map[string]codec {
	out := map[string]codec{}
	collect(reflect.ValueOf(s).Elem(), "", out)
	return out
}

func collect(v reflect.Value, prefix string, out map[string]codec) {
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i)
		switch {
		case name.Anonymous:
			collect(f, prefix, out)
		case f.Kind() == reflect.Struct:
			collect(f, name.Name+".", out)
		case !f.IsNil():
			out[prefix+name.Name] = f.Interface().(codec)
		}
	}
}

// cNames are the oracle's names of the structures in arch.Structs.
var cNames = map[string]string{
	"Stat": "stat", "Stat64": "stat64", "Statx": "statx", "Statfs": "statfs", "Statfs64": "statfs64", "Flock": "flock",
	"Flock64": "flock64", "FOwnerEx": "f_owner_ex", "Dirent": "dirent", "Dirent64": "dirent64", "OpenHow": "open_how",
	"Handle": "file_handle", "Inotify": "inotify_event", "Iovec": "iovec", "Pollfd": "pollfd", "Epoll": "epoll_event",
	"Termios": "termios", "Termios2": "termios2", "Winsize": "winsize",
	"Timespec": "timespec", "Timespec64": "timespec64", "Timeval": "timeval", "Itimerspec": "itimerspec",
	"Itimerspec64": "itimerspec64", "Itimerval": "itimerval", "Timezone": "timezone", "Tms": "tms", "Timex": "timex",
	"Timex64": "timex64",
	"Utsname": "utsname", "Sysinfo": "sysinfo", "Rusage": "rusage", "Rlimit": "rlimit", "Rlimit64": "rlimit64",
	"SchedParam": "sched_param", "SchedAttr": "sched_attr", "RobustList": "robust_list_head", "CloneArgs": "clone_args",
	"CapHeader": "cap_header", "CapData": "cap_data",
	"Sigaction": "sigaction", "SigaltStack": "stack", "Sigevent": "sigevent", "SignalfdSiginfo": "signalfd_siginfo",
	"Siginfo.Kill": "siginfo", "Siginfo.Timer": "siginfo", "Siginfo.Queue": "siginfo", "Siginfo.Child": "siginfo",
	"Siginfo.Fault": "siginfo", "Siginfo.Memory": "siginfo", "Siginfo.Bounds": "siginfo", "Siginfo.Pkey": "siginfo",
	"Siginfo.Poll": "siginfo", "Siginfo.Sys": "siginfo",
	"Msghdr": "msghdr", "Mmsghdr": "mmsghdr", "Cmsghdr": "cmsghdr", "Ucred": "ucred", "Linger": "linger", "Ifreq": "ifreq",
	"SemidDS": "semid64_ds", "ShmidDS": "shmid64_ds", "MsqidDS": "msqid64_ds", "Sembuf": "sembuf", "Seminfo": "seminfo",
	"Msginfo": "msginfo", "Shminfo": "shminfo64", "ShmInfo": "shm_info", "MqAttr": "mq_attr",
}

// noOracle are structures that are compared with nothing here, and why.
var noOracle = map[string]string{
	"UserDesc":  "its bit-fields are one word here",
	"Timeval64": "struct __kernel_sock_timeval is two 64-bit integers on every ABI",
}

// another are layouts that are right although the headers for user space say otherwise, and why.
var another = map[string]string{
	"x32 Statfs":        "the call is x86_64's: the kernel writes 64-bit words",
	"x32 Statfs64":      "as Statfs",
	"x32 ShmidDS":       "the call is x86_64's: the size has 64 bits",
	"mipsn32 Stat64":    "as Stat",
	"mipsn32el Stat64":  "as Stat",
	"mipsn32 Stat":      "the call is the 64-bit kernel's own",
	"mipsn32el Stat":    "as mipsn32",
	"mipsn32 SemidDS":   "struct compat_semid64_ds has upper halves of times where the header has padding",
	"mipsn32el SemidDS": "as mipsn32",
	"mipsn32 ShmidDS":   "struct compat_shmid64_ds has upper halves of times where the header has padding",
	"mipsn32el ShmidDS": "as mipsn32",
	"mipsn32 MsqidDS":   "struct compat_msqid64_ds has upper halves of times that the header lacks",
	"mipsn32el MsqidDS": "as mipsn32",
}

// heads are structures of which only the start is encoded: names follow.
var heads = []string{"Dirent", "Dirent64"}

func TestLayoutsAgainstKernelHeaders(t *testing.T) {
	for _, target := range oracle.Targets {
		t.Run(target.ABI, func(t *testing.T) {
			compareLayouts(t, ByName(target.ABI), recordedStructs(t, target.ABI), recordedConsts(t, target.ABI))
		})
	}
}

func recordedStructs(t *testing.T, abi string) map[string]*oracle.Struct {
	f, err := os.Open(filepath.Join("..", "testdata", "layouts", abi+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	facts, err := oracle.ReadStructs(f)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// recordedConsts are the constants of an ABI: the generic ones with its exceptions.
func recordedConsts(t *testing.T, abi string) map[string]oracle.Const {
	all := map[string]oracle.Const{}
	for _, name := range []string{oracle.Generic, abi} {
		f, err := os.Open(filepath.Join("..", "testdata", "consts", name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		consts, err := oracle.ReadConsts(f)
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(all, consts)
	}
	return all
}

func compareLayouts(t *testing.T, abi *arch.ABI, facts map[string]*oracle.Struct, consts map[string]oracle.Const) {
	compared := 0
	for name, c := range codecs(abi.Structs) {
		want := facts[oracleName(name, facts)]
		if want == nil {
			if noOracle[name] == "" && !absentInC(abi, name) {
				t.Errorf("%s: the oracle has no %s", name, cNames[name])
			}
			continue
		}
		if another[abi.Name+" "+name] == "" {
			compareStruct(t, name, c, want, consts)
			compared++
		}
	}
	t.Logf("%d layouts compared with what the compilers recorded", compared)
}

// oracleName is the C name of a structure; a 64-bit ABI's Stat64 is its stat, and so on.
func oracleName(name string, facts map[string]*oracle.Struct) string {
	c := cNames[name]
	if plain, is64 := strings.CutSuffix(c, "64"); is64 && facts[c] == nil {
		return plain
	}
	return c
}

// absentInC reports layouts that an ABI's headers do not have and no call of its uses.
func absentInC(abi *arch.ABI, name string) bool {
	return abi.Name == "loongarch64" && (name == "Stat" || name == "Stat64")
}

func compareStruct(t *testing.T, name string, c codec, want *oracle.Struct, consts map[string]oracle.Const) {
	if c.Size() != want.Size && !slices.Contains(heads, name) {
		t.Errorf("%s: %d bytes, C has %d", name, c.Size(), want.Size)
	}
	leaves := map[string]oracle.Leaf{}
	for _, l := range want.Leaves {
		if arm, isArm := strings.CutPrefix(l.Name, "_sifields."); !isArm || strings.HasPrefix(arm, arms[name]) {
			leaves[normal(l.Name)] = l
		}
	}
	for _, f := range c.Fields() {
		if f.Name != "" {
			compareField(t, name, f, leaves, consts)
		}
	}
}

func compareField(t *testing.T, name string, f layout.Field, leaves map[string]oracle.Leaf, consts map[string]oracle.Const) {
	key := normal(f.Name)
	for _, alias := range []string{aliases[f.Name], aliases[name+"."+f.Name]} {
		if alias != "" {
			key = alias
		}
	}
	if _, wide := leaves["mask2"]; f.Name == "MaskHigh" && wide { // the longs of C have 32 bits
		key = "mask2"
	}
	l, ok := leaves[key]
	if cc, isChar := consts[strings.ToUpper(f.Name)]; !ok && isChar {
		// One of c_cc: C has an array and the constant says where.
		l, ok = oracle.Leaf{Name: cc.Name, Offset: leaves["cc"].Offset + int(cc.Value), Size: 1}, true
	}
	if !ok {
		t.Errorf("%s.%s: C has no %q among %v", name, f.Name, key, slices.Sorted(maps.Keys(leaves)))
		return
	}
	if l.Offset != f.Offset && !isHalf(name, f, l) || l.Size != f.Size && !isHalf(name, f, l) && !differs[f.Name] {
		t.Errorf("%s.%s: at %d, %d bytes; C's %s is at %d, %d bytes", name, f.Name, f.Offset, f.Size, l.Name, l.Offset, l.Size)
	}
}

// isHalf allows the nanoseconds of 64-bit times to be the lower half of C's field.
func isHalf(name string, f layout.Field, l oracle.Leaf) bool {
	return strings.Contains(name, "spec") && strings.HasSuffix(f.Name, "Nsec") &&
		f.Offset >= l.Offset && f.Offset+f.Size <= l.Offset+l.Size
}

// differs are fields whose size is not the one of a single member in C: arrays, and the start of a union.
var differs = map[string]bool{"Mask": true, "MaskHigh": true, "Data": true, "Head": true}

// aliases are C's names of the fields that are named otherwise here, reduced by normal.
var aliases = map[string]string{
	"Sigaction.Mask": "mask0", "Sigaction.MaskHigh": "mask1", "Next": "listnext", "Sigevent.Value": "valueptr", "Value": "sigvalptr", "TimerID": "tid", "ShmTot": "tot", "ShmRss": "rss",
	"ShmSwp": "swp", "Ifreq.Data": "mapmemstart", "Head": "cc",
	"OtimeLow": "otime", "AtimeLow": "atime", "DtimeLow": "dtime", "CtimeLow": "ctime", "StimeLow": "stime", "RtimeLow": "rtime",
}

// arms are the members of siginfo_t's union that its codecs stand for.
var arms = map[string]string{
	"Siginfo.Kill": "_kill.", "Siginfo.Timer": "_timer.", "Siginfo.Queue": "_rt.", "Siginfo.Child": "_sigchld.",
	"Siginfo.Fault": "_sigfault.", "Siginfo.Memory": "_sigfault.", "Siginfo.Bounds": "_sigfault.",
	"Siginfo.Pkey": "_sigfault.", "Siginfo.Poll": "_sigpoll.", "Siginfo.Sys": "_sigsys.",
}

// normal reduces a field's name to what C and Go have in common: lower case, without underscores, dots, the prefixes that C
// puts before the members of a structure, and the names of unions.
func normal(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.ToLower(name), ".") {
		if hidden, is := strings.CutPrefix(part, "__"); is {
			b.WriteString("short") // __st_ino, the short inode number
			part = hidden
		}
		part = strings.TrimLeft(part, "_")
		if prefix, rest, cut := strings.Cut(part, "_"); cut && slices.Contains(prefixes, prefix) {
			part = rest
		}
		if part = strings.ReplaceAll(part, "_", ""); !slices.Contains(unions, part) {
			b.WriteString(part)
		}
	}
	return b.String()
}

var (
	prefixes = strings.Fields("st f l d c tv tz it tms ru rlim sa ss si ssi sigev sival sched msg sem shm mq cmsg iov ws stx ifr")
	unions   = strings.Fields(`un sifields kill timer rt sigchld sigfault sigpoll sigsys addrbnd addrpkey val`)
)

package conformance

import (
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muslrun/tests/rig"
)

// TestNothingOfTheHost has a guest print all that it can see, and looks for what is only true of the host.
func TestNothingOfTheHost(t *testing.T) {
	if underQemu() {
		skip(t, "qemu-user shows the host")
	}
	for _, target := range targets(t) {
		t.Run(target.ABI, func(t *testing.T) {
			ready(t, target)
			seen := everything(t, target)
			for what, fact := range hostFacts(t) {
				if at := fact.FindStringIndex(seen); at != nil {
					t.Errorf("the guest sees the host's %s: ...%s...", what, seen[max(at[0]-100, 0):min(at[1]+100, len(seen))])
				}
			}
		})
	}
}

// everything runs testdata/everything.c in a root of its own.
func everything(t *testing.T, target rig.Target) string {
	t.Helper()
	source := filepath.Join(rig.Root(), "tests/conformance/testdata/everything.c")
	program, err := target.Build(rig.Recipe{Name: "everything", Sources: []string{source}, Link: rig.Static})
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	text, err := os.ReadFile(program)
	if err == nil {
		err = os.WriteFile(filepath.Join(root, "everything"), text, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	result, err := rig.Native.Run(rig.Job{
		Program: rig.MuslrunBinary(), Args: []string{"--sandbox", "--uid", "1000", "--root", root, "/everything"},
		Dir: t.TempDir(), Env: []string{"HOME=" + os.Getenv("HOME"), "HOST_ONLY=a secret of the host"},
		Timeout: 50 * time.Second,
	})
	if err != nil || result.Status != 0 {
		t.Fatalf("%v, status %d, %s", err, result.Status, result.Stderr)
	}
	for _, own := range []string{"/proc/2/status", "/dev/null", "/sys/devices/system/cpu/online", "process: 2", "Linux version"} {
		if !strings.Contains(result.Stdout, own) {
			t.Errorf("the guest does not see %s", own)
		}
	}
	return result.Stdout + result.Stderr
}

// hostFacts are texts that only the host has, by what they are. What is too short to be the host's alone is left out.
func hostFacts(t *testing.T) map[string]*regexp.Regexp {
	t.Helper()
	facts := map[string]*regexp.Regexp{}
	add := func(what, text string) {
		if len(text) >= 5 {
			facts[what] = regexp.MustCompile(regexp.QuoteMeta(text))
		}
	}
	name, _ := os.Hostname()
	add("name", name)
	var uts unix.Utsname
	if unix.Uname(&uts) == nil {
		add("kernel", unix.ByteSliceToString(uts.Release[:]))
		add("kernel's version", unix.ByteSliceToString(uts.Version[:]))
	}
	if u, err := user.Current(); err == nil && u.Username != "root" {
		add("user", u.Username)
	}
	for _, file := range []string{"/proc/sys/kernel/random/boot_id", "/etc/machine-id", "/proc/cmdline"} {
		text, _ := os.ReadFile(file)
		add(file, strings.TrimSpace(string(text)))
	}
	cpuinfo, _ := os.ReadFile("/proc/cpuinfo")
	if m := regexp.MustCompile(`(?m)^model name\s*: (.+)$`).FindSubmatch(cpuinfo); m != nil {
		add("processor", string(m[1]))
	}
	for _, variable := range append(os.Environ(), "HOST_ONLY=a secret of the host") {
		key, value, _ := strings.Cut(variable, "=")
		if key != "PATH" && key != "PWD" && key != "LANG" && key != "TERM" {
			add("environment: "+key, key+"="+value)
		}
	}
	add("directory", os.TempDir()+"/Test")
	add("sources", rig.Root())
	facts["process"] = regexp.MustCompile(fmt.Sprintf(`process: %d\b`, os.Getpid()))
	addInterfaces(facts, add)
	return facts
}

// addInterfaces adds the names and addresses of the network, but for the loopback's.
func addInterfaces(facts map[string]*regexp.Regexp, add func(what, text string)) {
	all, _ := net.Interfaces()
	for _, i := range all {
		if i.Flags&net.FlagLoopback != 0 {
			continue
		}
		facts["interface "+i.Name] = regexp.MustCompile(`\b` + regexp.QuoteMeta(i.Name) + `\b`)
		add("address of "+i.Name, i.HardwareAddr.String())
		addresses, _ := i.Addrs()
		for _, a := range addresses {
			ip, _, _ := strings.Cut(a.String(), "/")
			add("address "+ip, ip)
		}
	}
}

// Package guest puts a guest together: it builds the root file system, mounts what the guest may see, makes the kernel
// with its engines, and starts the program. It is where the parts of muslrun meet; none of them knows another.
package guest

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"time"

	"muslrun/fs/sock/inet/gateway"
)

// Config is what the person who runs muslrun has asked for.
type Config struct {
	EngineName string // "auto", "unicorn" or "native"
	Cache      string // folder for translated code, CacheAuto or CacheNone
	Root       string // source of the root file system (images.Config.Source)
	Mounts     []Mount
	Sandbox    bool // the current directory is not shown
	Env        []string
	Cwd        string // in the guest; "" means where muslrun was started, or what the image says
	UID, GID   *uint32
	Hostname   string
	Net        Net
	Publish    []gateway.Port // shown at the host's loopback
	Memory     uint64         // bytes that the guest may make its own
	Disk       uint64         // bytes of each file system in memory
	TaskLimit  int
	Timeout    time.Duration // 0 means none
	Trace      io.Writer     // gets a line for each system call, if not nil
	Syslog     io.Writer     // gets a line for each message of syslog(3), if not nil
	// Deterministic runs one task at a time, in an order that Seed decides, on a clock that counts instructions.
	Deterministic bool
	Seed          uint64
	Report        func(line string)
}

// Access is how a mount may be used.
type Access uint8

// The kinds of access.
const (
	ReadOnly Access = iota
	ReadWrite
	CopyOnWrite // the guest writes to memory; the host's files stay as they are
)

// Mount is a host file or directory that the guest sees.
type Mount struct {
	Host, Guest string
	Access      Access
}

var accessNames = map[string]Access{"ro": ReadOnly, "rw": ReadWrite, "cow": CopyOnWrite}

// ParseMount reads HOST:GUEST[:ro|rw|cow].
func ParseMount(text string) (Mount, error) {
	parts := strings.Split(text, ":")
	m := Mount{}
	if len(parts) == 3 {
		access, ok := accessNames[parts[2]]
		if !ok {
			return m, fmt.Errorf("mount %q: %q is not an access; write ro, rw or cow", text, parts[2])
		}
		m.Access = access
	}
	if len(parts) < 2 || len(parts) > 3 || parts[0] == "" || !path.IsAbs(parts[1]) {
		return m, fmt.Errorf("mount %q: write HOST:GUEST or HOST:GUEST:ro|rw|cow, where GUEST is an absolute path", text)
	}
	host, err := filepath.Abs(parts[0])
	if err != nil {
		return m, fmt.Errorf("mount %q: %w", text, err)
	}
	m.Host, m.Guest = host, path.Clean(parts[1])
	return m, nil
}

// baseEnv is the environment of every guest; nothing of the host's is in it.
var baseEnv = []string{
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"LANG=C.UTF-8",
	"SHELL=/bin/sh",
}

// environment joins lists of NAME=VALUE; a later value of a name replaces an earlier one in its place.
func environment(lists ...[]string) []string {
	var out []string
	at := map[string]int{}
	for _, list := range lists {
		for _, entry := range list {
			name, _, _ := strings.Cut(entry, "=")
			if i, ok := at[name]; ok {
				out[i] = entry
				continue
			}
			at[name] = len(out)
			out = append(out, entry)
		}
	}
	return out
}

// lookup is the value of a name in an environment, "" if it is not there.
func lookup(env []string, name string) string {
	for _, entry := range env {
		if n, v, _ := strings.Cut(entry, "="); n == name {
			return v
		}
	}
	return ""
}

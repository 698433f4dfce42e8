package hostfs_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"muslrun/arch/linux"
	"muslrun/fs/fstest"
	"muslrun/fs/hostfs"
	"muslrun/fs/memfs"
)

// guest shares an empty directory, on a tmpfs if the host has one: what memfs and the scripts expect of sizes is tmpfs's.
func guest(t testing.TB, handles int) fstest.System {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "muslrun-hostfs-")
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	sb, err := hostfs.New(dir, hostfs.Options{Dev: 1, KeepIDs: fstest.Privileged(), Handles: handles})
	if err != nil {
		t.Fatal(err)
	}
	return ticking{fstest.NewGuest(sb)}
}

// ticking waits for the host's clock, whose times the files have.
type ticking struct{ fstest.System }

func (ticking) Tick() { time.Sleep(12 * time.Millisecond) }

// lacks are the beginnings of script lines that hostfs refuses on purpose: special files, set-id bits, attributes that are
// not the user's; and files without a name, which it cannot make.
var lacks = []string{
	"mknod", "chmod a 02755", "chmod a 06745", "chmod a 06777", "chmod d 02777", "chmod s 04777",
	"setxattr d/a trusted.x", "open f . rdwr,tmpfile",
}

func TestSuite(t *testing.T) {
	if !fstest.Privileged() {
		lacks = append(lacks, "as", "chown", "lchown")
	}
	fstest.Suite(t, func(t testing.TB) fstest.System { return guest(t, 0) }, lacks...)
}

var seeds = flag.Int("hostfs.seeds", 40, "how many random sequences of operations to compare")

// The other side is memfs, which is compared with the host by its own tests: hostfs needs /proc, which the host's side of
// fstest, in its own root, does not have.
func TestDifferential(t *testing.T) {
	if !fstest.Privileged() {
		t.Skip("needs root")
	}
	for seed := range uint64(*seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			memory := fstest.NewGuest(memfs.New(memfs.Options{Dev: linux.Makedev(0, 1), Mode: 0o777}))
			fstest.Random(t, plain{memory}, plain{guest(t, int(seed%3)*2)}, seed, 300, true)
		})
	}
}

// plain is a system without what hostfs refuses on purpose.
type plain struct{ fstest.System }

const setIDs = linux.S_ISUID | linux.S_ISGID

func (p plain) Open(path string, flags, mode uint32) (int, linux.Errno) {
	if flags&linux.O_TMPFILE == linux.O_TMPFILE {
		return -1, linux.EOPNOTSUPP
	}
	return p.System.Open(path, flags, mode&^setIDs)
}

func (p plain) Mkdir(path string, mode uint32) linux.Errno { return p.System.Mkdir(path, mode&^setIDs) }

func (p plain) Chmod(path string, mode uint32) linux.Errno { return p.System.Chmod(path, mode&^setIDs) }

func (p plain) Fchmod(fd int, mode uint32) linux.Errno { return p.System.Fchmod(fd, mode&^setIDs) }

func (p plain) Mknod(path string, mode uint32, dev uint64) linux.Errno {
	if kind := mode & linux.S_IFMT; kind != linux.S_IFREG && kind != 0 {
		return linux.EPERM
	}
	return p.System.Mknod(path, mode&^setIDs, dev)
}

func (p plain) Getxattr(path, name string) ([]byte, linux.Errno) {
	if !strings.HasPrefix(name, "user.") {
		return nil, linux.EOPNOTSUPP
	}
	return p.System.Getxattr(path, name)
}

func (p plain) Setxattr(path, name string, value []byte, flags uint32) linux.Errno {
	if !strings.HasPrefix(name, "user.") {
		return linux.EOPNOTSUPP
	}
	return p.System.Setxattr(path, name, value, flags)
}

func (p plain) Removexattr(path, name string) linux.Errno {
	if !strings.HasPrefix(name, "user.") {
		return linux.EOPNOTSUPP
	}
	return p.System.Removexattr(path, name)
}

package images

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"muslrun/arch/linux"
)

// A tree of the host, packed by the host's tar in each of its formats, looks the same in the guest.
func TestLikeTheHostsTar(t *testing.T) {
	if _, err := exec.LookPath("tar"); err != nil {
		t.Skip("no tar on this host")
	}
	host := t.TempDir()
	makeHostTree(t, host)
	for _, format := range []string{"gnu", "posix", "ustar"} {
		t.Run(format, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "root.tar.gz")
			args := []string{"--format=" + format, "-czf", name, "-C", host, "."}
			if format != "ustar" {
				args = append([]string{"--sparse"}, args...)
			}
			if out, err := exec.Command("tar", args...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			compare(t, build(t, Config{Source: name, KeepIDs: true}), host)
		})
	}
}

func makeHostTree(t *testing.T, host string) {
	t.Helper()
	long := strings.Repeat("long-", 18)
	for _, d := range []string{"d/e/f", "empty", long + "/" + long} { // as long as ustar can do
		if err := os.MkdirAll(host+"/"+d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string]string{"a": "a", "d/b": strings.Repeat("b", 70000), "d/e/f/c": ""} {
		if err := os.WriteFile(host+"/"+name, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	sparse, err := os.Create(host + "/sparse")
	if err != nil {
		t.Fatal(err)
	}
	defer sparse.Close()
	for _, err := range []error{
		sparse.Truncate(1 << 20), os.Link(host+"/a", host+"/d/hard"), os.Symlink("../a", host+"/d/soft"),
		os.Symlink("/nowhere", host+"/dangling"), unix.Mkfifo(host+"/fifo", 0o600), os.Chmod(host+"/d/b", 0o4755|os.ModeSetuid),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sparse.WriteAt([]byte("data"), 500_000); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, g *guest, host string) {
	t.Helper()
	err := filepath.WalkDir(host, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside := "/" + strings.TrimPrefix(strings.TrimPrefix(name, host), "/")
		var want unix.Stat_t
		if err := unix.Lstat(name, &want); err != nil {
			return err
		}
		got := g.lstat(inside)
		if got.Mode != want.Mode || got.UID != want.Uid || got.GID != want.Gid ||
			got.Mtime.Sec != want.Mtim.Sec && inside != "/" { // the root has got the skeleton's names since
			t.Errorf("%s: mode %o owner %d:%d time %d, on the host %o %d:%d %d", inside,
				got.Mode, got.UID, got.GID, got.Mtime.Sec, want.Mode, want.Uid, want.Gid, want.Mtim.Sec)
		}
		if got.Mode&linux.S_IFMT == linux.S_IFREG {
			content, _ := os.ReadFile(name)
			g.holds(inside, string(content))
			if uint64(got.Nlink) != want.Nlink {
				t.Errorf("%s has %d links, on the host %d", inside, got.Nlink, want.Nlink)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

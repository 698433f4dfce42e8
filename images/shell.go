package images

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"muslrun/arch/linux"
)

// applets are the commands that AddShell links to busybox: those that programs start by name, as POSIX has them.
var applets = strings.Fields(`ash awk basename bzip2 cat chmod chown cksum clear cmp comm cp cpio cut date dd df diff dirname
	du echo ed egrep env expand expr false fgrep find fold free fuser grep groups gunzip gzip head hexdump hostname httpd id
	ipcrm ipcs kill killall less link ln logger login ls lsof md5sum mkdir mkfifo mknod mktemp more mount mv nc nice nohup od
	paste patch pgrep pidof pkill printenv printf ps pstree pwd readlink realpath renice reset rev rm rmdir sed seq setsid sh
	sha1sum sha256sum sha512sum sleep sort split stat strings stty sync tail tar tee test time timeout top touch tr true
	truncate tty umount uname uniq unlink unxz unzip uptime vi watch wc wget which who whoami xargs xxd xzcat yes zcat`)

// AddShell puts busybox for an ABI into /bin, with its commands, if program is one of them and the cache has it. It
// reports whether program is there now. cache is CacheDir's if empty. libc's system(3), popen(3) and wordexp(3) need
// /bin/sh, and scripts the rest.
func (r *Root) AddShell(cache, abi, program string) (bool, error) {
	if path.Dir(program) != "/bin" || !slices.Contains(applets, path.Base(program)) || r.sealed {
		return false, nil
	}
	if cache == "" {
		var err error
		if cache, err = CacheDir(); err != nil {
			return false, err
		}
	}
	src, err := os.Open(filepath.Join(cache, "programs", abi, "static", "busybox"))
	if err != nil {
		return false, fmt.Errorf("the guest wants %s, and there is no busybox for %s in the cache: run `make setup`: %w", program, abi, err)
	}
	defer src.Close()
	info, err := src.Stat()
	if err != nil {
		return false, err
	}
	e := &entry{name: "bin/busybox", mode: linux.S_IFREG | 0o755, mtime: r.tree.c.Now(), size: info.Size(), body: src}
	if _, err := r.tree.put(e); err != nil {
		return false, err
	}
	for _, name := range applets {
		if r.tree.exists("bin/" + name) {
			continue
		}
		l := &entry{name: "bin/" + name, mode: linux.S_IFLNK | 0o777, mtime: r.tree.c.Now(), target: "busybox"}
		if _, err := r.tree.put(l); err != nil {
			return false, err
		}
	}
	return true, nil
}

package guest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestGuestsDoNotWriteTheCache(t *testing.T) {
	top := t.TempDir()
	link := filepath.Join(top, "link")
	if err := os.Symlink(top, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		host, dir string
		want      bool
	}{
		{top, top, true}, {top, top + "/code", true}, {top, top + "/not/there", true}, {top, link + "/code", true},
		{link, top + "/code", true}, {top + "/shared", top + "/code", false}, {top + "/code", top + "/code-2", false},
		{top + "/code/inner", top + "/code", false},
	} {
		m := &machine{cfg: &Config{Sandbox: true, Mounts: []Mount{{Host: c.host, Guest: "/x", Access: ReadWrite}}}}
		if got := m.guestWrites(c.dir); got != c.want {
			t.Errorf("%s with %s shown: %v", c.dir, c.host, got)
		}
		m.cfg.Mounts[0].Access = ReadOnly
		if m.guestWrites(c.dir) {
			t.Errorf("%s with %s shown to be read: the guest writes it", c.dir, c.host)
		}
	}
}

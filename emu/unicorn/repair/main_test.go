package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestClashes(t *testing.T) {
	members := []member{
		{name: "a64", symbols: map[string]bool{"add_ppc64": true, "helper": true}},
		{name: "a", symbols: map[string]bool{"add_ppc": true, "helper": false, "own": true}},
		{name: "b", symbols: map[string]bool{"helper": true, "uses_ppc": false}},
		{name: "uc", symbols: map[string]bool{"init_ppc": false, "init_ppc64": false, "api": true}},
	}
	first, last := span(members)
	if first != 1 || last != 2 {
		t.Fatalf("span %d to %d", first, last)
	}
	if got := clashes(members, first, last); got != "helper helper_ppc\n" {
		t.Errorf("clashes %q", got)
	}
}

func TestMemberName(t *testing.T) {
	long := []byte("a_long_member_name.c.o/\nanother_one.c.o/\n")
	for name, want := range map[string]string{"x.o/": "x.o", "/0": "a_long_member_name.c.o", "/24": "another_one.c.o"} {
		if got := memberName(name, long); got != want {
			t.Errorf("%q is %q, not %q", name, got, want)
		}
	}
}

func TestNotAnArchive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.a")
	for _, content := range []string{"", "!<arch>\nshort", "hello, world"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := repair(path, path+".out"); err == nil {
			t.Errorf("%q was repaired", content)
		}
	}
}

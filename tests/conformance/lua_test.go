package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muslrun/tests/rig"
)

// TestLua runs testdata/*.lua.
func TestLua(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.lua")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, target := range targets(t) {
		for _, how := range []rig.Link{rig.Static, rig.Dynamic} {
			t.Run(target.ABI+"/"+string(how), func(t *testing.T) {
				t.Parallel()
				program, reference := thirdParty(t, target, how, "lua")
				for _, script := range scripts {
					t.Run(strings.TrimSuffix(filepath.Base(script), ".lua"), func(t *testing.T) {
						compareScript(t, target, program, reference, script)
					})
				}
			})
		}
	}
}

func compareScript(t *testing.T, target rig.Target, program, reference, script string) {
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	job := func(program string) rig.Job {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "script.lua"), text, 0o644); err != nil {
			t.Fatal(err)
		}
		return rig.Job{Target: target, Program: program, Args: []string{"script.lua", "an argument"}, Dir: dir,
			Env: append([]string{"TZ=UTC0"}, rig.Environment...)}
	}
	want, err := rig.Native.Run(job(reference))
	if err != nil || want.Status != 0 {
		t.Fatalf("natively: %v, status %d, %s", err, want.Status, want.Stderr)
	}
	got, err := tested().Run(job(program))
	if err != nil {
		t.Fatal(err)
	}
	if d := rig.Difference(want, got); d != "" {
		t.Error(d)
	}
}

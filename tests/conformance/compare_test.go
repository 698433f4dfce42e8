package conformance

import (
	"os"
	"testing"

	"muslrun/tests/rig"
)

// absent is the exit status by which a program of ours says that its subject is not there (check.h).
const absent = 77

// tested is the runner whose results are judged.
func tested(flags ...string) rig.Runner {
	if os.Getenv("MUSLRUN_UNDER") == "qemu" {
		return rig.Qemu
	}
	return rig.Muslrun(flags...)
}

// underQemu reports whether qemu-user stands in muslrun's place.
func underQemu() bool { return tested().Name == rig.Qemu.Name }

// targets gives the chosen ABIs whose compiler is there, and skips with the reason for the others.
func targets(t *testing.T) []rig.Target {
	t.Helper()
	chosen, err := rig.Select(os.Getenv("MUSLRUN_ABIS"))
	if err != nil {
		t.Fatal(err)
	}
	if err := rig.HaveMuslrun(); err != nil && !underQemu() {
		skip(t, "%v", err)
	}
	return chosen
}

// ready skips the test of an ABI that cannot be compiled for or run here.
func ready(t *testing.T, target rig.Target) {
	t.Helper()
	if !target.Runs && !underQemu() && os.Getenv("MUSLRUN_ENGINE") == "" {
		skip(t, "no engine carries %s yet", target.ABI)
	}
	if _, err := target.Compiler(); err != nil {
		skip(t, "%v", err)
	}
	if underQemu() && target.QemuBinary() == "" {
		skip(t, "no qemu-user for %s", target.ABI)
	}
}

// Package conformance runs programs under muslrun and compares what they show with what they show natively on x86_64
// Linux, for every ABI that MUSLRUN_ABIS names (package rig).
//
//	programs_test.go   tests/programs: ours, one subject each, static and dynamic
//	busybox_test.go    busybox, in steps of testdata/busybox.steps
//	lua_test.go        lua, over testdata/*.lua
//	others_test.go     programs linked with glibc, and from the Go compiler
//	terminal_test.go   a person at an interactive shell, on a terminal of the host
//	leak_test.go       a guest that prints all it can see, in which nothing of the host may be
//	errors_test.go     what muslrun says and returns when it cannot run a program
//
// When a run differs, the same run under qemu-user, where it is installed, is reported as a second opinion; it never
// decides. MUSLRUN_UNDER=qemu puts qemu-user in muslrun's place altogether, which tests these tests.
//
// Nothing is skipped silently: the end of the output lists what did not run, and why.
package conformance

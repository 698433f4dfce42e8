package all

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"muslrun/arch/internal/calltable"
)

// sourceVariable names a folder with the kernel's source, 6.11 or newer.
const sourceVariable = "MUSLRUN_KERNEL_SOURCE"

// TestCallTablesAreCurrent makes the tables again where the kernel's source is at hand.
func TestCallTablesAreCurrent(t *testing.T) {
	source := os.Getenv(sourceVariable)
	if source == "" {
		t.Skipf("%s does not name a kernel source; the numbers are compared with musl's instead", sourceVariable)
	}
	for i := range calltable.Tables {
		table := &calltable.Tables[i]
		want, err := table.Source(source)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", table.File()))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what gencalls makes (%v)", table.File(), err)
		}
	}
}

// muslNames are names that musl gives to calls that the kernel names otherwise.
var muslNames = map[string]string{
	"clock_getres_time32": "clock_getres", "clock_gettime32": "clock_gettime", "clock_nanosleep_time32": "clock_nanosleep",
	"clock_settime32": "clock_settime", "gettimeofday_time32": "gettimeofday", "settimeofday_time32": "settimeofday",
	"timer_gettime32": "timer_gettime", "timer_settime32": "timer_settime", "timerfd_gettime32": "timerfd_gettime",
	"timerfd_settime32": "timerfd_settime",
}

// callAliases are our names of calls whose contract differs from that of the name in the kernel's table; see arch.CallNumbers.
var callAliases = map[string][]string{
	"clone": {"clone_backwards", "clone_backwards2", "clone_backwards3"}, "mmap": {"old_mmap"}, "select": {"old_select"},
	"getrlimit": {"old_getrlimit"}, "pipe": {"pipe_pair"}, "fadvise64_64": {"arm_fadvise64_64"}, "fadvise64": {"fadvise64_64"},
	"sendfile": {"sendfile64"}, "ipc": {"s390_ipc"},
	"cacheflush": {"arm_cacheflush"},
}

// notInKernel are numbers that musl has and Linux does not answer.
var notInKernel = map[string]bool{
	"riscv32 nanosleep": true, // only clock_nanosleep_time64 exists
	"sh clone3":         true, // reserved
}

// TestCallNumbersAgainstMusl compares the numbers with those of musl's arch/*/bits/syscall.h.in, kept in testdata.
func TestCallNumbersAgainstMusl(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "testdata", "musl-syscalls.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, row := range rows[1:] {
		for column, text := range row {
			if number, err := strconv.ParseUint(text, 0, 64); column > 0 && err == nil {
				compared++
				compareNumber(t, rows[0][column], row[0], number)
			}
		}
	}
	t.Logf("%d numbers compared", compared)
	if compared < 4900 {
		t.Error("too few numbers compared")
	}
}

func compareNumber(t *testing.T, abi, musl string, number uint64) {
	calls := ByName(abi).Calls
	got, want := calls.Name(number), musl
	if name := muslNames[musl]; name != "" {
		want = name
	}
	if got == want || notInKernel[abi+" "+musl] {
		return
	}
	for _, alias := range callAliases[want] {
		if got == alias {
			return
		}
	}
	t.Errorf("%s: %d is %q, musl says %q", abi, number, got, musl)
}

func TestCallNames(t *testing.T) {
	for _, a := range every(t) {
		for name, number := range a.Calls.ByName {
			if back := a.Calls.Name(number); back != name {
				t.Errorf("%s: %s is %d, which is %s", a, name, number, back)
			}
		}
		if a.Calls.Name(1<<63) != "" || a.Calls.Name(a.Calls.Base-1) != "" {
			t.Errorf("%s: numbers outside of the table have names", a)
		}
		for _, must := range strings.Fields("read write openat exit_group mprotect rt_sigaction restart_syscall") {
			if _, ok := a.Calls.ByName[must]; !ok {
				t.Errorf("%s has no %s", a, must)
			}
		}
	}
}

// Package calltable reads the system call tables in the kernel's source.
package calltable

import (
	"bufio"
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Table says where the kernel keeps the numbers of one ABI, and which Go file holds them here.
type Table struct {
	Go      string            // the Go variable
	Package string            // the folder under arch, and the package
	Path    string            // in the kernel's source
	ABIs    []string          // the table's rows that count, by its second column
	Aliases map[string]string // the kernel's name -> ours, where the contract is another; see package arch
}

// generic is the table that newer architectures share.
const generic = "scripts/syscall.tbl"

// clone's argument orders, by the kernel's configuration names.
var (
	backwards  = map[string]string{"clone": "clone_backwards"}
	backwards2 = map[string]string{"clone": "clone_backwards2", "mmap": "old_mmap", "ipc": "s390_ipc"}
	backwards3 = map[string]string{"clone": "clone_backwards3"}
)

// Tables lists the tables of all ABIs.
var Tables = []Table{
	{Go: "callsI386", Package: "x86", Path: "arch/x86/entry/syscalls/syscall_32.tbl", ABIs: []string{"i386"},
		Aliases: with(backwards, "mmap", "old_mmap", "select", "old_select", "getrlimit", "old_getrlimit")},
	{Go: "callsX86_64", Package: "x86", Path: "arch/x86/entry/syscalls/syscall_64.tbl", ABIs: []string{"common", "64"}},
	{Go: "callsX32", Package: "x86", Path: "arch/x86/entry/syscalls/syscall_64.tbl", ABIs: []string{"common", "x32"},
		Aliases: map[string]string{"sendfile": "sendfile64"}},
	{Go: "calls", Package: "arm", Path: "arch/arm/tools/syscall.tbl", ABIs: []string{"common", "eabi"},
		Aliases: with(backwards, "fadvise64_64", "arm_fadvise64_64", "arm_sync_file_range", "sync_file_range2")},
	{Go: "calls", Package: "arm64", Path: generic, ABIs: []string{"common", "64", "renameat", "rlimit", "memfd_secret"},
		Aliases: backwards},
	{Go: "callsO32", Package: "mips", Path: "arch/mips/kernel/syscalls/syscall_o32.tbl", ABIs: []string{"o32"},
		Aliases: with(backwards, "pipe", "pipe_pair", "fadvise64", "fadvise64_64")},
	{Go: "callsN64", Package: "mips", Path: "arch/mips/kernel/syscalls/syscall_n64.tbl", ABIs: []string{"n64"},
		Aliases: with(backwards, "pipe", "pipe_pair")},
	{Go: "callsN32", Package: "mips", Path: "arch/mips/kernel/syscalls/syscall_n32.tbl", ABIs: []string{"n32"},
		Aliases: with(backwards, "pipe", "pipe_pair")},
	{Go: "calls32", Package: "ppc", Path: "arch/powerpc/kernel/syscalls/syscall.tbl", ABIs: []string{"common", "nospu", "32"},
		Aliases: with(backwards, "select", "old_select", "getrlimit", "old_getrlimit", "fadvise64_64", "arm_fadvise64_64")},
	{Go: "calls64", Package: "ppc", Path: "arch/powerpc/kernel/syscalls/syscall.tbl", ABIs: []string{"common", "nospu", "64"},
		Aliases: backwards},
	{Go: "calls32", Package: "riscv", Path: generic, ABIs: []string{"common", "32", "riscv", "memfd_secret"},
		Aliases: with(backwards, "llseek", "_llseek")},
	{Go: "calls64", Package: "riscv", Path: generic, ABIs: []string{"common", "64", "riscv", "rlimit", "memfd_secret"},
		Aliases: backwards},
	{Go: "calls", Package: "s390x", Path: "arch/s390/kernel/syscalls/syscall.tbl", ABIs: []string{"common", "64"},
		Aliases: backwards2},
	{Go: "calls", Package: "m68k", Path: "arch/m68k/kernel/syscalls/syscall.tbl", ABIs: []string{"common"},
		Aliases: with(nil, "mmap", "old_mmap", "select", "old_select", "getrlimit", "old_getrlimit")},
	{Go: "calls", Package: "microblaze", Path: "arch/microblaze/kernel/syscalls/syscall.tbl", ABIs: []string{"common"},
		Aliases: backwards3},
	{Go: "calls", Package: "or1k", Path: generic,
		ABIs:    []string{"common", "32", "or1k", "time32", "stat64", "rlimit", "renameat"},
		Aliases: map[string]string{"llseek": "_llseek"}},
	{Go: "calls", Package: "sh", Path: "arch/sh/kernel/syscalls/syscall.tbl", ABIs: []string{"common"},
		Aliases: with(nil, "pipe", "pipe_pair", "getrlimit", "old_getrlimit")},
	{Go: "calls", Package: "loong64", Path: generic, ABIs: []string{"common", "64"}},
}

// with is a set of aliases and more of them, in pairs.
func with(base map[string]string, pairs ...string) map[string]string {
	out := map[string]string{}
	for k, v := range base {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// Names reads the table in a kernel source tree: the names by number, "" for holes. Mips numbers count from the ABI's base.
func (t *Table) Names(source string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(source, t.Path))
	if err != nil {
		return nil, err
	}
	var names []string
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		number, name, err := t.row(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Path, err)
		}
		if name == "" {
			continue
		}
		for len(names) <= number {
			names = append(names, "")
		}
		names[number] = name
	}
	return names, lines.Err()
}

// row reads one line: number, ABI, name, entry points. The name is "" for lines that do not count.
func (t *Table) row(line string) (number int, name string, err error) {
	line, _, _ = strings.Cut(line, "#")
	columns := strings.Fields(line)
	if len(columns) < 3 || !slices.Contains(t.ABIs, columns[1]) {
		return 0, "", nil
	}
	name = columns[2]
	if strings.HasPrefix(name, "unused") || strings.HasPrefix(name, "reserved") {
		return 0, "", nil
	}
	if alias, ok := t.Aliases[name]; ok {
		name = alias
	}
	number, err = strconv.Atoi(columns[0])
	return number, name, err
}

// File is the Go file that holds the table, under arch.
func (t *Table) File() string {
	name := strings.ToLower(strings.TrimPrefix(t.Go, "calls"))
	if name != "" {
		name = "_" + name
	}
	return filepath.Join(t.Package, "calls"+name+"_gen.go")
}

// Source renders the table as a Go file.
func (t *Table) Source(kernel string) ([]byte, error) {
	names, err := t.Names(kernel)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated by go run ./arch/internal/gencalls -source KERNEL; DO NOT EDIT.\n\npackage %s\n", t.Package)
	fmt.Fprintf(&b, "\n// %s is %s, rows %s.\nvar %s = []string{\n", t.Go, t.Path, strings.Join(t.ABIs, ", "), t.Go)
	for number, name := range names {
		if name != "" {
			fmt.Fprintf(&b, "\t%d: %q,\n", number, name)
		}
	}
	b.WriteString("}\n")
	return format.Source(b.Bytes())
}

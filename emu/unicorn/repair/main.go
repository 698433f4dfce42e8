// Command repair gives the 32-bit PowerPC of a static libunicorn symbols of its own.
//
// In libunicorn 2.1.1 the floating-point helpers of the 32-bit and of the 64-bit PowerPC have the same names, and the linker
// takes the 64-bit ones for both. They work on another CPU structure, so that 32-bit floating point computes nonsense or ends
// in an assertion. Repair renames, in the archive members of the 32-bit PowerPC, every symbol that is defined outside them
// too. It needs objcopy and ar.
//
//	go run ./emu/unicorn/repair libunicorn.a repaired.a
package main

import (
	"debug/elf"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: repair libunicorn.a repaired.a")
	}
	if err := repair(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func repair(in, out string) error {
	members, err := readArchive(in)
	if err != nil {
		return err
	}
	first, last := span(members)
	if first < 0 {
		return fmt.Errorf("%s has no 32-bit PowerPC", in)
	}
	dir, err := os.MkdirTemp("", "repair")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	renames := filepath.Join(dir, "renames")
	text := clashes(members, first, last)
	if err := os.WriteFile(renames, []byte(text), 0o600); err != nil {
		return err
	}
	var files []string
	for i, m := range members {
		file := filepath.Join(dir, fmt.Sprintf("%04d_%s", i, m.name))
		files = append(files, file)
		if err := os.WriteFile(file, m.data, 0o600); err != nil {
			return err
		}
		if first <= i && i <= last && text != "" {
			if err := run("objcopy", "--redefine-syms="+renames, file); err != nil {
				return err
			}
		}
	}
	_ = os.Remove(out)
	fmt.Printf("%d symbols of %d members renamed\n", strings.Count(text, "\n"), last-first+1)
	return run("ar", append([]string{"qcs", out}, files...)...)
}

func run(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// span finds the members of the 32-bit PowerPC: the library is made of one run of members for each CPU, and most symbols of
// a run end in its name.
func span(members []member) (first, last int) {
	first, last = -1, -1
	for i, m := range members {
		mine, others := 0, 0
		for s := range m.symbols {
			switch {
			case strings.HasSuffix(s, "_ppc"):
				mine++
			case strings.HasSuffix(s, "_ppc64"):
				others++
			}
		}
		if mine > 0 && others == 0 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// clashes lists the global symbols that are defined both inside and outside of the span, as objcopy wants them.
func clashes(members []member, first, last int) string {
	outside := map[string]bool{}
	for i, m := range members {
		for s, defined := range m.symbols {
			if defined && (i < first || i > last) {
				outside[s] = true
			}
		}
	}
	seen := map[string]bool{}
	var b strings.Builder
	for _, m := range members[first : last+1] {
		for s, defined := range m.symbols {
			if defined && outside[s] && !seen[s] {
				seen[s] = true
				fmt.Fprintf(&b, "%s %s_ppc\n", s, s)
			}
		}
	}
	return b.String()
}

// globals reads the global symbols of an object file, and whether it defines them.
func globals(f *elf.File) map[string]bool {
	out := map[string]bool{}
	symbols, err := f.Symbols()
	if err != nil {
		return out
	}
	for _, s := range symbols {
		if elf.ST_BIND(s.Info) == elf.STB_GLOBAL {
			out[s.Name] = s.Section != elf.SHN_UNDEF
		}
	}
	return out
}

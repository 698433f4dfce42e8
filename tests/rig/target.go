package rig

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Target is a guest ABI as the toolchain knows it.
type Target struct {
	ABI  string // musl's name
	Set  string // "quick", "main" or "extra": who waits for it
	Runs bool   // an engine carries it
	Qemu string // suffix of qemu-user's binary, "" if there is none
}

// NativeABI is the one that the machine runs itself.
const NativeABI = "x86_64"

// Root is the top of the source tree.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}

// Cache is the directory that images/toolchain/setup.sh fills.
func Cache() string {
	if dir := os.Getenv("MUSLRUN_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "muslrun")
}

// Targets gives every ABI of images/toolchain/targets.tsv, in its order.
func Targets() ([]Target, error) {
	table, err := os.ReadFile(filepath.Join(Root(), "images/toolchain/targets.tsv"))
	if err != nil {
		return nil, fmt.Errorf("the table of ABIs: %w", err)
	}
	return parseTargets(string(table))
}

// parseTargets reads the table; the last comment before the first line names its columns.
func parseTargets(table string) ([]Target, error) {
	var all []Target
	var column map[string]int
	for line := range strings.Lines(table) {
		words := strings.FieldsFunc(strings.TrimSpace(line), func(r rune) bool { return r == '\t' })
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if name, comment := strings.CutPrefix(words[0], "# "); comment {
			words[0] = name
			column = indexes(words)
			continue
		}
		if len(words) != len(column) {
			return nil, fmt.Errorf("targets.tsv: %d columns in %q, want %d", len(words), line, len(column))
		}
		field := func(name string) string { return strings.Trim(words[column[name]], "-") }
		all = append(all, Target{field("abi"), field("set"), field("runs") == "yes", field("qemu")})
	}
	return all, nil
}

func indexes(words []string) map[string]int {
	index := map[string]int{}
	for i, word := range words {
		index[word] = i
	}
	return index
}

// Select gives the targets that a choice names, in setup.sh's terms: "quick" (also ""), "main" (with quick, one
// of each family), "all", or a list of ABIs separated by blanks or commas.
func Select(choice string) ([]Target, error) {
	all, err := Targets()
	if err != nil {
		return nil, err
	}
	switch choice {
	case "", "quick":
		return filter(all, func(t Target) bool { return t.Set == "quick" }), nil
	case "main":
		return filter(all, func(t Target) bool { return t.Set != "extra" }), nil
	case "all":
		return all, nil
	}
	return named(all, strings.FieldsFunc(choice, func(r rune) bool { return r == ',' || r == ' ' }))
}

func named(all []Target, names []string) ([]Target, error) {
	var chosen []Target
	for _, name := range names {
		found := filter(all, func(t Target) bool { return t.ABI == name })
		if len(found) == 0 {
			return nil, fmt.Errorf("unknown ABI %q: images/toolchain/targets.tsv lists the known ones", name)
		}
		chosen = append(chosen, found...)
	}
	return chosen, nil
}

func filter(all []Target, keep func(Target) bool) []Target {
	var kept []Target
	for _, t := range all {
		if keep(t) {
			kept = append(kept, t)
		}
	}
	return kept
}

// Compiler is the path of the target's compiler, or an error that says how to get it.
func (t Target) Compiler() (string, error) {
	cc := filepath.Join(Cache(), "bin", t.ABI+"-cc")
	if _, err := os.Stat(cc); err != nil {
		return "", fmt.Errorf("no compiler for %s; get it with: make setup ABIS=%s", t.ABI, t.ABI)
	}
	return cc, nil
}

// Runtime is the directory with the target's musl: lib/ld-musl-ABI.so.1.
func (t Target) Runtime() string { return filepath.Join(Cache(), "runtime", t.ABI) }

// Program is a program that images/toolchain/programs.sh has built ("busybox", "lua"), or an error that says how.
func (t Target) Program(how, name string) (string, error) {
	path := filepath.Join(Cache(), "programs", t.ABI, how, name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("no %s %s for %s; get it with: make setup ABIS=%s", how, name, t.ABI, t.ABI)
	}
	return path, nil
}

// QemuBinary is the path of qemu-user for the target, "" if it is not there.
func (t Target) QemuBinary() string {
	if t.Qemu == "" {
		return ""
	}
	path, err := exec.LookPath("qemu-" + t.Qemu)
	if err != nil {
		return ""
	}
	return path
}

package rig

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Link says how a program is linked.
type Link string

// The ways of linking.
const (
	Static  Link = "static"
	Dynamic Link = "dynamic"
	Shared  Link = "shared" // a library
)

// Recipe says how a program is made.
type Recipe struct {
	Name    string   // of the file that is made
	Sources []string // C files
	Headers []string // what they include: decides when to build again
	Flags   []string // for the compiler, after the common ones
	Link    Link
	// Native lets a dynamic program start on this machine, which has no musl, by naming the cache's dynamic linker.
	Native bool
}

// commonFlags make results independent of the ABI: no fused multiply-add, no rint(3) made of additions. Programs make
// mistakes on purpose, so there are no warnings.
var commonFlags = []string{"-std=gnu11", "-O2", "-ffp-contract=off", "-frounding-math", "-w"}

// Build makes the program for the target and gives its path. What was made from the same sources, by the same compiler
// and musl, is not made again.
func (t Target) Build(r Recipe) (string, error) {
	cc, err := t.Compiler()
	if err != nil {
		return "", err
	}
	flags := t.flags(r)
	key, err := t.key(cc, r, flags)
	if err != nil {
		return "", err
	}
	path := filepath.Join(Cache(), "tests", key, r.Name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, compile(cc, flags, r.Sources, path)
}

func (t Target) flags(r Recipe) []string {
	flags := append(append([]string{}, commonFlags...), r.Flags...)
	switch r.Link {
	case Static:
		flags = append(flags, "-static")
	case Shared:
		flags = append(flags, "-shared", "-fPIC")
	case Dynamic:
		flags = append(flags, "-rdynamic")
		if r.Native {
			flags = append(flags, "-Wl,-dynamic-linker,"+filepath.Join(t.Runtime(), "lib/ld-musl-"+t.ABI+".so.1"))
		}
	}
	return flags
}

// key names what a build depends on.
func (t Target) key(cc string, r Recipe, flags []string) (string, error) {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %q\n", t.ABI, flags)
	stamp := filepath.Join(Cache(), "musl", t.ABI, ".stamp")
	for _, file := range append(append([]string{cc, stamp}, r.Sources...), r.Headers...) {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("building %s: %w", r.Name, err)
		}
		fmt.Fprintf(hash, "%s %d\n", filepath.Base(file), len(content))
		hash.Write(content)
	}
	return hex.EncodeToString(hash.Sum(nil))[:24], nil
}

// compile makes path, which appears complete or not at all: several tests may want it at once.
func compile(cc string, flags, sources []string, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".building-")
	if err != nil {
		return err
	}
	temporary.Close()
	defer os.Remove(temporary.Name())
	arguments := append(append([]string{}, flags...), sources...)
	output, err := exec.Command(cc, append(arguments, "-o", temporary.Name(), "-lm")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %q: %w\n%s", filepath.Base(cc), arguments, err, output)
	}
	if err := os.Chmod(temporary.Name(), 0o755); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

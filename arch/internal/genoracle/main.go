// Command genoracle records what C compilers say about the kernel's structures and constants in arch/testdata:
//
//	go run ./arch/internal/genoracle [-headers DIR] [ABI...]
//
// DIR holds KERNEL/include for every architecture, as made in the kernel's source by
//
//	for a in x86 arm arm64 mips powerpc riscv s390 m68k microblaze openrisc sh loongarch; do
//		make ARCH=$a headers_install INSTALL_HDR_PATH=DIR/$a
//	done
//
// Without it, each compiler's own headers are used, and ABIs without packaged ones are left out.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"muslrun/arch/internal/oracle"
)

func main() {
	log.SetFlags(0)
	headers := flag.String("headers", "", "folder with the installed headers of every architecture")
	root := flag.String("arch", "arch", "the project's arch folder")
	flag.Parse()
	dir, err := os.MkdirTemp("", "genoracle")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	g := &generator{root: *root, headers: *headers, dir: dir}
	if err := g.run(flag.Args()); err != nil {
		log.Fatal(err)
	}
}

type generator struct {
	root, headers, dir string
	names              []string
	generic            []oracle.Const
}

func (g *generator) run(abis []string) error {
	consts, err := oracle.GoConsts(filepath.Join(g.root, "linux"))
	if err != nil {
		return err
	}
	for _, c := range consts {
		g.names = append(g.names, c.Name)
	}
	if g.generic, err = g.compiler(oracle.Generic).Consts(g.names); err != nil {
		return err
	}
	for _, t := range oracle.Targets {
		if len(abis) != 0 && !slices.Contains(abis, t.ABI) {
			continue
		}
		if err := g.target(t); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) compiler(abi string) *oracle.Compiler {
	i := slices.IndexFunc(oracle.Targets, func(t oracle.Target) bool { return t.ABI == abi })
	return &oracle.Compiler{Target: oracle.Targets[i], Headers: g.headers, Dir: g.dir}
}

func (g *generator) target(t oracle.Target) error {
	c := g.compiler(t.ABI)
	if err := c.Available(); err != nil {
		log.Printf("%s left out: %v", t.ABI, err)
		return nil
	}
	layouts, err := c.Structs()
	if err != nil {
		return err
	}
	consts, err := c.Consts(g.names)
	if err != nil {
		return err
	}
	if t.ABI != oracle.Generic {
		consts = g.exceptions(consts)
	}
	var b bytes.Buffer
	oracle.WriteStructs(&b, layouts)
	if err := g.write("layouts", t, b.Bytes()); err != nil {
		return err
	}
	frames, err := c.Frames()
	if err != nil {
		return err
	}
	b.Reset()
	oracle.WriteStructs(&b, frames)
	if err := g.write("frames", t, b.Bytes()); err != nil {
		return err
	}
	b.Reset()
	oracle.WriteConsts(&b, consts)
	return g.write("consts", t, b.Bytes())
}

// exceptions keeps the constants that are not as generic.
func (g *generator) exceptions(consts []oracle.Const) []oracle.Const {
	var out []oracle.Const
	for i, c := range consts {
		if c != g.generic[i] {
			out = append(out, c)
		}
	}
	return out
}

func (g *generator) write(folder string, t oracle.Target, facts []byte) error {
	path := filepath.Join(g.root, "testdata", folder, t.ABI+".txt")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	head := fmt.Sprintf("# Recorded by go run ./arch/internal/genoracle with %s; do not edit.\n", strings.Join(t.Command, " "))
	if t.StandIn != "" {
		head += "# The compiler stands in for the ABI's own, with a layout as " + t.StandIn + ".\n"
	}
	return os.WriteFile(path, append([]byte(head), facts...), 0o644)
}

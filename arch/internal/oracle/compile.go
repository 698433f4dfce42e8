package oracle

import (
	"debug/elf"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed headers.h
var headers string

//go:embed structs.h
var structsSource string

//go:embed frames.h
var framesSource string

// Compiler runs one target's compiler.
type Compiler struct {
	Target
	// Headers is the folder that holds KERNEL/include for each architecture; "" takes the compiler's own.
	Headers string
	// Dir is a folder for temporary files.
	Dir string
}

// Available says why the compiler cannot be used, or nil.
func (c *Compiler) Available() error {
	if _, err := exec.LookPath(c.Command[0]); err != nil {
		return err
	}
	if c.Headers == "" && !c.Packaged {
		return fmt.Errorf("the kernel headers of %s are not packaged: run `make headers_install` in its source", c.Kernel)
	}
	if c.Headers == "" && !c.findsHeaders() {
		return fmt.Errorf("%s finds no kernel headers: install linux-libc-dev for it", c.Command[0])
	}
	return nil
}

// findsHeaders asks the compiler for the kernel's headers of its own.
func (c *Compiler) findsHeaders() bool {
	cmd := exec.Command(c.Command[0], append(c.Command[1:len(c.Command):len(c.Command)], "-E", "-o", os.DevNull, "-xc", "-")...)
	cmd.Stdin = strings.NewReader("#include <asm/types.h>\n")
	return cmd.Run() == nil
}

// Structs gives the layouts of all structures.
func (c *Compiler) Structs() ([]Struct, error) { return c.layouts(headers + structsSource) }

// Frames gives the layouts of the signal frames.
func (c *Compiler) Frames() ([]Struct, error) { return c.layouts(framesSource) }

func (c *Compiler) layouts(source string) ([]Struct, error) {
	f, err := c.compile(source)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d, err := f.DWARF()
	if err != nil {
		return nil, err
	}
	return structs(d)
}

// Const is a constant of the headers.
type Const struct {
	Name    string
	Value   uint64
	Defined bool
}

// Consts evaluates the names that are macros in the headers; the others come back as not defined.
func (c *Compiler) Consts(names []string) ([]Const, error) {
	f, err := c.compile(headers + constsSource(names))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := f.Section("oracle").Data()
	if err != nil {
		return nil, err
	}
	consts := make([]Const, len(names))
	for i, name := range names {
		consts[i] = Const{name, f.ByteOrder.Uint64(data[16*i:]), f.ByteOrder.Uint64(data[16*i+8:]) != 0}
	}
	return consts, nil
}

func constsSource(names []string) string {
	var b strings.Builder
	b.WriteString("__attribute__((section(\"oracle\"), used)) const long long oracle_values[] = {\n")
	for _, name := range names {
		name = CName(name)
		fmt.Fprintf(&b, "#ifdef %s\n(long long)(%s), 1,\n#else\n0, 0,\n#endif\n", name, name)
	}
	b.WriteString("};\n")
	return b.String()
}

// compile makes an ELF file with debugging information from a source.
func (c *Compiler) compile(source string) (*elf.File, error) {
	in, out := filepath.Join(c.Dir, c.ABI+".c"), filepath.Join(c.Dir, c.ABI+".elf")
	if err := os.WriteFile(in, []byte(source), 0o644); err != nil {
		return nil, err
	}
	// linux/shm.h includes unistd.h for getpagesize, which no constant here needs.
	if err := os.WriteFile(filepath.Join(c.Dir, "unistd.h"), nil, 0o644); err != nil {
		return nil, err
	}
	cmd := exec.Command(c.Command[0], c.arguments(in, out)...)
	if message, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, message)
	}
	return elf.Open(out)
}

func (c *Compiler) arguments(in, out string) []string {
	args := append([]string{}, c.Command[1:]...)
	args = append(args, "-w", "-g", "-gdwarf-4", "-O0", "-fno-pic", "-fcommon", "-ffreestanding", "-I", c.Dir, "-o", out, in)
	if c.Headers != "" {
		args = append(args, "-nostdinc", "-I", filepath.Join(c.Headers, c.Kernel, "include"))
	}
	if c.NoLink {
		return append(args, "-c")
	}
	return append(args, "-nostdlib", "-static", "-Wl,-e,0")
}

// Package house knows the rules of the source tree, and finds where the tree breaks them:
//
//	Imports    imports run one way, and siblings do not import each other
//	Host       the host is touched only where that is a package's business
//	Sizes      files and functions that a reader can hold in the head
//	Generated  generated files say which command made them
//
// The rules are those of design.md; rooms and hosts below are their tables.
package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// module is the path before every package of ours.
const module = "muslrun/"

// A room is a part of the tree, with the height at which it stands: a package may import its own room and any that
// stands lower. A pattern that ends in /* makes a room of each folder below; the rooms are siblings.
type room struct {
	pattern string
	height  int
}

// rooms has the more special patterns first.
var rooms = []room{
	{"arch/layout", 0}, {"arch/linux", 0},
	{"arch", 1},
	{"arch/all", 3},
	{"arch/internal", 3},
	{"arch/*", 2},
	{"emu", 3}, {"fs", 3},
	{"emu/enginetest", 4}, {"fs/fstest", 4},
	{"emu/*", 5}, {"fs/*", 5}, {"loader", 5},
	{"syscalls/mm", 6}, {"syscalls/futex", 6}, {"syscalls/hrtimer", 6}, {"syscalls/turns", 6}, {"syscalls/ipc", 6},
	{"syscalls/kernel", 7},
	{"syscalls/args", 8},
	{"syscalls/*", 8},
	{"syscalls", 9},
	{"images", 10},
	{"tests/rig", 11},
	{"cmd/*", 12}, {"tests/*", 12},
}

// hosts are the rooms that may touch the host, each with its reason. A room stands for all below it.
var hosts = map[string]string{
	"fs/hostfs":            "files of the host are its subject",
	"fs/hosttty":           "the host's terminal is its subject",
	"fs/fstest":            "compares file systems with the host's, in tests only",
	"fs/memfs":             "a file that is mapped shared lives in host memory (memfd), which every window can map",
	"syscalls/mm":          "tells apart the host's errors when it runs out of memory for guests",
	"fs/sock/inet/gateway": "leads guests' connections out through the host's sockets (--net user, --publish)",
	"emu":                  "guest memory is host memory (emu.Window)",
	"arch/internal":        "generators and oracles, which no program imports",
	"images":               "runtimes and archives come from host files",
	"cmd":                  "talks to the person at the host",
	"tests":                "start programs of the host",
}

// hostPackages are the imports that touch the host; with /* at the end, everything below too.
var hostPackages = []string{"os", "os/*", "net", "net/*", "syscall", "plugin", "golang.org/x/sys/*"}

// valuePackages stand among those, but only compute with values.
var valuePackages = []string{"net/netip"}

// Limits of what a reader should have to hold in the head.
const (
	maxFileLines      = 800
	maxFunctionLines  = 100
	maxMedianFunction = 10
)

// A File is a parsed source file of the tree.
type File struct {
	Path string // with slashes, from the top
	AST  *ast.File
	Fset *token.FileSet
	Text string
}

// Test reports whether the file belongs to tests, which may import what they like.
func (f File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// Generated reports whether a command wrote the file.
func (f File) Generated() bool { return ast.IsGenerated(f.AST) }

// Load parses every Go file below the top of tree.
func Load(tree fs.FS) ([]File, error) {
	var files []File
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		files = append(files, File{Path: name, AST: parsed, Fset: fset, Text: string(text)})
		return err
	})
	return files, err
}

// roomOf gives the room of a package and its name, "" if the package has none.
func roomOf(pkg string) (name string, height int) {
	for _, r := range rooms {
		if parent, star := strings.CutSuffix(r.pattern, "/*"); star {
			if rest, below := strings.CutPrefix(pkg, parent+"/"); below {
				folder, _, _ := strings.Cut(rest, "/")
				return parent + "/" + folder, r.height
			}
		} else if pkg == r.pattern || (strings.Contains(r.pattern, "/") && strings.HasPrefix(pkg, r.pattern+"/")) {
			return r.pattern, r.height
		}
	}
	return "", 0
}

// imports gives the paths that the file imports.
func (f File) imports() []string {
	var paths []string
	for _, spec := range f.AST.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// Imports finds imports that go up, or to a sibling.
func Imports(files []File) []string {
	var found []string
	for _, f := range files {
		pkg := path.Dir(f.Path)
		from, height := roomOf(pkg)
		if f.Test() || ignored(f) {
			continue
		}
		if from == "" {
			found = append(found, f.Path+": the package has no room in tests/house")
			continue
		}
		for _, imported := range f.imports() {
			own, ours := strings.CutPrefix(imported, module)
			if to, below := roomOf(own); ours && to != from && below >= height {
				found = append(found, fmt.Sprintf("%s: %s must not import %s", f.Path, pkg, own))
			}
		}
	}
	return found
}

// ignored reports whether no build takes the file: a program of its own, run by name.
func ignored(f File) bool { return strings.Contains(f.Text, "//go:build ignore") }

// Host finds imports of the host's packages where they have no business.
func Host(files []File) []string {
	var found []string
	for _, f := range files {
		if f.Test() || ignored(f) || allowedHost(path.Dir(f.Path)) {
			continue
		}
		for _, imported := range f.imports() {
			if touchesHost(imported) {
				found = append(found, fmt.Sprintf("%s: imports %s, but may not touch the host", f.Path, imported))
			}
		}
	}
	return found
}

func allowedHost(pkg string) bool {
	for room := range hosts {
		if pkg == room || strings.HasPrefix(pkg, room+"/") {
			return true
		}
	}
	return false
}

// touchesHost reports whether an import is one of hostPackages.
func touchesHost(imported string) bool {
	return !slices.Contains(valuePackages, imported) && slices.ContainsFunc(hostPackages, func(pattern string) bool {
		prefix, star := strings.CutSuffix(pattern, "*")
		return imported == pattern || (star && strings.HasPrefix(imported, prefix))
	})
}

package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Program is a test program of tests/programs, with what its first comment tells the runner (see check.h).
type Program struct {
	Name   string
	Source string     // path
	Runs   [][]string // arguments of each run; at least one
	Links  []Link
	Files  bool   // writes files
	Long   bool   // takes long
	With   string // a library that it loads, "" if none
	Stdin  string
}

// Programs gives the test programs, by name. Sources that are only a part of others are left out.
func Programs() ([]Program, error) {
	paths, err := filepath.Glob(filepath.Join(Root(), "tests/programs/*.c"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no programs in tests/programs: %w", err)
	}
	var all []Program
	parts := map[string]bool{}
	for _, path := range paths {
		p, err := readProgram(path)
		if err != nil {
			return nil, err
		}
		parts[p.With] = true
		all = append(all, p)
	}
	return slices.DeleteFunc(all, func(p Program) bool { return parts[p.Name] }), nil
}

func readProgram(path string) (Program, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return Program{}, err
	}
	p, err := parseProgram(string(source))
	if err != nil {
		return p, fmt.Errorf("%s: %w", path, err)
	}
	p.Source, p.Name = path, strings.TrimSuffix(filepath.Base(path), ".c")
	if input, err := os.ReadFile(strings.TrimSuffix(path, ".c") + ".in"); err == nil {
		p.Stdin = string(input)
	}
	return p, nil
}

// parseProgram reads the directives of a program's first comment.
func parseProgram(source string) (Program, error) {
	p := Program{Links: []Link{Static, Dynamic}}
	comment, _, _ := strings.Cut(source, "*/")
	for line := range strings.Lines(comment) {
		name, value, found := strings.Cut(strings.TrimLeft(strings.TrimSpace(line), "/* "), ":")
		if !found {
			continue
		}
		if err := p.directive(name, strings.TrimSpace(value)); err != nil {
			return p, err
		}
	}
	if len(p.Runs) == 0 {
		p.Runs = [][]string{nil}
	}
	return p, nil
}

func (p *Program) directive(name, value string) (err error) {
	switch name {
	case "run":
		var words []string
		words, err = Words(value)
		p.Runs = append(p.Runs, words)
	case "link":
		p.Links = []Link{Link(value)}
	case "with":
		p.With = value
	case "files":
		p.Files = value == "yes"
	case "long":
		p.Long = value == "yes"
	}
	return err
}

// Words splits a line at blanks; a word may be in double quotes, with Go's escapes.
func Words(line string) ([]string, error) {
	var words []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if line[0] != '"' {
			word, rest, _ := strings.Cut(line, " ")
			words, line = append(words, word), rest
			continue
		}
		quoted, err := strconv.QuotedPrefix(line)
		if err != nil {
			return nil, fmt.Errorf("a quote without its end: %s", line)
		}
		word, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, err
		}
		words, line = append(words, word), line[len(quoted):]
	}
	return words, nil
}

// Run builds the program, and its library, and runs it once in dir, which must be empty.
func (p Program) Run(r Runner, t Target, link Link, args []string, dir string) (Result, error) {
	path, err := t.Build(p.recipe(link, r.Name == Native.Name))
	if err != nil {
		return Result{}, err
	}
	if p.With != "" {
		if err := p.addLibrary(t, dir); err != nil {
			return Result{}, err
		}
	}
	return r.Run(Job{Target: t, Program: path, Args: args, Dir: dir, Env: Environment, Stdin: p.Stdin})
}

// Environment is what the programs see; environment.c asks for it.
var Environment = []string{"CHECK_GIVEN=by the runner", "CHECK_EMPTY="}

func (p Program) recipe(link Link, native bool) Recipe {
	return Recipe{
		Name:    p.Name,
		Sources: []string{p.Source},
		Headers: []string{filepath.Join(filepath.Dir(p.Source), "check.h"), filepath.Join(filepath.Dir(p.Source), "restart.h")},
		Link:    link,
		Native:  native,
	}
}

func (p Program) addLibrary(t Target, dir string) error {
	path, err := t.Build(Recipe{
		Name:    p.With + ".so",
		Sources: []string{filepath.Join(filepath.Dir(p.Source), p.With+".c")},
		Link:    Shared,
	})
	if err != nil {
		return err
	}
	library, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, filepath.Base(path)), library, 0o755)
}

// A Reference remembers the native results of programs: every ABI is compared with the same ones.
type Reference struct {
	mu      sync.Mutex
	results map[string]func() (Result, error)
}

// Get gives the native result of a program; dir is called if it has to run.
func (r *Reference) Get(p Program, link Link, args []string, dir func() string) (Result, error) {
	key := fmt.Sprintf("%s %s %q", p.Name, link, args)
	r.mu.Lock()
	once, ok := r.results[key]
	if !ok {
		once = sync.OnceValues(func() (Result, error) {
			return p.Run(Native, Target{ABI: NativeABI}, link, args, dir())
		})
		if r.results == nil {
			r.results = map[string]func() (Result, error){}
		}
		r.results[key] = once
	}
	r.mu.Unlock()
	return once()
}

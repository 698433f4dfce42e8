package conformance

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"muslrun/tests/rig"
)

// A step is one run of a program in a directory that earlier steps have worked in.
type step struct {
	line      string
	args      []string
	stdin     string // file, "" if none
	stdout    string // file that keeps the output, "" if none
	unordered bool   // the order of output lines does not count
}

// parseSteps reads a file of testdata: a step a line, # for comments.
func parseSteps(text string) ([]step, error) {
	var steps []step
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		line, unordered := strings.CutPrefix(line, "~ ")
		words, err := rig.Words(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
		steps = append(steps, redirect(step{line: line, unordered: unordered}, words))
	}
	return steps, nil
}

// redirect takes "< file" and "> file" out of the words.
func redirect(s step, words []string) step {
	for i := 0; i < len(words); i++ {
		switch {
		case words[i] == "<" && i+1 < len(words):
			i++
			s.stdin = words[i]
		case words[i] == ">" && i+1 < len(words):
			i++
			s.stdout = words[i]
		default:
			s.args = append(s.args, words[i])
		}
	}
	return s
}

// run runs the step; the output that it keeps is not in the result, for it shows in the tree.
func (s step) run(runner rig.Runner, target rig.Target, program, dir string) (rig.Result, error) {
	input := ""
	if s.stdin != "" {
		content, err := os.ReadFile(filepath.Join(dir, s.stdin))
		if err != nil {
			return rig.Result{}, err
		}
		input = string(content)
	}
	result, err := runner.Run(rig.Job{Target: target, Program: program, Args: s.args, Dir: dir,
		Env: append([]string{"TZ=UTC0"}, rig.Environment...), Stdin: input})
	if s.unordered {
		lines := strings.Split(result.Stdout, "\n")
		slices.Sort(lines)
		result.Stdout = strings.Join(lines, "\n")
	}
	if err != nil || s.stdout == "" {
		return result, err
	}
	kept := result.Stdout
	result.Stdout = ""
	return result, os.WriteFile(filepath.Join(dir, s.stdout), []byte(kept), 0o644)
}

// snapshot describes every file below dir: name, type, permissions, size, content.
func snapshot(dir string) (string, error) {
	var out strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		fmt.Fprintf(&out, "%s %v", name, info.Mode())
		if info.Mode().IsRegular() {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&out, " %d %x", len(content), sha256.Sum256(content))
		}
		out.WriteString("\n")
		return nil
	})
	return out.String(), err
}

package oracle

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteStructs records layouts as text: a line with name and size for each structure, then a line for each leaf.
func WriteStructs(w io.Writer, list []Struct) {
	for _, s := range list {
		fmt.Fprintf(w, "%s %d\n", s.Name, s.Size)
		for _, l := range s.Leaves {
			fmt.Fprintf(w, "\t%s %d %d%s\n", l.Name, l.Offset, l.Size, map[bool]string{true: " signed"}[l.Signed])
		}
	}
}

// ReadStructs reads what WriteStructs wrote. Lines that start with # are comments.
func ReadStructs(r io.Reader) (map[string]*Struct, error) {
	out := map[string]*Struct{}
	var current *Struct
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "\t"):
			var l Leaf
			var sign string
			if n, err := fmt.Sscan(line, &l.Name, &l.Offset, &l.Size, &sign); n < 3 {
				return nil, fmt.Errorf("%q: %w", line, err)
			}
			l.Signed = sign == "signed"
			current.Leaves = append(current.Leaves, l)
		default:
			current = &Struct{}
			if _, err := fmt.Sscan(line, &current.Name, &current.Size); err != nil {
				return nil, fmt.Errorf("%q: %w", line, err)
			}
			out[current.Name] = current
		}
	}
	return out, lines.Err()
}

// WriteConsts records constants as text, those without a definition with a dash.
func WriteConsts(w io.Writer, list []Const) {
	for _, c := range list {
		if c.Defined {
			fmt.Fprintf(w, "%s %#x\n", c.Name, c.Value)
		} else {
			fmt.Fprintf(w, "%s -\n", c.Name)
		}
	}
}

// ReadConsts reads what WriteConsts wrote.
func ReadConsts(r io.Reader) (map[string]Const, error) {
	out := map[string]Const{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if name == "#" {
			continue
		}
		c := Const{Name: name, Defined: value != "-"}
		if c.Defined {
			if _, err := fmt.Sscanf(value, "0x%x", &c.Value); err != nil {
				return nil, fmt.Errorf("%q: %w", lines.Text(), err)
			}
		}
		out[name] = c
	}
	return out, lines.Err()
}

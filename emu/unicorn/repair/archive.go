package main

import (
	"bytes"
	"debug/elf"
	"errors"
	"os"
	"strconv"
	"strings"
)

// member is one object file of an archive.
type member struct {
	name    string
	data    []byte
	symbols map[string]bool // global ones; true if defined here
}

var errArchive = errors.New("not an archive of ELF objects")

// readArchive reads an archive in the form that GNU ar writes.
func readArchive(path string) (out []member, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(data, []byte("!<arch>\n"))
	if !ok {
		return nil, errArchive
	}
	var longNames []byte
	for len(rest) >= 60 {
		name := strings.TrimSpace(string(rest[:16]))
		size, err := strconv.Atoi(strings.TrimSpace(string(rest[48:58])))
		if err != nil || 60+size > len(rest) {
			return nil, errArchive
		}
		body := rest[60 : 60+size]
		rest = rest[min(len(rest), 60+size+size%2):]
		switch name {
		case "/": // ar's own index
		case "//":
			longNames = body
		default:
			m, err := newMember(memberName(name, longNames), body)
			if err != nil {
				return nil, err
			}
			out = append(out, m)
		}
	}
	return out, nil
}

func newMember(name string, body []byte) (member, error) {
	f, err := elf.NewFile(bytes.NewReader(body))
	if err != nil {
		return member{}, err
	}
	return member{name: name, data: body, symbols: globals(f)}, nil
}

// memberName is "name/", or "/offset" into the table of long names.
func memberName(name string, long []byte) string {
	if offset, err := strconv.Atoi(strings.TrimPrefix(name, "/")); err == nil && strings.HasPrefix(name, "/") && offset < len(long) {
		before, _, _ := strings.Cut(string(long[offset:]), "/\n")
		return before
	}
	return strings.TrimSuffix(name, "/")
}

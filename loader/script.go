package loader

import (
	"bytes"
	"strings"

	"muslrun/arch/linux"
)

// script is the first line of a script: #!, the interpreter and at most one argument, which may hold blanks.
type script struct {
	interp string
	arg    *string // nil if there is none
}

// isScript reports whether the first bytes of a file are those of a script.
func isScript(head []byte) bool { return bytes.HasPrefix(head, []byte("#!")) }

const blanks = " \t"

// parseScript parses the first line of a script as fs/binfmt_script.c does. head holds the file's first
// headSize bytes, or all of a shorter file, which Linux sees padded with zeros. A zero byte ends the line's
// strings, but only a newline makes the line end where it does; without one it is cut off, unless that cuts
// off the interpreter's path.
func parseScript(head []byte) (*script, *Error) {
	var buf [headSize]byte
	copy(buf[:], head)
	line := string(buf[len("#!"):])
	if i := strings.IndexAny(line, "\n\x00"); i >= 0 && line[i] == '\n' {
		line = line[:i]
	} else {
		if !strings.ContainsAny(strings.TrimLeft(line, blanks), blanks+"\x00") {
			return nil, notExec("its #! line is longer than %d bytes", headSize)
		}
		line = line[:len(line)-1]
	}
	line = strings.Trim(line, blanks)
	if line == "" {
		return nil, notExec("its #! line names no interpreter")
	}
	name, rest := cutAny(line, blanks+"\x00")
	if name == "" { // only where a zero byte follows; Linux opens the empty path, which is a directory
		return nil, fail(linux.EACCES, "its #! line names no interpreter")
	}
	s := &script{interp: name}
	if rest != "" && rest[0] != 0 {
		arg, _ := cutAny(strings.TrimLeft(rest, blanks), "\x00")
		s.arg = &arg
	}
	return s, nil
}

// cutAny splits s before the first of some characters.
func cutAny(s, chars string) (before, after string) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// argv is the argument list with which a script's interpreter runs: its own path, the argument, the script's
// path, and the script's arguments without argv[0].
func (s *script) argv(path string, args []string) []string {
	argv := []string{s.interp}
	if s.arg != nil {
		argv = append(argv, *s.arg)
	}
	argv = append(argv, path)
	if len(args) > 1 {
		argv = append(argv, args[1:]...)
	}
	return argv
}

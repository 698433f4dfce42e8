package fstest

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"muslrun/fs"
)

var seeds = flag.Int("fstest.seeds", 30, "how many random sequences of operations to compare with the host")

// Differential compares a file system with the host's, by random operations; newFS makes an empty one whose root
// directory belongs to root and has mode 0777. It needs root: the host's side has its directory as root, and acts as
// other users.
func Differential(t *testing.T, newFS func(t testing.TB) fs.Superblock) {
	DifferentialSystem(t, func(t testing.TB) System { return NewGuest(newFS(t)) })
}

// DifferentialSystem is Differential for any System.
func DifferentialSystem(t *testing.T, newSystem func(t testing.TB) System) {
	if !Privileged() {
		t.Skip("needs root")
	}
	for seed := range uint64(*seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { Random(t, NewHost(t), newSystem(t), seed, 300, true) })
	}
}

// Suite runs every script on systems that newSystem makes, each with an empty top directory of mode 0777, and checks
// the answers. Scripts that use what the system lacks are skipped: lacks is a list of first words of lines.
func Suite(t *testing.T, newSystem func(t testing.TB) System, lacks ...string) {
	for _, s := range scripts {
		t.Run(s.name, func(t *testing.T) {
			if word := s.needs(lacks); word != "" {
				t.Skipf("without %q", word)
			}
			s.run(t, newSystem(t))
		})
	}
}

// script is a case: lines with the answers that Linux gives to them.
type script struct{ name, text string }

func (s *script) lines() (lines []string) {
	for line := range strings.Lines(s.text) {
		if line, _, _ = strings.Cut(line, "#"); strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// needs gives a word of lacks that the script uses.
func (s *script) needs(lacks []string) string {
	for _, line := range s.lines() {
		for _, word := range lacks {
			if strings.HasPrefix(line, word+" ") {
				return word
			}
		}
	}
	return ""
}

func (s *script) run(t *testing.T, sys System) {
	session := NewSession(sys)
	defer session.Close()
	for _, line := range s.lines() {
		op, want, _ := strings.Cut(line, " = ")
		if got := session.Do(op); got != strings.TrimSpace(want) {
			t.Errorf("%s\n  got  %s\n  want %s", op, got, want)
		}
	}
}

package conformance

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muslrun/tests/rig"
)

// truncated is what the program says after its file of four times 64 KiB was cut to half: SIGBUS with BUS_ADRERR, each time.
const truncated = " 0 0 0 0 3 3 3 3 EFAULT 0 0 0 0 3 3 3 3 EFAULT\n"

// TestTruncated has somebody outside cut a file that a guest has mapped.
func TestTruncated(t *testing.T) {
	for _, target := range targets(t) {
		t.Run(target.ABI, func(t *testing.T) {
			t.Parallel()
			ready(t, target)
			program, err := target.Build(rig.Recipe{Name: "truncated", Sources: []string{"testdata/truncated.c"}, Link: rig.Static})
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(file, make([]byte, 4<<16), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := playTruncated(t, exec.Command(rig.MuslrunBinary(), program, file), file); got != truncated {
				t.Errorf("%q\nwant %q", got, truncated)
			}
		})
	}
}

// playTruncated runs the program and gives what it says after the file was cut.
func playTruncated(t *testing.T, cmd *exec.Cmd, file string) string {
	t.Helper()
	cmd.Dir, cmd.Stderr = filepath.Dir(file), os.Stderr
	cmd.Env = []string{"HOME=" + os.Getenv("HOME"), "MUSLRUN_CACHE=" + rig.Cache()}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() }).Stop()
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || !strings.HasSuffix(line, " ready\n") {
		t.Fatalf("%q, %v", line, err)
	}
	if err := os.Truncate(file, 2<<16); err != nil {
		t.Fatal(err)
	}
	_, _ = in.Write([]byte("go\n"))
	got, _ := lines.ReadString('\n')
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v", err)
	}
	return got
}

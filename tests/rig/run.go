package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Runner is a way to start a program of a target.
type Runner struct {
	Name string
	// Words gives the words that stand before the program's own, for a run in which the program sees environment env.
	Words func(t Target, env []string) []string
	// Host are the environment variables that the runner itself needs.
	Host []string
}

// Native starts programs of NativeABI.
var Native = Runner{Name: "native", Words: func(Target, []string) []string { return nil }}

// Qemu starts programs under qemu-user.
var Qemu = Runner{Name: "qemu-user", Words: func(t Target, _ []string) []string {
	return []string{t.QemuBinary(), "-L", t.Runtime()}
}}

// Muslrun starts programs under muslrun, with more flags of it.
func Muslrun(flags ...string) Runner {
	if engine := os.Getenv("MUSLRUN_ENGINE"); engine != "" {
		flags = append([]string{"--engine", engine}, flags...)
	}
	words := func(_ Target, env []string) []string {
		words := append([]string{MuslrunBinary()}, flags...)
		for _, variable := range env {
			words = append(words, "--env", variable)
		}
		return words
	}
	return Runner{Name: "muslrun", Words: words, Host: []string{"HOME=" + os.Getenv("HOME"), "MUSLRUN_CACHE=" + Cache()}}
}

// MuslrunBinary is the path of the program under test.
func MuslrunBinary() string {
	if path := os.Getenv("MUSLRUN"); path != "" {
		return path
	}
	return filepath.Join(Root(), "bin/muslrun")
}

// HaveMuslrun says what is missing if there is no program to test.
func HaveMuslrun() error {
	if _, err := os.Stat(MuslrunBinary()); err != nil {
		return fmt.Errorf("%s is not there; make it with: make build", MuslrunBinary())
	}
	return nil
}

// Job is one run of a program.
type Job struct {
	Target  Target
	Program string
	Args    []string
	Dir     string   // working directory
	Env     []string // the program's whole environment
	Stdin   string
	Timeout time.Duration // 0: one minute
}

// Result is what a run showed.
type Result struct {
	Stdout, Stderr string
	Status         int // exit status, or 128+n for death by signal n
	CPU            time.Duration
}

// outputLimit bounds what is kept of a run's output, in bytes.
const outputLimit = 8 << 20

// limited is a buffer that refuses to grow beyond outputLimit, which ends a program that prints for ever.
type limited struct{ bytes.Buffer }

var errTooMuch = errors.New("too much output")

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > outputLimit {
		return 0, errTooMuch
	}
	return l.Buffer.Write(p)
}

// Run runs the job under r. The error is about a run that did not take place or did not end; a program's failure is a
// Result.
func (r Runner) Run(j Job) (Result, error) {
	if j.Timeout == 0 {
		j.Timeout = time.Minute
	}
	ctx, cancel := context.WithTimeout(context.Background(), j.Timeout)
	defer cancel()
	words := append(append(r.Words(j.Target, j.Env), j.Program), j.Args...)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Args[0] = words[0]
	cmd.Dir = j.Dir
	cmd.Env = append(append([]string{}, j.Env...), r.Host...)
	cmd.Stdin = strings.NewReader(j.Stdin)
	var stdout, stderr limited
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		return Result{}, fmt.Errorf("%s did not end within %v; stderr: %s", strings.Join(words, " "), j.Timeout, &stderr)
	}
	if cmd.ProcessState == nil || (err != nil && !errors.As(err, new(*exec.ExitError))) {
		return Result{}, fmt.Errorf("%s: %w", strings.Join(words, " "), err)
	}
	return Result{
		Stdout: stdout.String(),
		Stderr: stderr.String(),
		Status: status(cmd.ProcessState),
		CPU:    cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
	}, nil
}

// status is the exit status as a shell gives it.
func status(state *os.ProcessState) int {
	if wait, ok := state.Sys().(syscall.WaitStatus); ok && wait.Signaled() {
		return 128 + int(wait.Signal())
	}
	return state.ExitCode()
}

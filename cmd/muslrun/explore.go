package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// explorer runs a program with many seeds, each in a muslrun of its own, several at a time.
type explorer struct {
	flags   []string // of the runs, without those that they get of their own
	program []string
	first   uint64
	count   uint64

	mu     sync.Mutex
	next   uint64
	worst  *outcome // of the smallest seed that fails
	cancel map[uint64]context.CancelFunc
}

// outcome is how a run has failed.
type outcome struct {
	seed   uint64
	status int
	output []byte
	err    error // muslrun could not be run
}

// exploreTimeout ends a run that has no --timeout of its own: it would never end.
const exploreTimeout = time.Minute

// explore runs args with f.explore seeds, and reports the smallest that fails, and how to see that again.
func (f *flags) runExplorer(args []string) error {
	e := &explorer{
		flags: exploredFlags(os.Args[1 : len(os.Args)-len(args)]), program: args, first: f.Seed, count: f.explore,
		cancel: map[uint64]context.CancelFunc{},
	}
	if f.timeout == 0 {
		e.flags = append(e.flags, "--timeout="+exploreTimeout.String())
	}
	var workers sync.WaitGroup
	for range runtime.NumCPU() {
		workers.Go(e.work)
	}
	workers.Wait()
	return e.report()
}

// exploredFlags are the flags of muslrun without those that choose seeds.
func exploredFlags(list []string) (out []string) {
	for i := 0; i < len(list); i++ {
		name, _, joined := strings.Cut(list[i], "=")
		switch name {
		case "--explore", "--seed":
			if !joined {
				i++
			}
		case "--deterministic":
		default:
			out = append(out, list[i])
		}
	}
	return out
}

// work runs seeds until there are no more, or one fails that is smaller than the rest.
func (e *explorer) work() {
	for {
		ctx, seed, ok := e.take()
		if !ok {
			return
		}
		e.done(e.try(ctx, seed))
	}
}

func (e *explorer) take() (context.Context, uint64, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.next == e.count || e.worst != nil {
		return nil, 0, false
	}
	seed := e.first + e.next
	e.next++
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel[seed] = cancel
	return ctx, seed, true
}

// done notes how a run ended. After a failure those of greater seeds need not end.
func (e *explorer) done(o outcome) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cancel[o.seed]()
	delete(e.cancel, o.seed)
	if o.status == 0 || e.worst != nil && e.worst.seed < o.seed {
		return
	}
	e.worst = &o
	for seed, cancel := range e.cancel {
		if seed > o.seed {
			cancel()
		}
	}
}

// arguments are those of a run.
func (e *explorer) arguments(seed uint64) []string {
	list := append([]string{"--deterministic", "--seed=" + strconv.FormatUint(seed, 10)}, e.flags...)
	return append(list, e.program...)
}

func (e *explorer) try(ctx context.Context, seed uint64) outcome {
	self, err := os.Executable()
	if err != nil {
		return outcome{seed: seed, status: exitFailure, err: err}
	}
	cmd := exec.CommandContext(ctx, self, e.arguments(seed)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGKILL) }
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil || ctx.Err() != nil:
		return outcome{seed: seed}
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return outcome{seed: seed, status: exit.ExitCode(), output: output.Bytes()}
	}
	return outcome{seed: seed, status: exitFailure, output: output.Bytes(), err: err}
}

// report says what came of it. The exit status is that of the run that fails.
func (e *explorer) report() error {
	if e.worst == nil {
		report(fmt.Sprintf("%d seeds, none fails", e.count))
		return nil
	}
	_, _ = os.Stderr.Write(e.worst.output)
	if e.worst.err != nil {
		return e.worst.err
	}
	words := []string{"muslrun"}
	for _, w := range e.arguments(e.worst.seed) {
		words = append(words, quoted(w))
	}
	return &exitError{status: e.worst.status, err: fmt.Errorf("seed %d of %d to %d fails with status %d; to see it again:\n    %s",
		e.worst.seed, e.first, e.first+e.count-1, e.worst.status, strings.Join(words, " "))}
}

// quoted is a word as a shell takes it.
func quoted(word string) string {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+./:,@%"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

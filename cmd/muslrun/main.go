// Command muslrun runs Linux programs of foreign instruction sets.
//
// This package is flags and wiring; package guest, beside it, puts a guest together.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
)

// Exit statuses of muslrun's own, as env(1), sh(1) and docker(1) have them. Any other is the guest's.
const (
	exitDeadlock = 123 // every task of a deterministic guest waited for ever
	exitTimeout  = 124 // --timeout ended the guest, as timeout(1)
	exitFailure  = 125 // muslrun failed: bad flags, no engine, an internal error
	exitNoExec   = 126 // the program was found but cannot be run
	exitNoFile   = 127 // the program was not found
	exitSignal   = 128 // plus the number of the signal that killed the guest
)

// exitError ends muslrun with a status; the error, if any, is printed.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(status(newCommand().Execute()))
}

// gcPercent lets garbage grow further than Go does by itself: what a short guest makes hardly lives, and collecting it while
// code is translated costs more than the memory.
const gcPercent = 300

// status prints what an error has to say and gives the exit status for it.
func status(err error) int {
	if err == nil {
		return 0
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{status: exitFailure, err: err}
	}
	if exit.err != nil {
		report(exit.err.Error())
	}
	return exit.status
}

// report prints a line for the person who runs muslrun.
func report(line string) { fmt.Fprintln(os.Stderr, "muslrun: "+line) }

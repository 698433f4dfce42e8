package pipe

import (
	"runtime/debug"
	"testing"
)

// mustFault runs fn, which touches memory that is not there, as the kernel runs copies of guest memory.
func mustFault(t *testing.T, fn func()) {
	t.Helper()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() == nil {
			t.Error("no fault")
		}
	}()
	fn()
}

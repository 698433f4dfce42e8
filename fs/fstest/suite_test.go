package fstest

import "testing"

// TestScriptsOnHost checks that the scripts say what Linux does.
func TestScriptsOnHost(t *testing.T) {
	var lacks []string
	if !Privileged() {
		lacks = []string{"as", "chown", "lchown", "mknod"}
	}
	Suite(t, NewHost, lacks...)
}

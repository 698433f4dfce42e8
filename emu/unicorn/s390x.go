//go:build unicorn

package unicorn

func s390x() *spec { return nil }

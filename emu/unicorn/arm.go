//go:build unicorn

package unicorn

func arm(mode int) *spec { return nil }

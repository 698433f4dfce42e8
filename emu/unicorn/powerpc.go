//go:build unicorn

package unicorn

func powerpc() *spec { return nil }

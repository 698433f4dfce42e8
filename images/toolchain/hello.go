//go:build ignore

// Hello for guests without a C library: Go calls the kernel itself, with threads and signals of its own.
package main

import "fmt"

func main() {
	done := make(chan string)
	go func() { done <- "hello, go" }()
	fmt.Println(<-done)
}

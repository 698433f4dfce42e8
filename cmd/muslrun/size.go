package main

import (
	"fmt"
	"strconv"
	"strings"
)

// size is a flag that counts bytes: a number with an optional suffix K, M, G or T, for powers of 1024.
type size uint64

// Set implements pflag.Value.
func (s *size) Set(text string) error {
	digits, shift := text, 0
	if i := strings.IndexByte("KMGT", upper(text)); i >= 0 {
		digits, shift = text[:len(text)-1], 10*(i+1)
	}
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil || n<<shift>>shift != n {
		return fmt.Errorf("%q is not a size; write a number of bytes, or 512M, 4G", text)
	}
	*s = size(n << shift)
	return nil
}

// upper is the last byte of text in upper case; "" has none of the suffixes.
func upper(text string) byte {
	if text == "" {
		return '?'
	}
	return strings.ToUpper(text[len(text)-1:])[0]
}

// String implements pflag.Value.
func (s *size) String() string {
	n, suffix := uint64(*s), ""
	for _, unit := range []string{"K", "M", "G", "T"} {
		if n == 0 || n%1024 != 0 {
			break
		}
		n, suffix = n/1024, unit
	}
	return strconv.FormatUint(n, 10) + suffix
}

// Type implements pflag.Value.
func (s *size) Type() string { return "size" }

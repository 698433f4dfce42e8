package amd64

import (
	"errors"

	"muslrun/emu/native/isa"
)

// emptyFrontend is for trying whether code memory can be had.
var emptyFrontend isa.Frontend

var errProcessor = errors.New("this processor lacks instructions of x86-64-v3, which generated code uses")

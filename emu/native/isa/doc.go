// Package isa is the frame that front-ends fill: what an instruction set has to say of itself (Frontend), tables that
// decode instructions (Table), and the translator that makes regions of guest code (Translate).
//
// A front-end is a folder that reads like the architecture's manual: tables of rows, each with the bits of an instruction as
// the manual prints them and the function that says in IR what it does. The table makes the decoder, the generator of random
// instructions for the differential tests, and the list of what is carried.
package isa

// Package softfloat computes with IEEE 754 floating-point numbers exactly as a guest's processor does: every rounding
// direction, every exception flag, and the NaNs that the architecture's rule (ir.NaNPolicy) asks for. It is the definition
// that executors agree with, and what they fall back on.
//
// Numbers are bits in an ir.Word, of a Format. An operation unpacks its operands into a sign, an exponent and a significand
// of 128 bits with the leading one on top (num), computes with as many bits as can matter, and rounds once in pack. What lies
// below the last bit is remembered in that bit ("jamming"), which is enough for every rounding direction as long as at least
// two more bits than the format's precision are kept.
package softfloat

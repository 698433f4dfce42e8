package linux

// Termios is struct ktermios without speeds of its own: what TCGETS reports (asm-generic/termbits.h).
type Termios struct {
	Iflag, Oflag, Cflag, Lflag uint32
	Line                       uint8
	Cc                         [19]uint8
	Ispeed, Ospeed             uint32
}

// Winsize is the size of a terminal window (asm-generic/termios.h).
type Winsize struct {
	Row, Col, Xpixel, Ypixel uint16
}

package linux

// Timespec is struct timespec with 64-bit seconds (linux/time_types.h).
type Timespec struct {
	Sec  int64
	Nsec int64
}

// Timeval is struct timeval with 64-bit seconds (linux/time_types.h).
type Timeval struct {
	Sec  int64
	Usec int64
}

package fs

import "muslrun/arch/linux"

// Sealer is an ability of FileOps: memfd files, which can be sealed (fcntl(2), F_ADD_SEALS).
type Sealer interface {
	Seals() uint32
	AddSeals(seals uint32) linux.Errno
}

// Seals implements F_GET_SEALS.
func (f *File) Seals() (uint32, linux.Errno) {
	s, ok := f.Ops.(Sealer)
	if !ok {
		return 0, linux.EINVAL
	}
	return s.Seals(), 0
}

// AddSeals implements F_ADD_SEALS.
func (f *File) AddSeals(seals uint32) linux.Errno {
	const all = linux.F_SEAL_SEAL | linux.F_SEAL_SHRINK | linux.F_SEAL_GROW | linux.F_SEAL_WRITE |
		linux.F_SEAL_FUTURE_WRITE | linux.F_SEAL_EXEC
	s, ok := f.Ops.(Sealer)
	switch {
	case !ok:
		return linux.EINVAL
	case !f.Writable():
		return linux.EPERM
	case seals&^all != 0:
		return linux.EINVAL
	}
	return s.AddSeals(seals)
}

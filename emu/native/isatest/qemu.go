package isatest

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// Driver compiles the driver into dir. It returns "" if there is no compiler or emulator for the ISA.
func (i *ISA) Driver(dir string) (string, error) {
	compiler := filepath.Join(cache(), "bin", i.ABI+"-cc")
	if _, err := os.Stat(compiler); err != nil {
		return "", nil
	}
	if _, err := exec.LookPath(i.Qemu[0]); err != nil {
		return "", nil
	}
	_, here, _, _ := runtime.Caller(0)
	out := filepath.Join(dir, "driver-"+i.ABI)
	args := append([]string{"-static", "-O1", "-Wall", "-Werror", "-o", out, filepath.Join(filepath.Dir(here), "testdata/driver.c")}, i.Flags...)
	cmd := exec.Command(compiler, args...)
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s", cmd, err, text)
	}
	return out, nil
}

// cache is where the cross compilers are (images/toolchain/setup.sh).
func cache() string {
	if dir := os.Getenv("MUSLRUN_CACHE"); dir != "" {
		return dir
	}
	dir, _ := os.UserCacheDir()
	return filepath.Join(dir, "muslrun")
}

// limit is how long qemu may take for one list of cases.
const limit = time.Minute

// RunQemu runs cases by the driver under qemu-user.
func (i *ISA) RunQemu(driver string, cases []*Case) ([]*Result, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var out, trouble bytes.Buffer
	cmd := exec.CommandContext(ctx, i.Qemu[0], append(i.Qemu[1:len(i.Qemu):len(i.Qemu)], driver)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(i.input(cases)), &out, &trouble
	err := cmd.Run()
	results := i.results(out.Bytes())
	if len(results) < len(cases) {
		at := cases[len(results)]
		return results, fmt.Errorf("%s stopped at case %d, %s (% x): %v\n%s", cmd, len(results), at.Name, at.Code, err, trouble.Bytes())
	}
	return results, nil
}

func (i *ISA) input(cases []*Case) []byte {
	var in bytes.Buffer
	write := func(data any) { _ = binary.Write(&in, i.Order, data) }
	write([]uint32{uint32(len(cases)), Stride})
	in.Write(i.layOut(cases))
	for _, c := range cases {
		write(c.Regs)
		in.Write(c.Memory[:])
	}
	return in.Bytes()
}

// layOut is the code of the cases, each at its place.
func (i *ISA) layOut(cases []*Case) []byte {
	code := make([]byte, len(cases)*Stride)
	for k, c := range cases {
		copy(code[k*Stride:(k+1)*Stride], c.Code)
	}
	return code
}

func (i *ISA) results(out []byte) []*Result {
	n := i.words()
	size := (4+n)*8 + PageSize
	var list []*Result
	for ; len(out) >= size; out = out[size:] {
		words := make([]uint64, 4+n)
		for k := range words {
			words[k] = i.Order.Uint64(out[8*k:])
		}
		list = append(list, &Result{words[0], words[1], words[2], words[3], words[4:], out[size-PageSize : size]})
	}
	return list
}

// Package loader turns a file that execve(2) names into a program in guest memory that is ready for its first
// instruction. It works in four steps, the first two of which may fail without harm to the process that
// asked:
//
//	Find        path -> Program: opens the file, follows #! lines, parses it and its interpreter, picks the ABI
//	Identify    file -> Image: the strict parser that Find uses; an Image is the file's claims, checked
//	Load        Program -> Loaded: maps the segments into a Space and says where everything went
//	BuildStack  Loaded -> Stack: strings, auxiliary vector, argv, envp and argc at the top of the stack
//
// Segments become pages in a plan (plan.go): ranges that the file backs, ranges of zeros, and pages that
// several segments share, which are put together from copies. The rules are those of Linux (fs/binfmt_elf.c,
// fs/binfmt_elf_fdpic.c, fs/binfmt_script.c, fs/exec.c); where Linux would kill the process half-way, Find
// refuses beforehand.
//
// # Addresses
//
// Nothing is random. A position-independent program starts at 4 MiB where pointers have 32 bits, and at two
// thirds of what is below the stack where they have 64, rounded down to 64 KiB (0x555550000 with the stack at
// 2^35), or at the next multiple of the largest p_align. Its heap follows it. The interpreter goes
// where mmap(2) would put it. FDPIC programs are loaded like position-independent ones, all segments with one
// displacement, and are given their loadmaps.
package loader

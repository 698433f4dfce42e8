package oracle

// Target is a guest ABI and the compiler that knows it.
type Target struct {
	ABI     string // name in arch/all
	Kernel  string // the kernel's name of the architecture, under which the headers are installed
	Command []string
	// Stand-in says whose compiler is used where Debian has none, and why its layout is the same.
	StandIn string
	// Packaged is true where the compiler finds linux-libc-dev headers by itself.
	Packaged bool
	// NoLink is true where there is no linker: the object file is read as it is.
	NoLink bool
}

// Generic is the target whose constants are asm-generic's throughout.
const Generic = "riscv64"

// Targets lists an ABI for each layout and set of constants, among those that differ in byte order only too.
var Targets = []Target{
	{ABI: "i386", Kernel: "x86", Command: []string{"i686-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "x86_64", Kernel: "x86", Command: []string{"x86_64-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "x32", Kernel: "x86", Command: []string{"x86_64-linux-gnux32-gcc-12"}, Packaged: true},
	{ABI: "arm", Kernel: "arm", Command: []string{"arm-linux-gnueabi-gcc-12"}, Packaged: true},
	{ABI: "armeb", Kernel: "arm", Command: []string{"arm-linux-gnueabi-gcc-12", "-mbig-endian"}, Packaged: true},
	{ABI: "aarch64", Kernel: "arm64", Command: []string{"aarch64-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "aarch64_be", Kernel: "arm64", Command: []string{"aarch64-linux-gnu-gcc-12", "-mbig-endian"}, Packaged: true},
	{ABI: "mips", Kernel: "mips", Command: []string{"mips-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "mipsel", Kernel: "mips", Command: []string{"mipsel-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "mips64", Kernel: "mips", Command: []string{"mips64-linux-gnuabi64-gcc-12", "-mabi=64"}, Packaged: true},
	{ABI: "mips64el", Kernel: "mips", Command: []string{"mips64el-linux-gnuabi64-gcc-12", "-mabi=64"}, Packaged: true},
	{ABI: "mipsn32", Kernel: "mips", Command: []string{"mips64-linux-gnuabi64-gcc-12", "-mabi=n32"}, Packaged: true},
	{ABI: "mipsn32el", Kernel: "mips", Command: []string{"mips64el-linux-gnuabi64-gcc-12", "-mabi=n32"}, Packaged: true},
	{ABI: "powerpc", Kernel: "powerpc", Command: []string{"powerpc-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "powerpc64", Kernel: "powerpc", Command: []string{"powerpc64-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "powerpc64le", Kernel: "powerpc", Command: []string{"powerpc64le-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "riscv32", Kernel: "riscv", Command: []string{"riscv64-linux-gnu-gcc-12", "-march=rv32gc", "-mabi=ilp32d"}, Packaged: true},
	{ABI: "riscv64", Kernel: "riscv", Command: []string{"riscv64-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "s390x", Kernel: "s390", Command: []string{"s390x-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "m68k", Kernel: "m68k", Command: []string{"m68k-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "sh", Kernel: "sh", Command: []string{"sh4-linux-gnu-gcc-12"}, Packaged: true},
	{ABI: "sheb", Kernel: "sh", Command: []string{"or1k-elf-gcc", "-U__or1k__", "-D__sh__", "-D__BIG_ENDIAN__"},
		StandIn: "or1k's: big-endian, 64-bit integers aligned to 4 as sh4's compiler shows for little-endian"},
	{ABI: "or1k", Kernel: "openrisc", Command: []string{"or1k-elf-gcc"}},
	{ABI: "microblaze", Kernel: "microblaze", Command: []string{"or1k-elf-gcc", "-U__or1k__", "-D__microblaze__"},
		StandIn: "or1k's: big-endian, BIGGEST_ALIGNMENT 32 as in gcc/config/microblaze/microblaze.h"},
	{ABI: "microblazeel", Kernel: "microblaze",
		Command: []string{"i686-linux-gnu-gcc-12", "-Ui386", "-U__i386__", "-U__i386", "-D__microblaze__", "-D__MICROBLAZEEL__"},
		StandIn: "i386's: little-endian, 64-bit integers in structures aligned to 4"},
	{ABI: "loongarch64", Kernel: "loongarch", Command: []string{"clang-16", "--target=loongarch64-linux-gnu"}, NoLink: true},
}

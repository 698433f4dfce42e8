package enginetest

var x86_64Code = target{
	addr: "rbx", val: "rsi", count: "rdi", jump: "rbp", float: [2]string{"xmm0", "xmm1"},
	code: map[string]snippet{
		"syscall": {0, `
0f05 syscall
90   nop
`},
		"load": {3, `
48ffc7 inc %rdi
8b33   mov (%rbx),%esi
48ffc7 inc %rdi
0f05   syscall
`},
		"store": {3, `
48ffc7 inc %rdi
8933   mov %esi,(%rbx)
48ffc7 inc %rdi
0f05   syscall
`},
		"jump": {3, `
48ffc7 inc %rdi
ffe5   jmp *%rbp
`},
		"illegal": {3, `
48ffc7 inc %rdi
0f0b   ud2
0f05   syscall
`},
		"break": {3, `
48ffc7 inc %rdi
cc     int3
0f05   syscall
`},
		"privileged": {3, `
48ffc7 inc %rdi
f4     hlt
0f05   syscall
`},
		"divide": {4, `
31d2 xor %edx,%edx
31c9 xor %ecx,%ecx
f7f1 div %ecx
0f05 syscall
`},
		"loop": {0, `
48ffc7 inc %rdi
ebfb   jmp 0x0
`},
		"count": {0, `
48ffcf dec %rdi
75fb   jne 0x0
0f05   syscall
`},
		"one": {0, `
be01000000 mov $0x1,%esi
0f05       syscall
`},
		"two": {0, `
be02000000 mov $0x2,%esi
0f05       syscall
`},
		"patch": {0, `
8933 mov %esi,(%rbx)
ffe5 jmp *%rbp
`},
		"fadd": {0, `
f20f58c1 addsd %xmm1,%xmm0
0f05     syscall
`},
	},
}

var i386Code = target{
	addr: "ebx", val: "esi", count: "edi", jump: "ebp", float: [2]string{"xmm0", "xmm1"},
	code: map[string]snippet{
		"syscall": {0, `
cd80 int $0x80
90   nop
`},
		"load": {1, `
47   inc %edi
8b33 mov (%ebx),%esi
47   inc %edi
cd80 int $0x80
`},
		"store": {1, `
47   inc %edi
8933 mov %esi,(%ebx)
47   inc %edi
cd80 int $0x80
`},
		"jump": {1, `
47   inc %edi
ffe5 jmp *%ebp
`},
		"illegal": {1, `
47   inc %edi
0f0b ud2
cd80 int $0x80
`},
		"break": {1, `
47   inc %edi
cc   int3
cd80 int $0x80
`},
		"privileged": {1, `
47   inc %edi
f4   hlt
cd80 int $0x80
`},
		"divide": {4, `
31d2 xor %edx,%edx
31c9 xor %ecx,%ecx
f7f1 div %ecx
cd80 int $0x80
`},
		"loop": {0, `
47   inc %edi
ebfd jmp 0x0
`},
		"count": {0, `
4f   dec %edi
75fd jne 0x0
cd80 int $0x80
`},
		"one": {0, `
be01000000 mov $0x1,%esi
cd80       int $0x80
`},
		"two": {0, `
be02000000 mov $0x2,%esi
cd80       int $0x80
`},
		"patch": {0, `
8933 mov %esi,(%ebx)
ffe5 jmp *%ebp
`},
		"fadd": {0, `
f20f58c1 addsd %xmm1,%xmm0
cd80     int $0x80
`},
		"tls": {0, `
658b3500000000 mov %gs:0x0,%esi
cd80           int $0x80
`},
	},
}

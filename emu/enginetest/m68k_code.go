package enginetest

var m68kCode = target{
	addr: "a0", val: "d1", count: "d2", jump: "a1", float: [2]string{"fp0", "fp1"},
	code: map[string]snippet{
		"syscall": {0, `
4e40 trap
4e71 nop
`},
		"load": {2, `
5282 addql
2210 movel %a0
5282 addql
4e40 trap
`},
		"store": {2, `
5282 addql
2081 movel %d1,%a0
5282 addql
4e40 trap
`},
		"jump": {2, `
5282 addql
4ed1 jmp %a1
`},
		"illegal": {2, `
5282 addql
4afc illegal
4e40 trap
`},
		"break": {2, `
5282 addql
4e4f trap
4e40 trap
`},
		"privileged": {2, `
5282 addql
46c2 movew %d2,%sr
4e40 trap
`},
		"divide": {2, `
7000     moveq
4c401001 divull %d0,%d1,%d1
4e40     trap
`},
		"loop": {0, `
5282 addql
60fc bras 0x0
`},
		"count": {0, `
5382 subql
66fc bnes 0x0
4e40 trap
`},
		"one": {0, `
7201 moveq
4e40 trap
`},
		"two": {0, `
7202 moveq
4e40 trap
`},
		"patch": {0, `
2081 movel %d1,%a0
4ed1 jmp %a1
`},
		"fadd": {0, `
f2000422 faddx %fp1,%fp0
4e40     trap
`},
	},
}

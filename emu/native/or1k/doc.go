// Package or1k is the front-end for OpenRISC 1000: ORBIS32, as in the architecture manual 1.4, as user code may use it.
//
// rows.go and rows_alu.go are the manual's tables: a row for each instruction with the function that emits it. A jump or branch
// and the instruction in its delay slot are one instruction here. r0 is 0, as every program has it.
package or1k

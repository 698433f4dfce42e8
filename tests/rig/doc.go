// Package rig is what the tests and the benchmark stand on: it knows the ABIs that images/toolchain can compile for,
// builds C programs for them into the cache, and runs programs natively, under qemu-user and under muslrun.
//
//	Targets    images/toolchain/targets.tsv, as values
//	Build      a program, once per content: $cache/tests/KEY/NAME
//	Runner     how a program is started: Native, Qemu, Muslrun
//	Run        one run: output, status, CPU time
//
// The environment chooses: MUSLRUN_CACHE is the cache (default ~/.cache/muslrun), MUSLRUN_ABIS the ABIs ("quick",
// "main", "all", or a list of names; default quick), MUSLRUN the program under test (default bin/muslrun),
// MUSLRUN_ENGINE its engine (default auto).
package rig

/* check.h: how a test program says what it saw.
 *
 * A program prints one line per fact. The runner (tests/conformance) compares the whole output and
 * the exit status with those of the same program run natively on x86_64 Linux. So a line must not
 * depend on the ABI, the time, the host or the user.
 *
 * The first comment of a program may hold directives for the runner, one a line:
 *
 *	run: ARGS        one run with these arguments (several lines: several runs; none: one bare run)
 *	link: dynamic    no static build
 *	files: yes       it writes files: run once in a host directory and once in memory
 *	with: NAME       NAME.c is built as the shared library NAME.so beside it
 *	long: yes        only in the complete suite
 *
 * NAME.in is fed to NAME's standard input. Exit status 77 says that the subject is not there.
 */
#ifndef CHECK_H
#define CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

/* report prints the line of one fact. */
static inline int report(int good, const char *what, int line)
{
	int seen = errno;

	if (good) {
		printf("ok %s\n", what);
	} else {
		printf("FAILED line %d: %s (errno: %s)\n", line, what, strerror(seen));
		failures++;
	}
	return good;
}

/* check(FACT) reports whether FACT holds. */
#define check(fact) (errno = 0, report(!!(fact), #fact, __LINE__))

/* fails(CALL, CODE) reports whether CALL returns -1 with errno CODE. */
#define fails(call, code) \
	(errno = 0, report((call) == -1 && errno == (code), #call " fails with " #code, __LINE__))

/* need(FACT) ends the program when FACT, on which the rest stands, does not hold. */
#define need(fact)                                                                  \
	do {                                                                        \
		errno = 0;                                                          \
		if (!(fact)) {                                                      \
			printf("FAILED line %d: need %s (%s)\n", __LINE__, #fact,   \
			       strerror(errno));                                    \
			exit(1);                                                    \
		}                                                                   \
	} while (0)

/* absent ends a program whose subject this system or ABI does not have. */
static inline void absent(const char *what)
{
	printf("absent: %s\n", what);
	exit(77);
}

/* result is what main returns. */
static inline int result(void)
{
	return failures != 0;
}

/* hash is FNV-1a, to compare much data by one number. */
static inline uint64_t hash(const void *data, size_t size)
{
	const unsigned char *byte = data;
	uint64_t h = 0xcbf29ce484222325;

	while (size--)
		h = (h ^ *byte++) * 0x100000001b3;
	return h;
}

/* random32 steps a xorshift generator. */
static inline uint32_t random32(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

#endif

// Proves a tool chain: a Linux header, long double arithmetic and 64-bit division (both from libgcc on
// many ABIs), thread-local storage, printf.
#include <linux/version.h>
#include <stdio.h>

static _Thread_local long long thousand = 1000;

int main(int argc, char **argv)
{
	volatile long double third = argc / 3.0L;
	volatile long long big = 7LL << 40;

	if (big / thousand * thousand + big % thousand != big || third * 3 < 0.999L)
		return 1;
	puts("hello, musl");
	return 0;
}

/* string.h and its relatives. */
#define _BSD_SOURCE
#include "check.h"
#include <ctype.h>
#include <strings.h>

static void searching(void)
{
	const char *s = "the quick brown fox";

	check(strchr(s, 'q') == s + 4 && strrchr(s, 'o') == s + 17 && !strchr(s, 'z'));
	check(strchr(s, 0) == s + 19 && strchrnul(s, 'z') == s + 19);
	check(strstr(s, "brown") == s + 10 && !strstr(s, "browne") && strstr(s, "") == s);
	check(strcasestr(s, "QUICK") == s + 4);
	check(memchr(s, 'x', 19) == s + 18 && !memchr(s, 'x', 18) && memrchr(s, 't', 19) == s);
	check(memmem(s, 19, "fox", 3) == s + 16);
	check(strspn(s, "eht ") == 4 && strcspn(s, "kc") == 7 && strpbrk(s, "xyz") == s + 18);
	check(strlen(s) == 19 && strnlen(s, 5) == 5);
}

static void comparing(void)
{
	check(strcmp("a", "b") < 0 && strcmp("b", "a") > 0 && strcmp("same", "same") == 0);
	check(strcmp("\x80", "\x7f") > 0);
	check(strncmp("abcd", "abxx", 2) == 0 && memcmp("a\0b", "a\0c", 3) < 0);
	check(strcasecmp("HeLLo", "hEllO") == 0 && strncasecmp("ABx", "aby", 2) == 0);
	check(strverscmp("file9", "file10") < 0 && strverscmp("1.02", "1.1") < 0);
	check(ffs(0x40) == 7 && ffsll(1LL << 40) == 41);
}

static void copying(void)
{
	char a[32] = "0123456789", b[32];

	memmove(a + 2, a, 8);
	check(!strcmp(a, "0101234567"));
	memmove(a, a + 2, 8);
	check(!strcmp(a, "0123456767"));
	memset(b, 'x', sizeof b);
	strncpy(b, "ab", 5);
	check(!memcmp(b, "ab\0\0\0x", 6));
	check(stpcpy(b, "stop") == b + 4 && stpncpy(b, "abc", 3) == b + 3);
	check(strlcpy(b, "truncated", 6) == 9 && !strcmp(b, "trunc"));
	check(strlcat(b, "ated", 8) == 9 && !strcmp(b, "truncat"));
	check(mempcpy(b, "xyz", 3) == b + 3 && memccpy(b, "a.b", '.', 3) == b + 2);
	strcpy(a, strncat(strcpy(b, "one"), "two", 2));
	check(!strcmp(a, "onetw"));
}

static void splitting(void)
{
	char text[] = "a,b,,c", other[] = "x::y", *rest = other, *save, *token;

	for (token = strtok_r(text, ",", &save); token; token = strtok_r(NULL, ",", &save))
		printf("token %s\n", token);
	while ((token = strsep(&rest, ":")))
		printf("field [%s]\n", token);
	token = strdup("copy");
	check(!strcmp(token, "copy"));
	free(token);
	token = strndup("copying", 4);
	check(!strcmp(token, "copy"));
	free(token);
}

/* Every alignment and length against the obvious loops. */
static void alignments(void)
{
	static unsigned char from[160], to[160], expected[160];
	unsigned a, b, n, i, wrong = 0;

	for (i = 0; i < sizeof from; i++)
		from[i] = (unsigned char)(i * 37 + 1);
	for (a = 0; a < 9; a++)
		for (b = 0; b < 9; b++)
			for (n = 0; n < 140; n += n < 40 ? 1 : 9) {
				memset(to, 0, sizeof to);
				memset(expected, 0, sizeof expected);
				for (i = 0; i < n; i++)
					expected[b + i] = from[a + i];
				memcpy(to + b, from + a, n);
				wrong += memcmp(to, expected, sizeof to) != 0;
				memset(to + b, 0, n);
				wrong += memchr(to, 1, sizeof to) != NULL;
			}
	check(wrong == 0);
}

static void classes(void)
{
	unsigned c, sum = 0;

	for (c = 0; c < 256; c++)
		sum = sum * 3 + !!isalpha(c) + 2 * !!isdigit(c) + 4 * !!isspace(c) + 8 * !!ispunct(c) +
		      16 * !!iscntrl(c) + 32 * !!isxdigit(c) + toupper(c) - tolower(c);
	printf("ctype %08x\n", sum);
	printf("%s | %s | %s\n", strerror(ENOENT), strerror(EAGAIN), strerror(4095));
	printf("%s | %s\n", strsignal(9), strsignal(11));
}

int main(void)
{
	searching();
	comparing();
	copying();
	splitting();
	alignments();
	classes();
	return result();
}

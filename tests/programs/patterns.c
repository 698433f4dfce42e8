/* regex(3), fnmatch(3), glob(3), getopt(3).
 *
 * files: yes
 */
#include "check.h"
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <glob.h>
#include <regex.h>
#include <sys/stat.h>
#include <unistd.h>

static void regular(const char *pattern, int flags, const char *text)
{
	regex_t re;
	regmatch_t m[4];
	int i, error = regcomp(&re, pattern, flags);

	if (error) {
		char message[64];

		regerror(error, &re, message, sizeof message);
		printf("/%s/ %s\n", pattern, message);
		return;
	}
	printf("/%s/ %s:", pattern, text);
	if (regexec(&re, text, 4, m, 0) == 0)
		for (i = 0; i < 4 && m[i].rm_so >= 0; i++)
			printf(" %d-%d", (int)m[i].rm_so, (int)m[i].rm_eo);
	printf("\n");
	regfree(&re);
}

static void globbing(void)
{
	static const char *const names[] = {"g1.c", "g2.c", "g3.h", ".ghidden"};
	glob_t found;
	size_t i;

	for (i = 0; i < 4; i++)
		close(open(names[i], O_CREAT | O_WRONLY, 0600));
	need(glob("g*.[ch]", 0, NULL, &found) == 0);
	for (i = 0; i < found.gl_pathc; i++)
		printf("glob %s\n", found.gl_pathv[i]);
	globfree(&found);
	check(glob("nothing*", 0, NULL, &found) == GLOB_NOMATCH);
	for (i = 0; i < 4; i++)
		unlink(names[i]);
}

static void options(void)
{
	static char *arguments[] = {"prog", "-a", "file", "-bvalue", "--long=7", "--flag", "--", "-x", NULL};
	static const struct option table[] = {{"long", required_argument, 0, 'l'}, {"flag", 0, 0, 'f'}, {0, 0, 0, 0}};
	int c;

	while ((c = getopt_long(8, arguments, "ab:", table, NULL)) != -1)
		printf("option %c %s\n", c, optarg ? optarg : "-");
	while (optind < 8)
		printf("operand %s\n", arguments[optind++]);
}

int main(void)
{
	regular("^([a-z]+)-([0-9]+)$", REG_EXTENDED, "abc-123");
	regular("a\\(b*\\)c", 0, "xxabbbcyy");
	regular("x|y+z", REG_EXTENDED, "aayyyz");
	regular("[[:upper:]][[:lower:]]*", 0, "say Hello");
	regular("HELLO", REG_ICASE, "say Hello");
	regular("(a|ab)(c|bcd)", REG_EXTENDED, "abcd");
	regular("(.)\\1", 0, "(");
	regular("(unclosed", REG_EXTENDED, "");
	regular("[z-a]", 0, "");
	check(fnmatch("*.c", "main.c", 0) == 0 && fnmatch("*.c", "main.h", 0) == FNM_NOMATCH);
	check(fnmatch("a/*", "a/b/c", FNM_PATHNAME) == FNM_NOMATCH && fnmatch("a/*", "a/b/c", 0) == 0);
	check(fnmatch("[!a-c]?", "dx", 0) == 0 && fnmatch("\\*", "*", 0) == 0);
	check(fnmatch("*", ".dot", FNM_PERIOD) == FNM_NOMATCH);
	globbing();
	options();
	return result();
}

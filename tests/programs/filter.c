/* A filter: words of standard input, counted. */
#include "check.h"
#include <ctype.h>

enum { MOST = 1000 };

static struct { char word[32]; int count; } table[MOST];
static int used;

static void count(const char *word)
{
	int i = 0;

	while (i < used && strcmp(table[i].word, word))
		i++;
	need(i < MOST);
	if (i == used)
		strcpy(table[used++].word, word);
	table[i].count++;
}

static int by_count(const void *a, const void *b)
{
	int order = ((const int *)((const char *)b + 32))[0] - ((const int *)((const char *)a + 32))[0];

	return order ? order : strcmp(a, b);
}

int main(void)
{
	char word[32];
	int c, i, n = 0, lines = 0, total = 0;

	while ((c = getchar()) != EOF) {
		lines += c == '\n';
		if (isalpha(c) && n < 31) {
			word[n++] = (char)tolower(c);
		} else if (n) {
			word[n] = 0;
			count(word);
			n = 0;
			total++;
		}
	}
	qsort(table, used, sizeof *table, by_count);
	for (i = 0; i < used && i < 10; i++)
		printf("%4d %s\n", table[i].count, table[i].word);
	printf("%d lines, %d words, %d different\n", lines, total, used);
	check(feof(stdin) && !ferror(stdin) && getchar() == EOF);
	return result();
}

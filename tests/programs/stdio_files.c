/* Streams: modes, seeking, pushing back, buffering, streams in memory.
 *
 * files: yes
 */
#include "check.h"
#include <unistd.h>

static void modes(void)
{
	char line[64];
	FILE *f;

	check(fopen("absent", "r") == NULL && errno == ENOENT);
	need((f = fopen("stream", "w")) != NULL);
	check(fprintf(f, "one\ntwo\nthree\n") == 14);
	check(fgetc(f) == EOF && ferror(f));
	check(fclose(f) == 0);
	need((f = fopen("stream", "a+")) != NULL);
	check(fputs("four\n", f) >= 0);
	rewind(f);
	check(fgets(line, sizeof line, f) && !strcmp(line, "one\n"));
	check(fclose(f) == 0);
	check(fopen("stream", "wx") == NULL && errno == EEXIST);
	need((f = fopen("stream", "r+")) != NULL);
	check(fwrite("ONE", 1, 3, f) == 3);
	check(fseek(f, -5, SEEK_END) == 0 && ftell(f) == 14);
	check(fgets(line, sizeof line, f) && !strcmp(line, "four\n"));
	check(fgetc(f) == EOF && feof(f));
	rewind(f);
	check(!feof(f) && fgetc(f) == 'O');
	check(fclose(f) == 0);
}

static void pushing_back(void)
{
	FILE *f;
	fpos_t here;

	need((f = fopen("stream", "r")) != NULL);
	check(fgetc(f) == 'O');
	check(ungetc('x', f) == 'x' && fgetc(f) == 'x' && fgetc(f) == 'N');
	check(fgetpos(f, &here) == 0);
	check(fgetc(f) == 'E' && fsetpos(f, &here) == 0 && fgetc(f) == 'E');
	check(ungetc(EOF, f) == EOF);
	check(fseeko(f, 1000, SEEK_SET) == 0 && fgetc(f) == EOF);
	check(fseek(f, -1, SEEK_SET) == -1 && errno == EINVAL);
	fclose(f);
}

static void buffering(void)
{
	char area[16];
	FILE *w, *r;

	need((w = fopen("buffered", "w")) && (r = fopen("buffered", "r")));
	check(setvbuf(w, area, _IOFBF, sizeof area) == 0);
	fputs("12345", w);
	check(fgetc(r) == EOF);
	clearerr(r);
	check(fflush(w) == 0 && fgetc(r) == '1');
	check(setvbuf(w, NULL, _IONBF, 0) == 0);
	fputc('6', w);
	check(fseek(r, 5, SEEK_SET) == 0 && fgetc(r) == '6');
	fclose(w);
	fclose(r);
}

static void lines(void)
{
	char *line = NULL;
	size_t size = 0, total = 0;
	FILE *f;

	need((f = fopen("stream", "r")) != NULL);
	while (getline(&line, &size, f) > 0)
		total = total * 31 + strlen(line) + line[0];
	printf("lines %u\n", (unsigned)total);
	rewind(f);
	check(getdelim(&line, &size, 'w', f) == 6 && !strcmp(line, "ONE\ntw"));
	free(line);
	check(freopen("buffered", "r", f) == f && fgetc(f) == '1');
	fclose(f);
}

static void memory(void)
{
	char *text, data[] = "in memory", word[16];
	size_t size;
	FILE *f;

	need((f = open_memstream(&text, &size)) != NULL);
	fprintf(f, "%d %s", 12, "monkeys");
	check(fclose(f) == 0 && size == 10 && !strcmp(text, "12 monkeys"));
	free(text);
	need((f = fmemopen(data, sizeof data, "r+")) != NULL);
	check(fscanf(f, "%15s", word) == 1 && !strcmp(word, "in"));
	fclose(f);
	need((f = tmpfile()) != NULL);
	check(fputs("temporary", f) >= 0 && ftell(f) == 9);
	fclose(f);
}

int main(void)
{
	modes();
	pushing_back();
	buffering();
	lines();
	memory();
	check(remove("stream") == 0 && unlink("buffered") == 0);
	return result();
}

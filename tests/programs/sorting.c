/* qsort(3), bsearch(3), and the trees and tables of search.h. */
#include "check.h"
#include <search.h>

static int by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static int by_context(const void *a, const void *b, void *context)
{
	++*(int *)context;
	return -by_value(a, b);
}

static void arrays(void)
{
	static int array[5000];
	uint32_t seed = 7;
	int i, wrong = 0, calls = 0, key = 0, found;

	for (i = 0; i < 5000; i++)
		array[i] = (int)(random32(&seed) % 10000);
	qsort(array, 5000, sizeof *array, by_value);
	for (i = 1; i < 5000; i++)
		wrong += array[i - 1] > array[i];
	check(wrong == 0);
	printf("sorted %016llx\n", (unsigned long long)array[2500] << 32 | array[17]);
	key = array[1234];
	found = *(int *)bsearch(&key, array, 5000, sizeof *array, by_value);
	check(found == key);
	key = -1;
	check(bsearch(&key, array, 5000, sizeof *array, by_value) == NULL);
	qsort_r(array, 5000, sizeof *array, by_context, &calls);
	check(array[0] >= array[4999] && calls > 5000);
}

static int visited, last = -1;

static void visit(const void *node, VISIT order, int level)
{
	int value = **(int *const *)node;

	(void)level;
	if (order != postorder && order != leaf)
		return;
	visited += value > last;
	last = value;
}

static void trees(void)
{
	static int values[200];
	void *root = NULL;
	int i;

	for (i = 0; i < 200; i++) {
		values[i] = i * 73 % 200;
		need(tsearch(&values[i], &root, by_value) != NULL);
	}
	twalk(root, visit);
	check(visited == 200);
	check(tfind(&values[9], &root, by_value) && tdelete(&values[9], &root, by_value));
	check(!tfind(&values[9], &root, by_value));
	while (root)
		tdelete(*(void **)root, &root, by_value);
}

static void tables(void)
{
	static char names[100][8];
	ENTRY entry, *found;
	size_t count = 0;
	int i, missing = 0;

	need(hcreate(128));
	for (i = 0; i < 100; i++) {
		sprintf(names[i], "key%d", i);
		entry.key = names[i];
		entry.data = &names[i];
		missing += hsearch(entry, ENTER) == NULL;
	}
	entry.key = "key42";
	found = hsearch(entry, FIND);
	check(found && found->data == &names[42] && missing == 0);
	entry.key = "none";
	check(hsearch(entry, FIND) == NULL);
	hdestroy();
	i = 5;
	check(*(int *)lsearch(&i, (int[4]){1, 2, 3}, (count = 3, &count), sizeof i, by_value) == 5);
	check(count == 4);
}

int main(void)
{
	arrays();
	trees();
	tables();
	return result();
}

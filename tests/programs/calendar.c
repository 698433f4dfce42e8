/* Calendar time: conversions, formats, time zones. */
#include "check.h"
#include <time.h>

static void print(const char *zone, time_t t)
{
	char text[100];
	struct tm tm;

	need(setenv("TZ", zone, 1) == 0);
	tzset();
	need(localtime_r(&t, &tm));
	strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z %z %a %j", &tm);
	printf("%s: %s dst %d back %lld\n", zone, text, tm.tm_isdst, (long long)(mktime(&tm) - t));
}

static void zones(void)
{
	static const char *const names[] = {"UTC0", "EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3",
		"<+0545>-5:45", "AEST-10AEDT,M10.1.0,M4.1.0/3", "XYZ3:30:15"};
	static const time_t moments[] = {0, 1000000000, 1720000000, 1709208000, -86400 * 365, 4102444800};
	unsigned i, k;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		for (k = 0; k < sizeof moments / sizeof *moments; k++)
			print(names[i], moments[k]);
}

static void formats(void)
{
	static const char all[] = "aAbBcCdDeFgGhHIjklmMnprRsStTuUVwWxXyY%";
	struct tm tm = {.tm_year = 124, .tm_mon = 1, .tm_mday = 29, .tm_hour = 13, .tm_min = 5, .tm_sec = 9};
	char format[3] = "%?", text[64];
	const char *c;

	setenv("TZ", "UTC0", 1);
	tzset();
	mktime(&tm);
	for (c = all; *c; c++) {
		format[1] = *c;
		strftime(text, sizeof text, format, &tm);
		printf("%%%c [%s]\n", *c, text);
	}
	printf("%s", asctime(&tm));
	check(strftime(text, 3, "%Y", &tm) == 0);
}

static void parsing(void)
{
	struct tm tm = {0};
	char *rest = strptime("2024-02-29 23:59:60 Thu tail", "%Y-%m-%d %H:%M:%S %a", &tm);

	check(rest && !strcmp(rest, " tail") && tm.tm_mon == 1 && tm.tm_mday == 29 && tm.tm_sec == 60);
	check(strptime("Feb 30", "%b %d", &tm) && tm.tm_mday == 30);
	check(!strptime("13", "%m", &tm));
	check(timegm(&(struct tm){.tm_year = 70, .tm_mday = 1}) == 0);
	check(timegm(&(struct tm){.tm_year = 200, .tm_mon = 14, .tm_mday = -3}) == 4138732800);
	tm = (struct tm){.tm_year = 99, .tm_mon = 11, .tm_mday = 32, .tm_hour = -1};
	check(mktime(&tm) == 946681200 && tm.tm_mday == 31 && tm.tm_hour == 23 && tm.tm_yday == 364);
	check(difftime(10, 3) == 7.0 && sizeof(time_t) == 8);
}

int main(void)
{
	zones();
	formats();
	parsing();
	return result();
}

/* Locales, UTF-8, wide characters, iconv. */
#include "check.h"
#include <iconv.h>
#include <langinfo.h>
#include <locale.h>
#include <wchar.h>
#include <wctype.h>

static void locales(void)
{
	locale_t c;

	check(!strcmp(setlocale(LC_ALL, NULL), "C"));
	check(setlocale(LC_ALL, "C.UTF-8") != NULL && MB_CUR_MAX == 4);
	printf("%s %s\n", setlocale(LC_CTYPE, NULL), nl_langinfo(CODESET));
	check(!strcmp(localeconv()->decimal_point, ".") && !*localeconv()->thousands_sep);
	check(!strcmp(nl_langinfo(DAY_1), "Sunday") && !strcmp(nl_langinfo(MON_12), "December"));
	need((c = newlocale(LC_ALL_MASK, "C", NULL)) != NULL);
	check(uselocale(c) == LC_GLOBAL_LOCALE && MB_CUR_MAX == 1);
	check(uselocale(LC_GLOBAL_LOCALE) == c && strcoll("a", "b") < 0);
	freelocale(c);
}

static void conversions(void)
{
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
	wchar_t wide[8];
	char back[16];
	mbstate_t state = {0};

	check(mbstowcs(wide, text, 8) == 4);
	printf("%x %x %x %x\n", (unsigned)wide[0], (unsigned)wide[1], (unsigned)wide[2], (unsigned)wide[3]);
	check(wcstombs(back, wide, sizeof back) == 10 && !strcmp(back, text));
	check(mbrtowc(wide, text + 3, 1, &state) == (size_t)-2);
	check(mbrtowc(wide, text + 4, 2, &state) == 2 && wide[0] == 0x20ac);
	check(mbrtowc(wide, "\xff", 1, &state) == (size_t)-1 && errno == EILSEQ);
	check(mbrtowc(wide, "\xc0\x80", 2, &(mbstate_t){0}) == (size_t)-1);
	check(wctomb(back, 0x10ffff) == 4 && wctomb(back, 0xd800) == -1 && mblen("\xc3\xa9", 2) == 2);
}

static void wide_strings(void)
{
	wchar_t buffer[32], *end;

	check(wcslen(L"wide") == 4 && wcscmp(L"a", L"b") < 0 && wcschr(L"abc", 'c')[1] == 0);
	check(wcstol(L"-123x", &end, 10) == -123 && *end == 'x' && wcstod(L"2.5", NULL) == 2.5);
	check(swprintf(buffer, 32, L"%d %ls %s", 5, L"wide", "narrow") == 13);
	printf("%ls\n", buffer);
	check(iswalpha(0xe9) && iswupper(0xc9) && towlower(0xc9) == 0xe9 && towupper(0x3b1) == 0x391);
	check(!iswalpha(0x20ac) && iswspace(0x2003) && iswctype('1', wctype("digit")));
	check(wcwidth('a') == 1 && wcwidth(0x4e00) == 2 && wcwidth(0x301) == 0);
	check(wmemcmp(wmemset(buffer, 'z', 3), L"zzz", 3) == 0);
}

static void convert(const char *to, const char *from, const char *in, size_t size)
{
	char out[64], *o = out;
	char *i = (char *)in;
	size_t left = sizeof out, k;
	iconv_t cd = iconv_open(to, from);

	need(cd != (iconv_t)-1);
	k = iconv(cd, &i, &size, &o, &left);
	printf("%s to %s: %d left %d:", from, to, (int)k, (int)size);
	for (k = 0; k < sizeof out - left; k++)
		printf(" %02x", (unsigned char)out[k]);
	printf("\n");
	iconv_close(cd);
}

int main(void)
{
	locales();
	conversions();
	wide_strings();
	convert("UTF-16BE", "UTF-8", "a\xe2\x82\xac\xf0\x9f\x98\x80", 8);
	convert("UTF-32LE", "UTF-8", "\xc3\xa9", 2);
	convert("UTF-8", "ISO-8859-15", "\xa4\xe9", 2);
	convert("UTF-8", "SHIFT_JIS", "\x93\xfa\x96\x7b", 4);
	convert("ASCII", "UTF-8", "x\xc3\xa9y", 4);
	convert("UTF-8", "KOI8-R", "\xf0\xd2\xc9", 3);
	check(iconv_open("nothing", "UTF-8") == (iconv_t)-1 && errno == EINVAL);
	return result();
}

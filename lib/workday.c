#include "config.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "time.h"
#include "workday.h"
#include "banned.h"

#define SEPARATORS	" \t,"
#define WORD		16
/* More days in a row are not closed; or nothing would ever be due. */
#define CLOSED_MOST	31

enum { SUNDAY, MONDAY, SATURDAY = 6 };

static int	weekday(int64_t);
static int64_t	nth(int, int, int, int);
static int64_t	easter(int);
static int64_t	not_sunday(int64_t);
static bool	quebec(int64_t);
static const char	*word(const char **, char *);
static bool	is_date(const char *, int32_t *);

/* In years that begin in March, so that the leap day is the last one. */
int64_t
pp_workday_number(int32_t day)
{
	int y = day / 10000, m = day / 100 % 100, d = day % 100;

	y = m <= 2 ? y - 1 : y;
	m = m <= 2 ? m + 9 : m - 3;
	return y * 365LL + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d -
	    1 - 719468;
}

int32_t
pp_workday_of(int64_t n)
{
	int64_t z = n + 719468, era = z / 146097, doe = z % 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153, d = doy - (153 * mp + 2) / 5 + 1;
	int64_t m = mp < 10 ? mp + 3 : mp - 9;

	return (int32_t)((yoe + era * 400 + (m <= 2)) * 10000 + m * 100 + d);
}

static int
weekday(int64_t n)
{
	return (int)((n + 4) % 7);	/* the first was a Thursday */
}

/* The nth such weekday from the day of a month on. */
static int64_t
nth(int year, int monthday, int which, int n)
{
	int64_t from = pp_workday_number(year * 10000 + monthday);

	return from + (which - weekday(from) + 7) % 7 + 7 * (n - 1);
}

/* Easter Sunday, as the Gregorian calendar reckons it (Meeus, Jones,
 * Butcher). */
static int64_t
easter(int y)
{
	int a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4;
	int g = (8 * b + 13) / 25, h = (19 * a + b - d - g + 15) % 30;
	int l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
	int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;

	return pp_workday_number(y * 10000 + n / 31 * 100 + n % 31 + 1);
}

static int64_t
not_sunday(int64_t n)
{
	return weekday(n) == SUNDAY ? n + 1 : n;
}

static bool
quebec(int64_t n)
{
	int32_t day = pp_workday_of(n);
	int y = day / 10000, md = day % 10000;

	switch (md / 100) {
	case 1:
	case 12:
		return md == 101 || md == 1225;
	case 3:
	case 4:
		return n == easter(y) - 2;
	case 5:		/* the Monday before the 25th */
		return n == nth(y, 518, MONDAY, 1);
	case 6:
	case 7:
		return n == not_sunday(pp_workday_number(y * 10000 + 624)) ||
		    n == not_sunday(pp_workday_number(y * 10000 + 701));
	case 9:
		return n == nth(y, 901, MONDAY, 1);
	case 10:
		return n == nth(y, 1001, MONDAY, 2);
	default:
		return false;
	}
}

/* The next word, or NULL at the end; one that is too long is cut, and then
 * it is none that we know. */
static const char *
word(const char **s, char *buf)
{
	size_t n;

	*s += strspn(*s, SEPARATORS);
	if ((n = strcspn(*s, SEPARATORS)) == 0)
		return NULL;
	(void)snprintf(buf, WORD, "%.*s", (int)(n < WORD ? n : WORD), *s);
	*s += n;
	return buf;
}

/* yyyy-mm-dd, or mm-dd of every year: then *day has no year. */
static bool
is_date(const char *s, int32_t *day)
{
	char text[WORD + 8];

	if (strlen(s) != 5)
		return pp_time_day_parse(s, day, NULL) == PP_OK;
	(void)snprintf(text, sizeof text, "2024-%s", s);	/* a leap year */
	if (pp_time_day_parse(text, day, NULL) != PP_OK)
		return false;
	*day %= 10000;
	return true;
}

bool
pp_holidays_ok(const char *holidays)
{
	char buf[WORD];
	const char *w;
	int32_t day;

	while ((w = word(&holidays, buf)) != NULL)
		if (strcmp(w, "quebec") != 0 && strcmp(w, "none") != 0 &&
		    !is_date(w, &day))
			return false;
	return true;
}

bool
pp_holiday(const char *holidays, int64_t n)
{
	int32_t today = pp_workday_of(n), day;
	char buf[WORD];
	const char *w;

	while ((w = word(&holidays, buf)) != NULL)
		if (strcmp(w, "quebec") == 0 ? quebec(n) : is_date(w, &day) &&
		    (day == today || day == today % 10000))
			return true;
	return false;
}

int64_t
pp_workday(const char *holidays, int64_t n)
{
	int i;

	for (i = 0; i < CLOSED_MOST && (weekday(n) == SATURDAY ||
	    weekday(n) == SUNDAY || pp_holiday(holidays, n)); i++)
		n++;
	return n;
}

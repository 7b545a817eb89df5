#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "intl.h"
#include "time.h"
#include "banned.h"

#define CLOCK_FILE_MAX	64
#define TIME_LAST	253402300799999LL	/* of the year 9999 */

static enum pp_rc	clock_spec(const char *, int64_t *, struct pp_err *);
static bool		digits(const char **, int, int *);
static bool		day_exists(int, int, int);
static int64_t		day_number(int, int, int);
static void		day_split(int64_t, int *, int *, int *);
static char		*put_digits(char *, int, int);
static char		*put_day(char *, int, int, int);

static enum pp_rc
clock_spec(const char *spec, int64_t *now, struct pp_err *err)
{
	struct timespec ts;
	const char *e;
	long long shift;

	if (*spec != '+' && *spec != '-')
		return pp_time_parse(spec, now, err) == PP_OK ? PP_OK : PP_CONF;
	shift = strtonum(spec + (*spec == '+'), -100LL * 366 * 86400,
	    100LL * 366 * 86400, &e);
	if (e != NULL)
		return pp_err_set(err, PP_CONF, "PP_NOW: %.40s is %s", spec,
		    _(e));
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	*now = (ts.tv_sec + shift) * PP_SECOND + ts.tv_nsec / 1000000;
	return PP_OK;
}

enum pp_rc
pp_clock_read(const char *spec, int64_t *now, struct pp_err *err)
{
	char buf[CLOCK_FILE_MAX];
	ssize_t n;
	int fd;

	if (spec == NULL || *spec == '\0')
		return clock_spec("+0", now, err);
	if (*spec != '/')
		return clock_spec(spec, now, err);
	if ((fd = open(spec, O_RDONLY | O_CLOEXEC)) == -1)
		return pp_err_set(err, PP_CONF, "PP_NOW: %s: %s", spec,
		    strerror(errno));
	n = read(fd, buf, sizeof buf - 1);
	(void)close(fd);
	if (n < 0)
		return pp_err_set(err, PP_CONF, "PP_NOW: %s: %s", spec,
		    strerror(errno));
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (*buf == '/')
		return pp_err_set(err, PP_CONF, "PP_NOW: %s names a file",
		    spec);
	return clock_spec(*buf == '\0' ? "+0" : buf, now, err);
}

static bool
digits(const char **s, int n, int *out)
{
	int v = 0;

	for (; n > 0; n--, (*s)++) {
		if (!isdigit((unsigned char)**s))
			return false;
		v = v * 10 + (**s - '0');
	}
	*out = v;
	return true;
}

/* month from 1. */
static bool
day_exists(int year, int month, int day)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30,
	    31 };

	return month >= 1 && month <= 12 && day >= 1 &&
	    day <= days[month - 1] && (month != 2 || day != 29 ||
	    (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)));
}

/* Days from 1970-01-01, in years that begin in March, so that the leap day
 * is the last one.  timegm takes a lock and normalizes; this is one sum. */
static int64_t
day_number(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int m = month <= 2 ? month + 9 : month - 3;

	return y * 365LL + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
	    day - 1 - 719468;
}

int64_t
pp_time_day_number(int32_t day)
{
	return day_number(day / 10000, day / 100 % 100, day % 100);
}

int32_t
pp_time_day_of(int64_t number)
{
	time_t t = (time_t)(number * (PP_DAY / PP_SECOND));
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		return 0;
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 +
	    tm.tm_mday;
}

enum pp_rc
pp_time_parse(const char *s, int64_t *at, struct pp_err *err)
{
	struct tm tm = { .tm_isdst = -1 };
	const char *p = s;
	int year, mon, day, hour, min, sec = 0, oh = 0, om = 0, ms = 0;
	int scale = 100;
	bool minus = false;
	time_t t;

	if (!digits(&p, 4, &year) || *p++ != '-' || !digits(&p, 2, &mon) ||
	    *p++ != '-' || !digits(&p, 2, &day) || year < 1970 ||
	    !day_exists(year, mon, day))
		goto bad;
	if (*p == '\0') {
		tm.tm_year = year - 1900;
		tm.tm_mon = mon - 1;
		tm.tm_mday = day;
		if ((t = mktime(&tm)) == -1)
			goto bad;
		*at = (int64_t)t * PP_SECOND;
		return PP_OK;
	}
	if (*p != 'T' && *p != 't' && *p != ' ')
		goto bad;
	p++;
	if (!digits(&p, 2, &hour) || *p++ != ':' || !digits(&p, 2, &min))
		goto bad;
	if (*p == ':') {
		p++;
		if (!digits(&p, 2, &sec))
			goto bad;
	}
	if (hour > 23 || min > 59 || sec > 60)
		goto bad;
	if (*p == '.') {
		if (!isdigit((unsigned char)*++p))
			goto bad;
		for (; isdigit((unsigned char)*p); p++, scale /= 10)
			ms += (*p - '0') * scale;
	}
	if (*p == 'Z' || *p == 'z')
		p++;
	else if (*p == '+' || *p == '-') {
		minus = *p++ == '-';
		if (!digits(&p, 2, &oh))
			goto bad;
		if (*p == ':')
			p++;
		if (!digits(&p, 2, &om) || oh > 23 || om > 59)
			goto bad;
	} else
		goto bad;	/* an instant without a zone is no instant */
	if (*p != '\0')
		goto bad;
	*at = day_number(year, mon, day) * PP_DAY + hour * PP_HOUR +
	    min * PP_MINUTE + sec * PP_SECOND + ms -
	    (minus ? -1 : 1) * (oh * PP_HOUR + om * PP_MINUTE);
	return PP_OK;
bad:
	return pp_err_set(err, PP_DATA, "not a date or time: %.40s", s);
}

/* The other way round.  gmtime_r asks for the zone's lock, and an instant is
 * printed for each record that is written. */
static void
day_split(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468, era = z / 146097;
	int n = (int)(z - era * 146097);	/* of its 400 years */
	int y = (n - n / 1460 + n / 36524 - n / 146096) / 365;
	int m;

	n -= 365 * y + y / 4 - y / 100;
	m = (5 * n + 2) / 153;
	*day = n - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = (int)(era * 400) + y + (*month <= 2);
}

/* n in so many digits; returns what follows. */
static char *
put_digits(char *p, int n, int count)
{
	int i;

	for (i = count - 1; i >= 0; i--, n /= 10)
		p[i] = (char)('0' + n % 10);
	return p + count;
}

static char *
put_day(char *p, int year, int month, int day)
{
	p = put_digits(p, year, 4);
	*p++ = '-';
	p = put_digits(p, month, 2);
	*p++ = '-';
	return put_digits(p, day, 2);
}

const char *
pp_time_str(int64_t at, bool ms, char *buf, size_t size)
{
	char text[PP_TIME_STR], *p;
	int year, month, day, s;

	if (at < 0)
		at = 0;
	else if (at > TIME_LAST)
		at = TIME_LAST;
	day_split(at / PP_DAY, &year, &month, &day);
	s = (int)(at / PP_SECOND % 86400);
	p = put_day(text, year, month, day);
	*p++ = 'T';
	p = put_digits(p, s / 3600, 2);
	*p++ = ':';
	p = put_digits(p, s / 60 % 60, 2);
	*p++ = ':';
	p = put_digits(p, s % 60, 2);
	if (ms) {
		*p++ = '.';
		p = put_digits(p, (int)(at % PP_SECOND), 3);
	}
	*p++ = 'Z';
	*p = '\0';
	(void)strlcpy(buf, text, size);
	return buf;
}

enum pp_rc
pp_time_zone(const char *zone, struct pp_err *err)
{
	char path[256];

	/* The C library takes any nonsense for UTC; ask the file first. */
	if (*zone == '\0' || *zone == '/' || strstr(zone, "..") != NULL ||
	    (size_t)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s",
	    zone) >= sizeof path || access(path, R_OK) == -1)
		return pp_err_set(err, PP_CONF, "time_zone: unknown zone "
		    "%.60s (Debian package tzdata)", zone);
	if (setenv("TZ", zone, 1) == -1)
		return pp_err_set(err, PP_IO, "time_zone: %s", strerror(errno));
	tzset();
	return PP_OK;
}

int32_t
pp_time_day(int64_t at)
{
	time_t t = (time_t)(at / PP_SECOND);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return 0;
	return (tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 +
	    tm.tm_mday;
}

enum pp_rc
pp_time_day_parse(const char *s, int32_t *day, struct pp_err *err)
{
	const char *p = s;
	int y, m, d;

	if (!digits(&p, 4, &y) || *p++ != '-' || !digits(&p, 2, &m) ||
	    *p++ != '-' || !digits(&p, 2, &d) || *p != '\0' ||
	    !day_exists(y, m, d))
		return pp_err_set(err, PP_DATA, "not a date: %.40s", s);
	*day = y * 10000 + m * 100 + d;
	return PP_OK;
}

const char *
pp_time_day_str(int32_t day, char *buf, size_t size)
{
	char text[PP_TIME_STR];

	*put_day(text, day / 10000 % 10000, day / 100 % 100, day % 100) = '\0';
	(void)strlcpy(buf, text, size);
	return buf;
}

const char *
pp_time_short(int64_t at, char *buf, size_t size)
{
	time_t t = (time_t)(at / PP_SECOND);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	(void)snprintf(buf, size, "%04d-%02d-%02d %02d:%02d",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	    tm.tm_min);
	return buf;
}

const char *
pp_time_human(int64_t at, const char *lang, char *buf, size_t size)
{
	static const char *const en[] = { "January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December" };
	static const char *const fr[] = { "janvier", "f\xc3\xa9vrier", "mars",
	    "avril", "mai", "juin", "juillet", "ao\xc3\xbbt", "septembre",
	    "octobre", "novembre", ("d\xc3\xa9" "cembre") };
	time_t t = (time_t)(at / PP_SECOND);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	if (strncmp(lang, "fr", 2) == 0)
		(void)snprintf(buf, size, "%d%s %s %d \xc3\xa0 %d\xc2\xa0h\xc2"
		    "\xa0%02d", tm.tm_mday, tm.tm_mday == 1 ? "er" : "",
		    fr[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min);
	else
		(void)snprintf(buf, size, "%s %d, %d at %d:%02d\xc2\xa0%s",
		    en[tm.tm_mon], tm.tm_mday, tm.tm_year + 1900,
		    tm.tm_hour % 12 == 0 ? 12 : tm.tm_hour % 12, tm.tm_min,
		    tm.tm_hour < 12 ? "a.m." : "p.m.");
	return buf;
}

enum pp_rc
pp_time_span(const char *s, int64_t *span, struct pp_err *err)
{
	static const struct { char c; int64_t ms; } units[] = {
		{ 's', PP_SECOND }, { 'm', PP_MINUTE }, { 'h', PP_HOUR },
		{ 'd', PP_DAY }, { 'w', 7 * PP_DAY }
	};
	const char *p = s;
	int64_t n = 0;
	size_t i;

	for (; isdigit((unsigned char)*p) && n < 100000; p++)
		n = n * 10 + (*p - '0');
	for (i = 0; p != s && i < sizeof units / sizeof units[0]; i++)
		if (p[0] == units[i].c && p[1] == '\0') {
			*span = n * units[i].ms;
			return PP_OK;
		}
	return pp_err_set(err, PP_DATA, "not a length of time: %.40s "
	    "(such as 90d, 12h, 30m)", s);
}

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"
#include "time.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])
#define BAD	INT64_MIN

static const struct {
	const char	*s;
	int64_t		 at;
} parse[] = {
	{ "2026-11-23T15:04:05.123Z",		1795446245123 },
	{ "2026-11-23T15:04:05Z",		1795446245000 },
	{ "2026-11-23t15:04:05z",		1795446245000 },
	{ "2026-11-23 15:04:05Z",		1795446245000 },
	{ "2026-11-23T15:04Z",			1795446240000 },
	{ "2026-11-23T10:04:05-05:00",		1795446245000 },
	{ "2026-11-23T10:04:05-0500",		1795446245000 },
	{ "2026-11-23T20:34:05.9999+05:30",	1795446245999 },
	{ "1970-01-01T00:00:00Z",		0 },
	{ "2024-02-29T00:00:00Z",		1709164800000 },
	{ "2016-12-31T23:59:60Z",		1483228800000 },
	/* A date is its first instant in the process's zone, winter, summer. */
	{ "2026-11-23",				1795410000000 },
	{ "2026-07-01",				1782878400000 },
	{ "2026-02-29T00:00:00Z",		BAD },
	{ "2026-02-30",				BAD },
	{ "2026-13-01",				BAD },
	{ "2026-00-01",				BAD },
	{ "2026-11-00",				BAD },
	{ "2026-11-31",				BAD },
	{ "2026-11-23T24:00:00Z",		BAD },
	{ "2026-11-23T15:60:00Z",		BAD },
	{ "2026-11-23T15:04:05",		BAD },
	{ "2026-11-23T15:04:05.Z",		BAD },
	{ "2026-11-23T15:04:05ZZ",		BAD },
	{ "2026-11-23T15:04:05+25:00",		BAD },
	{ "2026-11-23T15:04:05+05",		BAD },
	{ "2026-11-23T",			BAD },
	{ "26-11-23",				BAD },
	{ "1969-12-31",				BAD },
	{ "",					BAD },
	{ "now",				BAD },
};

static const struct {
	const char	*s;
	int64_t		 span;
} spans[] = {
	{ "90d",	90 * PP_DAY },
	{ "12h",	12 * PP_HOUR },
	{ "30m",	30 * PP_MINUTE },
	{ "45s",	45 * PP_SECOND },
	{ "2w",		14 * PP_DAY },
	{ "0d",		0 },
	{ "d",		BAD },
	{ "",		BAD },
	{ "90",		BAD },
	{ "90days",	BAD },
	{ "-1d",	BAD },
	{ "1.5h",	BAD },
	{ "99999999999999999999d", BAD },
};

static void	t_clock(void);
static void	file_say(const char *, const char *);

static void
file_say(const char *path, const char *text)
{
	FILE *fp = fopen(path, "w");

	if (fp == NULL || fputs(text, fp) == EOF || fclose(fp) == EOF)
		ok(false, "write %s", path);
}

static void
t_clock(void)
{
	char path[] = "/tmp/t_time.XXXXXX";
	struct pp_err err = { 0 };
	int64_t now, at;
	int fd;

	ok(pp_clock_read(NULL, &now, &err) == PP_OK && now > 1700000000000,
	    "the real clock");
	ok(pp_clock_read("+3600", &at, &err) == PP_OK &&
	    at - now >= PP_HOUR && at - now < PP_HOUR + PP_MINUTE,
	    "an hour ahead");
	ok(pp_clock_read("-3600", &at, &err) == PP_OK &&
	    now - at <= PP_HOUR && now - at > PP_HOUR - PP_MINUTE,
	    "an hour behind");
	ok(pp_clock_read("2026-11-23T15:04:05.123Z", &at, &err) == PP_OK &&
	    at == 1795446245123, "one that stands still");
	ok(pp_clock_read("soon", &at, &err) == PP_CONF, "none of these");
	ok(pp_clock_read("+1x", &at, NULL) == PP_CONF, "no number");
	if ((fd = mkstemp(path)) == -1) {
		ok(false, "mkstemp");
		return;
	}
	(void)close(fd);
	file_say(path, "2026-11-23T15:04:05Z\n");
	ok(pp_clock_read(path, &at, NULL) == PP_OK && at == 1795446245000,
	    "out of a file");
	file_say(path, "2026-11-23T15:04:06Z\n");
	ok(pp_clock_read(path, &at, NULL) == PP_OK && at == 1795446246000,
	    "which is read again");
	file_say(path, "/etc/passwd\n");
	ok(pp_clock_read(path, &at, NULL) == PP_CONF, "no file of a file");
	(void)unlink(path);
	ok(pp_clock_read(path, &at, NULL) == PP_CONF, "no file");
}

int
main(void)
{
	struct pp_err err = { 0 };
	char buf[64];
	int64_t at;
	enum pp_rc rc;
	size_t i;

	ok(pp_time_zone("Nowhere/Atall", &err) == PP_CONF, "no such zone");
	ok(pp_time_zone("../../etc/passwd", &err) == PP_CONF, "no path");
	ok(pp_time_zone("America/Montreal", &err) == PP_OK, "Montreal");
	for (i = 0; i < N(parse); i++) {
		at = 77;
		rc = pp_time_parse(parse[i].s, &at, NULL);
		ok(parse[i].at == BAD ? rc == PP_DATA && at == 77 :
		    rc == PP_OK && at == parse[i].at, "parse %s", parse[i].s);
	}
	for (i = 0; i < N(spans); i++) {
		at = 77;
		rc = pp_time_span(spans[i].s, &at, NULL);
		ok(spans[i].span == BAD ? rc == PP_DATA && at == 77 :
		    rc == PP_OK && at == spans[i].span, "span %s", spans[i].s);
	}
	is_str(pp_time_str(1795446245123, true, buf, sizeof buf),
	    "2026-11-23T15:04:05.123Z", "with milliseconds");
	is_str(pp_time_str(1795446245123, false, buf, sizeof buf),
	    "2026-11-23T15:04:05Z", "without");
	is_str(pp_time_str(1709164800007, true, buf, sizeof buf),
	    "2024-02-29T00:00:00.007Z", "a leap day");
	is_str(pp_time_str(4102444800000, false, buf, sizeof buf),
	    "2100-01-01T00:00:00Z", "another century");
	is_int(pp_time_day(1795410000000), 20261123, "its first instant");
	is_int(pp_time_day(1795410000000 - 1), 20261122, "and the one before");
	is_str(pp_time_day_str(20261123, buf, sizeof buf), "2026-11-23",
	    "a day");
	is_str(pp_time_short(1795446245123, buf, sizeof buf),
	    "2026-11-23 10:04", "for a column, in winter");
	is_str(pp_time_short(1782878400000, buf, sizeof buf),
	    "2026-07-01 00:00", "in summer");
	is_str(pp_time_human(1795446245123, "en", buf, sizeof buf),
	    "November 23, 2026 at 10:04\xc2\xa0" "a.m.", "in English");
	is_str(pp_time_human(1795446245123, "fr", buf, sizeof buf),
	    "23 novembre 2026 \xc3\xa0 10\xc2\xa0h\xc2\xa0" "04",
	    "en fran\xc3\xa7" "ais");
	is_str(pp_time_human(1782878400000, "fr", buf, sizeof buf),
	    "1er juillet 2026 \xc3\xa0 0\xc2\xa0h\xc2\xa0" "00", "le premier");
	is_str(pp_time_human(1782878400000, "en", buf, sizeof buf),
	    "July 1, 2026 at 12:00\xc2\xa0" "a.m.", "midnight");
	t_clock();
	return done();
}

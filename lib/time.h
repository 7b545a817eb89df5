/*
 * Instants are int64_t milliseconds of Unix time, UTC; 0 means none.  The
 * clock is read in one place, pp_clock_read, and passed in everywhere else.
 */
#ifndef PP_TIME_H
#define PP_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

#define PP_SECOND	1000LL
#define PP_MINUTE	(60 * PP_SECOND)
#define PP_HOUR		(60 * PP_MINUTE)
#define PP_DAY		(24 * PP_HOUR)
#define PP_TIME_STR	32

/* The clock.  spec is NULL for the real one, else what the tests put into
 * PP_NOW: an RFC 3339 instant (a clock that stands still), "+SECONDS" or
 * "-SECONDS" (the real clock, shifted), or the absolute path of a file that
 * holds either, read again each time.  PP_CONF if it is none of these. */
enum pp_rc	pp_clock_read(const char *spec, int64_t *now,
		    struct pp_err *err);

/* RFC 3339: "2026-11-23T15:04:05.123Z" or with an offset; a date alone is
 * its first instant in the process's zone.  PP_DATA if it is neither. */
enum pp_rc	pp_time_parse(const char *s, int64_t *at, struct pp_err *err);
/* "2026-11-23T15:04:05.123Z"; the milliseconds only if ms; from 1970 to the
 * end of 9999.  Returns buf. */
const char	*pp_time_str(int64_t at, bool ms, char *buf, size_t size);

/* Makes zone the process's zone; before the first thread.  PP_CONF if the
 * system does not know it. */
enum pp_rc	pp_time_zone(const char *zone, struct pp_err *err);
/* The calendar day of an instant in the process's zone, as yyyymmdd. */
int32_t		pp_time_day(int64_t at);
/* yyyymmdd from "2026-11-23".  PP_DATA if there is no such day. */
enum pp_rc	pp_time_day_parse(const char *s, int32_t *day,
		    struct pp_err *err);
/* Days since 1970-01-01 of a day that is yyyymmdd, and back. */
int64_t		pp_time_day_number(int32_t day);
int32_t		pp_time_day_of(int64_t number);
/* "2026-11-23" from yyyymmdd.  Returns buf. */
const char	*pp_time_day_str(int32_t day, char *buf, size_t size);
/* For a column, in the process's zone: "2026-11-23 10:04".  Returns buf. */
const char	*pp_time_short(int64_t at, char *buf, size_t size);
/* For people, in the process's zone: fr "23 novembre 2026 à 15 h 04", else
 * "November 23, 2026 at 3:04 p.m.".  Returns buf. */
const char	*pp_time_human(int64_t at, const char *lang, char *buf,
		    size_t size);

/* "90d", "12h", "30m", "45s", "2w": a length in milliseconds. */
enum pp_rc	pp_time_span(const char *s, int64_t *span, struct pp_err *err);

#endif

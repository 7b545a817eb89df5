/*
 * Business days: which are none.  Saturdays and Sundays are not, nor are
 * holidays.  A day is a number, from 0 on 1970-01-01.  Pure.
 *
 * Holidays are a text of words with blanks or commas between them:
 *	quebec		those of Quebec's labour standards: January 1, Good
 *			Friday, the Monday before May 25, June 24 and July 1
 *			(the day after if a Sunday), Labour Day, Thanksgiving,
 *			December 25
 *	2026-12-24	a day
 *	12-26		a day of every year
 *	none		nothing
 */
#ifndef PP_WORKDAY_H
#define PP_WORKDAY_H

#include <stdbool.h>
#include <stdint.h>

/* Of yyyymmdd, and back. */
int64_t	pp_workday_number(int32_t day);
int32_t	pp_workday_of(int64_t number);

/* Are these holidays well said? */
bool	pp_holidays_ok(const char *holidays);
bool	pp_holiday(const char *holidays, int64_t day);
/* The day itself if it is a business day, else the next one that is. */
int64_t	pp_workday(const char *holidays, int64_t day);

#endif

/*
 * Money: int64_t cents with a currency beside it, never floating point
 * (rules.md G1).  Every amount that enters is capped, so that the sum of a
 * million of them cannot overflow unseen; sums are added with a check.
 */
#ifndef PP_MONEY_H
#define PP_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

#define PP_CENTS_MAX	999999999LL		/* one amount: 9,999,999.99 (rule A5) */
#define PP_SUM_MAX	1000000000000000LL	/* any sum */
#define PP_MONEY_STR	32			/* room for one formatted amount */

/* Reads "1149.75", "500", "-3.5" (sign only if neg): at most two decimals, a
 * comma taken as the decimal mark where it cannot be a thousands separator
 * ("500,00"; "1,149" is refused as ambiguous).  Nothing else may stand in s.
 * PP_DATA, without a member, if it is anything else or beyond PP_CENTS_MAX. */
enum pp_rc	pp_money_parse(const char *s, bool neg, int64_t *cents,
		    struct pp_err *err);
/* Writes "1149.75" or "-3.50"; returns buf (size at least PP_MONEY_STR). */
const char	*pp_money_str(int64_t cents, char *buf, size_t size);
/* For people: lang "fr" gives "1 149,75 $" (with U+00A0), anything else
 * "$1,149.75"; a currency other than CAD is named after the number. */
const char	*pp_money_human(int64_t cents, const char *currency,
		    const char *lang, char *buf, size_t size);
/* *sum += cents; false, sum untouched, beyond PP_SUM_MAX either way. */
bool		pp_money_add(int64_t *sum, int64_t cents);
/* basis is hundredths of a percent (10000 = 100 %); rounded half up to the
 * cent (rule A1).  cents in 0..PP_SUM_MAX, basis in 0..10000. */
int64_t		pp_money_percent(int64_t cents, int32_t basis);

#endif

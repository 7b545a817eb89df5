/*
 * Business days: every holiday of Quebec in years that try the rules, days of
 * one's own, and what is no holiday.
 */
#include "config.h"

#include <stdlib.h>

#include "workday.h"
#include "tap.h"
#include "banned.h"

static void	numbers(void);
static void	of_quebec(void);
static void	own(void);
static void	next(void);

static void
numbers(void)
{
	int64_t n;

	is_int(pp_workday_number(19700101), 0, "the first day");
	is_int(pp_workday_number(20240229), 19782, "a leap day");
	for (n = 0; n < 146097; n++)
		if (pp_workday_number(pp_workday_of(n)) != n)
			break;
	is_int(n, 146097, "four hundred years there and back");
}

static void
of_quebec(void)
{
	/* As the calendars of the Commission des normes have them. */
	static const int32_t days[] = {
		20250101, 20250418, 20250519, 20250624, 20250701, 20250901,
		20251013, 20251225,
		20260101, 20260403, 20260518, 20260624, 20260701, 20260907,
		20261012, 20261225,
		20270101, 20270326, 20270524, 20270624, 20270701, 20270906,
		20271011, 20271225,
		/* June 24 on a Sunday, July 1 on a Sunday: 2029. */
		20290101, 20290330, 20290521, 20290625, 20290702, 20290903,
		20291008, 20291225
	};
	static const int years[] = { 2025, 2026, 2027, 2029 };
	int64_t n;
	size_t i, k, found;

	for (i = 0; i < sizeof days / sizeof days[0]; i++)
		ok(pp_holiday("quebec", pp_workday_number(days[i])), "%d is one",
		    (int)days[i]);
	for (k = 0; k < sizeof years / sizeof years[0]; k++) {
		found = 0;
		for (n = pp_workday_number(years[k] * 10000 + 101);
		    n <= pp_workday_number(years[k] * 10000 + 1231); n++)
			found += pp_holiday("quebec", n);
		ok(found == 8, "%d has eight", years[k]);
	}
}

static void
own(void)
{
	ok(pp_holiday("2026-12-24", pp_workday_number(20261224)), "a day");
	ok(!pp_holiday("2026-12-24", pp_workday_number(20271224)), "of one year");
	ok(pp_holiday("quebec, 12-26", pp_workday_number(20301226)),
	    "a day of every year");
	ok(pp_holiday("02-29", pp_workday_number(20280229)), "of some years");
	ok(!pp_holiday("none", pp_workday_number(20261225)), "none");
	ok(!pp_holiday("", pp_workday_number(20261225)), "nothing is none");
	ok(pp_holidays_ok("quebec 2026-12-24,01-02"), "well said");
	ok(!pp_holidays_ok("ontario"), "not ours");
	ok(!pp_holidays_ok("2026-02-30"), "no day");
	ok(!pp_holidays_ok("13-01"), "no month");
	ok(!pp_holidays_ok("2026-12-24-and-more"), "too long a word");
}

static void
next(void)
{
	is_int(pp_workday_of(pp_workday("quebec", pp_workday_number(20261225))),
	    20261228, "Christmas on a Friday: Monday");
	is_int(pp_workday_of(pp_workday("quebec 12-28", pp_workday_number(20261225))),
	    20261229, "and one more");
	is_int(pp_workday_of(pp_workday("", pp_workday_number(20261225))), 20261225,
	    "without holidays that day");
	is_int(pp_workday_of(pp_workday("none", pp_workday_number(20261128))),
	    20261130, "a weekend all the same");
}

int
main(void)
{
	numbers();
	of_quebec();
	own();
	next();
	return done();
}

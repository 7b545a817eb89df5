/*
 * The figures of a report: stretches of time, ages, the median, and that
 * each part adds up to its whole.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "time.h"
#include "tap.h"
#include "banned.h"

static struct pp_report	r;

static void	days(void);
static void	stretches(void);
static void	sums(void);
static void	median(void);
static void	ages(void);
static void	kinds(void);

/* Number and day are each other's inverse, over leap years too. */
static void
days(void)
{
	int32_t day, last = 19700101;
	int64_t n;

	is_int(pp_time_day_number(19700101), 0, "the first day is 0");
	is_int(pp_time_day_of(pp_time_day_number(20240229)), 20240229,
	    "a leap day");
	for (n = 1; n < 60000; n++) {
		day = pp_time_day_of(n);
		if (day <= last || pp_time_day_number(day) != n)
			break;
		last = day;
	}
	is_int(n, 60000, "60,000 days there and back");
}

static void
stretches(void)
{
	static const struct {
		int32_t since, until;
		enum pp_report_unit unit;
		size_t n;
		int32_t first, last;
	} t[] = {
		{ 20261101, 20261123, PP_REPORT_DAY, 23, 20261101, 20261123 },
		{ 20261123, 20261123, PP_REPORT_DAY, 1, 20261123, 20261123 },
		{ 20260901, 20261101, PP_REPORT_DAY, 62, 20260901, 20261101 },
		/* 2026-08-31 is a Monday. */
		{ 20260901, 20261102, PP_REPORT_WEEK, 10, 20260831, 20261102 },
		{ 20251215, 20270115, PP_REPORT_WEEK, 57, 20251215, 20270111 },
		{ 20251215, 20271115, PP_REPORT_MONTH, 24, 20251201, 20271101 },
		{ 19990301, 20261123, PP_REPORT_YEAR, 28, 19990101, 20260101 },
		{ 20261124, 20261123, PP_REPORT_DAY, 0, 0, 0 }
	};
	char name[64];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		pp_report_begin(&r, t[i].since, t[i].until, 0, 20261123);
		(void)snprintf(name, sizeof name, "from %d to %d", t[i].since,
		    t[i].until);
		is_int(r.unit, t[i].unit, name);
		is_int((int64_t)r.nbars, (int64_t)t[i].n, name);
		if (r.nbars == 0)
			continue;
		is_int(r.bars[0].day, t[i].first, name);
		is_int(r.bars[r.nbars - 1].day, t[i].last, name);
	}
	pp_report_begin(&r, 0, 0, 20261001, 20261123);
	is_int(r.since, 20261001, "from the first payment");
	is_int(r.until, 20261123, "until today");
	pp_report_begin(&r, 0, 0, 0, 20261123);
	is_int(r.since, 20261123, "nothing paid: today");
}

/* Every bar's days are its own, and bars add up to the whole. */
static void
sums(void)
{
	static const int32_t until[] = { 20261001, 20270701, 20301231,
	    20600101 };
	int64_t n, all, received, back;
	size_t i, k;

	for (k = 0; k < sizeof until / sizeof until[0]; k++) {
		pp_report_begin(&r, 20260815, until[k], 0, 20261123);
		all = 0;
		for (n = pp_time_day_number(20260701);
		    n <= pp_time_day_number(until[k]) + 40; n++) {
			pp_report_day(&r, pp_time_day_of(n), 2, n, 3);
			if (n >= pp_time_day_number(20260815) &&
			    n <= pp_time_day_number(until[k]))
				all += n;
		}
		received = back = 0;
		for (i = 0; i < r.nbars; i++) {
			received += r.bars[i].received;
			back += r.bars[i].back;
		}
		is_int(r.unit, (int64_t)k, "a longer unit for more time");
		is_int(r.sum.received, all, "what is not in the period is "
		    "left out");
		is_int(received, all, pp_report_units[r.unit]);
		is_int(back, r.sum.back, "and what went back");
	}
}

static void
median(void)
{
	int64_t i;

	pp_report_begin(&r, 20261101, 20261123, 0, 20261123);
	is_int(pp_report_median(&r), -1, "no median of nothing");
	pp_report_paid(&r, -500, 100);
	is_int(pp_report_median(&r), 0, "a clock that is behind");
	pp_report_paid(&r, 90 * PP_MINUTE + 59000, 100);
	pp_report_paid(&r, 90 * PP_MINUTE, 100);
	is_int(pp_report_median(&r), 90 * PP_MINUTE, "to the minute");
	for (i = 0; i < 3; i++)
		pp_report_paid(&r, 50 * PP_HOUR + PP_MINUTE, 100);
	pp_report_paid(&r, 50 * PP_HOUR, 100);
	is_int(pp_report_median(&r), 50 * PP_HOUR, "then to the hour");
	for (i = 0; i < 20; i++)
		pp_report_paid(&r, 9000 * PP_DAY, 100);
	ok(pp_report_median(&r) >= 364 * PP_DAY, "and long after that");
	is_int(r.delays[PP_DELAY_HOUR].n, 1, "in an hour");
	is_int(r.delays[PP_DELAY_DAY].n, 2, "in a day");
	is_int(r.delays[PP_DELAY_3].n, 4, "in three");
	is_int(r.delays[PP_DELAY_MORE].n, 20, "and later");
	is_int(r.delays[PP_DELAY_MORE].cents, 2000, "with their cents");
}

static void
ages(void)
{
	const int64_t now = 20000 * PP_DAY;
	static const int64_t days[] = { 0, 7, 8, 30, 31, 60, 61, 90, 91, 999 };
	static const enum pp_report_age age[] = { PP_AGE_7, PP_AGE_7,
	    PP_AGE_30, PP_AGE_30, PP_AGE_60, PP_AGE_60, PP_AGE_90, PP_AGE_90,
	    PP_AGE_MORE, PP_AGE_MORE };
	struct pp_task t = { .id = "T", .currency = "CAD", .total = 100 };
	int64_t n, cents;
	size_t i;

	for (i = 0; i < sizeof days / sizeof days[0]; i++) {
		pp_report_begin(&r, 0, 0, 0, 20261123);
		pp_report_owed(&r, &t, now - days[i] * PP_DAY, now);
		is_int(r.ages[age[i]].n, 1, "each day is of its age");
	}
	pp_report_begin(&r, 0, 0, 0, 20261123);
	pp_report_owed(&r, &t, 0, now);
	is_int(r.ages[PP_AGE_UNASKED].cents, 100, "nobody was asked");
	t.removed = true;
	pp_report_owed(&r, &t, 0, now);
	t.removed = false;
	t.paid = 100;
	pp_report_owed(&r, &t, 0, now);
	is_int(r.owed.n, 1, "removed tasks and paid ones owe nothing");
	/* The largest, in whatever order they come. */
	t.paid = 0;
	for (i = 0; i < 1000; i++) {
		t.total = (int64_t)(1 + i * 7919 % 1000);
		pp_report_owed(&r, &t, now - (int64_t)i * PP_DAY, now);
	}
	is_int((int64_t)r.ntop, PP_REPORT_TOP, "ten are named");
	for (i = 0; i < r.ntop && r.top[i].owed == 1000 - (int64_t)i; i++)
		continue;
	is_int((int64_t)i, PP_REPORT_TOP, "those that owe most, in order");
	for (n = cents = 0, i = 0; i < PP_AGE_N; i++) {
		n += r.ages[i].n;
		cents += r.ages[i].cents;
	}
	is_int(n, r.owed.n, "ages add up to all that owe");
	is_int(cents, r.owed.cents, "and to what they owe");
}

static void
kinds(void)
{
	char name[24];
	int i;

	pp_report_begin(&r, 0, 0, 0, 20261123);
	pp_report_card(&r, "", 5, 500);
	pp_report_card(&r, "visa", 7, 700);
	pp_report_declined(&r, "decline_funds", 100);
	for (i = 0; i < 3; i++)
		pp_report_declined(&r, "decline_cvv", 10);
	pp_report_end(&r);
	is_str(r.reasons[0].name, "decline_cvv", "the most frequent first");
	is_int(r.reasons[0].sum.cents, 30, "with its sum");
	is_int(r.declined.n, 4, "four in all");
	is_str(r.cards[0].name, "visa", "cards too");
	is_int(r.charged, 7, "a cheque is no card");
	for (i = 0; i < 100; i++) {
		(void)snprintf(name, sizeof name, "kind%d", i);
		pp_report_declined(&r, name, 1);
	}
	is_int((int64_t)r.nreasons, PP_REPORT_KINDS, "never more than there "
	    "is room for");
	is_int(r.declined.n, 104, "and none is lost");
}

int
main(void)
{
	days();
	stretches();
	sums();
	median();
	ages();
	kinds();
	return done();
}

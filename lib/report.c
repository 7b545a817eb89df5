#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "money.h"
#include "report.h"
#include "time.h"
#include "banned.h"

/* Most stretches of one unit before the next is taken. */
#define DAYS_MAX	62
#define WEEKS_MAX	62
#define MONTHS_MAX	120

const char *const pp_report_units[] = { "day", "week", "month", "year", NULL };
const char *const pp_report_ages[] = {
	"0-7", "8-30", "31-60", "61-90", "91+", "not_asked", NULL
};
const char *const pp_report_delays[] = {
	"1h", "24h", "3d", "7d", "30d", "longer", NULL
};

static int32_t	first_of(enum pp_report_unit, int32_t);
static int32_t	next_of(enum pp_report_unit, int32_t);
static void	add(struct pp_report_sum *, int64_t);
static void	count(struct pp_report_kind *, size_t *, const char *, int64_t,
		    int64_t);
static int	by_count(const void *, const void *);

/* The first day of the stretch that a day is in; weeks begin on Monday. */
static int32_t
first_of(enum pp_report_unit unit, int32_t day)
{
	int64_t n = pp_time_day_number(day);

	switch (unit) {
	case PP_REPORT_WEEK:
		/* 1970-01-01 was a Thursday. */
		return pp_time_day_of(n - (n + 3) % 7);
	case PP_REPORT_MONTH:
		return day / 100 * 100 + 1;
	case PP_REPORT_YEAR:
		return day / 10000 * 10000 + 101;
	default:
		return day;
	}
}

static int32_t
next_of(enum pp_report_unit unit, int32_t day)
{
	switch (unit) {
	case PP_REPORT_WEEK:
		return pp_time_day_of(pp_time_day_number(day) + 7);
	case PP_REPORT_MONTH:
		return day / 100 % 100 == 12 ? day + 10000 - 1100 : day + 100;
	case PP_REPORT_YEAR:
		return day + 10000;
	default:
		return pp_time_day_of(pp_time_day_number(day) + 1);
	}
}

void
pp_report_begin(struct pp_report *r, int32_t since, int32_t until,
    int32_t first, int32_t today)
{
	int64_t days;
	int32_t day;

	memset(r, 0, sizeof *r);
	r->until = until != 0 ? until : today;
	r->since = since != 0 ? since : first != 0 && first < r->until ?
	    first : r->until;
	if (r->since > r->until)
		return;
	days = pp_time_day_number(r->until) - pp_time_day_number(r->since) + 1;
	r->unit = days <= DAYS_MAX ? PP_REPORT_DAY :
	    days <= WEEKS_MAX * 7 ? PP_REPORT_WEEK :
	    days <= MONTHS_MAX * 30 ? PP_REPORT_MONTH : PP_REPORT_YEAR;
	for (day = first_of(r->unit, r->since); day <= r->until &&
	    r->nbars < PP_REPORT_BARS; day = next_of(r->unit, day))
		r->bars[r->nbars++].day = day;
}

bool
pp_report_has(const struct pp_report *r, int32_t day)
{
	return day >= r->since && day <= r->until;
}

void
pp_report_day(struct pp_report *r, int32_t day, int64_t n, int64_t received,
    int64_t back)
{
	size_t i;

	if (!pp_report_has(r, day))
		return;
	for (i = r->nbars; i > 0 && r->bars[i - 1].day > day; i--)
		continue;
	if (i > 0) {
		r->bars[i - 1].n += n;
		(void)pp_money_add(&r->bars[i - 1].received, received);
		(void)pp_money_add(&r->bars[i - 1].back, back);
	}
	r->sum.n += n;
	(void)pp_money_add(&r->sum.received, received);
	(void)pp_money_add(&r->sum.back, back);
}

static void
add(struct pp_report_sum *s, int64_t cents)
{
	s->n++;
	(void)pp_money_add(&s->cents, cents);
}

/* What is of one kind too many is counted with the last. */
static void
count(struct pp_report_kind *v, size_t *n, const char *name, int64_t times,
    int64_t cents)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (strcmp(v[i].name, name) == 0)
			break;
	if (i == *n && *n < PP_REPORT_KINDS)
		(void)strlcpy(v[(*n)++].name, name, sizeof v[0].name);
	if (i == PP_REPORT_KINDS)
		i--;
	v[i].sum.n += times;
	(void)pp_money_add(&v[i].sum.cents, cents);
}

void
pp_report_card(struct pp_report *r, const char *name, int64_t n, int64_t cents)
{
	count(r->cards, &r->ncards, name, n, cents);
	if (*name != '\0')
		r->charged += n;
}

void
pp_report_declined(struct pp_report *r, const char *reason, int64_t cents)
{
	count(r->reasons, &r->nreasons, reason, 1, cents);
	add(&r->declined, cents);
}

void
pp_report_paid(struct pp_report *r, int64_t delay, int64_t cents)
{
	static const int64_t ends[PP_DELAY_N - 1] = { PP_HOUR, PP_DAY,
	    3 * PP_DAY, 7 * PP_DAY, 30 * PP_DAY };
	int64_t k;
	size_t i;

	/* The processor's clock may be a second behind. */
	if (delay < 0)
		delay = 0;
	for (i = 0; i < PP_DELAY_N - 1 && delay >= ends[i]; i++)
		continue;
	add(&r->delays[i], cents);
	if (delay < PP_DAY)
		k = delay / PP_MINUTE;
	else if (delay < 60 * PP_DAY)
		k = 24 * 60 + delay / PP_HOUR;
	else
		k = 24 * 60 + 60 * 24 + delay / PP_DAY;
	r->fine[k < PP_REPORT_FINE ? k : PP_REPORT_FINE - 1]++;
	r->ndelays++;
}

int64_t
pp_report_median(const struct pp_report *r)
{
	int64_t seen = 0, k;

	for (k = 0; k < PP_REPORT_FINE; k++)
		if ((seen += r->fine[k]) * 2 >= r->ndelays && seen > 0)
			break;
	if (r->ndelays == 0)
		return -1;
	if (k < 24 * 60)
		return k * PP_MINUTE;
	k -= 24 * 60;
	return k < 60 * 24 ? k * PP_HOUR : (k - 60 * 24) * PP_DAY;
}

void
pp_report_owed(struct pp_report *r, const struct pp_task *t, int64_t asked_at,
    int64_t now)
{
	static const int64_t ends[] = { 7, 30, 60, 90 };
	struct pp_report_task *top;
	struct pp_sums s;
	size_t i;

	pp_task_sums(t, &s);
	if (s.owed <= 0 || t->removed)
		return;
	for (i = 0; i < PP_AGE_MORE &&
	    now - asked_at >= (ends[i] + 1) * PP_DAY; i++)
		continue;
	add(&r->ages[asked_at == 0 ? PP_AGE_UNASKED : i], s.owed);
	add(&r->owed, s.owed);
	for (i = r->ntop; i > 0 && r->top[i - 1].owed < s.owed; i--)
		continue;
	if (i == PP_REPORT_TOP)
		return;
	if (r->ntop < PP_REPORT_TOP)
		r->ntop++;
	top = &r->top[i];
	memmove(top + 1, top, (r->ntop - i - 1) * sizeof *top);
	(void)strlcpy(top->task, t->id, sizeof top->task);
	(void)strlcpy(top->invoice, t->invoice, sizeof top->invoice);
	top->asked_at = asked_at;
	top->owed = s.owed;
}

static int
by_count(const void *a, const void *b)
{
	const struct pp_report_kind *x = a, *y = b;

	if (x->sum.n != y->sum.n)
		return x->sum.n < y->sum.n ? 1 : -1;
	return strcmp(x->name, y->name);
}

void
pp_report_end(struct pp_report *r)
{
	qsort(r->cards, r->ncards, sizeof r->cards[0], by_count);
	qsort(r->reasons, r->nreasons, sizeof r->reasons[0], by_count);
}

/*
 * The figures of a report to look at: payments over time, what is owed by
 * age, how long it took from link to payment, why cards were declined.  Pure,
 * and of the same size however long the store: facts are folded in one by
 * one.
 */
#ifndef PP_REPORT_H
#define PP_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "link.h"
#include "task.h"

#define PP_REPORT_BARS	130
#define PP_REPORT_TOP	10
#define PP_REPORT_KINDS	16
#define PP_REPORT_FINE	(24 * 60 + 60 * 24 + 365)

enum pp_report_unit {
	PP_REPORT_DAY, PP_REPORT_WEEK, PP_REPORT_MONTH, PP_REPORT_YEAR
};
extern const char *const	pp_report_units[];

/* Since when it is owed: a customer was first asked at most 7, 30, 60, 90
 * days ago, before that, or never. */
enum pp_report_age {
	PP_AGE_7, PP_AGE_30, PP_AGE_60, PP_AGE_90, PP_AGE_MORE, PP_AGE_UNASKED,
	PP_AGE_N
};
extern const char *const	pp_report_ages[];
/* From link to payment: less than an hour, a day, 3, 7, 30 days, more. */
enum pp_report_delay {
	PP_DELAY_HOUR, PP_DELAY_DAY, PP_DELAY_3, PP_DELAY_7, PP_DELAY_30,
	PP_DELAY_MORE, PP_DELAY_N
};
extern const char *const	pp_report_delays[];

/* A stretch of time; back is what was refunded, voided or charged back. */
struct pp_report_bar {
	int32_t	day;		/* its first, yyyymmdd */
	int64_t	n, received, back;
};
struct pp_report_sum {
	int64_t	n, cents;
};
struct pp_report_kind {
	char	name[PP_ID_MAX];
	struct pp_report_sum sum;
};
struct pp_report_task {
	char	task[PP_TASK_ID];
	char	invoice[PP_ID_MAX];
	int64_t	asked_at;	/* 0: never */
	int64_t	owed;
};

struct pp_report {
	int32_t			 since, until;	/* business dates, included */
	enum pp_report_unit	 unit;
	struct pp_report_bar	 bars[PP_REPORT_BARS];
	size_t			 nbars;
	struct pp_report_bar	 sum;
	struct pp_report_kind	 cards[PP_REPORT_KINDS];	/* "" none */
	size_t			 ncards;
	int64_t			 charged;	/* payments by card */
	struct pp_report_sum	 delays[PP_DELAY_N];
	int64_t			 fine[PP_REPORT_FINE];	/* for the median */
	int64_t			 ndelays;
	struct pp_report_kind	 reasons[PP_REPORT_KINDS];
	size_t			 nreasons;
	struct pp_report_sum	 declined;
	/* As it is now, whatever the period. */
	struct pp_report_sum	 ages[PP_AGE_N];
	struct pp_report_sum	 owed;
	struct pp_report_task	 top[PP_REPORT_TOP];	/* owe most */
	size_t			 ntop;
};

/* The period: since and until as asked (0: not), first the first payment's
 * day (0: there is none), today.  Chooses days, weeks, months or years, so
 * that there are bars enough and not too many. */
void		pp_report_begin(struct pp_report *, int32_t since,
		    int32_t until, int32_t first, int32_t today);
/* Is the business date in the period? */
bool		pp_report_has(const struct pp_report *, int32_t day);
/* The payments of a business date; others are left out. */
void		pp_report_day(struct pp_report *, int32_t day, int64_t n,
		    int64_t received, int64_t back);
/* Payments by a kind of card ("": by none). */
void		pp_report_card(struct pp_report *, const char *name, int64_t n,
		    int64_t cents);
/* A payment through a link that was made so long before, in ms. */
void		pp_report_paid(struct pp_report *, int64_t delay,
		    int64_t cents);
/* An attempt was declined: the reason's name (pp_say_reason). */
void		pp_report_declined(struct pp_report *, const char *reason,
		    int64_t cents);
/* A task owes; asked_at is when its first link was made, 0 if none was. */
void		pp_report_owed(struct pp_report *, const struct pp_task *,
		    int64_t asked_at, int64_t now);
/* Sorts what came in any order: the largest kinds first. */
void		pp_report_end(struct pp_report *);
/* Half of the payments took no longer, in ms, to the minute within a day, to
 * the hour within sixty; -1 without any. */
int64_t		pp_report_median(const struct pp_report *);

#endif

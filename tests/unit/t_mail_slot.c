/* Rule M1: pure functions of lib/mail_slot.c. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "mail_slot.h"
#include "tap.h"
#include "banned.h"

/* Monday 2026-11-23, 10:00 in Montreal. */
#define NOW	1795446000000LL
#define TODAY	20261123

static struct pp_mail	mail(enum pp_mail_kind, const char *,
			    enum pp_mail_state, int64_t);
static struct pp_mail	request(int64_t);
static struct pp_mail	reminder(const char *, enum pp_mail_state, int64_t);
static void		names(void);
static void		schedules(void);
static void		once(void);
static void		failures(void);
static void		days(void);
static void		missed(void);
static void		epochs(void);
static void		zones(void);
static void		holds(void);

static struct pp_mail
mail(enum pp_mail_kind kind, const char *slot, enum pp_mail_state state,
    int64_t at)
{
	struct pp_mail m = { .kind = (int)kind, .state = (int)state,
	    .intended_at = at };

	(void)strlcpy(m.slot, slot, sizeof m.slot);
	if (state == PP_MS_SENT)
		m.sent_at = at;
	return m;
}

static struct pp_mail
request(int64_t at)
{
	return mail(PP_MK_REQUEST, "1", PP_MS_SENT, at);
}

static struct pp_mail
reminder(const char *slot, enum pp_mail_state state, int64_t at)
{
	return mail(PP_MK_REMINDER, slot, state, at);
}

static void
names(void)
{
	static const struct { const char *name; enum pp_mail_kind kind; } t[] = {
		{ "demande-de-paiement", PP_MK_REQUEST },
		{ "rappel", PP_MK_REMINDER }, { "rappel-final", PP_MK_REMINDER },
		{ "rappelle", PP_MK_REQUEST }, { "recu", PP_MK_RECEIPT },
		{ "recu-partiel", PP_MK_RECEIPT }, { "receipt", PP_MK_RECEIPT },
		{ "remboursement", PP_MK_REFUND }, { "attention", PP_MK_ALERT },
		{ "feuille-du-jour", PP_MK_DAILY }, { "x", PP_MK_REQUEST }
	};
	static const char *const bad[] = { "", "A", "1a", "a/b", "../x", "a.b",
	    "-a", "abcdefghijklmnopqrstuvwxyz1234567", "re\xc3\xa7u" };
	char out[PP_MAIL_NAME];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		is_int(pp_mail_kind_of(t[i].name), t[i].kind, t[i].name);
		is_int(pp_mail_template_ok(t[i].name, NULL), PP_OK, t[i].name);
	}
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		is_int(pp_mail_template_ok(bad[i], NULL), PP_USAGE,
		    "no template's name");
	is_str(pp_mail_family("recu-partiel", out), "recu",
	    "M1: two templates, one receipt of a payment");
	is_str(pp_mail_family("recu", out), "recu", "a receipt");
	is_str(pp_mail_family("demande-partiel", out), "demande-partiel",
	    "a request keeps its name");
}

static void
schedules(void)
{
	static const char *const bad[] = { "", "3", "3d,", ",3d", "0d", "7d,3d",
	    "3d,3d", "3 d", "367d", "-3d", "3d;7d",
	    "1d,2d,3d,4d,5d,6d,7d,8d,9d,10d,11d,12d,13d,14d,15d,16d,17d",
	    "99999999999999999999d" };
	int d[PP_MAIL_DAYS];
	size_t n, i;

	is_int(pp_mail_schedule("3d,7d,14d", d, &n, NULL), PP_OK, "a schedule");
	is_int((int64_t)n, 3, "of three");
	ok(d[0] == 3 && d[1] == 7 && d[2] == 14, "its days");
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		is_int(pp_mail_schedule(bad[i], d, &n, NULL), PP_DATA, bad[i]);
	is_int(pp_mail_slot_days("2.7d", 2), 7, "slot of an epoch");
	is_int(pp_mail_slot_days("2.7d", 1), 0, "slot of another epoch");
	is_int(pp_mail_slot_days("2", 2), 0, "a request's slot");
	is_int(pp_mail_slot_days("2.07d", 2), 0, "written otherwise");
}

/* A slot is used once. */
static void
once(void)
{
	struct pp_mail m = request(NOW);

	is_int(pp_mail_again(&m, true, NOW), PP_MV_ALREADY,
	    "M1: sent once, also when named");
	m.state = PP_MS_INTENT;
	is_int(pp_mail_again(&m, false, NOW + PP_MAIL_HAND), PP_MV_IN_HAND,
	    "M1: another process is at it");
	is_int(pp_mail_again(&m, true, NOW + PP_MAIL_HAND + 1), PP_MV_UNKNOWN,
	    "M1: an intent without an outcome is never sent by itself");
	is_int(pp_mail_state(&m, NOW + PP_MAIL_HAND + 1), PP_MS_UNKNOWN,
	    "and its state says so");
	m.state = PP_MS_UNKNOWN;
	is_int(pp_mail_again(&m, true, NOW + 365 * PP_DAY), PP_MV_UNKNOWN,
	    "M1: unknown waits for a person, for ever");
}

static void
failures(void)
{
	static const int minutes[] = { 1, 2, 4, 8, 16, 32, 60, 60 };
	struct pp_mail m = request(NOW);
	size_t i;

	for (i = 0; i < sizeof minutes / sizeof minutes[0]; i++) {
		m.tries = (int64_t)i + 1;
		pp_mail_fail(&m, false, "smtp 451", NOW);
		is_int(m.retry_at - NOW, minutes[i] * PP_MINUTE,
		    "the next try");
	}
	m.tries = INT64_MAX;
	pp_mail_fail(&m, false, "smtp 451", NOW);
	is_int(pp_mail_again(&m, false, m.retry_at - 1), PP_MV_LATER,
	    "not before");
	is_int(pp_mail_again(&m, true, m.retry_at - 1), PP_MV_SEND,
	    "a person need not wait");
	is_int(pp_mail_again(&m, false, m.retry_at), PP_MV_SEND, "then");
	pp_mail_fail(&m, true, "smtp 550", NOW);
	is_int(pp_mail_again(&m, false, NOW + 365 * PP_DAY), PP_MV_FAILED,
	    "a refusal for good is not repeated");
	is_int(pp_mail_again(&m, true, NOW), PP_MV_SEND,
	    "but by a person, who mended the address");
	is_str(m.reason, "smtp 550", "why");
}

/* Business days, in the business's zone. */
static void
days(void)
{
	static const struct {
		int	days;
		int32_t	today;
		enum pp_mail_hold want;
		int32_t	due;
	} t[] = {
		/* Sent on a Monday. */
		{ 3, 20261123, PP_MH_NOT_DUE, 0 },
		{ 3, 20261125, PP_MH_NOT_DUE, 0 },
		{ 3, 20261126, PP_MH_NONE, 20261126 },
		{ 3, 20261127, PP_MH_NONE, 20261126 },
		{ 3, 20261128, PP_MH_NOT_DUE, 0 },	/* Saturday */
		{ 3, 20261129, PP_MH_NOT_DUE, 0 },	/* Sunday */
		{ 3, 20261130, PP_MH_NONE, 20261126 },
		/* A Saturday's and a Sunday's are Monday's. */
		{ 5, 20261128, PP_MH_NOT_DUE, 0 },
		{ 5, 20261130, PP_MH_NONE, 20261130 },
		{ 6, 20261130, PP_MH_NONE, 20261130 },
		{ 4, 20261127, PP_MH_NONE, 20261127 },
		/* Over the end of months and years. */
		{ 39, 20261231, PP_MH_NOT_DUE, 0 },
		{ 39, 20270101, PP_MH_NONE, 20270101 },
		{ 98, 20270228, PP_MH_NOT_DUE, 0 },
		{ 98, 20270301, PP_MH_NONE, 20270301 },
		{ 0, 20261123, PP_MH_NOT_DUE, 0 }
	};
	struct pp_mail m[2] = { request(NOW) };
	struct pp_reminder r;
	size_t i;

	is_int(pp_mail_may_remind(m, 0, 1, 3, 20261130, "none", &r), PP_MH_NO_REQUEST,
	    "M1: no reminder of a request that was not sent");
	m[0].sent_at = 0;
	m[0].state = PP_MS_UNKNOWN;
	is_int(pp_mail_may_remind(m, 1, 1, 3, 20261130, "none", &r), PP_MH_NO_REQUEST,
	    "M1: nor of one that perhaps was");
	m[0] = request(NOW);
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		memset(&r, 0, sizeof r);
		is_int(pp_mail_may_remind(m, 1, 1, t[i].days, t[i].today, "none", &r),
		    t[i].want, "M1: a business day");
		is_int(r.due, t[i].due, "its day");
	}
	/* The first of two. */
	m[0] = request(NOW + 2 * PP_DAY);
	m[1] = request(NOW);
	(void)pp_mail_may_remind(m, 2, 1, 3, 20261126, "none", &r);
	ok(r.first == &m[1] && r.due == 20261126, "M1: counted from the first");
}

/* A missed day is caught up by at most one, never two for one slot. */
static void
missed(void)
{
	static const int sched[] = { 3, 7, 14 };
	struct pp_mail m[4] = { request(NOW) };
	struct pp_reminder r = { 0 };

	is_int(pp_mail_remind(m, 1, 1, sched, 3, 20261126, "none", &r), PP_MH_NONE,
	    "the first");
	is_int(r.days, 3, "is 3d");
	is_int(pp_mail_remind(m, 1, 1, sched, 3, 20270201, "none", &r), PP_MH_NONE,
	    "all three missed");
	is_int(r.days, 14, "M1: one catches up, the last");
	m[1] = reminder("1.14d", PP_MS_SENT, NOW + 70 * PP_DAY);
	is_int(pp_mail_remind(m, 2, 1, sched, 3, 20270202, "none", &r), PP_MH_NOT_DUE,
	    "M1: and the earlier ones never come after it");
	m[1] = reminder("1.3d", PP_MS_SENT, NOW + 7 * PP_DAY);
	is_int(pp_mail_remind(m, 2, 1, sched, 3, 20261130, "none", &r), PP_MH_NOT_DUE,
	    "M1: not two on a day");
	is_int(pp_mail_remind(m, 2, 1, sched, 3, 20261201, "none", &r), PP_MH_NONE,
	    "the next day");
	is_int(r.days, 7, "is 7d");
	is_int(pp_mail_may_remind(m, 2, 1, 3, 20261201, "none", &r), PP_MH_NOT_DUE,
	    "M1: never two for one slot");
	m[1] = reminder("1.3d", PP_MS_UNKNOWN, NOW + 3 * PP_DAY);
	is_int(pp_mail_may_remind(m, 2, 1, 3, 20261127, "none", &r), PP_MH_NOT_DUE,
	    "M1: an unknown one uses its slot");
	m[1] = reminder("1.3d", PP_MS_INTENT, NOW + 3 * PP_DAY);
	is_int(pp_mail_may_remind(m, 2, 1, 3, 20261127, "none", &r), PP_MH_NOT_DUE,
	    "an intent too");
	m[1] = reminder("1.3d", PP_MS_FAILED, NOW + 3 * PP_DAY);
	m[1].retry_at = 1;
	is_int(pp_mail_may_remind(m, 2, 1, 3, 20261126, "none", &r), PP_MH_NONE,
	    "one that failed is tried again");
	m[1].retry_at = 0;
	is_int(pp_mail_may_remind(m, 2, 1, 3, 20261127, "none", &r), PP_MH_NOT_DUE,
	    "one that failed for good is not");
}

static void
epochs(void)
{
	struct pp_mail m[3] = { request(NOW) };
	struct pp_reminder r = { 0 };

	m[1] = reminder("1.14d", PP_MS_SENT, NOW + 14 * PP_DAY);
	is_int(pp_mail_may_remind(m, 2, 2, 3, 20261230, "none", &r), PP_MH_NO_REQUEST,
	    "a renewed link is a new request, to be sent first");
	m[2] = mail(PP_MK_REQUEST, "2", PP_MS_SENT, NOW + 21 * PP_DAY);
	is_int(pp_mail_may_remind(m, 3, 2, 3, 20261217, "none", &r), PP_MH_NONE,
	    "then it counts anew");
	is_int(r.due, 20261217, "from there");
}

/* 23:30 in Montreal is the next day in UTC. */
static void
zones(void)
{
	struct pp_mail m[1] = { request(NOW + 13 * PP_HOUR +
	    30 * PP_MINUTE) };
	struct pp_reminder r = { 0 };

	is_int(pp_time_day(m[0].sent_at), TODAY, "still Monday");
	is_int(pp_mail_may_remind(m, 1, 1, 1, 20261124, "none", &r), PP_MH_NONE,
	    "M1: days of the business's zone");
}

static void
holds(void)
{
	static const enum pp_mail_kind kinds[] = { PP_MK_REQUEST,
	    PP_MK_REMINDER };
	struct pp_link l = { .id = "lnk_1", .task = "T-1", .purpose =
	    "balance", .kind = PP_LINK_WHOLE, .state = PP_L_OPEN, .epoch = 1 };
	struct pp_attempt a = { .id = "att_1", .task = "T-1", .link = "lnk_1",
	    .amount = 1000, .state = PP_T_PRESENTED, .opened_at = NOW,
	    .presented_at = NOW, .ticket = "x",
	    .expires_at = NOW + PP_TICKET_LIFE };
	struct pp_case c = { .task = { .id = "T-1", .total = 1000 },
	    .links = &l, .nlinks = 1, .atts = &a };
	size_t i;

	for (i = 0; i < 2; i++) {
		enum pp_mail_kind k = kinds[i];

#define HOLD(want, name) is_int(pp_mail_hold(k, &c, &l, NOW), want, "M1: " name)
		HOLD(PP_MH_NONE, "an open link is asked for");
		c.task.suspect = true;
		HOLD(PP_MH_SUSPECT, "held while the total is suspect");
		c.task.suspect = false;
		c.natts = 1;
		HOLD(PP_MH_BEING_PAID, "held while a card form is open");
		a.state = PP_T_PROCESSING;
		HOLD(PP_MH_BEING_PAID, "held while a payment is processing");
		a.state = PP_T_AUTHORIZED;
		HOLD(PP_MH_BEING_PAID, "held while money is only authorized");
		a.state = PP_T_UNKNOWN;
		HOLD(PP_MH_UNKNOWN, "held while a payment is unknown");
		a.state = PP_T_PROCESSING;
		a.expires_at = NOW - 2 * PP_DAY;
		HOLD(PP_MH_UNKNOWN, "held when nobody knows after a day");
		a.state = PP_T_PRESENTED;
		a.expires_at = NOW + PP_TICKET_LIFE;
		c.natts = 0;
		c.task.paid = 1000;
		HOLD(PP_MH_NOTHING_OWED, "never to who owes nothing");
		c.task.paid = 0;
		c.task.removed = true;
		HOLD(PP_MH_REMOVED, "never of a removed task");
		c.task.removed = false;
		l.state = PP_L_CANCELLED;
		HOLD(PP_MH_CANCELLED, "never of a cancelled link");
		l.state = PP_L_SUPERSEDED;
		HOLD(PP_MH_SUPERSEDED, "never of a replaced link");
		l.state = PP_L_OPEN;
		l.expires_at = NOW;
		HOLD(PP_MH_EXPIRED, "never of an expired link");
		l.expires_at = 0;
		l.kind = PP_LINK_AMOUNT;
		l.amount = l.paid = 500;
		HOLD(PP_MH_NOTHING_OWED, "nor when the link's part is paid");
		l.kind = PP_LINK_WHOLE;
		l.amount = l.paid = 0;
#undef HOLD
	}
	c.natts = 1;
	a.state = PP_T_UNKNOWN;
	c.task.paid = 1000;
	is_int(pp_mail_hold(PP_MK_RECEIPT, &c, NULL, NOW), PP_MH_NONE,
	    "M1: a receipt tells a fact, whatever else is open");
	c.task.suspect = true;
	is_int(pp_mail_hold(PP_MK_RECEIPT, &c, NULL, NOW), PP_MH_SUSPECT,
	    "A2: but nothing is mailed while the total is suspect");
}

int
main(void)
{
	(void)pp_time_zone("America/Toronto", NULL);
	names();
	schedules();
	once();
	failures();
	days();
	missed();
	epochs();
	zones();
	holds();
	return done();
}

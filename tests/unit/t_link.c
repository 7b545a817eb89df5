/* Rules A1 (what a link asks), K1 and K2 (expiry): pure functions of
 * lib/link.c. */
#include "config.h"

#include <string.h>

#include "link.h"
#include "tap.h"
#include "banned.h"

#define NOW	1795446000000LL

static struct pp_task	task(int64_t, int64_t);
static struct pp_link	mklink(enum pp_link_kind, int64_t);
static struct pp_link_want want(enum pp_link_kind, int64_t);
static void		pay(struct pp_link *, struct pp_task *,
			    enum pp_pay_type, int64_t);
static void		asks(void);
static void		percent(void);
static void		states(void);
static void		decide(void);
static void		amounts(void);
static void		words(void);

static struct pp_task
task(int64_t total, int64_t paid)
{
	struct pp_task t = { .id = "T-1", .currency = "CAD", .total = total,
	    .paid = paid };

	return t;
}

static struct pp_link
mklink(enum pp_link_kind kind, int64_t n)
{
	struct pp_link l = { .id = "lnk_1", .task = "T-1", .purpose = "balance",
	    .integration = "moneris", .kind = kind, .epoch = 1 };

	switch (kind) {
	case PP_LINK_AMOUNT:
		l.amount = n;
		break;
	case PP_LINK_PERCENT:
		l.percent = n;
		break;
	default:
		l.min = n;
		break;
	}
	return l;
}

static struct pp_link_want
want(enum pp_link_kind kind, int64_t n)
{
	struct pp_link l = mklink(kind, n);
	struct pp_link_want w = { .purpose = "balance",
	    .integration = "moneris", .kind = l.kind, .amount = l.amount,
	    .percent = l.percent, .min = l.min };

	return w;
}

/* As the record does it: the link first, with the task as it was. */
static void
pay(struct pp_link *l, struct pp_task *t, enum pp_pay_type type, int64_t cents)
{
	struct pp_payment p = { .type = (int)type, .amount = cents };

	pp_link_take(l, t, &p);
	if (!pp_task_take(t, &p))
		ok(false, "pp_task_take");
}

static void
asks(void)
{
	struct pp_task t = task(100000, 0);
	struct pp_link l = mklink(PP_LINK_WHOLE, 0);

	is_int(pp_link_charge(&l, &t, 0), 100000, "A1 whole: all that is owed");
	pay(&l, &t, PP_P_PAYMENT, 30000);
	is_int(pp_link_charge(&l, &t, 0), 70000, "A1 whole: the rest");
	pay(&l, &t, PP_P_OFFLINE, 20000);
	is_int(pp_link_charge(&l, &t, 20000), 50000,
	    "A1 whole: offline money counts once");
	pay(&l, &t, PP_P_REFUND, 10000);
	is_int(pp_link_charge(&l, &t, 20000), 50000,
	    "A1 a refund does not make the customer owe again");

	t = task(100000, 0);
	l = mklink(PP_LINK_AMOUNT, 40000);
	is_int(pp_link_asks(&l, &t, 0), 40000, "A1 amount: it");
	is_int(pp_link_asks(&l, &t, 15000), 25000,
	    "A1 amount: less offline money for its purpose");
	pay(&l, &t, PP_P_PAYMENT, 10000);
	is_int(pp_link_asks(&l, &t, 0), 30000,
	    "A1 amount: less what was paid through it");
	pay(&l, &t, PP_P_VOID, 10000);
	is_int(pp_link_asks(&l, &t, 0), 40000, "A1 amount: a void undoes");
	pay(&l, &t, PP_P_PAYMENT, 10000);
	pay(&l, &t, PP_P_CHARGEBACK, 10000);
	is_int(pp_link_asks(&l, &t, 0), 40000, "A1 amount: a chargeback too");
	pay(&l, &t, PP_P_CHARGEBACK_REVERSAL, 10000);
	is_int(pp_link_asks(&l, &t, 0), 30000, "A1 amount: and its reversal");
	pay(&l, &t, PP_P_REFUND, 10000);
	is_int(pp_link_asks(&l, &t, 0), 30000, "A3 amount: a refund does not make it ask again");
	pay(&l, &t, PP_P_PAYMENT, 50000);
	is_int(pp_link_asks(&l, &t, 0), 0, "A1 amount: never below nothing");

	t = task(30000, 0);
	l = mklink(PP_LINK_AMOUNT, 40000);
	is_int(pp_link_charge(&l, &t, 0), 30000,
	    "A1 charged = min(asks, owed): owed is less");
	t = task(50000, 50000);
	is_int(pp_link_charge(&l, &t, 0), 0,
	    "A1 paid by another link: nothing is charged");
	t = task(100000, 90000);
	l = mklink(PP_LINK_OPEN, 0);
	is_int(pp_link_charge(&l, &t, 0), 10000, "A1 open: at most the owed");
}

static void
percent(void)
{
	struct pp_task t = task(100001, 0);
	struct pp_link l = mklink(PP_LINK_PERCENT, 3000);

	is_int(pp_link_charge(&l, &t, 0), 30000, "A1 30 % of 1000.01");
	t.total = 100002;
	is_int(pp_link_charge(&l, &t, 0), 30001, "A1 rounded to the cent");
	t.total = 5;
	l.percent = 5000;
	is_int(pp_link_charge(&l, &t, 0), 3, "A1 rounded half up");
	l.percent = 3000;
	t.total = 200000;
	is_int(pp_link_charge(&l, &t, 0), 60000,
	    "A1 a percentage follows the total");
	t.adjusted = -100000;
	is_int(pp_link_charge(&l, &t, 0), 30000,
	    "A1 a percentage is of due, adjustments and all");
	t.adjusted = 0;
	pay(&l, &t, PP_P_PAYMENT, 60000);
	is_int(l.frozen, 60000, "A1 frozen by the first payment");
	t.total = 400000;
	is_int(pp_link_charge(&l, &t, 0), 0,
	    "A1 and no longer follows the total");
	pay(&l, &t, PP_P_VOID, 60000);
	is_int(pp_link_charge(&l, &t, 0), 60000,
	    "A1 frozen stays frozen when the payment is undone");
	pay(&l, &t, PP_P_PAYMENT, 20000);
	is_int(l.frozen, 60000, "A1 and at the next payment");
	is_int(pp_link_charge(&l, &t, 0), 40000, "A1 the rest of it");

	l = mklink(PP_LINK_PERCENT, 10000);
	t = task(1000, 0);
	t.adjusted = -2000;
	is_int(pp_link_charge(&l, &t, 0), 0, "A1 of a negative due: nothing");
}

static void
states(void)
{
	struct pp_task t = task(1000, 0);
	struct pp_link l = mklink(PP_LINK_WHOLE, 0);

	is_int(pp_link_state(&l, &t, 0, NOW), PP_L_OPEN, "K2 open");
	l.expires_at = NOW;
	is_int(pp_link_state(&l, &t, 0, NOW), PP_L_EXPIRED,
	    "K2 expired, by the clock alone");
	is_int(pp_link_state(&l, &t, 0, NOW - 1), PP_L_OPEN,
	    "K2 and not an instant before");
	ok(!pp_link_renewal_asked(&l, &t, 0, NOW), "K2 nobody asked");
	l.asked_at = NOW;
	ok(pp_link_renewal_asked(&l, &t, 0, NOW), "K2 a new link is asked for");
	ok(!pp_link_renewal_asked(&l, &t, 0, NOW - 1),
	    "K2 but of one that has expired");
	t.paid = 1000;
	ok(!pp_link_renewal_asked(&l, &t, 0, NOW), "K2 and while it is owed");
	is_int(pp_link_state(&l, &t, 0, NOW), PP_L_COMPLETED,
	    "K2 nothing left to ask: completed, expired or not");
	t.total = 1500;
	l.expires_at = 0;
	is_int(pp_link_state(&l, &t, 0, NOW), PP_L_OPEN,
	    "A3 completed opens again when the total rises");
	t.total = 1000;
	t.refunded = 400;
	is_int(pp_link_state(&l, &t, 0, NOW), PP_L_COMPLETED,
	    "A3 never because of a refund");
	l.state = PP_L_CANCELLED;
	is_int(pp_link_state(&l, &t, 0, NOW), PP_L_CANCELLED,
	    "K2 cancelled stays, paid or not");
	l.state = PP_L_SUPERSEDED;
	is_int(pp_link_state(&l, &t, 0, NOW), PP_L_SUPERSEDED,
	    "K2 superseded stays");
}

static void
decide(void)
{
	enum what { NONE, OPEN, EXPIRED, CANCELLED, COMPLETED, PART };
	static const struct {
		const char		*name;
		enum what		 is;
		bool			 same;
		enum pp_if_exists	 how;
		enum pp_link_verdict	 verdict;
	} tab[] = {
	{ "K1 none: created", NONE, true, PP_IF_REUSE, PP_LINK_CREATE },
	{ "K1 open: the same one", OPEN, true, PP_IF_REUSE, PP_LINK_REUSE },
	{ "K1 open, renew: the same one, nothing to renew",
	    OPEN, true, PP_IF_RENEW, PP_LINK_REUSE },
	{ "K1 open, supersede, same request: the same one",
	    OPEN, true, PP_IF_SUPERSEDE, PP_LINK_REUSE },
	{ "K1 open, fail: refused", OPEN, true, PP_IF_FAIL, PP_LINK_REFUSE },
	{ "K1 open, another request: 5",
	    OPEN, false, PP_IF_REUSE, PP_LINK_DIFFERS },
	{ "K1 open, another request, renew: 5",
	    OPEN, false, PP_IF_RENEW, PP_LINK_DIFFERS },
	{ "K1 open, another request, supersede: replaced",
	    OPEN, false, PP_IF_SUPERSEDE, PP_LINK_REPLACE },
	{ "K1 expired: refused", EXPIRED, true, PP_IF_REUSE, PP_LINK_REFUSE },
	{ "K1 expired, renew: renewed",
	    EXPIRED, true, PP_IF_RENEW, PP_LINK_RENEW },
	{ "K1 expired, supersede, same request: refused",
	    EXPIRED, true, PP_IF_SUPERSEDE, PP_LINK_REFUSE },
	{ "K1 expired, another request: 5",
	    EXPIRED, false, PP_IF_RENEW, PP_LINK_DIFFERS },
	{ "K1 expired, another request, supersede: replaced",
	    EXPIRED, false, PP_IF_SUPERSEDE, PP_LINK_REPLACE },
	{ "K1 cancelled: refused",
	    CANCELLED, true, PP_IF_REUSE, PP_LINK_REFUSE },
	{ "K1 cancelled, renew: a script never undoes a person",
	    CANCELLED, true, PP_IF_RENEW, PP_LINK_REFUSE },
	{ "K1 cancelled, another request, supersede: nor so",
	    CANCELLED, false, PP_IF_SUPERSEDE, PP_LINK_REFUSE },
	{ "K1 completed and nothing owed: nothing",
	    COMPLETED, true, PP_IF_REUSE, PP_LINK_NOTHING },
	{ "K1 completed and nothing owed, another request: nothing",
	    COMPLETED, false, PP_IF_SUPERSEDE, PP_LINK_NOTHING },
	{ "K1 its own part paid, the task owes, same request: nothing",
	    PART, true, PP_IF_REUSE, PP_LINK_NOTHING },
	{ "K1 its own part paid, the task owes, another request: 5",
	    PART, false, PP_IF_REUSE, PP_LINK_DIFFERS },
	{ "K1 its own part paid, another request, supersede: replaced",
	    PART, false, PP_IF_SUPERSEDE, PP_LINK_REPLACE }
	};
	static const struct {
		const char		*name, *member;
		enum pp_link_kind	 had, kind;
		int64_t			 n, m;
		const char		*integration;
	} diff[] = {
	{ "K1 another amount is named", "amount", PP_LINK_AMOUNT,
	    PP_LINK_AMOUNT, 100, 101, "moneris" },
	{ "K1 amount and whole differ", "amount", PP_LINK_AMOUNT,
	    PP_LINK_WHOLE, 100, 0, "moneris" },
	{ "K1 another percentage is named", "percent", PP_LINK_PERCENT,
	    PP_LINK_PERCENT, 3000, 3001, "moneris" },
	{ "K1 another least is named", "min", PP_LINK_OPEN,
	    PP_LINK_OPEN, 100, 200, "moneris" },
	{ "K1 another integration is named", "integration", PP_LINK_WHOLE,
	    PP_LINK_WHOLE, 0, 0, "other" }
	};
	struct pp_link_want w;
	struct pp_link l;
	struct pp_task t;
	struct pp_err err;
	enum pp_link_verdict v;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		t = task(1000, 0);
		l = mklink(PP_LINK_AMOUNT, 600);
		w = want(PP_LINK_AMOUNT, tab[i].same ? 600 : 700);
		switch (tab[i].is) {
		case EXPIRED:
			l.expires_at = NOW - 1;
			break;
		case CANCELLED:
			l.state = PP_L_CANCELLED;
			break;
		case COMPLETED:
			t.paid = 1000;
			break;
		case PART:
			l.paid = t.paid = 600;
			break;
		default:
			break;
		}
		memset(&err, 0, sizeof err);
		v = pp_link_decide(tab[i].is == NONE ? NULL : &l, &w,
		    tab[i].how, &t, 0, NOW, &err);
		if (!ok(v == tab[i].verdict, "%s", tab[i].name))
			printf("# verdict %d: %s\n", (int)v, err.msg);
		ok((v == PP_LINK_REFUSE || v == PP_LINK_DIFFERS ||
		    v == PP_LINK_NOTHING) == (err.msg[0] != '\0'),
		    "%s: words if and only if it is left alone", tab[i].name);
	}
	for (i = 0; i < sizeof diff / sizeof diff[0]; i++) {
		t = task(1000, 0);
		l = mklink(diff[i].had, diff[i].n);
		w = want(diff[i].kind, diff[i].m);
		(void)strlcpy(w.integration, diff[i].integration,
		    sizeof w.integration);
		memset(&err, 0, sizeof err);
		ok(pp_link_decide(&l, &w, PP_IF_REUSE, &t, 0, NOW, &err) ==
		    PP_LINK_DIFFERS && strcmp(err.member, diff[i].member) == 0,
		    "%s", diff[i].name);
	}

	w = want(PP_LINK_WHOLE, 0);
	t = task(1000, 1000);
	is_int(pp_link_decide(NULL, &w, PP_IF_REUSE, &t, 0, NOW, NULL),
	    PP_LINK_NOTHING, "K1 none, and nothing owed: nothing");
	t = task(1000, 0);
	t.removed = true;
	is_int(pp_link_decide(NULL, &w, PP_IF_REUSE, &t, 0, NOW, NULL),
	    PP_LINK_REFUSE, "T3 no link for a removed task");
	l = mklink(PP_LINK_WHOLE, 0);
	is_int(pp_link_decide(&l, &w, PP_IF_RENEW, &t, 0, NOW, NULL),
	    PP_LINK_REFUSE, "T3 nor an old one again");
}

static void
amounts(void)
{
	struct pp_link l = mklink(PP_LINK_OPEN, 500);
	struct pp_err err = { 0 };

	ok(pp_link_amount_ok(&l, 1000, 500, NULL) == PP_OK &&
	    pp_link_amount_ok(&l, 1000, 1000, NULL) == PP_OK,
	    "A1 open: from the least to all that is charged");
	ok(pp_link_amount_ok(&l, 1000, 499, &err) == PP_STATE &&
	    strcmp(err.msg, "between 5.00 and 10.00") == 0,
	    "A1 open: less is refused, the range is named");
	ok(pp_link_amount_ok(&l, 1000, 1001, NULL) == PP_STATE,
	    "A1 open: more is refused");
	ok(pp_link_amount_ok(&l, 300, 300, NULL) == PP_OK &&
	    pp_link_amount_ok(&l, 300, 299, NULL) == PP_STATE,
	    "A1 open: less than the least is left: exactly that");
	l.min = 0;
	ok(pp_link_amount_ok(&l, 1000, 1, NULL) == PP_OK &&
	    pp_link_amount_ok(&l, 1000, 0, NULL) == PP_STATE &&
	    pp_link_amount_ok(&l, 1000, -1, NULL) == PP_STATE,
	    "A5 a cent at least");
	l = mklink(PP_LINK_AMOUNT, 1000);
	ok(pp_link_amount_ok(&l, 1000, 1000, NULL) == PP_OK &&
	    pp_link_amount_ok(&l, 1000, 999, NULL) == PP_STATE,
	    "A1 no other kind lets the customer choose");
	ok(pp_link_amount_ok(&l, 0, 0, NULL) == PP_STATE,
	    "A5 nothing charged, nothing chosen");
}

static void
words(void)
{
	static const struct { const char *s; int64_t basis; } percents[] = {
		{ "30", 3000 }, { "33.33", 3333 }, { "100", 10000 },
		{ "0.01", 1 }, { "0", -1 }, { "100.01", -1 }, { "-5", -1 },
		{ "33.333", -1 }, { "", -1 }, { "30%", -1 }, { "1e1", -1 }
	};
	int64_t n;
	size_t i;

	for (i = 0; i < sizeof percents / sizeof percents[0]; i++) {
		n = -1;
		ok((pp_percent_parse(percents[i].s, &n, NULL) == PP_OK) ==
		    (percents[i].basis != -1) && (percents[i].basis == -1 ||
		    n == percents[i].basis), "a percentage: \"%s\"",
		    percents[i].s);
	}
	ok(pp_purpose_ok("balance", NULL) == PP_OK &&
	    pp_purpose_ok("a-b_9", NULL) == PP_OK &&
	    pp_purpose_ok("abcdefghijklmnopqrstuvwxyz012345", NULL) == PP_OK,
	    "purposes");
	ok(pp_purpose_ok("", NULL) == PP_DATA &&
	    pp_purpose_ok("A", NULL) == PP_DATA &&
	    pp_purpose_ok("a b", NULL) == PP_DATA &&
	    pp_purpose_ok("abcdefghijklmnopqrstuvwxyz0123456", NULL) ==
	    PP_DATA, "no purposes");
}

int
main(void)
{
	asks();
	percent();
	states();
	decide();
	amounts();
	words();
	return done();
}

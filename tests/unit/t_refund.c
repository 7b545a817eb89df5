/* Rules F1 to F4: pure functions of lib/refund.c. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "money.h"
#include "refund.h"
#include "tap.h"
#include "time.h"
#include "banned.h"

#define WHOLE	50000

static struct pp_payment	paid(void);
static struct pp_refund		opened(int64_t, enum pp_refund_kind);
static int64_t			at(const char *);
static void	f1_left(void);
static void	f1_decide(void);
static void	f2_key(void);
static void	f2_same(void);
static void	f2_state(void);
static void	f3_closes(void);
static void	f3_batch(void);
static void	apply(void);
static void	f4_settle(void);
static void	document(void);

static int64_t
at(const char *s)
{
	int64_t t = 0;

	if (pp_time_parse(s, &t, NULL) != PP_OK)
		abort();
	return t;
}

static struct pp_payment
paid(void)
{
	return (struct pp_payment){ .id = "pay_1", .task = "T-1",
	    .link = "lnk_1", .type = PP_P_PAYMENT, .amount = WHOLE,
	    .currency = "CAD", .integration = "moneris",
	    .order_no = "T-1-abcd.a1", .transaction_no = "1-0_9",
	    .brand = PP_B_VISA, .last4 = "4242",
	    .paid_at = at("2026-01-15T18:00:00Z") };
}

static struct pp_refund
opened(int64_t cents, enum pp_refund_kind kind)
{
	struct pp_refund r = { .id = "ref_1", .task = "T-1",
	    .payment = "pay_1", .kind = kind, .state = PP_R_OPENED,
	    .amount = cents, .currency = "CAD", .integration = "moneris",
	    .order_no = "T-1-abcd.a1", .of = "1-0_9", .reason = "r",
	    .attempts = 1 };

	r.opened_at = r.sent_at = at("2026-01-15T18:10:00Z");
	return r;
}

static void
f1_left(void)
{
	static const struct {
		const char	*name;
		int		 type;		/* of a row, -1 none */
		int64_t		 cents;
		const char	*of;
		int		 state;		/* of a refund, -1 none */
		int64_t		 asked;
		int64_t		 left, gone, reserved;
	} tab[] = {
		{ "nothing yet", -1, 0, "", -1, 0, WHOLE, 0, 0 },
		{ "a refund", PP_P_REFUND, 200, "pay_1", -1, 0, 49800, 200,
		    0 },
		{ "a void", PP_P_VOID, WHOLE, "pay_1", -1, 0, 0, WHOLE, 0 },
		{ "a chargeback", PP_P_CHARGEBACK, 300, "pay_1", -1, 0, 49700,
		    300, 0 },
		{ "its reversal", PP_P_CHARGEBACK_REVERSAL, 0, "pay_1", -1, 0,
		    WHOLE, 0, 0 },
		{ "another payment's refund", PP_P_REFUND, 200, "pay_2", -1,
		    0, WHOLE, 0, 0 },
		{ "another payment of the number", PP_P_PAYMENT, 200, "", -1,
		    0, WHOLE, 0, 0 },
		{ "opened", -1, 0, "", PP_R_OPENED, 200, 49800, 0, 200 },
		{ "unknown", -1, 0, "", PP_R_UNKNOWN, 200, 49800, 0, 200 },
		{ "approved: its row counts", PP_P_REFUND, 200, "pay_1",
		    PP_R_APPROVED, 200, 49800, 200, 0 },
		{ "declined", -1, 0, "", PP_R_DECLINED, 200, WHOLE, 0, 0 },
		{ "not done", -1, 0, "", PP_R_NOT_DONE, 200, WHOLE, 0, 0 },
		{ "both", PP_P_REFUND, 49000, "pay_1", PP_R_UNKNOWN, 1000, 0,
		    49000, 1000 },
		{ "never below nothing", PP_P_REFUND, 49000, "pay_1",
		    PP_R_UNKNOWN, 2000, 0, 49000, 2000 }
	};
	struct pp_payment p = paid(), row;
	struct pp_refund r;
	struct pp_refund_sums s;
	char name[96];
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		row = paid();
		row.type = tab[i].type;
		row.amount = tab[i].cents;
		(void)strlcpy(row.refund_of, tab[i].of, sizeof row.refund_of);
		r = opened(tab[i].asked, PP_K_REFUND);
		r.state = tab[i].state;
		pp_refund_sums(&p, &row, tab[i].type != -1, &r,
		    tab[i].state != -1, &s);
		(void)snprintf(name, sizeof name, "F1 %s: left",
		    tab[i].name);
		is_int(s.left, tab[i].left, name);
		(void)snprintf(name, sizeof name, "F1 %s: gone",
		    tab[i].name);
		is_int(s.gone, tab[i].gone, name);
		(void)snprintf(name, sizeof name, "F1 %s: reserved",
		    tab[i].name);
		is_int(s.reserved, tab[i].reserved, name);
	}
	r = opened(200, PP_K_REFUND);
	(void)strlcpy(r.payment, "pay_2", sizeof r.payment);
	pp_refund_sums(&p, NULL, 0, &r, 1, &s);
	is_int(s.left, WHOLE, "F1 another payment's opened refund");
}

/* Which, and how much; or why not. */
static void
f1_decide(void)
{
	static const struct {
		const char		*name;
		int64_t			 left, reserved, amount;
		enum pp_refund_how	 how;
		bool			 open;
		int			 kind;		/* -1 refused */
		int64_t			 cents;
	} tab[] = {
		{ "F3 the whole, batch open", WHOLE, 0, 0, PP_HOW_BEST, true,
		    PP_K_VOID, WHOLE },
		{ "F3 the whole by its amount", WHOLE, 0, WHOLE, PP_HOW_BEST,
		    true, PP_K_VOID, WHOLE },
		{ "F3 the whole, batch closed", WHOLE, 0, 0, PP_HOW_BEST,
		    false, PP_K_REFUND, WHOLE },
		{ "F3 refund was said", WHOLE, 0, 0, PP_HOW_REFUND, true,
		    PP_K_REFUND, WHOLE },
		{ "F3 void was said", WHOLE, 0, 0, PP_HOW_VOID, true,
		    PP_K_VOID, WHOLE },
		{ "F3 void, batch closed", WHOLE, 0, 0, PP_HOW_VOID, false,
		    -1, 0 },
		{ "F3 a part", WHOLE, 0, 100, PP_HOW_BEST, true, PP_K_REFUND,
		    100 },
		{ "F3 void of a part", WHOLE, 0, 100, PP_HOW_VOID, true, -1,
		    0 },
		{ "F3 the rest", 100, 0, 0, PP_HOW_BEST, true, PP_K_REFUND,
		    100 },
		{ "F3 void of the rest", 100, 0, 0, PP_HOW_VOID, true, -1,
		    0 },
		{ "F1 all but what is unknown", 100, 49900, 0, PP_HOW_BEST,
		    true, PP_K_REFUND, 100 },
		{ "F1 exactly what is left", 100, 0, 100, PP_HOW_BEST, false,
		    PP_K_REFUND, 100 },
		{ "F1 a cent more", 100, 0, 101, PP_HOW_BEST, false, -1, 0 },
		{ "F1 more than was paid", WHOLE, 0, WHOLE + 1, PP_HOW_BEST,
		    true, -1, 0 },
		{ "F1 nothing left", 0, 0, 0, PP_HOW_BEST, true, -1, 0 },
		{ "F1 nothing left, one cent", 0, 0, 1, PP_HOW_REFUND, false,
		    -1, 0 },
		{ "F3 an unknown void: no refund follows", 0, WHOLE, 0,
		    PP_HOW_REFUND, false, -1, 0 }
	};
	struct pp_payment p = paid();
	struct pp_refund_sums s;
	enum pp_refund_kind kind;
	int64_t cents;
	enum pp_rc rc;
	size_t i;
	int type;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		s.left = tab[i].left;
		s.reserved = tab[i].reserved;
		s.gone = WHOLE - s.left - s.reserved;
		rc = pp_refund_decide(&p, &s, tab[i].amount, tab[i].how,
		    tab[i].open, &kind, &cents, NULL);
		if (tab[i].kind == -1)
			is_int(rc, PP_STATE, tab[i].name);
		else
			ok(rc == PP_OK && (int)kind == tab[i].kind &&
			    cents == tab[i].cents, "%s", tab[i].name);
	}
	s = (struct pp_refund_sums){ WHOLE, 0, 0 };
	for (type = PP_P_REFUND; type <= PP_P_CHARGEBACK_REVERSAL; type++) {
		p.type = type;
		ok(pp_refund_decide(&p, &s, 0, PP_HOW_BEST, true, &kind,
		    &cents, NULL) == PP_STATE, "F1 no refund of a row of type "
		    "%s", pp_pay_types[type]);
	}
	p = paid();
	p.transaction_no[0] = '\0';
	is_int(pp_refund_decide(&p, &s, 0, PP_HOW_BEST, true, &kind, &cents,
	    NULL), PP_STATE, "F1 nor without the processor's number");
}

static void
f2_key(void)
{
	struct pp_payment p = paid();
	char a[PP_REF_KEY], b[PP_REF_KEY];

	pp_refund_key(&p, 20000, 20260115, 1, a);
	is_str(a, "moneris/1-0_9/200.00/2026-01-15", "F2 the key");
	pp_refund_key(&p, 0, 20260115, 1, a);
	is_str(a, "moneris/1-0_9/rest/2026-01-15", "F2 of the rest");
	pp_refund_key(&p, 20000, 20260115, 2, a);
	is_str(a, "moneris/1-0_9/200.00/2026-01-15/2", "F2 once more");
	pp_refund_key(&p, 20000, 20260116, 1, b);
	ok(strcmp(a, b) != 0, "F2 another day, another key");
	memset(p.integration, 'i', sizeof p.integration - 1);
	memset(p.transaction_no, 't', sizeof p.transaction_no - 1);
	pp_refund_key(&p, PP_CENTS_MAX, 20260115, PP_REF_AGAINS, a);
	pp_refund_key(&p, PP_CENTS_MAX, 20260115, PP_REF_AGAINS - 1, b);
	ok(strcmp(a, b) != 0, "F2 the longest key is not cut");
}

static void
f2_same(void)
{
	struct pp_refund r = opened(WHOLE, PP_K_VOID);
	struct pp_err err = { .msg = "" };

	is_int(pp_refund_same(&r, PP_HOW_BEST, "r", NULL), PP_OK,
	    "F2 the same");
	is_int(pp_refund_same(&r, PP_HOW_VOID, "r", NULL), PP_OK,
	    "F2 as a void, which it is");
	is_int(pp_refund_same(&r, PP_HOW_REFUND, "r", &err), PP_CONFLICT,
	    "F2 as a refund, which it is not");
	is_str(err.member, "kind", "F2 and that is named");
	pp_err_clear(&err);
	is_int(pp_refund_same(&r, PP_HOW_BEST, "s", &err), PP_CONFLICT,
	    "F2 for another reason");
	is_str(err.member, "reason", "F2 and that is named too");
}

static void
f2_state(void)
{
	struct pp_refund r = opened(100, PP_K_REFUND);

	is_int(pp_refund_state(&r, r.sent_at + PP_REFUND_WAIT - 1),
	    PP_R_OPENED, "F2 opened while it may be answered");
	is_int(pp_refund_state(&r, r.sent_at + PP_REFUND_WAIT), PP_R_UNKNOWN,
	    "F2 then unknown, whoever died");
	r.sent_at += PP_HOUR;
	is_int(pp_refund_state(&r, r.sent_at), PP_R_OPENED,
	    "F2 counted from the newest request");
	r.state = PP_R_DECLINED;
	is_int(pp_refund_state(&r, r.sent_at + PP_DAY), PP_R_DECLINED,
	    "F2 what has ended stays");
}

static void
f3_closes(void)
{
	static const struct {
		const char	*paid, *hour, *close;
	} tab[] = {
		{ "2026-01-15T18:00:00Z", "22:00", "2026-01-16T03:00:00Z" },
		{ "2026-01-15T05:00:00Z", "22:00", "2026-01-16T03:00:00Z" },
		{ "2026-01-15T04:59:59Z", "22:00", "2026-01-15T03:00:00Z" },
		{ "2026-01-16T03:30:00Z", "22:00", "2026-01-16T03:00:00Z" },
		{ "2026-07-15T18:00:00Z", "22:00", "2026-07-16T02:00:00Z" },
		{ "2026-07-15T03:59:59Z", "22:00", "2026-07-15T02:00:00Z" },
		/* The days of the change. */
		{ "2026-03-08T06:30:00Z", "22:00", "2026-03-09T02:00:00Z" },
		{ "2026-03-08T18:00:00Z", "22:00", "2026-03-09T02:00:00Z" },
		{ "2026-11-01T05:30:00Z", "22:00", "2026-11-02T03:00:00Z" },
		{ "2026-11-01T18:00:00Z", "22:00", "2026-11-02T03:00:00Z" },
		{ "2026-01-15T18:00:00Z", "00:00", "2026-01-15T05:00:00Z" },
		{ "2026-01-15T18:00:00Z", "23:59", "2026-01-16T04:59:00Z" }
	};
	static const char *const bad[] = { "", "24:00", "22:60", "9:00",
	    "22.00", "2200", "22:00 ", "-1:00", "Never" };
	char buf[PP_TIME_STR], name[96];
	size_t i;
	int minute;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		(void)snprintf(name, sizeof name, "F3 paid %s, closes at %s",
		    tab[i].paid, tab[i].hour);
		ok(pp_refund_minute(tab[i].hour, &minute), "F3 %s",
		    tab[i].hour);
		is_str(pp_time_str(pp_refund_closes_at(at(tab[i].paid),
		    minute), false, buf, sizeof buf), tab[i].close, name);
	}
	ok(pp_refund_minute("never", &minute) && minute == -1, "F3 never");
	is_int(pp_refund_closes_at(at("2026-01-15T18:00:00Z"), -1), 0,
	    "F3 never was open");
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ok(!pp_refund_minute(bad[i], &minute), "F3 no hour: %s",
		    bad[i]);
}

static void
f3_batch(void)
{
	static const struct {
		const char	*a, *b;
		bool		 later;
	} tab[] = {
		{ "069", "070", true }, { "069", "069", false },
		{ "070", "069", false }, { "999", "001", true },
		{ "001", "999", false }, { "998", "003", true },
		{ "", "070", false }, { "069", "", false },
		{ "069", "07x", false }
	};
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++)
		ok(pp_batch_later(tab[i].a, tab[i].b) == tab[i].later,
		    "F3 batch %s %s after %s", tab[i].b, tab[i].later ?
		    "is" : "is not", tab[i].a);
}

static void
apply(void)
{
	static const struct {
		const char		*name;
		enum pp_refund_kind	 kind;
		bool			 chosen;
		int			 before;
		enum pp_outcome		 outcome;
		enum pp_refund_applied	 want;
		int			 after;
	} tab[] = {
		{ "approved", PP_K_REFUND, false, PP_R_OPENED, PP_O_APPROVED,
		    PP_REFUND_MONEY, PP_R_APPROVED },
		{ "G7 approved late", PP_K_REFUND, false, PP_R_UNKNOWN,
		    PP_O_APPROVED, PP_REFUND_MONEY, PP_R_APPROVED },
		{ "G7 approved against a person's word", PP_K_REFUND, false,
		    PP_R_NOT_DONE, PP_O_APPROVED, PP_REFUND_MONEY,
		    PP_R_APPROVED },
		{ "G7 approved after a decline", PP_K_REFUND, false,
		    PP_R_DECLINED, PP_O_APPROVED, PP_REFUND_MONEY,
		    PP_R_APPROVED },
		{ "G3 approved twice", PP_K_REFUND, false, PP_R_APPROVED,
		    PP_O_APPROVED, PP_REFUND_NOTHING, PP_R_APPROVED },
		{ "declined", PP_K_REFUND, false, PP_R_OPENED, PP_O_DECLINED,
		    PP_REFUND_STATE, PP_R_DECLINED },
		{ "approved, then declined", PP_K_REFUND, false,
		    PP_R_APPROVED, PP_O_DECLINED, PP_REFUND_NOTHING,
		    PP_R_APPROVED },
		{ "settled, then declined", PP_K_REFUND, false, PP_R_NOT_DONE,
		    PP_O_DECLINED, PP_REFUND_NOTHING, PP_R_NOT_DONE },
		{ "F3 a void that we chose, declined", PP_K_VOID, false,
		    PP_R_OPENED, PP_O_DECLINED, PP_REFUND_RETRY,
		    PP_R_OPENED },
		{ "F3 an unknown void, declined late: no refund follows",
		    PP_K_VOID, false, PP_R_UNKNOWN, PP_O_DECLINED,
		    PP_REFUND_STATE, PP_R_DECLINED },
		{ "F3 a void that was said, declined", PP_K_VOID, true,
		    PP_R_OPENED, PP_O_DECLINED, PP_REFUND_STATE,
		    PP_R_DECLINED },
		{ "F3 a void, unknown", PP_K_VOID, false, PP_R_OPENED,
		    PP_O_UNKNOWN, PP_REFUND_STATE, PP_R_UNKNOWN },
		{ "G5 unknown", PP_K_REFUND, false, PP_R_OPENED, PP_O_UNKNOWN,
		    PP_REFUND_STATE, PP_R_UNKNOWN },
		{ "G5 any word that we do not know", PP_K_REFUND, false,
		    PP_R_OPENED, PP_O_INCOMPLETE, PP_REFUND_STATE,
		    PP_R_UNKNOWN },
		{ "it never left", PP_K_REFUND, false, PP_R_OPENED, PP_O_NONE,
		    PP_REFUND_STATE, PP_R_NOT_DONE },
		{ "G5 unknown is not made undone", PP_K_REFUND, false,
		    PP_R_UNKNOWN, PP_O_NONE, PP_REFUND_NOTHING,
		    PP_R_UNKNOWN }
	};
	struct pp_payment of = paid(), pay;
	struct pp_refund old, new;
	struct pp_refund_answer an;
	enum pp_refund_applied got;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		old = opened(WHOLE, tab[i].kind);
		old.state = tab[i].before;
		old.flags = tab[i].chosen ? PP_RF_CHOSEN : 0;
		memset(&an, 0, sizeof an);
		memset(&pay, 0, sizeof pay);
		an.outcome = tab[i].outcome;
		an.receipt.amount = WHOLE;
		(void)strlcpy(an.receipt.transaction_no, "2-1_9",
		    sizeof an.receipt.transaction_no);
		got = pp_refund_apply(&old, &of, &an, old.sent_at + 1, &new,
		    &pay);
		ok(got == tab[i].want && new.state == tab[i].after, "%s",
		    tab[i].name);
		if (tab[i].want == PP_REFUND_RETRY)
			ok(new.kind == PP_K_REFUND && new.attempts == 2 &&
			    new.sent_at == old.sent_at + 1, "F3 and then it "
			    "is a refund");
		if (tab[i].want == PP_REFUND_MONEY)
			ok(pay.type == PP_P_REFUND && pay.amount == WHOLE &&
			    strcmp(pay.refund_of, of.id) == 0 &&
			    strcmp(pay.task, of.task) == 0 &&
			    strcmp(pay.order_no, of.order_no) == 0 &&
			    strcmp(pay.transaction_no, "2-1_9") == 0,
			    "%s: its payment", tab[i].name);
	}
	old = opened(WHOLE, PP_K_REFUND);
	an.outcome = PP_O_APPROVED;
	an.receipt.amount = 49900;
	(void)pp_refund_apply(&old, &of, &an, old.sent_at, &new, &pay);
	ok(new.given == 49900 && pay.amount == 49900 &&
	    (new.flags & PP_RF_DIFFERS) && (pay.flags & PP_PF_AMOUNT_DIFFERS),
	    "R1 another amount is recorded as it is, and told");
	memset(old.reason, 'x', 63);
	(void)strlcpy(old.reason + 63, "\xc3\xa9tc", sizeof old.reason - 63);
	(void)pp_refund_apply(&old, &of, &an, old.sent_at, &new, &pay);
	is_int((int64_t)strlen(pay.reason), 63,
	    "a reason is cut between two characters");
}

static void
f4_settle(void)
{
	static const struct {
		const char	*name;
		int		 state;
		int64_t		 later;
		bool		 done;
		const char	*txn, *reference;
		int64_t		 amount;
		const char	*time;
		enum pp_rc	 want;
	} tab[] = {
		{ "done, with its numbers", PP_R_UNKNOWN, 0, true, "2-1_9",
		    "66", WHOLE, "2026-01-15T18:10:05Z", PP_OK },
		{ "opened long ago", PP_R_OPENED, PP_HOUR, true, "2-1_9",
		    "66", WHOLE, "2026-01-15T18:10:05Z", PP_OK },
		{ "not done", PP_R_UNKNOWN, 0, false, "", "", 0, NULL,
		    PP_OK },
		{ "opened just now", PP_R_OPENED, 0, false, "", "", 0, NULL,
		    PP_STATE },
		{ "approved", PP_R_APPROVED, 0, false, "", "", 0, NULL,
		    PP_STATE },
		{ "declined", PP_R_DECLINED, 0, true, "2-1_9", "66", WHOLE,
		    "2026-01-15T18:10:05Z", PP_STATE },
		{ "without a number", PP_R_UNKNOWN, 0, true, "", "66", WHOLE,
		    "2026-01-15T18:10:05Z", PP_DATA },
		{ "without a reference", PP_R_UNKNOWN, 0, true, "2-1_9", "",
		    WHOLE, "2026-01-15T18:10:05Z", PP_DATA },
		{ "without an amount", PP_R_UNKNOWN, 0, true, "2-1_9", "66",
		    0, "2026-01-15T18:10:05Z", PP_DATA },
		{ "without a time", PP_R_UNKNOWN, 0, true, "2-1_9", "66",
		    WHOLE, NULL, PP_DATA },
		{ "another amount", PP_R_UNKNOWN, 0, true, "2-1_9", "66",
		    WHOLE - 1, "2026-01-15T18:10:05Z", PP_CONFLICT },
		{ "before the payment", PP_R_UNKNOWN, 0, true, "2-1_9", "66",
		    WHOLE, "2026-01-15T17:59:59Z", PP_DATA },
		{ "in the future", PP_R_UNKNOWN, 0, true, "2-1_9", "66",
		    WHOLE, "2026-01-15T19:59:59Z", PP_DATA }
	};
	struct pp_payment of = paid(), pay;
	struct pp_refund old, new;
	struct pp_receipt rc;
	int64_t now;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		old = opened(WHOLE, PP_K_VOID);
		old.state = tab[i].state;
		now = old.sent_at + 10 * PP_SECOND + tab[i].later;
		memset(&rc, 0, sizeof rc);
		(void)strlcpy(rc.transaction_no, tab[i].txn,
		    sizeof rc.transaction_no);
		(void)strlcpy(rc.reference_no, tab[i].reference,
		    sizeof rc.reference_no);
		rc.amount = tab[i].amount;
		rc.paid_at = tab[i].time != NULL ? at(tab[i].time) : 0;
		if (!ok(pp_refund_settle(&old, &of, tab[i].done, &rc, "seen",
		    now, &new, &pay, NULL) == tab[i].want, "F4 %s",
		    tab[i].name) || tab[i].want != PP_OK)
			continue;
		ok(new.state == (tab[i].done ? PP_R_APPROVED :
		    PP_R_NOT_DONE) && (new.flags & PP_RF_SETTLED) &&
		    strcmp(new.note, "seen") == 0, "F4 %s: a person's word",
		    tab[i].name);
		if (tab[i].done)
			ok(pay.type == PP_P_VOID && pay.amount == WHOLE &&
			    (pay.flags & PP_PF_SETTLED), "F4 %s: its payment",
			    tab[i].name);
	}
	old = opened(WHOLE, PP_K_VOID);
	old.state = PP_R_UNKNOWN;
	is_int(pp_refund_settle(&old, &of, false, &rc, "", now, &new, &pay,
	    NULL), PP_DATA, "F4 not without a reason");
}

/* What is written is read back, and the key is nobody's business. */
static void
document(void)
{
	struct json_object *o = json_object_new_object();
	struct pp_refund r = opened(WHOLE, PP_K_VOID), back;
	size_t i;

	(void)strlcpy(r.key, "k", sizeof r.key);
	pp_doc_write(pp_refund_fields, pp_refund_nfields, &r, PP_DOC_STORE, o);
	memset(&back, 0, sizeof back);
	ok(pp_doc_read(pp_refund_fields, pp_refund_nfields, o, &back, NULL) ==
	    PP_OK && memcmp(&r, &back, sizeof r) == 0, "stored, and read back");
	json_object_put(o);
	o = json_object_new_object();
	pp_refund_show(&r, r.sent_at + PP_HOUR, o);
	is_str(json_object_get_string(json_object_object_get(o, "state")),
	    "unknown", "shown as it is at that time");
	ok(!json_object_object_get_ex(o, "key", NULL), "without its key");
	json_object_put(o);
	for (i = 0; i < pp_refund_nfields; i++)
		if (pp_refund_fields[i].flags & PP_FF_ASIDE)
			break;
	ok(i == pp_refund_nfields, "G2 the journal tells all of it");
}

int
main(void)
{
	f1_left();
	f1_decide();
	f2_key();
	f2_same();
	f2_state();
	f3_closes();
	f3_batch();
	apply();
	f4_settle();
	document();
	return done();
}

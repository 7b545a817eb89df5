/*
 * The offline Moneris's engine under each hypothesis, its bank and its
 * faults.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox_engine.h"
#include "tap.h"
#include "time.h"
#include "banned.h"

#define VISA	"4242424242424242"
#define NOW	(1795459762LL * PP_SECOND)	/* 2026-11-23T18:49:22Z */

static const char	table[] =
    "# cents\n"
    "00\t00\t027\tapproved\tA\n"
    "05\t05\t481\tdeclined\tA\n"
    "08\t08\t004\tapproved with ID\tA\n"
    "75\t75\t481\tdeclined\tB\n"
    "91\t01\t027\tapproved after 5 s\tB\n";

static const char	*pay(struct sandbox *, const char *, const char *,
			    int64_t);
static const char	*preload(struct sandbox *, const char *, int64_t,
			    int64_t);
static struct sandbox	*fresh(const char *);

static void	assume_test(void);
static void	bank_test(void);
static void	cancel_test(void);
static void	eastern_test(void);
static void	fault_parse_test(void);
static void	fault_test(void);
static void	flight_test(void);
static void	life_test(void);
static void	numbers_test(void);
static void	unique_test(void);
static void	back_test(void);

static struct sandbox	box;

/* Empty again, under these assumptions. */
static struct sandbox *
fresh(const char *assume)
{
	sandbox_release(&box);
	sandbox_init(&box, 7);
	(void)sandbox_penny_read(table, &box.penny, NULL);
	if (assume != NULL && sandbox_assume_parse(&box.assume, assume,
	    NULL) != PP_OK)
		abort();
	return &box;
}

/* The ticket, or the error's text. */
static const char *
preload(struct sandbox *sb, const char *order_no, int64_t cents, int64_t now)
{
	static struct pp_err err;
	struct sandbox_order o = { .store = "store5",
	    .checkout = "chktSANDBOX", .language = "en", .cents = cents };
	const struct sandbox_ticket *t;

	memset(&err, 0, sizeof err);
	(void)strlcpy(o.order_no, order_no, sizeof o.order_no);
	if (sandbox_preload(sb, &o, now, &t, &err) != PP_OK)
		return err.msg;
	return t->id;
}

/* "approved 027", "declined null", "refused null", or a code like "2002". */
static const char *
pay(struct sandbox *sb, const char *ticket, const char *pan, int64_t now)
{
	static const char *const words[] = { "approved", "authorized",
	    "declined", "refused" };
	static char buf[32];
	struct sandbox_card card = { .expiry = "1230", .holder = "Me" };
	const struct sandbox_charge *c;
	enum sandbox_code code;
	unsigned delay;

	(void)strlcpy(card.pan, pan, sizeof card.pan);
	if ((code = sandbox_present(sb, ticket, now, NULL)) != SANDBOX_GOOD ||
	    (code = sandbox_submit(sb, ticket, &card, now, &delay)) !=
	    SANDBOX_GOOD) {
		(void)snprintf(buf, sizeof buf, "%u", (unsigned)code);
		return buf;
	}
	c = sandbox_settle(sb, ticket, &card, now);
	(void)snprintf(buf, sizeof buf, "%s %s", words[c->result],
	    c->code[0] == '\0' ? "null" : c->code);
	return buf;
}

static void
bank_test(void)
{
	static const struct {
		const char	*pan;
		int64_t		 cents;
		bool		 pennies;
		const char	*want;	/* iso/code */
	} t[] = {
		{ VISA, 900, false, "00/027" },
		{ VISA, 905, false, "05/481" },
		{ VISA, 908, false, "08/004" },
		{ VISA, 907, false, "01/027" },	/* not in this table */
		{ VISA, 1075, false, "75/481" },
		{ VISA, 1100, false, "01/027" },
		{ VISA, 1175, false, "01/027" },	/* band */
		{ VISA, 5099, false, "01/027" },
		{ VISA, 5100, false, "41/421" },
		{ VISA, 6000, false, "41/421" },
		{ VISA, 6001, false, "01/027" },
		{ VISA, 11999, false, "01/027" },
		{ VISA, 12000, false, "54/482" },
		{ VISA, 13000, false, "54/482" },
		{ VISA, 13001, false, "01/027" },
		{ VISA, 114975, false, "01/027" },
		{ VISA, 114975, true, "75/481" },
		{ VISA, 5500, true, "00/027" },
		{ "5454545454545454", 905, false, "05/481" },
		{ "373599005095005", 905, false, "00/025" },
		{ "373599005095005", 500, false, "50/438" },
		{ "3566007770015365", 900, false, "00/025" },
		{ "4355310002576375", 900, false, "54/482" },
		{ "4485621544903528", 114975, false, "51/481" },
		{ "4111111111111111", 900, false, "14/477" }
	};
	struct sandbox *sb = fresh(NULL);
	struct sandbox_answer a;
	struct pp_err err = { 0 };
	char got[16], name[64];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		sandbox_card_decide(&sb->penny, t[i].pan, t[i].cents,
		    t[i].pennies, &a);
		(void)snprintf(got, sizeof got, "%s/%s", a.iso, a.code);
		(void)snprintf(name, sizeof name, "bank: %s %lld%s",
		    t[i].pan, (long long)t[i].cents,
		    t[i].pennies ? " by pennies" : "");
		is_str(got, t[i].want, name);
	}
	sandbox_card_decide(&sb->penny, VISA, 991, false, &a);
	is_int(a.delay, 5, "bank: .91 takes 5 seconds");
	ok(sandbox_code_approves("000") && sandbox_code_approves("049") &&
	    !sandbox_code_approves("050") && !sandbox_code_approves("") &&
	    !sandbox_code_approves("27") && !sandbox_code_approves("02x"),
	    "bank: three digits below 50 approve");
	ok(sandbox_penny_read("00\t00\t27\tx\n", &sb->penny, &err) ==
	    PP_DATA, "bank: a table without a code is refused");
	is_str(err.msg, "penny table: line 1 is not CENTS ISO CODE",
	    "bank: and the line named");
}

static void
unique_test(void)
{
	struct sandbox *sb = fresh(NULL);
	char a[64], b[64];

	/* Two live tickets of one number: the second charge is refused. */
	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	(void)strlcpy(b, preload(sb, "N-1", 900, NOW), sizeof b);
	is_int((int64_t)strlen(b), 40, "at_charge: preloaded twice unpaid");
	is_str(pay(sb, a, VISA, NOW), "approved 027", "at_charge: one");
	is_str(pay(sb, b, VISA, NOW), "refused null", "at_charge: not two");
	is_str(preload(sb, "N-1", 900, NOW), "Duplicate orderId",
	    "at_charge: no third ticket");
	is_int(sb->charges[1].taken, 0, "at_charge: nothing taken twice");
	is_int((int64_t)strlen(preload(sb, "N-2", 900, NOW)), 40,
	    "at_charge: another number");

	/* The same number at another store is another number. */
	sb = fresh(NULL);
	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	(void)strlcpy(b, preload(sb, "N-1", 900, NOW), sizeof b);
	(void)strlcpy(sb->tickets[1]->order.store, "store3",
	    sizeof sb->tickets[1]->order.store);
	is_str(pay(sb, a, VISA, NOW), "approved 027", "stores: one");
	is_str(pay(sb, b, VISA, NOW), "approved 027", "stores: the other");

	/* A pre-authorization is a transaction too. */
	sb = fresh(NULL);
	(void)sandbox_fault_parse(&sb->faults, "preauth", NULL);
	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	is_str(pay(sb, a, VISA, NOW), "authorized 027", "authorized: one");
	is_str(preload(sb, "N-1", 900, NOW), "Duplicate orderId",
	    "authorized: the number is used up");

	sb = fresh("unique=at_preload");
	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	is_str(preload(sb, "N-1", 900, NOW), "Duplicate orderId",
	    "at_preload: refused while unpaid");
	is_str(preload(sb, "N-1", 900, NOW + PP_DAY), "Duplicate orderId",
	    "at_preload: and when expired");

	sb = fresh("unique=no");
	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	is_str(pay(sb, a, VISA, NOW), "approved 027", "no: one");
	(void)strlcpy(b, preload(sb, "N-1", 900, NOW), sizeof b);
	is_str(pay(sb, b, VISA, NOW), "approved 027", "no: two");
	ok(strcmp(sb->charges[0].transaction_no,
	    sb->charges[1].transaction_no) != 0, "no: two transactions");
}

static void
assume_test(void)
{
	struct sandbox *sb = fresh(NULL);
	struct pp_err err = { 0 };
	char a[64], b[64];

	(void)strlcpy(a, preload(sb, "N-1", 905, NOW), sizeof a);
	(void)strlcpy(b, preload(sb, "N-1", 900, NOW), sizeof b);
	is_str(pay(sb, a, VISA, NOW), "declined 481", "a decline");
	is_str(pay(sb, a, VISA, NOW), "2002", "a declined ticket is spent");
	is_str(pay(sb, b, VISA, NOW), "approved 027",
	    "not spent_by_decline: the sibling is charged");

	sb = fresh("spent_by_decline=true");
	(void)strlcpy(a, preload(sb, "N-1", 905, NOW), sizeof a);
	(void)strlcpy(b, preload(sb, "N-1", 900, NOW), sizeof b);
	is_str(pay(sb, a, VISA, NOW), "declined 481", "spent: a decline");
	is_str(pay(sb, b, VISA, NOW), "refused null",
	    "spent: the sibling is refused");
	is_str(preload(sb, "N-1", 900, NOW), "Duplicate orderId",
	    "spent: no new ticket");

	/* Without a code nothing was sent to the bank. */
	sb = fresh("spent_by_decline=true");
	(void)sandbox_fault_parse(&sb->faults, "null_code", NULL);
	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	is_str(pay(sb, a, VISA, NOW), "declined null", "spent: no code");
	is_int((int64_t)strlen(preload(sb, "N-1", 900, NOW)), 40,
	    "spent: not by that");

	sb = fresh("spent_by_decline=true,retry_in_frame=true");
	(void)strlcpy(a, preload(sb, "N-1", 905, NOW), sizeof a);
	is_str(pay(sb, a, VISA, NOW), "declined 481", "retry: declined");
	sb->tickets[0]->order.cents = 900;
	is_str(pay(sb, a, VISA, NOW), "approved 027",
	    "retry: then approved, in its own frame");
	is_str(pay(sb, a, VISA, NOW), "2002", "retry: not a third time");

	sb = fresh("ticket_reload=false");
	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	is_int(sandbox_present(sb, a, NOW, NULL), SANDBOX_GOOD,
	    "no reload: shown once");
	is_int(sandbox_present(sb, a, NOW, NULL), SANDBOX_REUSED,
	    "no reload: not twice");
	sb = fresh(NULL);
	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	(void)sandbox_present(sb, a, NOW, NULL);
	is_int(sandbox_present(sb, a, NOW, NULL), SANDBOX_GOOD,
	    "reload: shown twice");

	ok(sandbox_assume_parse(&sb->assume, "unique=often", &err) ==
	    PP_USAGE, "assume: a wrong value");
	is_str(err.msg, "assume unique: at_charge, at_preload or no, not "
	    "often", "assume: and what is right");
	ok(sandbox_assume_parse(&sb->assume, "x=true", NULL) == PP_USAGE &&
	    sandbox_assume_parse(&sb->assume, "ticket_reload=1", NULL) ==
	    PP_USAGE && sandbox_assume_parse(&sb->assume, "unique", NULL) ==
	    PP_USAGE, "assume: wrong names and no values");
}

static void
life_test(void)
{
	struct sandbox *sb = fresh(NULL);
	int64_t end = NOW + SANDBOX_TICKET_LIFE * PP_SECOND;
	const struct sandbox_ticket *t;
	char a[64];

	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	ok(strncmp(a, "1795459762", 10) == 0 && a[39] == 'F' &&
	    strlen(a) == 40, "ticket: unix time, 40 characters, inline");
	is_int(sandbox_peek(sb, a, end - 1), SANDBOX_GOOD,
	    "ticket: alive to the last");
	is_int(sandbox_peek(sb, a, end), SANDBOX_EXPIRED, "ticket: expires");
	is_str(pay(sb, a, VISA, end), "2003", "ticket: not paid then");
	is_str(pay(sb, "1795459762nobody", VISA, NOW), "2001",
	    "ticket: unknown");
	ok(sandbox_receipt(sb, "store5", "chktSANDBOX", a, end, &t) == NULL,
	    "receipt: none for the expired");
	is_str(pay(sb, a, VISA, end - 1), "approved 027",
	    "ticket: paid just before");
	ok(sandbox_receipt(sb, "store5", "chktSANDBOX", a, end + PP_DAY,
	    &t) != NULL, "receipt: days after");
	ok(sandbox_receipt(sb, "store3", "chktSANDBOX", a, end, &t) == NULL &&
	    sandbox_receipt(sb, "store5", "chktOTHER", a, end, &t) == NULL,
	    "receipt: not to another store or profile");
	(void)sandbox_fault_parse(&sb->faults, "fullscreen", NULL);
	ok(preload(sb, "N-2", 900, NOW)[39] == 'T', "ticket: full screen");
}

static void
cancel_test(void)
{
	struct sandbox *sb = fresh(NULL);
	const struct sandbox_ticket *t;
	char a[64];

	(void)strlcpy(a, preload(sb, "N-1", 900, NOW), sizeof a);
	is_int(sandbox_cancel(sb, a, NOW), SANDBOX_GOOD, "cancel");
	is_int(sandbox_cancel(sb, a, NOW), SANDBOX_REUSED, "cancel: once");
	is_str(pay(sb, a, VISA, NOW), "2002", "cancel: not paid after");
	ok(sandbox_receipt(sb, "store5", "chktSANDBOX", a, NOW, &t) == NULL,
	    "cancel: no receipt");
}

static void
flight_test(void)
{
	struct sandbox *sb = fresh(NULL);
	struct sandbox_card card = { VISA, "1230", "Me" };
	const struct sandbox_ticket *t;
	unsigned delay;
	char a[64];

	(void)strlcpy(a, preload(sb, "N-1", 991, NOW), sizeof a);
	is_int(sandbox_submit(sb, a, &card, NOW, &delay), SANDBOX_GOOD,
	    "in flight: submitted");
	is_int(delay, 5, "in flight: for 5 seconds");
	ok(sandbox_receipt(sb, "store5", "chktSANDBOX", a, NOW, &t) == NULL,
	    "in flight: not complete");
	is_int(sandbox_submit(sb, a, &card, NOW, &delay), SANDBOX_REUSED,
	    "in flight: not submitted twice");
	is_int(sandbox_cancel(sb, a, NOW), SANDBOX_REUSED,
	    "in flight: not cancelled");
	ok(sandbox_settle(sb, a, &card, NOW + PP_HOUR) != NULL,
	    "in flight: lands after the ticket's death");
	ok(sandbox_settle(sb, a, &card, NOW) == NULL,
	    "in flight: and once");
	is_int((int64_t)sb->ncharges, 1, "in flight: one charge");

	sb = fresh("retry_in_frame=true");
	(void)strlcpy(a, preload(sb, "N-1", 905, NOW), sizeof a);
	is_str(pay(sb, a, VISA, NOW), "declined 481", "retry: declined");
	(void)sandbox_submit(sb, a, &card, NOW, &delay);
	ok(sandbox_receipt(sb, "store5", "chktSANDBOX", a, NOW, &t) == NULL,
	    "retry: not complete while the second is in flight");
}

static void
numbers_test(void)
{
	struct sandbox *sb = fresh(NULL);
	struct sandbox other;
	char a[64], batch[4];
	size_t i;

	for (i = 0; i < 1001; i++) {
		(void)strlcpy(a, preload(sb, "", 900, NOW), sizeof a);
		(void)pay(sb, a, VISA, NOW);
	}
	ok(strlen(sb->charges[0].order_no) == 24, "numbers: one is made");
	is_str(sb->charges[0].sequence, "001", "numbers: the first");
	is_str(sb->charges[998].sequence, "999", "numbers: the last");
	is_str(sb->charges[999].sequence, "001", "numbers: the next batch");
	ok(strcmp(sb->charges[998].batch, sb->charges[999].batch) != 0,
	    "numbers: has another number");
	ok(strstr(sb->charges[0].transaction_no, "-0_1696") != NULL,
	    "numbers: the day counter");
	/* The batch closes at 23:00 Eastern, which is 4:00 UTC. */
	(void)strlcpy(batch, sb->charges[1000].batch, sizeof batch);
	(void)pay(sb, preload(sb, "B-1", 900, NOW + 9 * PP_HOUR), VISA,
	    NOW + 9 * PP_HOUR);
	is_str(sb->charges[1001].batch, batch, "numbers: before 23:00");
	(void)pay(sb, preload(sb, "B-2", 900, NOW + 10 * PP_HOUR), VISA,
	    NOW + 10 * PP_HOUR);
	ok(strcmp(sb->charges[1002].batch, batch) != 0 &&
	    strcmp(sb->charges[1002].sequence, "001") == 0,
	    "numbers: after 23:00");

	sandbox_init(&other, 7);
	sb = fresh(NULL);
	is_str(preload(sb, "N-1", 900, NOW), preload(&other, "N-1", 900,
	    NOW), "seed: the same gives the same");
	sandbox_release(&other);
	sandbox_init(&other, 8);
	(void)strlcpy(a, preload(&other, "N-1", 900, NOW), sizeof a);
	ok(strcmp(a, sb->tickets[0]->id) != 0, "seed: another, another");
	sandbox_release(&other);
}

static void
fault_parse_test(void)
{
	static const struct {
		const char	*text;
		const char	*msg;	/* NULL: good */
	} t[] = {
		{ "callback_lost", NULL },
		{ "receipt_late=60", NULL },
		{ "cut@receipt", NULL },
		{ "stall=35@submit%10", NULL },
		{ "duplicate_shape=field", NULL },
		{ "fee=1.50", NULL },
		{ "amount_differs", NULL },
		{ "amount_differs=3.00", NULL },
		{ "cf_status=10F", NULL },
		{ "clock_skew=-300", NULL },
		{ "none", NULL },
		{ "nonsense", "fault nonsense: unknown" },
		{ "partial=1", "fault partial: takes no argument: 1" },
		{ "fee", "fault fee: wrong or missing argument: " },
		{ "fee=-1", "fault fee: wrong or missing argument: -1" },
		{ "stall=-1", "fault stall: wrong or missing argument: -1" },
		{ "cf_status=4", "fault cf_status: wrong or missing "
		    "argument: 4" },
		{ "cut@moon", "fault cut: cannot strike at moon" },
		{ "partial@receipt", "fault partial: cannot strike at "
		    "receipt" },
		{ "cut%0", "fault cut: chance 0 is too small" },
		{ "cut%101", "fault cut: chance 101 is too large" }
	};
	struct sandbox_fault_set set = { 0 };
	struct pp_err err;
	enum pp_rc rc;
	char name[64];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		memset(&err, 0, sizeof err);
		rc = sandbox_fault_parse(&set, t[i].text, &err);
		(void)snprintf(name, sizeof name, "fault: %s", t[i].text);
		if (t[i].msg == NULL)
			is_int(rc, PP_OK, name);
		else
			is_str(err.msg, t[i].msg, name);
	}
}

static void
fault_test(void)
{
	struct sandbox_fault_set *f;
	const struct sandbox_charge *c;
	const struct sandbox_ticket *t;
	struct sandbox *sb = fresh(NULL);
	uint64_t random = 1;
	char a[64], b[64];
	int i, n;

	f = &sb->faults;
	(void)sandbox_fault_switch(f, "cut", NULL, "receipt", 100, 2, NULL);
	ok(!sandbox_fault_take(f, FAULT_CUT, WHERE_PRELOAD, &random, NULL) &&
	    sandbox_fault_take(f, FAULT_CUT, WHERE_RECEIPT, &random, NULL) &&
	    sandbox_fault_take(f, FAULT_CUT, WHERE_RECEIPT, &random, NULL) &&
	    !sandbox_fault_take(f, FAULT_CUT, WHERE_RECEIPT, &random, NULL),
	    "fault: where it is told to, twice");
	(void)sandbox_fault_parse(f, "html", NULL);
	ok(sandbox_fault_take(f, FAULT_HTML, WHERE_PRELOAD, &random, NULL) &&
	    sandbox_fault_take(f, FAULT_HTML, WHERE_RECEIPT, &random, NULL) &&
	    !sandbox_fault_take(f, FAULT_HTML, WHERE_SUBMIT, &random, NULL),
	    "fault: preload and receipt unless told");
	(void)sandbox_fault_parse(f, "blank%30", NULL);
	for (i = n = 0; i < 1000; i++)
		n += sandbox_fault_take(f, FAULT_BLANK, WHERE_RECEIPT,
		    &random, NULL);
	ok(n > 230 && n < 370, "fault: at %d of 1000, 30 percent", n);

	sb = fresh(NULL);
	f = &sb->faults;
	(void)sandbox_fault_switch(f, "partial", NULL, NULL, 100, 1, NULL);
	is_str(pay(sb, preload(sb, "F-1", 901, NOW), VISA, NOW),
	    "approved 010", "partial: is 010");
	is_int(sb->charges[0].cents, 451, "partial: half");
	is_int(sb->charges[0].taken, 451, "partial: taken");
	(void)sandbox_fault_switch(f, "fee", "0.11", NULL, 100, 1, NULL);
	is_str(pay(sb, preload(sb, "F-2", 900, NOW), VISA, NOW),
	    "approved 027", "fee: approved");
	is_int(sb->charges[1].fee, 11, "fee: apart");
	is_int(sb->charges[1].cents, 900, "fee: amount as asked");
	is_str(sb->charges[1].cf_status, "2", "fee: both taken");
	(void)sandbox_fault_switch(f, "preauth", NULL, NULL, 100, 1, NULL);
	is_str(pay(sb, preload(sb, "F-3", 900, NOW), VISA, NOW),
	    "authorized 027", "preauth: authorized");
	is_int(sb->charges[2].taken, 0, "preauth: no money");
	(void)sandbox_fault_switch(f, "declined_low", NULL, NULL, 100, 1,
	    NULL);
	is_str(pay(sb, preload(sb, "F-4", 900, NOW), VISA, NOW),
	    "declined 027", "declined_low: a d below 50");
	is_int(sb->charges[3].taken, 0, "declined_low: reversed");
	(void)sandbox_fault_switch(f, "null_code", NULL, NULL, 100, 1, NULL);
	is_str(pay(sb, preload(sb, "F-5", 900, NOW), VISA, NOW),
	    "declined null", "null_code: never sent");
	(void)sandbox_fault_switch(f, "amount_differs", NULL, NULL, 100, 1,
	    NULL);
	is_str(pay(sb, preload(sb, "F-6", 900, NOW), VISA, NOW),
	    "approved 027", "amount_differs: approved");
	is_int(sb->charges[5].cents, 1000, "amount_differs: by a dollar");
	(void)sandbox_fault_switch(f, "cf_status", "3", NULL, 100, 1, NULL);
	is_str(pay(sb, preload(sb, "F-7", 900, NOW), VISA, NOW),
	    "approved 027", "cf_status: approved by the card");
	is_int(sb->charges[6].taken, 0, "cf_status 3: voided");
	(void)sandbox_fault_switch(f, "cf_status", "10F", NULL, 100, 1, NULL);
	(void)pay(sb, preload(sb, "F-71", 900, NOW), VISA, NOW);
	is_int(sb->charges[7].taken, 0, "cf_status 10F: voided");
	(void)sandbox_fault_switch(f, "cf_status", "1F", NULL, 100, 1, NULL);
	(void)pay(sb, preload(sb, "F-72", 900, NOW), VISA, NOW);
	is_int(sb->charges[8].taken, 900, "cf_status 1F: taken");

	(void)sandbox_fault_switch(f, "receipt_late", "60", NULL, 100, 1,
	    NULL);
	(void)strlcpy(a, preload(sb, "F-8", 900, NOW), sizeof a);
	is_str(pay(sb, a, VISA, NOW), "approved 027", "receipt_late: paid");
	ok(sandbox_receipt(sb, "store5", "chktSANDBOX", a,
	    NOW + 60 * PP_SECOND - 1, &t) == NULL, "receipt_late: not yet");
	ok((c = sandbox_receipt(sb, "store5", "chktSANDBOX", a,
	    NOW + 60 * PP_SECOND, &t)) != NULL && c->taken == 900,
	    "receipt_late: now");

	(void)sandbox_fault_switch(f, "two_charges", NULL, NULL, 100, 1,
	    NULL);
	(void)strlcpy(a, preload(sb, "F-9", 900, NOW), sizeof a);
	(void)strlcpy(b, preload(sb, "F-9", 900, NOW), sizeof b);
	is_str(pay(sb, a, VISA, NOW), "approved 027", "two_charges: one");
	is_str(pay(sb, b, VISA, NOW), "approved 027", "two_charges: two");
	ok(strcmp(sb->charges[10].transaction_no,
	    sb->charges[11].transaction_no) != 0,
	    "two_charges: each its transaction");
	(void)sandbox_fault_switch(f, "duplicate", NULL, NULL, 100, 1, NULL);
	is_str(preload(sb, "F-10", 900, NOW), "Duplicate orderId",
	    "duplicate: a fresh number is refused");
	is_int((int64_t)strlen(preload(sb, "F-10", 900, NOW)), 40,
	    "duplicate: once");
	(void)sandbox_fault_switch(f, "callback_lost", NULL, NULL, 100, 1,
	    NULL);
	(void)strlcpy(a, preload(sb, "F-11", 900, NOW), sizeof a);
	(void)sandbox_present(sb, a, NOW, &t);
	ok(t->mute, "callback_lost: of the next ticket shown");
}

/* The gateway's rules: what is left, the batch, whose charge it is. */
static void
back_test(void)
{
	struct sandbox *sb = fresh(NULL);
	const struct sandbox_back *b;
	char id[41], txn[24], other[24];

	(void)strlcpy(id, preload(sb, "B-1", 50000, NOW), sizeof id);
	(void)pay(sb, id, VISA, NOW);
	(void)strlcpy(txn, sb->charges[0].transaction_no, sizeof txn);
	(void)strlcpy(id, preload(sb, "B-2", 50000, NOW), sizeof id);
	(void)pay(sb, id, VISA, NOW);
	(void)strlcpy(other, sb->charges[1].transaction_no, sizeof other);
#define GIVE(order, txn, is_void, cents, at) \
	sandbox_give_back(sb, sb->charges[0].store, order, txn, is_void, \
	    cents, at)
	ok(GIVE("B-1", other, false, 1, NOW) == NULL,
	    "back: another order's number");
	ok(sandbox_give_back(sb, "store9", "B-1", txn, false, 1, NOW) == NULL,
	    "back: another store");
	b = GIVE("B-1", txn, false, 20000, NOW);
	ok(b != NULL && b->done && strstr(b->transaction_no, "-1_") != NULL,
	    "back: a part, with a number of its own");
	b = GIVE("B-1", txn, true, 0, NOW);
	ok(b != NULL && !b->done && strcmp(b->code, "084") == 0,
	    "back: no void after it");
	b = GIVE("B-1", txn, false, 30001, NOW);
	ok(b != NULL && !b->done && strcmp(b->code, "087") == 0,
	    "back: a cent too much");
	b = GIVE("B-1", txn, false, 30000, NOW);
	ok(b != NULL && b->done, "back: the rest");
	b = GIVE("B-2", other, true, 0, NOW + PP_DAY);
	ok(b != NULL && !b->done && strcmp(b->code, "055") == 0,
	    "back: no void when the batch is closed");
	b = GIVE("B-2", other, false, 50000, NOW + PP_DAY);
	ok(b != NULL && b->done && b->cents == 50000,
	    "back: but a refund");
	ok(strcmp(b->batch, sb->charges[1].batch) != 0,
	    "back: in the batch of its day");
#undef GIVE
}

static void
eastern_test(void)
{
	static const struct {
		const char	*utc;
		const char	*wall;
	} t[] = {
		{ "2026-03-08T06:59:59Z", "2026-03-08T01:59:59Z" },
		{ "2026-03-08T07:00:00Z", "2026-03-08T03:00:00Z" },
		{ "2026-11-01T05:59:59Z", "2026-11-01T01:59:59Z" },
		{ "2026-11-01T06:00:00Z", "2026-11-01T01:00:00Z" },
		{ "2027-03-14T07:00:00Z", "2027-03-14T03:00:00Z" },
		{ "2024-09-20T08:28:27Z", "2024-09-20T04:28:27Z" },
		{ "2026-01-01T00:00:00Z", "2025-12-31T19:00:00Z" }
	};
	char buf[PP_TIME_STR];
	int64_t at = 0;
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		(void)pp_time_parse(t[i].utc, &at, NULL);
		is_str(pp_time_str(sandbox_eastern(at), false, buf,
		    sizeof buf), t[i].wall, t[i].utc);
	}
}

int
main(void)
{
	bank_test();
	unique_test();
	assume_test();
	life_test();
	cancel_test();
	flight_test();
	numbers_test();
	fault_parse_test();
	fault_test();
	back_test();
	eastern_test();
	sandbox_release(&box);
	return done();
}

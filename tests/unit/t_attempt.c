/* Rules N, R, L, G5, G6, D1, D3 and N6: pure functions of lib/attempt.c.  Each
 * test bears its rule's name; t_model.c plays whole stories. */
#include "config.h"

#include <string.h>

#include "attempt.h"
#include "time.h"
#include "tap.h"
#include "banned.h"

#define NOW	1795446000000LL		/* opened and presented */
#define END	(NOW + PP_TICKET_LIFE)
#define DEAD	(END + PP_LAPSE_AFTER)

/* One attempt of a task, as the tables tell it. */
#define ATT(st, no, cents, code) { .id = "att_1", .task = "T-1", \
	.link = "lnk_1", .integration = "moneris", .order_no = (no), \
	.currency = "CAD", .amount = (cents), .state = (st), \
	.response_code = (code), .opened_at = NOW, .presented_at = NOW, \
	.expires_at = END }

static const struct pp_features	unknown;	/* nothing is known */
static const struct pp_features	spent = { .spent_by_decline = PP_TRI_YES };
static const struct pp_features	again = { .spent_by_decline = PP_TRI_YES,
	.retry_in_frame = PP_TRI_YES };
static const struct pp_features	single = { .retry_in_frame = PP_TRI_NO };

static struct pp_attempt	att(enum pp_att_state);
static struct pp_attempt	refused(const char *);
static struct pp_answer		answer(enum pp_outcome, const char *);
static enum pp_step		plan_at(const struct pp_attempt *, size_t,
				    int64_t, int64_t, bool,
				    const struct pp_features *,
				    struct pp_plan *);
static int			step(const struct pp_attempt *, size_t);
static struct pp_attempt	told(const struct pp_attempt *,
				    const struct pp_answer *, int64_t);
static void	n1(void);
static void	n2(void);
static void	n3(void);
static void	n5(void);
static void	n6(void);
static void	r1(void);
static void	r2(void);
static void	l1(void);
static void	l2(void);
static void	l3(void);
static void	d3(void);
static void	g5(void);
static void	g6(void);
static void	a6(void);

static struct pp_attempt
att(enum pp_att_state s)
{
	struct pp_attempt a = ATT(s, "T-1-abcd.a1", 1000, "");

	if (s == PP_T_OPENED)
		a.presented_at = a.expires_at = 0;
	if (s == PP_T_PROCESSING)
		a.submitted_at = NOW + 1;
	if (s == PP_T_CANCELLED)
		a.flags = PP_TF_GONE;
	if (s == PP_T_DECLINED)
		(void)strlcpy(a.response_code, "481", sizeof a.response_code);
	return a;
}

/* An opening that brought no ticket. */
static struct pp_attempt
refused(const char *why)
{
	struct pp_attempt a = att(PP_T_OPENED);

	a.state = PP_T_LAPSED;
	(void)strlcpy(a.reason, why, sizeof a.reason);
	return a;
}

static struct pp_answer
answer(enum pp_outcome outcome, const char *code)
{
	struct pp_answer an = { .outcome = outcome, .receipt = {
	    .amount = 1000, .order_no = "T-1-abcd.a1",
	    .transaction_no = "7-0_1", .paid_at = NOW + 5 } };

	(void)strlcpy(an.receipt.response_code, code,
	    sizeof an.receipt.response_code);
	(void)strlcpy(an.reason, pp_outcomes[outcome], sizeof an.reason);
	return an;
}

static enum pp_step
plan_at(const struct pp_attempt *a, size_t n, int64_t amount, int64_t now,
    bool confirmed, const struct pp_features *f, struct pp_plan *p)
{
	pp_attempt_plan(a, n, "moneris", amount, confirmed, f, now - 5000, now,
	    p);
	return p->step;
}

/* The same amount, a minute later, nothing asked yet. */
static int
step(const struct pp_attempt *a, size_t n)
{
	struct pp_plan p;

	return (int)plan_at(a, n, 1000, NOW + PP_MINUTE, false, &unknown, &p);
}

static struct pp_attempt
told(const struct pp_attempt *a, const struct pp_answer *an, int64_t now)
{
	struct pp_attempt new;
	struct pp_payment p;

	(void)pp_attempt_apply(a, an, now, now, &new, &p);
	return new;
}

static void
n1(void)
{
	struct pp_attempt a[3];
	struct pp_plan p;

	is_int(step(NULL, 0), PP_S_MINT, "N1 no number yet: the first");
	is_int(plan_at(NULL, 0, 0, NOW, false, &unknown, &p), PP_S_NOTHING,
	    "A1 nothing owed or asked, no attempt");
	a[0] = att(PP_T_PRESENTED);
	is_int(step(a, 1), PP_S_REUSE, "N1 the same amount: the same ticket");
	(void)strlcpy(a[0].link, "lnk_2", sizeof a[0].link);
	is_int(step(a, 1), PP_S_REUSE, "N1 through another link too");

	is_int(plan_at(a, 1, 400, NOW + 1, false, &unknown, &p), PP_S_OTHER,
	    "N1 another amount: first say what is open");
	is_int((int64_t)p.i, 0, "N1 and which");
	is_int(plan_at(a, 1, 400, NOW + 1, true, &unknown, &p), PP_S_ASK,
	    "N1 confirmed: the receipt is asked first");
	ok(p.nask == 1 && p.ask[0] == 0, "N1 that one's");
	a[0].answered_at = NOW + PP_MINUTE;
	is_int(plan_at(a, 1, 400, NOW + PP_MINUTE, true, &unknown, &p),
	    PP_S_OPEN, "N1 unfinished: a new ticket, the same number");
	is_int((int64_t)p.i, 0, "N1 and which number");
	is_int(plan_at(a, 1, 400, NOW + PP_MINUTE + 5001, true, &unknown, &p),
	    PP_S_ASK, "N1 an older answer does not count");
	a[0].answered_at = 0;
	a[0].asked_at = NOW + PP_MINUTE;
	is_int(plan_at(a, 1, 400, NOW + PP_MINUTE, true, &unknown, &p),
	    PP_S_ASK, "N1 asked without an answer is not asked");
	a[0].asked_at = 0;

	a[1] = att(PP_T_PRESENTED);
	a[1].amount = 400;
	is_int(plan_at(a, 2, 400, NOW + 1, false, &unknown, &p), PP_S_REUSE,
	    "N1 of two live ones that of the amount");
	is_int((int64_t)p.i, 1, "N1 the second here");
	(void)plan_at(a, 2, 1000, NOW + 1, false, &unknown, &p);
	ok(p.step == PP_S_REUSE && p.i == 0, "N1 the first here");
	(void)plan_at(a, 2, 700, NOW + 1, false, &unknown, &p);
	ok(p.step == PP_S_OTHER && p.i == 1, "N1 the newest is told of");

	is_int(plan_at(a, 1, 1000, END, false, &unknown, &p), PP_S_ASK,
	    "N1 expired: asked first");
	is_int(plan_at(a, 1, 1000, END - 1, false, &unknown, &p), PP_S_REUSE,
	    "N1 and not an instant before");
	a[0].answered_at = END;
	is_int(plan_at(a, 1, 1000, END, false, &unknown, &p), PP_S_OPEN,
	    "N1 expired and unfinished: the same number");
	a[0] = att(PP_T_CANCELLED);
	is_int(step(a, 1), PP_S_ASK, "N1 cancelled: asked first");
	a[0].answered_at = NOW + PP_MINUTE;
	is_int(step(a, 1), PP_S_OPEN, "N1 cancelled: the same number");
	a[0] = att(PP_T_PRESENTED);
	a[0].flags = PP_TF_GONE;
	is_int(step(a, 1), PP_S_ASK, "N1 refused by the frame: asked first");

	a[0] = att(PP_T_PROCESSING);
	is_int(step(a, 1), PP_S_CHECKING, "N1 processing: we are checking");
	is_int(plan_at(a, 1, 400, NOW + 1, true, &unknown, &p), PP_S_CHECKING,
	    "N1 processing: for every amount");
	a[0] = att(PP_T_UNKNOWN);
	is_int(step(a, 1), PP_S_CHECKING, "N1 unknown: we are checking");
	a[0] = att(PP_T_CANCELLED);
	is_int(plan_at(a, 1, 1000, END + PP_LAPSE_UNTIL + 1, false, &unknown,
	    &p), PP_S_CHECKING, "N1 unknown by the clock alone");
	a[0] = att(PP_T_AUTHORIZED);
	is_int(step(a, 1), PP_S_CHECKING,
	    "R1 authorized is not money, and blocks");
	a[0] = att(PP_T_PROCESSING);
	a[1] = att(PP_T_PRESENTED);
	(void)strlcpy(a[1].order_no, "T-1-abcd.a2", sizeof a[1].order_no);
	is_int(step(a, 2), PP_S_CHECKING,
	    "N1 processing under an older number blocks too");
	a[0] = att(PP_T_OPENED);
	is_int(step(a, 1), PP_S_OPENING, "N1 somebody is opening one");

	a[0] = att(PP_T_CANCELLED);
	a[0].answered_at = NOW + PP_MINUTE;
	(void)strlcpy(a[0].integration, "other", sizeof a[0].integration);
	is_int(step(a, 1), PP_S_ELSEWHERE,
	    "N1 unresolved elsewhere: no ticket here");
	a[0].answered_at = 0;
	is_int(step(a, 1), PP_S_ASK, "N1 unresolved elsewhere: asked first");
	a[0].state = PP_T_LAPSED;
	is_int(step(a, 1), PP_S_MINT,
	    "N1 resolved elsewhere: a number of its own");
	a[0] = att(PP_T_PRESENTED);
	(void)strlcpy(a[0].integration, "other", sizeof a[0].integration);
	is_int(step(a, 1), PP_S_REUSE,
	    "N1 a live ticket is given, whichever integration's");
}

static void
n2(void)
{
	static const struct {
		const char	*name, *code;
		bool		 resolved;
	} codes[] = {
	{ "N2 481: declined by the issuer", "481", true },
	{ "N2 050: declined by the issuer", "050", true },
	{ "N2 999: declined by the issuer", "999", true },
	{ "N2 049 is none of the issuer's", "049", false },
	{ "N2 000 is none of the issuer's", "000", false },
	{ "N2 a null code resolves nothing", "", false },
	{ "N2 \"null\" resolves nothing", "null", false },
	{ "N2 two digits resolve nothing", "51", false },
	{ "N2 four digits resolve nothing", "0481", false },
	{ "N2 5a1 resolves nothing", "5a1", false }
	};
	static const struct {
		const char		*name;
		enum pp_att_state	 state;
		bool			 resolved;
	} states[] = {
	{ "N2 opened is unresolved", PP_T_OPENED, false },
	{ "N2 presented is unresolved", PP_T_PRESENTED, false },
	{ "N2 processing is unresolved", PP_T_PROCESSING, false },
	{ "N2 approved is resolved", PP_T_APPROVED, true },
	{ "N2 authorized is unresolved", PP_T_AUTHORIZED, false },
	{ "N2 a cancel resolves nothing", PP_T_CANCELLED, false },
	{ "N2 lapsed is resolved", PP_T_LAPSED, true },
	{ "G5 N2 unknown is unresolved", PP_T_UNKNOWN, false }
	};
	struct pp_attempt a[3];
	struct pp_plan p;
	size_t i;

	for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		a[0] = att(PP_T_DECLINED);
		(void)strlcpy(a[0].response_code, codes[i].code,
		    sizeof a[0].response_code);
		is_int(pp_attempt_resolved(&a[0], NOW + 1), codes[i].resolved,
		    codes[i].name);
	}
	for (i = 0; i < sizeof states / sizeof states[0]; i++) {
		a[0] = att(states[i].state);
		is_int(pp_attempt_resolved(&a[0], NOW + 1), states[i].resolved,
		    states[i].name);
	}
	a[0] = att(PP_T_PRESENTED);
	a[0].flags = PP_TF_GONE;
	ok(!pp_attempt_resolved(&a[0], NOW + 1),
	    "N2 an error in the frame resolves nothing");

	a[0] = att(PP_T_APPROVED);
	is_int(step(a, 1), PP_S_MINT, "N2 an approved receipt ends its number");
	a[1] = att(PP_T_PRESENTED);
	is_int(step(a, 2), PP_S_MINT, "N2 and its other tickets are not given "
	    "out any more");

	/* An older number's frame may have taken a second card since. */
	a[0] = att(PP_T_DECLINED);
	a[1] = att(PP_T_DECLINED);
	(void)strlcpy(a[1].order_no, "T-1-abcd.a2", sizeof a[1].order_no);
	a[1].answered_at = NOW + PP_MINUTE;
	is_int(plan_at(a, 2, 1000, NOW + PP_MINUTE, false, &unknown, &p),
	    PP_S_ASK, "N2 a declined frame of an older number: asked");
	ok(p.nask == 1 && p.ask[0] == 0, "N2 that one's");
	a[1].state = PP_T_APPROVED;
	is_int(plan_at(a, 2, 1000, NOW + PP_MINUTE, false, &unknown, &p),
	    PP_S_ASK, "N2 also after a payment");
	a[0].answered_at = NOW + PP_MINUTE;
	is_int(plan_at(a, 2, 1000, NOW + PP_MINUTE, false, &unknown, &p),
	    PP_S_MINT, "N2 once it has answered, the next number");
	a[0].answered_at = 0;
	is_int(plan_at(a, 2, 1000, NOW + PP_MINUTE, false, &single, &p),
	    PP_S_MINT, "N2 not where a frame takes one card");
	is_int(plan_at(a, 2, 1000, DEAD, false, &unknown, &p), PP_S_MINT,
	    "N2 nor of a frame that is dead");

	a[0] = att(PP_T_DECLINED);
	a[0].answered_at = NOW + PP_MINUTE;
	is_int(step(a, 1), PP_S_OPEN,
	    "N2 after a decline the same number is tried first");
	is_int(plan_at(a, 1, 1000, NOW + PP_MINUTE, false, &spent, &p),
	    PP_S_MINT, "N2 unless a decline is known to spend it");
	a[0].answered_at = 0;
	is_int(plan_at(a, 1, 1000, NOW + PP_MINUTE, false, &spent, &p),
	    PP_S_ASK, "N2 a second card in the frame: asked before");
	is_int(plan_at(a, 1, 1000, NOW + PP_MINUTE, false, &single, &p),
	    PP_S_OPEN, "N2 not where a frame takes one card");
	a[0].flags = PP_TF_ASKED_DEAD;
	is_int(step(a, 1), PP_S_OPEN, "N2 nor of a dead ticket");
	a[0] = att(PP_T_DECLINED);
	a[0].answered_at = NOW + PP_MINUTE;
	is_int(plan_at(a, 1, 1000, NOW + PP_MINUTE, false, &again, &p),
	    PP_S_OPEN, "N2 no new number while the frame is known to take a "
	    "second card");
	a[0].answered_at = DEAD;
	is_int(plan_at(a, 1, 1000, DEAD, false, &again, &p), PP_S_MINT,
	    "N2 but when that frame is dead");
	a[0] = att(PP_T_DECLINED);
	a[0].response_code[0] = '\0';
	a[0].answered_at = NOW + PP_MINUTE;
	is_int(plan_at(a, 1, 1000, NOW + PP_MINUTE, false, &spent, &p),
	    PP_S_OPEN, "N2 a null code spends nothing");
	a[0] = att(PP_T_LAPSED);
	is_int(step(a, 1), PP_S_OPEN,
	    "N2 after a lapse the same number is tried first");

	a[1] = refused(PP_WHY_REFUSED);
	is_int(step(a, 2), PP_S_MINT,
	    "N2 the processor refuses to open it: a new number");
	a[0] = att(PP_T_CANCELLED);
	a[0].answered_at = NOW + PP_MINUTE;
	is_int(step(a, 2), PP_S_OPEN,
	    "N2 but not while a ticket of it is unresolved");
	a[1] = refused("no_answer");
	a[0] = att(PP_T_LAPSED);
	is_int(step(a, 2), PP_S_OPEN, "G5 no answer is not a refusal");
}

static void
n3(void)
{
	struct pp_attempt a[4];
	struct pp_plan p;

	a[0] = refused(PP_WHY_DUPLICATE);
	is_int(step(a, 1), PP_S_MINT,
	    "N3 refused as duplicate, no ticket of ours: the next number");

	a[0] = att(PP_T_DECLINED);
	a[1] = att(PP_T_CANCELLED);
	a[2] = att(PP_T_LAPSED);
	a[3] = refused(PP_WHY_DUPLICATE);
	is_int(plan_at(a, 4, 1000, NOW + PP_MINUTE, false, &single, &p),
	    PP_S_ASK, "N3 the receipt of every ticket is asked");
	ok(p.nask == 3 && p.ask[0] == 0 && p.ask[1] == 1 && p.ask[2] == 2,
	    "N3 declined and lapsed ones too");
	a[0].answered_at = a[1].answered_at = a[2].answered_at =
	    NOW + PP_MINUTE;
	is_int(step(a, 4), PP_S_CHECKING,
	    "N3 one unresolved: we are checking, never a new number");
	is_int(plan_at(a, 4, 1000, NOW + PP_MINUTE, true, &unknown, &p),
	    PP_S_CHECKING, "N3 confirmed or not");
	(void)plan_at(a, 4, 1000, NOW + PP_MINUTE, false, &unknown, &p);
	is_int((int64_t)p.i, 1, "N3 and which it waits for");
	is_int(plan_at(a, 4, 1000, NOW + PP_MINUTE, false, &spent, &p),
	    PP_S_MINT, "N3 one decline is enough where it spends the number");
	a[1].state = PP_T_LAPSED;
	is_int(step(a, 4), PP_S_MINT, "N3 all resolved: the next number");
	a[1].state = PP_T_DECLINED;
	is_int(step(a, 4), PP_S_CHECKING, "N3 a null code: we are checking");
	a[1].state = PP_T_APPROVED;
	is_int(step(a, 4), PP_S_MINT, "N3 one approved: it ends the number");

	a[1] = att(PP_T_DECLINED);
	a[1].response_code[0] = '\0';
	is_int((int64_t)pp_attempt_stuck(a, 4, DEAD), 1,
	    "N3 if it lasts, a person is told");
	is_int((int64_t)pp_attempt_stuck(a, 4, DEAD - 1), 4, "N3 not before");
	is_int((int64_t)pp_attempt_stuck(a, 3, DEAD), 3,
	    "N3 nor while the number is not refused");
	a[1].flags = PP_TF_SETTLED;
	is_int((int64_t)pp_attempt_stuck(a, 4, DEAD), 4,
	    "N3 nor when the person has decided");

	a[0] = att(PP_T_PRESENTED);
	a[1] = refused(PP_WHY_DUPLICATE);
	is_int(step(a, 2), PP_S_ASK,
	    "N3 a live ticket is asked before it is given out again");
	a[0].answered_at = NOW + PP_MINUTE;
	is_int(step(a, 2), PP_S_REUSE, "N3 unfinished: the only ticket is it");
	is_int(plan_at(a, 2, 400, NOW + PP_MINUTE, true, &unknown, &p),
	    PP_S_CHECKING, "N3 no other amount beside it");

	a[0] = att(PP_T_CANCELLED);
	a[1] = refused(PP_WHY_DUPLICATE);
	a[2] = att(PP_T_PRESENTED);
	(void)strlcpy(a[2].order_no, "T-1-abcd.a2", sizeof a[2].order_no);
	a[2].flags = PP_TF_GONE;
	a[2].answered_at = NOW + PP_MINUTE;
	is_int(step(a, 3), PP_S_OPEN, "N3 an older number's refusal says "
	    "nothing of the present one");
}

static void
n5(void)
{
	static const enum pp_att_state from[] = { PP_T_PRESENTED,
	    PP_T_PROCESSING, PP_T_AUTHORIZED, PP_T_DECLINED, PP_T_CANCELLED,
	    PP_T_LAPSED, PP_T_UNKNOWN, PP_T_APPROVED };
	struct pp_answer an = answer(PP_O_APPROVED, "027");
	struct pp_attempt a, b;
	struct pp_payment p;
	size_t i;

	for (i = 0; i < sizeof from / sizeof from[0]; i++) {
		a = att(from[i]);
		ok(pp_attempt_apply(&a, &an, DEAD, DEAD, &b, &p) ==
		    PP_APPLIED_MONEY && b.state == PP_T_APPROVED &&
		    p.amount == 1000 && strcmp(p.transaction_no, "7-0_1") == 0,
		    "N5 an approval is recorded from %s",
		    pp_att_states[from[i]]);
	}
	a = att(PP_T_LAPSED);
	a.flags = PP_TF_SETTLED;
	ok(pp_attempt_apply(&a, &an, DEAD, DEAD, &b, &p) == PP_APPLIED_MONEY &&
	    b.state == PP_T_APPROVED && !(b.flags & PP_TF_SETTLED),
	    "N5 an approval is recorded from settled by hand");

	for (i = 0; i < sizeof from / sizeof from[0]; i++) {
		a = att(from[i]);
		a.asked_at = NOW + 2 * PP_MINUTE;
		ok(pp_attempt_next(&a) != 0 && pp_attempt_next(&a) <= DEAD,
		    "N5 %s is asked again, at its death at the latest",
		    pp_att_states[from[i]]);
	}
	a = att(PP_T_DECLINED);
	a.asked_at = END;
	is_int(pp_attempt_next(&a), DEAD, "N5 after its death, not at it");
	a.asked_at = DEAD;
	is_int(pp_attempt_next(&a), DEAD + PP_HOUR,
	    "N5 no answer then: again until there is one");
	a.asked_at = END + 8 * PP_DAY;
	is_int(pp_attempt_next(&a), END + 9 * PP_DAY, "N5 a week later too");
	an = answer(PP_O_DECLINED, "481");
	a = att(PP_T_DECLINED);
	b = told(&a, &an, DEAD);
	ok((b.flags & PP_TF_ASKED_DEAD) && b.next_check_at == 0,
	    "N5 answered: that was the last");
	b = told(&a, &an, DEAD - 1);
	is_int(b.next_check_at, DEAD, "N5 an answer before does not count");
	an = answer(PP_O_NONE, "");
	b = told(&a, &an, DEAD);
	ok(!(b.flags & PP_TF_ASKED_DEAD) && b.next_check_at != 0,
	    "N5 nor does no answer");
}

static void
n6(void)
{
	static const struct {
		const char	*id;
		int64_t		 inc, n;
		const char	*want;
	} tab[] = {
	{ "T-1042", 0, 1, "T-1042-k7qx.a1" },
	{ "T-1042", 0, 12, "T-1042-k7qx.a12" },
	{ "T-1042", 1, 1, "T-1042-k7qx.b1" },
	{ "T-1042", 25, 1, "T-1042-k7qx.z1" },
	{ "T-1042", 26, 1, "T-1042-k7qx.aa1" },
	{ "T-1042", 52, 1, "T-1042-k7qx.ba1" },
	{ "a.b:c@d_e", 0, 1, "a.b:c@d_e-k7qx.a1" },
	{ "a#b<c>d", 0, 1, "abcd-k7qx.a1" },
	{ "\xc3\x89t\xc3\xa9", 0, 1, "t-k7qx.a1" },
	{ "\xe4\xbb\xbb", 0, 1, "t-k7qx.a1" },
	{ "123456789012345678901234567890", 0, 1,
	    "123456789012345678901234-k7qx.a1" },
	{ "123456789012345678901234567890", 0, 9223372036854775807LL,
	    "1234567890123456789-k7qx.a9223372036854775807" }
	};
	struct pp_task t = { .letters = "k7qx" };
	char a[PP_ORDER_NO], b[PP_ORDER_NO];
	size_t i;
	int j;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		(void)strlcpy(t.id, tab[i].id, sizeof t.id);
		pp_order_no(&t, tab[i].inc, tab[i].n, a);
		is_str(a, tab[i].want, "N6 the order number");
		ok(strlen(a) <= 45 && a[strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz0123456789_.:@-")] == '\0',
		    "N6 at most 45 safe characters: %s", a);
	}
	b[0] = '\0';
	for (j = 0; j < 800; j++, (void)strlcpy(b, a, sizeof b)) {
		pp_order_no(&t, j, 1, a);
		if (strcmp(a, b) == 0)
			break;
	}
	is_int(j, 800, "N6 no incarnation is spelt like the one before");
	pp_order_no(&t, 26, 1, a);
	pp_order_no(&t, 52, 1, b);
	ok(strcmp(a, b) != 0, "N6 nor like one an alphabet before");
}

static void
r1(void)
{
	struct pp_attempt a = att(PP_T_PROCESSING), b;
	struct pp_answer an;
	struct pp_payment p;

	an = answer(PP_O_APPROVED, "000");
	ok(pp_attempt_apply(&a, &an, NOW + 9, NOW + 9, &b, &p) ==
	    PP_APPLIED_MONEY && b.state == PP_T_APPROVED && p.flags == 0,
	    "R1 approved as asked");
	ok(strcmp(p.task, "T-1") == 0 && strcmp(p.link, "lnk_1") == 0 &&
	    strcmp(p.attempt, "att_1") == 0 && strcmp(p.order_no,
	    "T-1-abcd.a1") == 0 && strcmp(p.integration, "moneris") == 0 &&
	    strcmp(p.currency, "CAD") == 0 && p.type == PP_P_PAYMENT &&
	    p.paid_at == NOW + 5, "R1 the payment is the attempt's");
	an.receipt.amount = 600;
	ok(pp_attempt_apply(&a, &an, NOW + 9, NOW + 9, &b, &p) ==
	    PP_APPLIED_MONEY && b.state == PP_T_APPROVED && p.amount == 600 &&
	    p.flags == PP_PF_AMOUNT_DIFFERS,
	    "R1 amount differs: a payment of what the receipt says");
	an.receipt.amount = 1000;
	an.receipt.fee = 25;
	(void)pp_attempt_apply(&a, &an, NOW + 9, NOW + 9, &b, &p);
	ok(p.amount == 1000 && p.fee == 25 && p.flags == PP_PF_FEE,
	    "R1 a fee stands apart");
	an.receipt.fee = 0;
	an.orphan = true;
	(void)strlcpy(an.receipt.order_no, "X-9", sizeof an.receipt.order_no);
	ok(pp_attempt_apply(&a, &an, NOW + 9, NOW + 9, &b, &p) ==
	    PP_APPLIED_MONEY && b.state == PP_T_PROCESSING &&
	    (b.flags & PP_TF_ORPHAN) && p.task[0] == '\0' &&
	    p.link[0] == '\0' && (p.flags & PP_PF_ORPHAN) &&
	    strcmp(p.order_no, "X-9") == 0,
	    "R1 not ours: an orphan, and nothing about our ticket");
	ok(b.answered_at == 0 && b.asked_at == NOW + 9,
	    "R2 which has not been answered");

	a = att(PP_T_PROCESSING);
	an = answer(PP_O_DECLINED, "");
	b = told(&a, &an, NOW + 9);
	ok(b.state == PP_T_DECLINED && (b.flags & PP_TF_UNCLEAR),
	    "N2 a null code is marked as one");
	an = answer(PP_O_DECLINED, "481");
	b = told(&b, &an, NOW + 19);
	ok(!(b.flags & PP_TF_UNCLEAR), "N2 until the issuer declines");

	a = att(PP_T_PROCESSING);
	an = answer(PP_O_AUTHORIZED, "027");
	memset(&p, 0, sizeof p);
	ok(pp_attempt_apply(&a, &an, NOW + 9, NOW + 9, &b, &p) ==
	    PP_APPLIED_STATE && b.state == PP_T_AUTHORIZED &&
	    (b.flags & PP_TF_PREAUTH) && p.amount == 0,
	    "R1 authorized is not money, and flagged");
	an = answer(PP_O_DECLINED, "020");
	an.reversal_expected = true;
	b = told(&a, &an, NOW + 9);
	ok(b.state == PP_T_DECLINED && (b.flags & PP_TF_REVERSAL),
	    "R1 declined below 50: reversal expected");
	an = answer(PP_O_UNKNOWN, "027");
	b = told(&a, &an, NOW + 9);
	is_int(b.state, PP_T_UNKNOWN, "R1 unknown: unknown");
	a = att(PP_T_APPROVED);
	an = answer(PP_O_DECLINED, "481");
	is_int(told(&a, &an, NOW + 9).state, PP_T_APPROVED,
	    "R1 money that was seen stays seen: declined");
	an = answer(PP_O_AUTHORIZED, "001");
	is_int(told(&a, &an, NOW + 9).state, PP_T_APPROVED,
	    "R1 money that was seen stays seen: authorized");
	an = answer(PP_O_UNKNOWN, "");
	is_int(told(&a, &an, NOW + 9).state, PP_T_APPROVED,
	    "R1 money that was seen stays seen: unknown");
	an = answer(PP_O_APPROVED, "001");
	(void)strlcpy(an.receipt.transaction_no, "8-0_1",
	    sizeof an.receipt.transaction_no);
	ok(pp_attempt_apply(&a, &an, NOW + 9, NOW + 9, &b, &p) ==
	    PP_APPLIED_MONEY && strcmp(p.transaction_no, "8-0_1") == 0,
	    "N4 a second transaction number is told as money again");
	a = att(PP_T_LAPSED);
	an = answer(PP_O_UNKNOWN, "");
	is_int(told(&a, &an, DEAD).state, PP_T_UNKNOWN,
	    "R1 lapsed, and then a transaction after all: unknown");

	a = att(PP_T_PRESENTED);
	an = answer(PP_O_APPROVED, "001");
	an.receipt.paid_at = 0;
	(void)pp_attempt_apply(&a, &an, NOW + 9, NOW + 60, &b, &p);
	ok(p.paid_at == NOW + 9 && (p.flags & PP_PF_TIME_DOUBTFUL),
	    "D1 no time in it: our question's, flagged");
	an.receipt.paid_at = NOW + 5;
	an.time_doubtful = true;
	(void)pp_attempt_apply(&a, &an, NOW + 9, NOW + 60, &b, &p);
	ok(p.paid_at == NOW + 5 && (p.flags & PP_PF_TIME_DOUBTFUL),
	    "D1 a doubtful time is flagged");
}

/* What a driver may answer to query, and what is made of it. */
static void
r2(void)
{
	static const struct {
		const char	*text;
		enum pp_outcome	 outcome;
		const char	*reason;
	} tab[] = {
	{ "{\"ok\":true,\"outcome\":\"approved\",\"receipt\":{\"amount\":"
	    "\"10.00\",\"transaction_no\":\"7\"}}", PP_O_APPROVED, "approved" },
	{ "{\"ok\":true,\"outcome\":\"incomplete\",\"receipt\":null}",
	    PP_O_INCOMPLETE, "incomplete" },
	{ "{\"ok\":true,\"outcome\":\"declined\",\"receipt\":{"
	    "\"response_code\":\"481\"}}", PP_O_DECLINED, "declined" },
	{ "{\"ok\":true,\"outcome\":\"declined\"}", PP_O_DECLINED,
	    "declined" },
	{ "{\"ok\":true,\"outcome\":\"unknown\"}", PP_O_UNKNOWN, "unknown" },
	{ "{\"ok\":true,\"outcome\":\"authorized\"}", PP_O_AUTHORIZED,
	    "authorized" },
	{ "{\"ok\":false,\"error\":{\"code\":\"timeout\"}}", PP_O_NONE,
	    "timeout" },
	{ "{\"ok\":false,\"error\":{\"code\":\"protocol\"},\"outcome\":"
	    "\"declined\"}", PP_O_NONE, "protocol" },
	{ "{\"ok\":false}", PP_O_NONE, "no_answer" },
	{ "{\"ok\":true}", PP_O_NONE, "no_answer" },
	{ "{\"ok\":true,\"outcome\":\"none\"}", PP_O_NONE, "no_answer" },
	{ "{\"ok\":true,\"outcome\":\"Approved\"}", PP_O_NONE, "no_answer" },
	{ "{\"ok\":true,\"outcome\":7}", PP_O_NONE, "no_answer" },
	{ "{\"ok\":\"true\",\"outcome\":\"declined\"}", PP_O_NONE,
	    "no_answer" },
	{ "{\"outcome\":\"declined\"}", PP_O_NONE, "no_answer" },
	{ "[]", PP_O_NONE, "no_answer" },
	{ "\"declined\"", PP_O_NONE, "no_answer" },
	{ "{\"ok\":true,\"outcome\":\"approved\"}", PP_O_NONE, "protocol" },
	{ "{\"ok\":true,\"outcome\":\"approved\",\"receipt\":{\"amount\":"
	    "\"10.00\"}}", PP_O_NONE, "protocol" },
	{ "{\"ok\":true,\"outcome\":\"approved\",\"receipt\":{\"amount\":"
	    "\"10.005\",\"transaction_no\":\"7\"}}", PP_O_NONE, "protocol" },
	{ "{\"ok\":true,\"outcome\":\"approved\",\"receipt\":{\"amount\":"
	    "\"0.00\",\"transaction_no\":\"7\"}}", PP_O_NONE, "protocol" },
	{ "{\"ok\":true,\"outcome\":\"approved\",\"receipt\":{\"amount\":"
	    "\"-5.00\",\"transaction_no\":\"7\"}}", PP_O_NONE, "protocol" }
	};
	static const char full[] = "{\"id\":\"1\",\"ok\":true,\"outcome\":"
	    "\"approved\",\"flags\":[\"orphan\",\"amount_differs\","
	    "\"time_doubtful\",\"fee\",\"other\",3],\"server_time\":"
	    "\"2026-11-23T15:04:05Z\",\"receipt\":{\"amount\":\"10.00\","
	    "\"amount_cents\":1000,\"fee\":\"0.11\",\"order_no\":\"T-1.a1\","
	    "\"transaction_no\":\"7-0_1\",\"reference_no\":\"r\",\"terminal\":"
	    "\"66012345\",\"batch\":\"069\",\"approval_code\":\"ab\","
	    "\"response_code\":\"027\",\"iso_code\":\"01\",\"card\":{"
	    "\"brand\":\"visa\",\"last4\":\"4242\"},\"paid_at\":"
	    "\"2026-11-23T15:04:00Z\"}}";
	struct pp_attempt a, b;
	struct pp_answer an;
	struct pp_payment p;
	struct json_object *o;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		o = NULL;
		(void)pp_json_parse(tab[i].text, strlen(tab[i].text), &o, NULL);
		pp_answer_read(o, &an);
		json_object_put(o);
		if (!ok(an.outcome == tab[i].outcome && strcmp(an.reason,
		    tab[i].reason) == 0, "R2 %s", tab[i].text))
			printf("# %s, %s\n", pp_outcomes[an.outcome],
			    an.reason);
	}
	pp_answer_read(NULL, &an);
	is_int(an.outcome, PP_O_NONE, "R2 nothing at all is no answer");

	o = NULL;
	(void)pp_json_parse(full, strlen(full), &o, NULL);
	pp_answer_read(o, &an);
	json_object_put(o);
	ok(an.outcome == PP_O_APPROVED && an.orphan && an.amount_differs &&
	    an.time_doubtful && an.has_fee && !an.reversal_expected &&
	    !an.preauth && an.receipt.amount == 1000 && an.receipt.fee == 11 &&
	    an.server_time == 1795446245000LL &&
	    an.receipt.paid_at == 1795446240000LL &&
	    an.receipt.brand == PP_B_VISA, "R1 a whole answer is read");
	is_str(an.receipt.reference_no, "r", "R1 reference_no");
	is_str(an.receipt.terminal, "66012345", "D2 terminal");
	is_str(an.receipt.batch, "069", "D2 batch");
	is_str(an.receipt.approval_code, "ab", "R1 approval_code");
	is_str(an.receipt.iso_code, "01", "R1 iso_code");
	is_str(an.receipt.last4, "4242", "P2 last four");

	a = att(PP_T_PROCESSING);
	an = answer(PP_O_NONE, "");
	ok(pp_attempt_apply(&a, &an, NOW + 90000, NOW + 90001, &b, &p) ==
	    PP_APPLIED_NOTHING, "R2 no answer: nothing comes of it");
	is_int(b.asked_at, NOW + 90000, "R2 but asked_at");
	b.asked_at = a.asked_at;
	b.next_check_at = a.next_check_at;
	ok(memcmp(&a, &b, sizeof a) == 0, "R2 and nothing else changes");
	a.asked_at = a.answered_at = NOW + 95000;
	an = answer(PP_O_INCOMPLETE, "");
	b = told(&a, &an, NOW + 90000);
	ok(b.asked_at == NOW + 95000 && b.answered_at == NOW + 95000,
	    "R2 an answer that was overtaken does not set the clock back");
}

static void
l1(void)
{
	static const int64_t pressed[] = { 1, 2, 5, 10, 15, 30, 90 };
	struct pp_attempt a = att(PP_T_PRESENTED);
	int64_t t;
	size_t i;

	is_int(pp_attempt_next(&a), END, "L1 at expiry");
	a.asked_at = END;
	is_int(pp_attempt_next(&a), END + 15 * PP_MINUTE, "L1 15 min after");
	a.asked_at = END + 15 * PP_MINUTE;
	is_int(pp_attempt_next(&a), END + PP_HOUR, "L1 1 h after");
	a.asked_at = END + PP_HOUR;
	is_int(pp_attempt_next(&a), END + 23 * PP_HOUR,
	    "L2 23 h after, so that an answer comes before the 24");
	a.asked_at = END + 23 * PP_HOUR;
	is_int(pp_attempt_next(&a), END + 24 * PP_HOUR, "L1 24 h after");
	a.asked_at = END + 24 * PP_HOUR;
	is_int(pp_attempt_next(&a), END + 48 * PP_HOUR,
	    "G5 then daily, until there is an answer");

	a = att(PP_T_PROCESSING);
	a.submitted_at = NOW;
	a.asked_at = NOW;
	for (i = 0; i < sizeof pressed / sizeof pressed[0]; i++) {
		t = NOW + pressed[i] * PP_MINUTE;
		/* At expiry too, which is at 30 min here; 15 min after it,
		 * 45, and 1 h after it, 90. */
		if (pressed[i] == 90) {
			is_int(pp_attempt_next(&a), NOW + 45 * PP_MINUTE,
			    "L1 15 min after expiry too");
			a.asked_at = NOW + 45 * PP_MINUTE;
		}
		if (!ok(pp_attempt_next(&a) == t, "L1 %lld min after pay was "
		    "pressed", (long long)pressed[i]))
			printf("# %lld\n", (long long)(pp_attempt_next(&a) -
			    NOW) / PP_MINUTE);
		a.asked_at = t;
	}
	is_int(pp_attempt_next(&a), a.asked_at + PP_HOUR, "L1 then hourly");
	a.asked_at = END + 10 * PP_DAY;
	is_int(pp_attempt_next(&a), a.asked_at + PP_HOUR, "L1 for as long as "
	    "it takes");

	a = att(PP_T_LAPSED);
	a.flags = PP_TF_ASKED_DEAD;
	a.asked_at = DEAD;
	is_int(pp_attempt_next(&a), END + PP_HOUR, "L1 lapsed: 1 h after too");
	a.asked_at = END + PP_HOUR;
	is_int(pp_attempt_next(&a), END + 24 * PP_HOUR, "L1 and 24 h after");
	a.asked_at = END + 24 * PP_HOUR;
	is_int(pp_attempt_next(&a), 0, "L1 and no more");

	a = att(PP_T_PRESENTED);
	ok(pp_attempt_may_ask(&a, PP_ASK_GAP, NOW), "L1 at once on any hint");
	a.asked_at = NOW;
	ok(!pp_attempt_may_ask(&a, PP_ASK_GAP, NOW + 4999) &&
	    pp_attempt_may_ask(&a, PP_ASK_GAP, NOW + 5000),
	    "L1 never more than once in 5 s");
	ok(!pp_attempt_may_ask(&a, PP_ASK_PAGE, NOW + 14999) &&
	    pp_attempt_may_ask(&a, PP_ASK_PAGE, NOW + 15000),
	    "L1 every 15 s while a page is open on it");
	ok(pp_attempt_may_ask(&a, PP_ASK_GAP, NOW - PP_HOUR),
	    "D3 a clock set back silences nobody");
	a = att(PP_T_OPENED);
	ok(!pp_attempt_may_ask(&a, 0, NOW), "L3 no ticket, no question");
}

static void
l2(void)
{
	static const struct {
		const char		*name;
		enum pp_att_state	 from;
		int64_t			 asked;
		enum pp_outcome		 outcome;
		enum pp_att_state	 to;
	} tab[] = {
	{ "L2 incomplete at expiry + 15 min: lapsed", PP_T_PRESENTED,
	    END + 15 * PP_MINUTE, PP_O_INCOMPLETE, PP_T_LAPSED },
	{ "L2 a moment before: not yet", PP_T_PRESENTED,
	    END + 15 * PP_MINUTE - 1, PP_O_INCOMPLETE, PP_T_PRESENTED },
	{ "L2 incomplete at expiry + 24 h: lapsed", PP_T_PRESENTED,
	    END + 24 * PP_HOUR, PP_O_INCOMPLETE, PP_T_LAPSED },
	{ "L2 a moment after: unknown", PP_T_PRESENTED,
	    END + 24 * PP_HOUR + 1, PP_O_INCOMPLETE, PP_T_UNKNOWN },
	{ "L2 no answer: not lapsed", PP_T_PRESENTED,
	    END + PP_HOUR, PP_O_NONE, PP_T_PRESENTED },
	{ "L2 no answer for 24 h: unknown", PP_T_PRESENTED,
	    END + 24 * PP_HOUR + 1, PP_O_NONE, PP_T_UNKNOWN },
	{ "L2 cancelled may lapse", PP_T_CANCELLED,
	    END + PP_HOUR, PP_O_INCOMPLETE, PP_T_LAPSED },
	{ "L2 pay was seen pressed: never lapsed", PP_T_PROCESSING,
	    END + PP_HOUR, PP_O_INCOMPLETE, PP_T_PROCESSING },
	{ "L2 pay was seen pressed: unknown", PP_T_PROCESSING,
	    END + 24 * PP_HOUR + 1, PP_O_INCOMPLETE, PP_T_UNKNOWN },
	{ "L2 declined stays declined", PP_T_DECLINED,
	    END + PP_HOUR, PP_O_INCOMPLETE, PP_T_DECLINED },
	{ "L2 approved stays approved", PP_T_APPROVED,
	    END + PP_HOUR, PP_O_INCOMPLETE, PP_T_APPROVED },
	{ "L2 unknown stays unknown after 24 h", PP_T_UNKNOWN,
	    END + 25 * PP_HOUR, PP_O_INCOMPLETE, PP_T_UNKNOWN },
	{ "G5 unknown ends by an answer: declined", PP_T_UNKNOWN,
	    END + 25 * PP_HOUR, PP_O_DECLINED, PP_T_DECLINED },
	{ "G5 unknown ends by an answer: approved", PP_T_UNKNOWN,
	    END + 25 * PP_HOUR, PP_O_APPROVED, PP_T_APPROVED }
	};
	struct pp_answer an;
	struct pp_attempt a, b;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		a = att(tab[i].from);
		an = answer(tab[i].outcome, tab[i].outcome == PP_O_DECLINED ?
		    "481" : "001");
		b = told(&a, &an, tab[i].asked);
		is_int(b.state, tab[i].to, tab[i].name);
	}
	a = att(PP_T_PRESENTED);
	ok(!pp_attempt_tick(&a, END + 24 * PP_HOUR, &b) &&
	    pp_attempt_tick(&a, END + 24 * PP_HOUR + 1, &b) &&
	    b.state == PP_T_UNKNOWN, "L2 the clock alone says unknown");
	a = att(PP_T_UNKNOWN);
	ok(!pp_attempt_tick(&a, END + 999 * PP_DAY, &b),
	    "G5 no clock ends unknown");
	a = att(PP_T_PRESENTED);
	an = answer(PP_O_UNKNOWN, "");
	b = told(&a, &an, NOW + 9);
	an = answer(PP_O_INCOMPLETE, "");
	is_int(told(&b, &an, END + PP_HOUR).state, PP_T_UNKNOWN,
	    "L2 unknown by a receipt never lapses: there was a transaction");
}

static void
l3(void)
{
	struct pp_attempt a = att(PP_T_OPENED), b;

	ok(!pp_attempt_tick(&a, NOW + 2 * PP_MINUTE - 1, &b),
	    "L3 opened: not before two minutes");
	ok(pp_attempt_tick(&a, NOW + 2 * PP_MINUTE, &b) &&
	    b.state == PP_T_LAPSED && b.resolved_at == NOW + 2 * PP_MINUTE,
	    "L3 without a ticket it lapses two minutes after");
	is_int(pp_attempt_state(&a, NOW + 2 * PP_MINUTE), PP_T_LAPSED,
	    "L3 computed, never scheduled");
	is_int(pp_attempt_next(&a), NOW + 2 * PP_MINUTE, "L3 its next moment");
	a.state = PP_T_LAPSED;
	is_int(pp_attempt_next(&a), 0, "L3 and no question ever");

	a = att(PP_T_PRESENTED);
	ok(pp_attempt_hint(&a, PP_H_CANCEL, NOW + 1, &b) &&
	    b.state == PP_T_CANCELLED && !pp_attempt_resolved(&b, NOW + 2) &&
	    !pp_attempt_live(&b, NOW + 2),
	    "L3 cancelled is the browser's word: N1, not N2");
	a = att(PP_T_PROCESSING);
	ok(!pp_attempt_hint(&a, PP_H_CANCEL, NOW + 1, &b) &&
	    b.state == PP_T_PROCESSING, "L3 nor after pay was pressed");
}

static void
d3(void)
{
	struct pp_attempt a = att(PP_T_PRESENTED), b;
	struct pp_answer an = answer(PP_O_INCOMPLETE, "");

	an.server_time = DEAD + 2 * PP_MINUTE;
	is_int(told(&a, &an, DEAD).state, PP_T_LAPSED,
	    "D3 two minutes apart: it lapses");
	an.server_time = DEAD + 2 * PP_MINUTE + 1;
	b = told(&a, &an, DEAD);
	is_int(b.state, PP_T_PRESENTED, "D3 more, theirs ahead: nothing lapses");
	ok(!(b.flags & PP_TF_ASKED_DEAD), "D3 nor was that its last question");
	an.server_time = DEAD - 2 * PP_MINUTE - 1;
	is_int(told(&a, &an, DEAD).state, PP_T_PRESENTED,
	    "D3 more, ours ahead: nothing lapses");
	an = answer(PP_O_APPROVED, "001");
	an.server_time = DEAD + PP_DAY;
	is_int(told(&a, &an, DEAD).state, PP_T_APPROVED,
	    "D3 money is money whatever the clock");
}

static void
g5(void)
{
	struct pp_attempt a = att(PP_T_UNKNOWN), b, c;
	struct pp_answer hand = answer(PP_O_INCOMPLETE, ""), an;
	struct pp_payment p;

	hand.by_hand = true;
	(void)strlcpy(hand.reason, "the bank says so", sizeof hand.reason);
	a.flags = PP_TF_ASKED_DEAD;
	a.asked_at = DEAD;
	b = told(&a, &hand, DEAD + 5);
	ok(b.state == PP_T_LAPSED && (b.flags & PP_TF_SETTLED),
	    "G5 unknown ends by a person, and is shown as such");
	is_str(b.reason, "the bank says so", "G5 with what they said");
	ok(b.asked_at == DEAD && b.answered_at == 0,
	    "G5 a person is not the processor");
	ok(b.next_check_at != 0, "G5 and it is asked once more");
	ok(pp_attempt_resolved(&b, DEAD + 6), "G5 resolved");
	an = answer(PP_O_DECLINED, "");
	c = told(&b, &an, DEAD + PP_HOUR);
	ok(c.state == PP_T_LAPSED && pp_attempt_resolved(&c, DEAD + PP_HOUR),
	    "G5 a null code does not undo it");
	an = answer(PP_O_UNKNOWN, "");
	is_int(told(&b, &an, DEAD + PP_HOUR).state, PP_T_LAPSED,
	    "G5 nor does the answer that made it unknown");
	an = answer(PP_O_DECLINED, "481");
	c = told(&b, &an, DEAD + PP_HOUR);
	ok(c.state == PP_T_DECLINED && !(c.flags & PP_TF_SETTLED),
	    "G5 the issuer's word confirms it");

	hand = answer(PP_O_DECLINED, "");
	hand.by_hand = true;
	b = told(&a, &hand, DEAD);
	ok(b.state == PP_T_DECLINED && pp_attempt_resolved(&b, DEAD) &&
	    !(b.flags & PP_TF_UNCLEAR), "G5 declined by hand is resolved");
	hand = answer(PP_O_APPROVED, "");
	hand.by_hand = true;
	ok(pp_attempt_apply(&a, &hand, DEAD, DEAD, &b, &p) ==
	    PP_APPLIED_MONEY && b.state == PP_T_APPROVED &&
	    (b.flags & PP_TF_SETTLED) && (p.flags & PP_PF_SETTLED),
	    "G5 approved by hand is money, and shown as such");
	an = answer(PP_O_APPROVED, "001");
	c = told(&b, &an, DEAD + PP_HOUR);
	ok(c.state == PP_T_APPROVED && !(c.flags & PP_TF_SETTLED),
	    "G5 until an answer confirms it");
	c = told(&b, &hand, DEAD + PP_HOUR);
	ok(c.flags & PP_TF_SETTLED, "G5 a person's word does not");

	hand = answer(PP_O_INCOMPLETE, "");
	hand.by_hand = true;
	a = att(PP_T_DECLINED);
	a.response_code[0] = '\0';
	b = told(&a, &hand, DEAD);
	ok(b.state == PP_T_LAPSED && pp_attempt_resolved(&b, DEAD),
	    "N3 a person may resolve a null code");
	a = att(PP_T_AUTHORIZED);
	is_int(told(&a, &hand, DEAD).state, PP_T_LAPSED,
	    "R1 and an authorization that was let go");
	a = att(PP_T_APPROVED);
	is_int(told(&a, &hand, DEAD).state, PP_T_APPROVED,
	    "G7 but never money that was seen");
}

static void
g6(void)
{
	static const struct {
		const char		*name;
		enum pp_att_state	 from;
		enum pp_hint		 hint;
		bool			 changes;
		enum pp_att_state	 to;
	} tab[] = {
	{ "G6 submitted: processing", PP_T_PRESENTED, PP_H_SUBMITTED, true,
	    PP_T_PROCESSING },
	{ "G6 complete: processing, not approved", PP_T_PRESENTED,
	    PP_H_COMPLETE, true, PP_T_PROCESSING },
	{ "G6 submitted after a cancel", PP_T_CANCELLED, PP_H_SUBMITTED, true,
	    PP_T_PROCESSING },
	{ "G6 submitted while unknown: unknown", PP_T_UNKNOWN, PP_H_SUBMITTED,
	    true, PP_T_UNKNOWN },
	{ "G6 submitted again after a decline", PP_T_DECLINED, PP_H_SUBMITTED,
	    true, PP_T_PROCESSING },
	{ "G6 complete after a decline says nothing", PP_T_DECLINED,
	    PP_H_COMPLETE, false, PP_T_DECLINED },
	{ "G6 submitted after approval", PP_T_APPROVED, PP_H_SUBMITTED, false,
	    PP_T_APPROVED },
	{ "G6 submitted after a lapse", PP_T_LAPSED, PP_H_SUBMITTED, false,
	    PP_T_LAPSED },
	{ "G6 submitted without a ticket", PP_T_OPENED, PP_H_SUBMITTED, false,
	    PP_T_OPENED },
	{ "G6 cancel", PP_T_PRESENTED, PP_H_CANCEL, true, PP_T_CANCELLED },
	{ "G6 cancel of what is declined", PP_T_DECLINED, PP_H_CANCEL, false,
	    PP_T_DECLINED },
	{ "G6 cancel of what is unknown", PP_T_UNKNOWN, PP_H_CANCEL, false,
	    PP_T_UNKNOWN },
	{ "G6 loaded says nothing", PP_T_PRESENTED, PP_H_LOADED, false,
	    PP_T_PRESENTED },
	{ "G6 closed is only a reason to ask", PP_T_PRESENTED, PP_H_CLOSED,
	    false, PP_T_PRESENTED },
	{ "G6 an error is only a reason to ask", PP_T_PRESENTED, PP_H_ERROR,
	    false, PP_T_PRESENTED },
	{ "G6 refused by the frame: another ticket, no other state",
	    PP_T_PRESENTED, PP_H_REFUSED, true, PP_T_PRESENTED }
	};
	struct pp_attempt a, b;
	struct pp_answer an;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		a = att(tab[i].from);
		ok(pp_attempt_hint(&a, tab[i].hint, NOW + 7, &b) ==
		    tab[i].changes && b.state == (int)tab[i].to &&
		    (tab[i].hint != PP_H_SUBMITTED || !tab[i].changes ||
		    b.submitted_at == NOW + 7), "%s", tab[i].name);
	}
	a = att(PP_T_PRESENTED);
	(void)pp_attempt_hint(&a, PP_H_REFUSED, NOW + 7, &b);
	ok(!pp_attempt_live(&b, NOW + 8), "N1 and is not given out again");
	(void)pp_attempt_hint(&a, PP_H_SUBMITTED, NOW, &b);
	is_int(b.next_check_at, NOW + PP_MINUTE, "L1 a hint moves the schedule");
	a = b;
	ok(!pp_attempt_hint(&a, PP_H_SUBMITTED, NOW + 9, &b) &&
	    b.submitted_at == NOW, "G6 the same hint twice is one");

	a = att(PP_T_DECLINED);
	(void)pp_attempt_hint(&a, PP_H_SUBMITTED, NOW + 5000, &b);
	an = answer(PP_O_DECLINED, "481");
	is_int(told(&b, &an, NOW + 4000).state, PP_T_PROCESSING,
	    "G6 an answer to a question before it is of the first card");
	is_int(told(&b, &an, NOW + 5000).state, PP_T_DECLINED,
	    "G6 one after it is of the second");
	ok(!pp_attempt_hint(&a, PP_H_SUBMITTED, DEAD, &b),
	    "G6 nobody presses pay in a dead frame");
}

static void
a6(void)
{
	static const struct {
		enum pp_att_state	state;
		bool			pending;
	} tab[] = {
	{ PP_T_OPENED, false }, { PP_T_PRESENTED, false },
	{ PP_T_PROCESSING, true }, { PP_T_APPROVED, false },
	{ PP_T_AUTHORIZED, false }, { PP_T_DECLINED, false },
	{ PP_T_CANCELLED, false }, { PP_T_LAPSED, false },
	{ PP_T_UNKNOWN, true }
	};
	struct pp_attempt a;
	size_t i;

	for (i = 0; i < sizeof tab / sizeof tab[0]; i++) {
		a = att(tab[i].state);
		ok(pp_attempt_pending(&a, NOW + 1) == tab[i].pending,
		    "A6 %s is %spending", pp_att_states[tab[i].state],
		    tab[i].pending ? "" : "not ");
	}
}

int
main(void)
{
	n1();
	n2();
	n3();
	n5();
	n6();
	r1();
	r2();
	l1();
	l2();
	l3();
	d3();
	g5();
	g6();
	a6();
	return done();
}

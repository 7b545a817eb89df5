#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attempt.h"
#include "intl.h"
#include "time.h"
#include "banned.h"

#define F(m, name, type, flags) PP_FIELD(struct pp_attempt, m, name, type, flags, NULL)
#define W(m, name, type, words) PP_FIELD(struct pp_attempt, m, name, type, 0, words)

const char *const pp_att_states[] = {
	N_("opened"), N_("presented"), N_("processing"), N_("approved"),
	N_("authorized"), N_("declined"), N_("cancelled"), N_("lapsed"),
	N_("unknown"), NULL
};
const char *const pp_att_flags[] = {
	"gone", "reversal_expected", "preauth_profile", "settled_by_hand",
	"orphan_receipt", "asked_after_end", "decline_unclear", NULL
};
const char *const pp_outcomes[] = {
	N_("none"), N_("approved"), N_("authorized"), N_("declined"),
	N_("incomplete"), N_("unknown"), NULL
};
const char *const pp_hints[] = {
	"loaded", "submitted", "complete", "cancel", "closed", "refused",
	"error", NULL
};

const struct pp_field pp_attempt_fields[] = {
	F(id,		"attempt",	PP_F_STR,	PP_FF_KEY),
	F(task,		"task",		PP_F_STR,	PP_FF_KEY),
	F(link,		"link",		PP_F_STR,	0),
	F(order_no,	"order_no",	PP_F_STR,	0),
	F(turn,		"turn",		PP_F_INT,	PP_FF_HIDDEN),
	W(state,	"state",	PP_F_ENUM,	pp_att_states),
	F(amount,	"amount",	PP_F_CENTS,	0),
	F(currency,	"currency",	PP_F_STR,	0),
	F(integration,	"integration",	PP_F_STR,	0),
	F(language,	"language",	PP_F_STR,	0),
	F(opened_at,	"opened_at",	PP_F_TIME,	0),
	F(presented_at,	"presented_at",	PP_F_TIME,	0),
	F(expires_at,	"expires_at",	PP_F_TIME,	0),
	F(submitted_at,	"submitted_at",	PP_F_TIME,	0),
	F(resolved_at,	"resolved_at",	PP_F_TIME,	0),
	F(asked_at,	"asked_at",	PP_F_TIME,	PP_FF_ASIDE),
	F(answered_at,	"answered_at",	PP_F_TIME,	PP_FF_ASIDE),
	F(next_check_at, "next_check_at", PP_F_TIME,	PP_FF_ASIDE),
	F(reason,	"reason",	PP_F_STR,	0),
	F(response_code, "response_code", PP_F_STR,	0),
	F(transaction_no, "transaction_no", PP_F_STR,	0),
	W(flags,	"flags",	PP_F_FLAGS,	pp_att_flags),
	F(script,	"script",	PP_F_RAW,	PP_FF_ASIDE |
							PP_FF_HIDDEN),
	F(ticket,	"ticket",	PP_F_STR,	PP_FF_ASIDE |
							PP_FF_HIDDEN)
};
const size_t pp_attempt_nfields =
    sizeof pp_attempt_fields / sizeof pp_attempt_fields[0];

/* Rule N6: the task's part of an order number, and the whole of it. */
#define ORDER_ID	24
#define ORDER_MAX	45
#define ORDER_SAFE	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
			"0123456789_.:@-"

struct number {
	size_t	first;		/* its attempts are atts[first] and on */
	size_t	open;		/* one that is not resolved */
	bool	unresolved;	/* there is one */
	bool	approved;	/* a receipt ended it */
	bool	declined;	/* by the issuer, once at least */
	bool	duplicate;	/* refused as such by the processor */
	bool	refused;	/* not opened for another reason */
};

static bool	by_issuer(const char *);
static bool	decided(int);
static void	text(struct json_object *, const char *, char *, size_t);
static void	read_receipt(struct json_object *, struct pp_answer *);
static void	fill_payment(const struct pp_attempt *,
		    const struct pp_answer *, int64_t, struct pp_payment *);
static bool	over(const struct pp_attempt *, const struct pp_features *,
		    int64_t);
static void	number_read(const struct pp_attempt *, size_t,
		    const struct pp_features *, int64_t, struct number *);
static bool	in_doubt(const struct pp_attempt *, bool,
		    const struct pp_features *);
static int	state_of(enum pp_outcome);
static int	state_after(const struct pp_attempt *,
		    const struct pp_answer *, int64_t, bool);
static bool	confirms(const struct pp_attempt *, const struct pp_answer *);
static bool	second_card(const struct pp_attempt *, int64_t);

/* A three-digit code of 50 or more: the issuer said no. */
static bool
by_issuer(const char *code)
{
	return strlen(code) == 3 && isdigit((unsigned char)code[0]) &&
	    isdigit((unsigned char)code[1]) &&
	    isdigit((unsigned char)code[2]) &&
	    (code[0] != '0' || code[1] >= '5');
}

/* Has the processor (or time) had the last word on this ticket? */
static bool
decided(int state)
{
	return state == PP_T_APPROVED || state == PP_T_AUTHORIZED ||
	    state == PP_T_DECLINED || state == PP_T_LAPSED;
}

static int
state_of(enum pp_outcome o)
{
	return o == PP_O_APPROVED ? PP_T_APPROVED :
	    o == PP_O_AUTHORIZED ? PP_T_AUTHORIZED : PP_T_DECLINED;
}

enum pp_att_state
pp_attempt_state(const struct pp_attempt *a, int64_t now)
{
	switch (a->state) {
	case PP_T_OPENED:
		if (now >= a->opened_at + PP_NO_TICKET)
			return PP_T_LAPSED;
		break;
	case PP_T_PRESENTED:
	case PP_T_PROCESSING:
	case PP_T_CANCELLED:
		if (now > a->expires_at + PP_LAPSE_UNTIL)
			return PP_T_UNKNOWN;
		break;
	default:
		break;
	}
	return (enum pp_att_state)a->state;
}

bool
pp_attempt_resolved(const struct pp_attempt *a, int64_t now)
{
	switch (pp_attempt_state(a, now)) {
	case PP_T_APPROVED:
	case PP_T_LAPSED:
		return true;
	case PP_T_DECLINED:
		return by_issuer(a->response_code) ||
		    (a->flags & PP_TF_SETTLED);
	default:
		return false;
	}
}

bool
pp_attempt_pending(const struct pp_attempt *a, int64_t now)
{
	enum pp_att_state s = pp_attempt_state(a, now);

	return s == PP_T_PROCESSING || s == PP_T_UNKNOWN;
}

bool
pp_attempt_live(const struct pp_attempt *a, int64_t now)
{
	return pp_attempt_state(a, now) == PP_T_PRESENTED &&
	    !(a->flags & PP_TF_GONE) && now < a->expires_at;
}

/* Is a ticket resolved for good?  A decline is not where the frame is known to
 * take a second card, while there is a frame. */
static bool
over(const struct pp_attempt *a, const struct pp_features *f, int64_t now)
{
	return pp_attempt_resolved(a, now) && !(a->state == PP_T_DECLINED &&
	    f->retry_in_frame == PP_TRI_YES && !(a->flags & PP_TF_SETTLED) &&
	    now < a->expires_at + PP_LAPSE_AFTER);
}

/* What is known of the number that the newest attempt has. */
static void
number_read(const struct pp_attempt *atts, size_t n,
    const struct pp_features *f, int64_t now, struct number *num)
{
	const struct pp_attempt *a;
	size_t i;

	memset(num, 0, sizeof *num);
	for (i = n; i > 0 && strcmp(atts[i - 1].order_no,
	    atts[n - 1].order_no) == 0; i--)
		continue;
	num->first = i;
	for (; i < n; i++) {
		a = &atts[i];
		if (a->state == PP_T_APPROVED)
			num->approved = true;
		else if (a->presented_at == 0) {
			num->duplicate |= strcmp(a->reason,
			    PP_WHY_DUPLICATE) == 0;
			num->refused |= strcmp(a->reason, PP_WHY_REFUSED) == 0;
		} else if (!over(a, f, now)) {
			if (!num->unresolved)
				num->open = i;
			num->unresolved = true;
		} else if (a->state == PP_T_DECLINED &&
		    by_issuer(a->response_code))
			num->declined = true;
	}
}

/* Must its receipt be asked before another ticket is opened?  A number that
 * was refused as duplicate puts every ticket of it in doubt (rule N3); else
 * only those that may have been charged since we were last told: a declined
 * one too, if the frame may take a second card. */
static bool
in_doubt(const struct pp_attempt *a, bool duplicate,
    const struct pp_features *f)
{
	if (a->presented_at == 0 || a->state == PP_T_APPROVED)
		return false;
	if (duplicate)
		return true;
	if (a->state == PP_T_DECLINED)
		return f->retry_in_frame != PP_TRI_NO &&
		    !(a->flags & PP_TF_ASKED_DEAD);
	return a->state != PP_T_LAPSED;
}

void
pp_attempt_plan(const struct pp_attempt *atts, size_t n,
    const char *integration, int64_t amount, bool confirmed,
    const struct pp_features *f, int64_t fresh_from, int64_t now,
    struct pp_plan *plan)
{
	enum pp_att_state s;
	struct number num;
	bool elsewhere, other = false;
	size_t i;

	memset(plan, 0, sizeof *plan);
	if (amount <= 0)
		return;

	/* Whatever number it has: while money may be moving, no ticket. */
	for (i = 0; i < n; i++) {
		s = pp_attempt_state(&atts[i], now);
		if (s == PP_T_PROCESSING || s == PP_T_UNKNOWN ||
		    s == PP_T_AUTHORIZED) {
			plan->step = PP_S_CHECKING;
			plan->i = i;
			return;
		}
	}
	for (i = 0; i < n; i++)
		if (pp_attempt_state(&atts[i], now) == PP_T_OPENED) {
			plan->step = PP_S_OPENING;
			plan->i = i;
			return;
		}
	if (n == 0) {
		plan->step = PP_S_MINT;
		return;
	}
	number_read(atts, n, f, now, &num);
	plan->i = n - 1;
	/* Nor while a frame that was declined may have taken a second card:
	 * that is no end of its number yet. */
	for (i = 0; i < num.first && plan->nask < PP_ASK_MAX; i++)
		if (second_card(&atts[i], now) && in_doubt(&atts[i], false,
		    f) && atts[i].answered_at < fresh_from)
			plan->ask[plan->nask++] = i;
	if (num.approved) {
		plan->step = plan->nask > 0 ? PP_S_ASK : PP_S_MINT;
		return;
	}

	for (i = num.first; i < n && plan->nask < PP_ASK_MAX; i++)
		if (in_doubt(&atts[i], num.duplicate, f) &&
		    atts[i].answered_at < fresh_from)
			plan->ask[plan->nask++] = i;
	if (num.duplicate && plan->nask > 0) {
		plan->step = PP_S_ASK;
		return;
	}

	for (i = n; i > num.first; i--) {
		if (!pp_attempt_live(&atts[i - 1], now))
			continue;
		if (atts[i - 1].amount == amount) {
			plan->step = PP_S_REUSE;
			plan->i = i - 1;
			return;
		}
		if (!other)
			plan->i = i - 1;
		other = true;
	}
	if (other && !confirmed) {
		plan->step = PP_S_OTHER;
		return;
	}

	elsewhere = strcmp(atts[n - 1].integration, integration) != 0;
	plan->i = num.unresolved ? num.open : n - 1;
	if (plan->nask > 0)
		plan->step = PP_S_ASK;
	else if (num.declined && f->spent_by_decline == PP_TRI_YES)
		plan->step = PP_S_MINT;
	else if (num.unresolved && elsewhere)
		plan->step = PP_S_ELSEWHERE;
	else if (num.unresolved && num.duplicate)
		plan->step = PP_S_CHECKING;
	else if (!num.unresolved && (num.duplicate || num.refused ||
	    elsewhere))
		plan->step = PP_S_MINT;
	else {
		plan->step = PP_S_OPEN;
		plan->i = n - 1;
	}
}

size_t
pp_attempt_stuck(const struct pp_attempt *atts, size_t n, int64_t now)
{
	static const struct pp_features nothing;
	const struct pp_attempt *a;
	struct number num;

	if (n == 0)
		return n;
	number_read(atts, n, &nothing, now, &num);
	a = &atts[num.open];
	return !num.approved && num.duplicate && num.unresolved &&
	    a->state == PP_T_DECLINED &&
	    now >= a->expires_at + PP_LAPSE_AFTER ? num.open : n;
}

void
pp_order_no(const struct pp_task *t, int64_t incarnation, int64_t counter,
    char out[PP_ORDER_NO])
{
	char inc[16], tail[PP_ORDER_NO], safe[ORDER_ID + 1];
	size_t at = sizeof inc - 1, max, n = 0;
	const char *s;

	/* a to z, then aa, ab, ...: no incarnation is spelt like another. */
	inc[at] = '\0';
	do {
		inc[--at] = (char)('a' + incarnation % 26);
		incarnation = incarnation / 26 - 1;
	} while (incarnation >= 0 && at > 0);
	max = (size_t)snprintf(tail, sizeof tail, "-%s.%s%" PRId64,
	    t->letters, inc + at, counter);
	max = max + ORDER_ID <= ORDER_MAX ? ORDER_ID : ORDER_MAX - max;
	for (s = t->id; *s != '\0' && n < max; s++)
		if (strchr(ORDER_SAFE, *s) != NULL)
			safe[n++] = *s;
	if (n == 0)
		safe[n++] = 't';
	safe[n] = '\0';
	(void)snprintf(out, PP_ORDER_NO, "%s%s", safe, tail);
}

static void
text(struct json_object *o, const char *key, char *out, size_t size)
{
	const char *s;

	out[0] = '\0';
	if (pp_json_str(o, key, &s, NULL) == PP_OK)
		(void)strlcpy(out, s, size);
}

static void
read_receipt(struct json_object *o, struct pp_answer *an)
{
	struct pp_receipt *r = &an->receipt;
	struct json_object *card;
	const char *s;

	if (pp_json_amount(o, "amount", &r->amount, NULL) != PP_OK)
		r->amount = 0;
	if (pp_json_amount(o, "fee", &r->fee, NULL) != PP_OK)
		r->fee = 0;
	text(o, "order_no", r->order_no, sizeof r->order_no);
	text(o, "transaction_no", r->transaction_no, sizeof r->transaction_no);
	text(o, "reference_no", r->reference_no, sizeof r->reference_no);
	text(o, "terminal", r->terminal, sizeof r->terminal);
	text(o, "batch", r->batch, sizeof r->batch);
	text(o, "approval_code", r->approval_code, sizeof r->approval_code);
	text(o, "response_code", r->response_code, sizeof r->response_code);
	text(o, "iso_code", r->iso_code, sizeof r->iso_code);
	if (pp_json_time(o, "paid_at", &r->paid_at, NULL) != PP_OK)
		r->paid_at = 0;
	if (json_object_object_get_ex(o, "card", &card) &&
	    json_object_is_type(card, json_type_object)) {
		text(card, "last4", r->last4, sizeof r->last4);
		if (pp_json_str(card, "brand", &s, NULL) == PP_OK &&
		    (r->brand = pp_word(pp_brands, s)) < 0)
			r->brand = PP_B_OTHER;
	}
}

void
pp_answer_read(struct json_object *o, struct pp_answer *an)
{
	struct json_object *flags, *receipt, *e;
	const char *s;
	size_t i, n;
	int word;
	bool ok;

	memset(an, 0, sizeof *an);
	(void)strlcpy(an->reason, "no_answer", sizeof an->reason);
	if (!json_object_is_type(o, json_type_object) ||
	    pp_json_time(o, "server_time", &an->server_time, NULL) != PP_OK)
		an->server_time = 0;
	if (pp_json_bool(o, "ok", &ok, NULL) != PP_OK)
		return;
	if (!ok) {
		if (json_object_object_get_ex(o, "error", &e) &&
		    json_object_is_type(e, json_type_object))
			text(e, "code", an->reason, sizeof an->reason);
		return;
	}
	if (pp_json_str(o, "outcome", &s, NULL) != PP_OK ||
	    (word = pp_word(pp_outcomes, s)) <= PP_O_NONE)
		return;
	if (json_object_object_get_ex(o, "flags", &flags) &&
	    json_object_is_type(flags, json_type_array)) {
		n = json_object_array_length(flags);
		for (i = 0; i < n; i++) {
			s = json_object_get_string(
			    json_object_array_get_idx(flags, i));
			if (s == NULL)
				continue;
			an->orphan |= strcmp(s, "orphan") == 0;
			an->amount_differs |= strcmp(s, "amount_differs") == 0;
			an->reversal_expected |=
			    strcmp(s, "reversal_expected") == 0;
			an->preauth |= strcmp(s, "preauth_profile") == 0;
			an->time_doubtful |= strcmp(s, "time_doubtful") == 0;
			an->has_fee |= strcmp(s, "fee") == 0;
		}
	}
	if (json_object_object_get_ex(o, "receipt", &receipt) &&
	    json_object_is_type(receipt, json_type_object))
		read_receipt(receipt, an);
	/* Money without an amount or a number is no answer to stand on. */
	if (word == PP_O_APPROVED && (an->receipt.amount <= 0 ||
	    an->receipt.transaction_no[0] == '\0')) {
		(void)strlcpy(an->reason, "protocol", sizeof an->reason);
		return;
	}
	an->outcome = (enum pp_outcome)word;
	(void)strlcpy(an->reason, pp_outcomes[word], sizeof an->reason);
}

static void
fill_payment(const struct pp_attempt *a, const struct pp_answer *an,
    int64_t asked, struct pp_payment *p)
{
	const struct pp_receipt *r = &an->receipt;

	memset(p, 0, sizeof *p);
	p->type = PP_P_PAYMENT;
	if (!an->orphan) {
		(void)strlcpy(p->task, a->task, sizeof p->task);
		(void)strlcpy(p->link, a->link, sizeof p->link);
	}
	(void)strlcpy(p->attempt, a->id, sizeof p->attempt);
	p->amount = r->amount;
	p->fee = r->fee;
	(void)strlcpy(p->currency, a->currency, sizeof p->currency);
	(void)strlcpy(p->integration, a->integration, sizeof p->integration);
	(void)strlcpy(p->order_no, an->orphan && r->order_no[0] != '\0' ?
	    r->order_no : a->order_no, sizeof p->order_no);
	(void)strlcpy(p->transaction_no, r->transaction_no,
	    sizeof p->transaction_no);
	(void)strlcpy(p->reference_no, r->reference_no,
	    sizeof p->reference_no);
	(void)strlcpy(p->terminal, r->terminal, sizeof p->terminal);
	(void)strlcpy(p->batch, r->batch, sizeof p->batch);
	(void)strlcpy(p->approval_code, r->approval_code,
	    sizeof p->approval_code);
	(void)strlcpy(p->response_code, r->response_code,
	    sizeof p->response_code);
	(void)strlcpy(p->iso_code, r->iso_code, sizeof p->iso_code);
	p->brand = r->brand;
	(void)strlcpy(p->last4, r->last4, sizeof p->last4);
	p->paid_at = r->paid_at;
	if (p->paid_at == 0) {		/* rule D1 */
		p->paid_at = asked;
		p->flags |= PP_PF_TIME_DOUBTFUL;
	}
	if (an->orphan)
		p->flags |= PP_PF_ORPHAN;
	if (an->amount_differs || r->amount != a->amount)
		p->flags |= PP_PF_AMOUNT_DIFFERS;
	if (an->has_fee || r->fee > 0)
		p->flags |= PP_PF_FEE;
	if (an->time_doubtful)
		p->flags |= PP_PF_TIME_DOUBTFUL;
	if (an->by_hand)
		p->flags |= PP_PF_SETTLED;
}

/* The state after an answer. */
static int
state_after(const struct pp_attempt *a, const struct pp_answer *an,
    int64_t asked, bool skewed)
{
	const int s = a->state;

	/* Money that was seen stays seen; another ticket's receipt says
	 * nothing of ours. */
	if (an->orphan || s == PP_T_APPROVED)
		return s;
	switch (an->outcome) {
	case PP_O_APPROVED:
		return PP_T_APPROVED;
	case PP_O_AUTHORIZED:
		return PP_T_AUTHORIZED;
	case PP_O_DECLINED:
		if (an->by_hand)
			return PP_T_DECLINED;
		/* Of an earlier try in the same frame. */
		if (s == PP_T_PROCESSING && asked < a->submitted_at)
			return s;
		/* It agrees with the person who said "not paid", and knows
		 * less. */
		if ((a->flags & PP_TF_SETTLED) &&
		    !by_issuer(an->receipt.response_code))
			return s;
		return PP_T_DECLINED;
	case PP_O_UNKNOWN:
		return s == PP_T_AUTHORIZED || (a->flags & PP_TF_SETTLED) ?
		    s : PP_T_UNKNOWN;
	case PP_O_INCOMPLETE:
		if (an->by_hand)	/* a person says: not paid */
			return PP_T_LAPSED;
		if (skewed || decided(s) || a->presented_at == 0 ||
		    a->submitted_at != 0 ||
		    asked < a->expires_at + PP_LAPSE_AFTER ||
		    asked > a->expires_at + PP_LAPSE_UNTIL)
			return s;
		return PP_T_LAPSED;
	case PP_O_NONE:
		break;
	}
	return s;
}

/* Does the processor's answer say what a person had decided? */
static bool
confirms(const struct pp_attempt *a, const struct pp_answer *an)
{
	switch (an->outcome) {
	case PP_O_APPROVED:
		return a->state == PP_T_APPROVED;
	case PP_O_AUTHORIZED:
		return a->state == PP_T_AUTHORIZED;
	case PP_O_DECLINED:
		return a->state == PP_T_DECLINED &&
		    by_issuer(an->receipt.response_code);
	default:
		return false;
	}
}

enum pp_applied
pp_attempt_apply(const struct pp_attempt *old, const struct pp_answer *an,
    int64_t asked, int64_t now, struct pp_attempt *new, struct pp_payment *pay)
{
	const struct pp_receipt *r = &an->receipt;
	struct pp_attempt ticked;
	enum pp_applied applied = PP_APPLIED_NOTHING;
	bool answered, skewed;

	*new = *old;
	skewed = an->server_time != 0 && (an->server_time - now > PP_SKEW_MAX ||
	    now - an->server_time > PP_SKEW_MAX);
	answered = !an->by_hand && an->outcome != PP_O_NONE && !an->orphan;
	/* Answers may come in another order than the questions. */
	if (!an->by_hand && asked > old->asked_at)
		new->asked_at = asked;
	if (answered && asked > old->answered_at)
		new->answered_at = asked;
	if (answered && !skewed && old->presented_at != 0 &&
	    asked >= old->expires_at + PP_LAPSE_AFTER)
		new->flags |= PP_TF_ASKED_DEAD;

	if (an->outcome == PP_O_APPROVED) {
		fill_payment(old, an, asked, pay);
		applied = PP_APPLIED_MONEY;
		if (an->orphan)
			new->flags |= PP_TF_ORPHAN;
	}
	new->state = state_after(old, an, asked, skewed);
	if (answered || an->by_hand)
		switch (an->outcome) {
		case PP_O_DECLINED:
		case PP_O_AUTHORIZED:
		case PP_O_APPROVED:
			if (new->state != state_of(an->outcome))
				break;
			if (an->outcome == PP_O_AUTHORIZED)
				new->flags |= PP_TF_PREAUTH;
			if (an->reversal_expected &&
			    !(old->flags & PP_TF_SETTLED))
				new->flags |= PP_TF_REVERSAL;
			(void)strlcpy(new->response_code, r->response_code,
			    sizeof new->response_code);
			(void)strlcpy(new->transaction_no, r->transaction_no,
			    sizeof new->transaction_no);
			break;
		case PP_O_UNKNOWN:
			/* There was a transaction: it never lapses. */
			if (new->state == PP_T_UNKNOWN &&
			    new->submitted_at == 0)
				new->submitted_at = now;
			break;
		default:
			break;
		}

	/* A decline that was no end is one when a person says so. */
	if (new->state != old->state || an->by_hand) {
		new->resolved_at = decided(new->state) ? now : 0;
		(void)strlcpy(new->reason, an->reason, sizeof new->reason);
		if (an->by_hand) {
			/* Once more, for an answer that confirms it. */
			new->flags |= PP_TF_SETTLED;
			new->flags &= ~(uint32_t)(PP_TF_ASKED_DEAD |
			    PP_TF_REVERSAL);
		} else
			new->flags &= ~(uint32_t)PP_TF_SETTLED;
	} else if (answered && confirms(old, an))
		new->flags &= ~(uint32_t)PP_TF_SETTLED;
	else if (!skewed && pp_attempt_tick(new, now, &ticked))
		*new = ticked;
	new->flags &= ~(uint32_t)PP_TF_UNCLEAR;
	if (new->state == PP_T_DECLINED && !pp_attempt_resolved(new, now))
		new->flags |= PP_TF_UNCLEAR;
	if (applied == PP_APPLIED_NOTHING && (new->state != old->state ||
	    new->flags != old->flags))
		applied = PP_APPLIED_STATE;
	new->next_check_at = pp_attempt_next(new);
	return applied;
}

bool
pp_attempt_tick(const struct pp_attempt *old, int64_t now,
    struct pp_attempt *new)
{
	enum pp_att_state state = pp_attempt_state(old, now);

	if ((int)state == old->state)
		return false;
	*new = *old;
	new->state = (int)state;
	if (state == PP_T_LAPSED)
		new->resolved_at = old->opened_at + PP_NO_TICKET;
	if (state == PP_T_UNKNOWN || new->reason[0] == '\0')
		(void)strlcpy(new->reason, state == PP_T_LAPSED ? "no_ticket" :
		    "no_answer", sizeof new->reason);
	return true;
}

/* May pay be pressed again in the frame of a declined one? */
static bool
second_card(const struct pp_attempt *a, int64_t now)
{
	return a->state == PP_T_DECLINED && !(a->flags & PP_TF_SETTLED) &&
	    now < a->expires_at + PP_LAPSE_AFTER;
}

bool
pp_attempt_hint(const struct pp_attempt *old, enum pp_hint h, int64_t now,
    struct pp_attempt *new)
{
	*new = *old;
	if (old->presented_at == 0)
		return false;
	switch (h) {
	case PP_H_SUBMITTED:
	case PP_H_COMPLETE:
		if (h == PP_H_SUBMITTED && second_card(old, now)) {
			new->submitted_at = now;
			new->state = PP_T_PROCESSING;
			new->resolved_at = 0;
			break;
		}
		if (old->submitted_at != 0 || decided(old->state))
			return false;
		new->submitted_at = now;
		if (old->state == PP_T_PRESENTED ||
		    old->state == PP_T_CANCELLED)
			new->state = PP_T_PROCESSING;
		break;
	case PP_H_CANCEL:
		if (old->state != PP_T_PRESENTED)
			return false;
		new->state = PP_T_CANCELLED;
		new->flags |= PP_TF_GONE;
		break;
	case PP_H_REFUSED:
		if (old->state != PP_T_PRESENTED || (old->flags & PP_TF_GONE))
			return false;
		new->flags |= PP_TF_GONE;
		(void)strlcpy(new->reason, "frame_refused",
		    sizeof new->reason);
		break;
	case PP_H_LOADED:
	case PP_H_CLOSED:	/* a reload says it too: only a reason to ask */
	case PP_H_ERROR:
		return false;
	}
	new->next_check_at = pp_attempt_next(new);
	return true;
}

int64_t
pp_attempt_next(const struct pp_attempt *a)
{
	static const int64_t pressed[] = { 1, 2, 5, 10, 15, 30 };
	const int64_t end = a->expires_at;
	const int64_t death[] = { end, end + PP_LAPSE_AFTER, end + PP_HOUR,
	    end + PP_LAPSE_UNTIL };
	int64_t asked = a->asked_at, best = 0, at;
	size_t i;

	if (a->presented_at == 0)	/* rule L3: only time can tell */
		return a->state == PP_T_OPENED ?
		    a->opened_at + PP_NO_TICKET : 0;
	if (asked == 0)
		asked = a->presented_at;
	if (decided(a->state)) {
		/* Rule N5: once more after its death, until there is an
		 * answer. */
		if (!(a->flags & PP_TF_ASKED_DEAD)) {
			if (asked < end + PP_LAPSE_AFTER)
				return end + PP_LAPSE_AFTER;
			return asked + (asked < end + 7 * PP_DAY ? PP_HOUR :
			    PP_DAY);
		}
		/* What lapsed may have been very slow. */
		if (a->state == PP_T_LAPSED && asked < end + PP_LAPSE_UNTIL)
			return end + (asked < end + PP_HOUR ? PP_HOUR :
			    PP_LAPSE_UNTIL);
		return 0;
	}
	for (i = 0; i < sizeof death / sizeof death[0]; i++)
		if (death[i] > asked && (best == 0 || death[i] < best))
			best = death[i];
	/* A question at the very edge may come after the 24 hours: rule L2
	 * wants one answer before; ask a little earlier than that. */
	if (best == death[3])
		best -= PP_HOUR;
	if (best != 0 && best <= asked)
		best = death[3];
	if (a->submitted_at != 0) {
		for (i = 0; i < sizeof pressed / sizeof pressed[0]; i++) {
			at = a->submitted_at + pressed[i] * PP_MINUTE;
			if (at > asked && (best == 0 || at < best))
				best = at;
		}
		at = asked + PP_HOUR;
		if (best == 0 || at < best)
			best = at;
	}
	/* Unknown, and the schedule has run out: daily, so that an answer
	 * that comes after all is seen. */
	if (best == 0)
		best = asked + PP_DAY;
	return best;
}

bool
pp_attempt_may_ask(const struct pp_attempt *a, int64_t gap, int64_t now)
{
	/* The clock may have been set back. */
	return a->presented_at != 0 && (now - a->asked_at >= gap ||
	    now < a->asked_at);
}

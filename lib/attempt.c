#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "attempt.h"
#include "time.h"
#include "banned.h"

#define F(m, name, type, flags) PP_FIELD(struct pp_attempt, m, name, type, flags, NULL)
#define W(m, name, type, words) PP_FIELD(struct pp_attempt, m, name, type, 0, words)

const char *const pp_att_states[] = {
	"opened", "presented", "processing", "approved", "authorized",
	"declined", "cancelled", "lapsed", "unknown", NULL
};
const char *const pp_att_flags[] = {
	"gone", "reversal_expected", "preauth_profile", "settled_by_hand",
	"orphan_receipt", "asked_after_end", NULL
};
const char *const pp_outcomes[] = {
	"none", "approved", "authorized", "declined", "incomplete", "unknown",
	NULL
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

static bool	by_issuer(const char *);
static bool	decided(int);
static void	text(struct json_object *, const char *, char *, size_t);
static void	read_receipt(struct json_object *, struct pp_answer *);
static void	fill_payment(const struct pp_attempt *,
		    const struct pp_answer *, struct pp_payment *);

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

enum pp_att_state
pp_attempt_state(const struct pp_attempt *a, int64_t now)
{
	struct pp_attempt after;

	return (enum pp_att_state)(pp_attempt_tick(a, now, &after) ?
	    after.state : a->state);
}

bool
pp_attempt_resolved(const struct pp_attempt *a, int64_t now)
{
	switch (pp_attempt_state(a, now)) {
	case PP_T_APPROVED:
	case PP_T_LAPSED:
		return true;
	case PP_T_DECLINED:
		return by_issuer(a->response_code);
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

void
pp_attempt_plan(const struct pp_attempt *atts, size_t n,
    const char *integration, int64_t amount, bool confirmed,
    const struct pp_features *f, int64_t fresh_from, int64_t now,
    struct pp_plan *plan)
{
	const struct pp_attempt *a, *last = NULL;
	enum pp_att_state s;
	bool approved = false, refused = false, unresolved = false;
	bool spent = false;
	size_t i, first;

	memset(plan, 0, sizeof *plan);
	if (amount <= 0)
		return;

	/* Whatever number it has: while money may be moving, no ticket. */
	for (i = 0; i < n; i++) {
		a = &atts[i];
		s = pp_attempt_state(a, now);
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

	/* The newest attempt has the current number. */
	last = &atts[n - 1];
	for (first = n; first > 0 && strcmp(atts[first - 1].order_no,
	    last->order_no) == 0; first--)
		continue;

	/* An approved receipt ends its number, whatever else it has. */
	for (i = first; i < n; i++)
		approved |= pp_attempt_state(&atts[i], now) == PP_T_APPROVED;
	for (i = first; i < n && !approved; i++) {
		if (!pp_attempt_live(&atts[i], now))
			continue;
		if (atts[i].amount == amount) {
			plan->step = PP_S_REUSE;
			plan->i = i;
			return;
		}
		if (!confirmed) {
			plan->step = PP_S_OTHER;
			plan->i = i;
			return;
		}
	}

	for (i = first; i < n; i++) {
		a = &atts[i];
		s = pp_attempt_state(a, now);
		if (strcmp(a->reason, "duplicate_order") == 0 &&
		    a->presented_at == 0)
			refused = true;
		if (s == PP_T_DECLINED && by_issuer(a->response_code))
			spent = f->spent_by_decline == PP_TRI_YES;
		if (a->presented_at == 0 || pp_attempt_resolved(a, now))
			continue;
		unresolved = true;
		/* Decided, but not by the issuer: asking again will tell
		 * nothing new before its death. */
		if (s != PP_T_DECLINED && a->answered_at < fresh_from &&
		    plan->nask < PP_ASK_MAX)
			plan->ask[plan->nask++] = i;
	}
	plan->i = n - 1;
	if (approved)
		plan->step = PP_S_MINT;
	else if (plan->nask > 0)
		plan->step = PP_S_ASK;
	else if (unresolved && strcmp(last->integration, integration) != 0)
		plan->step = PP_S_ELSEWHERE;
	else if (refused && unresolved)
		plan->step = PP_S_CHECKING;
	else if (refused || spent ||
	    strcmp(last->integration, integration) != 0)
		plan->step = PP_S_MINT;
	else
		plan->step = PP_S_OPEN;
}

void
pp_order_no(const struct pp_task *t, int64_t incarnation, int64_t counter,
    char out[PP_ORDER_NO])
{
	char safe[25];
	const char *s;
	size_t n = 0;

	for (s = t->id; *s != '\0' && n < sizeof safe - 1; s++)
		if (isalnum((unsigned char)*s) || *s == '_' || *s == '-')
			safe[n++] = *s;
	if (n == 0)
		safe[n++] = 't';
	safe[n] = '\0';
	(void)snprintf(out, PP_ORDER_NO, "%s-%s.%s%c%lld", safe, t->letters,
	    incarnation >= 26 ? "z" : "", (char)('a' + incarnation % 26),
	    (long long)counter);
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
    struct pp_payment *p)
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

enum pp_applied
pp_attempt_apply(const struct pp_attempt *old, const struct pp_answer *an,
    int64_t asked, int64_t now, struct pp_attempt *new, struct pp_payment *pay)
{
	const struct pp_receipt *r = &an->receipt;
	struct pp_attempt ticked;
	enum pp_applied applied = PP_APPLIED_NOTHING;
	bool skewed;
	int before;

	*new = *old;
	if (!an->by_hand)
		new->asked_at = asked;
	if (!an->by_hand && an->outcome != PP_O_NONE)
		new->answered_at = asked;
	before = old->state;
	skewed = an->server_time != 0 && (an->server_time - now > PP_SKEW_MAX ||
	    now - an->server_time > PP_SKEW_MAX);

	switch (an->outcome) {
	case PP_O_APPROVED:
		fill_payment(old, an, pay);
		applied = PP_APPLIED_MONEY;
		if (an->orphan) {
			new->flags |= PP_TF_ORPHAN;
			break;		/* it says nothing of our ticket */
		}
		new->state = PP_T_APPROVED;
		(void)strlcpy(new->response_code, r->response_code,
		    sizeof new->response_code);
		(void)strlcpy(new->transaction_no, r->transaction_no,
		    sizeof new->transaction_no);
		break;
	case PP_O_AUTHORIZED:
		if (an->orphan || before == PP_T_APPROVED)
			break;
		new->state = PP_T_AUTHORIZED;
		new->flags |= PP_TF_PREAUTH;
		(void)strlcpy(new->response_code, r->response_code,
		    sizeof new->response_code);
		(void)strlcpy(new->transaction_no, r->transaction_no,
		    sizeof new->transaction_no);
		break;
	case PP_O_DECLINED:
		/* Money that was seen stays seen. */
		if (an->orphan || before == PP_T_APPROVED)
			break;
		new->state = PP_T_DECLINED;
		if (an->reversal_expected)
			new->flags |= PP_TF_REVERSAL;
		(void)strlcpy(new->response_code, r->response_code,
		    sizeof new->response_code);
		(void)strlcpy(new->transaction_no, r->transaction_no,
		    sizeof new->transaction_no);
		break;
	case PP_O_INCOMPLETE:
		if (an->by_hand) {	/* a person says: not paid */
			if (!decided(before))
				new->state = PP_T_LAPSED;
			break;
		}
		if (skewed || old->presented_at == 0)
			break;
		if (now >= old->expires_at + PP_LAPSE_AFTER)
			new->flags |= PP_TF_ASKED_DEAD;
		if (old->submitted_at == 0 && !decided(before) &&
		    asked >= old->expires_at + PP_LAPSE_AFTER &&
		    asked <= old->expires_at + PP_LAPSE_UNTIL)
			new->state = PP_T_LAPSED;
		break;
	case PP_O_UNKNOWN:
		if (an->orphan || decided(before))
			break;
		new->state = PP_T_UNKNOWN;
		break;
	case PP_O_NONE:
		break;
	}
	if (an->outcome != PP_O_NONE && an->outcome != PP_O_INCOMPLETE &&
	    asked >= old->expires_at + PP_LAPSE_AFTER)
		new->flags |= PP_TF_ASKED_DEAD;

	if (new->state != before && !an->orphan) {
		new->resolved_at = decided(new->state) ? now : 0;
		if (an->by_hand)
			new->flags |= PP_TF_SETTLED;
		else
			new->flags &= ~(uint32_t)PP_TF_SETTLED;
		(void)strlcpy(new->reason, an->reason, sizeof new->reason);
		if (applied == PP_APPLIED_NOTHING)
			applied = PP_APPLIED_STATE;
	} else if (!skewed && pp_attempt_tick(new, now, &ticked)) {
		*new = ticked;
		if (applied == PP_APPLIED_NOTHING)
			applied = PP_APPLIED_STATE;
	} else if (new->flags != old->flags && applied == PP_APPLIED_NOTHING)
		applied = PP_APPLIED_STATE;
	new->next_check_at = pp_attempt_next(new);
	return applied;
}

bool
pp_attempt_tick(const struct pp_attempt *old, int64_t now,
    struct pp_attempt *new)
{
	int state = old->state;

	*new = *old;
	if (state == PP_T_OPENED && now >= old->opened_at + PP_NO_TICKET) {
		new->state = PP_T_LAPSED;
		if (new->reason[0] == '\0')
			(void)strlcpy(new->reason, "no_ticket",
			    sizeof new->reason);
		new->resolved_at = old->opened_at + PP_NO_TICKET;
	} else if ((state == PP_T_PRESENTED || state == PP_T_PROCESSING ||
	    state == PP_T_CANCELLED) && old->presented_at != 0 &&
	    now > old->expires_at + PP_LAPSE_UNTIL) {
		new->state = PP_T_UNKNOWN;
		(void)strlcpy(new->reason, "no_answer", sizeof new->reason);
	}
	return new->state != state;
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
		/* Rule N5: once more after its death. */
		if (a->flags & PP_TF_ASKED_DEAD)
			return 0;
		if (asked < end + PP_LAPSE_AFTER)
			return end + PP_LAPSE_AFTER;
		/* Asked, but without an answer: hourly for a week. */
		at = asked + PP_HOUR;
		return at < end + 7 * PP_DAY ? at : 0;
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
		if (asked < end + PP_LAPSE_UNTIL && (best == 0 || at < best))
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
	return a->presented_at != 0 && now - a->asked_at >= gap;
}

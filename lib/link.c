#include "config.h"

#include <stdio.h>
#include <string.h>

#include "intl.h"
#include "link.h"
#include "money.h"
#include "banned.h"

#define F(m, name, type, flags) PP_FIELD(struct pp_link, m, name, type, flags, NULL)
#define W(m, name, words) PP_FIELD(struct pp_link, m, name, PP_F_ENUM, 0, words)

const char *const pp_link_kinds[] = {
	"whole", "amount", "percent", "open", NULL
};
const char *const pp_link_states[] = {
	N_("open"), N_("expired"), N_("cancelled"), N_("superseded"),
	N_("completed"), NULL
};
const char *const pp_if_exists_words[] = {
	"reuse", "renew", "supersede", "fail", NULL
};

const struct pp_field pp_link_fields[] = {
	F(id,		"link",		PP_F_STR,	PP_FF_KEY),
	F(task,		"task",		PP_F_STR,	PP_FF_KEY),
	F(purpose,	"purpose",	PP_F_STR,	0),
	F(integration,	"integration",	PP_F_STR,	0),
	F(currency,	"currency",	PP_F_STR,	0),
	F(language,	"language",	PP_F_STR,	0),
	W(kind,		"kind",		pp_link_kinds),
	F(amount,	"amount",	PP_F_CENTS,	0),
	F(percent,	"percent",	PP_F_INT,	0),
	F(min,		"min",		PP_F_CENTS,	0),
	F(frozen,	"frozen",	PP_F_CENTS,	PP_FF_CALC),
	F(created_at,	"created_at",	PP_F_TIME,	0),
	F(expires_at,	"expires_at",	PP_F_TIME,	0),
	W(state,	"state",	pp_link_states),
	F(reason,	"reason",	PP_F_STR,	0),
	F(successor,	"successor",	PP_F_STR,	0),
	F(epoch,	"epoch",	PP_F_INT,	0),
	F(token_hash,	"token_hash",	PP_F_STR,	PP_FF_HIDDEN),
	F(address,	"address_hash",	PP_F_STR,	PP_FF_HIDDEN |
							PP_FF_ASIDE),
	F(paid,		"paid",		PP_F_CENTS,	PP_FF_CALC),
	F(asked_at,	"renewal_asked_at", PP_F_TIME,	0),
	F(asked_last,	"renewal_asked_last_at", PP_F_TIME, 0)
};
const size_t pp_link_nfields = sizeof pp_link_fields / sizeof pp_link_fields[0];

static bool	differs(const struct pp_link *, const struct pp_link_want *,
		    struct pp_err *);

int64_t
pp_link_asks(const struct pp_link *l, const struct pp_task *t, int64_t offline)
{
	struct pp_sums s;
	int64_t asks;

	pp_task_sums(t, &s);
	switch (l->kind) {
	case PP_LINK_AMOUNT:
		asks = l->amount - l->paid - offline;
		break;
	case PP_LINK_PERCENT:
		asks = (l->frozen != 0 ? l->frozen : pp_money_percent(
		    s.due > 0 ? s.due : 0, (int32_t)l->percent)) - l->paid -
		    offline;
		break;
	default:
		asks = s.owed;
		break;
	}
	return asks > 0 ? asks : 0;
}

int64_t
pp_link_charge(const struct pp_link *l, const struct pp_task *t,
    int64_t offline)
{
	struct pp_sums s;
	int64_t asks = pp_link_asks(l, t, offline);

	pp_task_sums(t, &s);
	return asks < s.owed ? asks : s.owed;
}

enum pp_link_state
pp_link_state(const struct pp_link *l, const struct pp_task *t,
    int64_t offline, int64_t now)
{
	if (l->state != PP_L_OPEN)
		return (enum pp_link_state)l->state;
	if (pp_link_charge(l, t, offline) == 0)
		return PP_L_COMPLETED;
	if (l->expires_at != 0 && now >= l->expires_at)
		return PP_L_EXPIRED;
	return PP_L_OPEN;
}

bool
pp_link_renewal_asked(const struct pp_link *l, const struct pp_task *t,
    int64_t offline, int64_t now)
{
	return l->asked_at != 0 &&
	    pp_link_state(l, t, offline, now) == PP_L_EXPIRED;
}

/* Is what is wanted another request than this link's?  Names the first
 * difference. */
static bool
differs(const struct pp_link *l, const struct pp_link_want *w,
    struct pp_err *err)
{
	char a[PP_MONEY_STR], b[PP_MONEY_STR];

	if (strcmp(l->integration, w->integration) != 0)
		(void)pp_err_member(err, PP_CONFLICT, "integration", "link %s "
		    "uses %s, not %s", l->id, l->integration, w->integration);
	else if (l->kind != w->kind)
		(void)pp_err_member(err, PP_CONFLICT, "amount", "link %s asks "
		    "for %s, not %s", l->id, pp_link_kinds[l->kind],
		    pp_link_kinds[w->kind]);
	else if (l->kind == PP_LINK_AMOUNT && l->amount != w->amount)
		(void)pp_err_member(err, PP_CONFLICT, "amount", "link %s asks "
		    "for %s, not %s", l->id, pp_money_str(l->amount, a,
		    sizeof a), pp_money_str(w->amount, b, sizeof b));
	else if (l->kind == PP_LINK_PERCENT && l->percent != w->percent)
		(void)pp_err_member(err, PP_CONFLICT, "percent", "link %s asks "
		    "for %s %%, not %s %%", l->id, pp_money_str(l->percent, a,
		    sizeof a), pp_money_str(w->percent, b, sizeof b));
	else if (l->kind == PP_LINK_OPEN && l->min != w->min)
		(void)pp_err_member(err, PP_CONFLICT, "min", "link %s takes "
		    "at least %s, not %s", l->id, pp_money_str(l->min, a,
		    sizeof a), pp_money_str(w->min, b, sizeof b));
	else
		return false;
	return true;
}

enum pp_link_verdict
pp_link_decide(const struct pp_link *l, const struct pp_link_want *w,
    enum pp_if_exists how, const struct pp_task *t, int64_t offline,
    int64_t now, struct pp_err *err)
{
	struct pp_sums s;
	enum pp_link_state state;

	pp_task_sums(t, &s);
	if (t->removed) {
		(void)pp_err_set(err, PP_STATE, "task %s was removed", t->id);
		return PP_LINK_REFUSE;
	}
	if (l == NULL) {
		if (s.owed == 0) {
			(void)pp_err_set(err, PP_STATE,
			    "task %s owes nothing", t->id);
			return PP_LINK_NOTHING;
		}
		return PP_LINK_CREATE;
	}
	state = pp_link_state(l, t, offline, now);
	if (state == PP_L_CANCELLED) {
		/* A script never undoes a person. */
		(void)pp_err_set(err, PP_STATE, "link %s of task %s was "
		    "cancelled", l->id, t->id);
		pp_err_hint(err, "pp-link renew %s", l->id);
		return PP_LINK_REFUSE;
	}
	if (how == PP_IF_FAIL) {
		(void)pp_err_set(err, PP_STATE, "task %s has link %s for "
		    "purpose %s already", t->id, l->id, l->purpose);
		return PP_LINK_REFUSE;
	}
	if (state == PP_L_COMPLETED &&
	    (s.owed == 0 || !differs(l, w, NULL))) {
		(void)pp_err_set(err, PP_STATE, s.owed == 0 ?
		    N_("task %s owes nothing: link %s is completed") :
		    N_("task %s: link %s is completed"), t->id, l->id);
		return PP_LINK_NOTHING;
	}
	if (differs(l, w, how == PP_IF_SUPERSEDE ? NULL : err)) {
		if (how == PP_IF_SUPERSEDE)
			return PP_LINK_REPLACE;
		pp_err_hint(err, "--if-exists supersede replaces it, "
		    "--purpose WORD makes another");
		return PP_LINK_DIFFERS;
	}
	if (state == PP_L_EXPIRED) {
		if (how == PP_IF_RENEW)
			return PP_LINK_RENEW;
		(void)pp_err_set(err, PP_STATE, "link %s of task %s has "
		    "expired", l->id, t->id);
		pp_err_hint(err, "--if-exists renew, or pp-link renew %s",
		    l->id);
		return PP_LINK_REFUSE;
	}
	return PP_LINK_REUSE;
}

enum pp_rc
pp_link_amount_ok(const struct pp_link *l, int64_t charge, int64_t cents,
    struct pp_err *err)
{
	char a[PP_MONEY_STR], b[PP_MONEY_STR];
	int64_t min = charge;

	if (l->kind == PP_LINK_OPEN)
		min = l->min > 0 ? l->min : 1;
	if (min > charge)
		min = charge;
	if (cents >= min && cents <= charge && cents > 0)
		return PP_OK;
	return pp_err_member(err, PP_STATE, "amount", "between %s and %s",
	    pp_money_str(min, a, sizeof a), pp_money_str(charge, b, sizeof b));
}

void
pp_link_take(struct pp_link *l, const struct pp_task *t,
    const struct pp_payment *p)
{
	struct pp_sums s;

	switch (p->type) {
	case PP_P_PAYMENT:
		if (l->kind == PP_LINK_PERCENT && l->frozen == 0) {
			pp_task_sums(t, &s);
			l->frozen = pp_money_percent(s.due > 0 ? s.due : 0,
			    (int32_t)l->percent);
		}
		l->paid += p->amount;
		break;
	case PP_P_VOID:
	case PP_P_CHARGEBACK:
		l->paid -= p->amount;
		break;
	case PP_P_CHARGEBACK_REVERSAL:
		l->paid += p->amount;
		break;
	default:	/* a refund does not make it ask again (rule A3) */
		break;
	}
	if (l->paid < 0)
		l->paid = 0;
}

enum pp_rc
pp_purpose_ok(const char *s, struct pp_err *err)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	if (n == 0 || s[n] != '\0' || n >= PP_PURPOSE)
		return pp_err_member(err, PP_DATA, "purpose", "1 to %d of a-z "
		    "0-9 _ -, not %.40s", PP_PURPOSE - 1, s);
	return PP_OK;
}

enum pp_rc
pp_percent_parse(const char *s, int64_t *basis, struct pp_err *err)
{
	if (pp_money_parse(s, false, basis, NULL) != PP_OK || *basis <= 0 ||
	    *basis > 10000)
		return pp_err_member(err, PP_DATA, "percent", "above 0, at "
		    "most 100, two decimals, not %.40s", s);
	return PP_OK;
}

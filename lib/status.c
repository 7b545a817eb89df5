#include "config.h"

#include <stdio.h>
#include <string.h>

#include "intl.h"
#include "money.h"
#include "say.h"
#include "status.h"
#include "time.h"
#include "banned.h"

static void	add_money(struct json_object *, const char *, int64_t);
static void	add_time(struct json_object *, const char *, int64_t);
static void	add_attention(struct json_object *, int64_t, const char *,
		    const char *, int64_t, const char *, const char *);
static void	attend(struct json_object *, const char *, int64_t,
		    const char *, const char *, int64_t, const char *);
static void	quoted(const char *, char *, size_t);
static void	attend_attempt(struct json_object *, const char *, int64_t,
		    const char *, const struct pp_attempt *, const char *);
static bool	dealt_with(const struct pp_case *, const struct pp_payment *);
static void	give_back(const struct pp_case *, const struct pp_payment *,
		    const struct pp_sums *, const char *, const char *, char *,
		    size_t);
static void	attend_overpaid(struct json_object *, const char *,
		    const struct pp_case *, const struct pp_sums *,
		    const char *);
static void	overpaid_why(const struct pp_case *, const struct pp_sums *,
		    struct json_object *);

static void
add_money(struct json_object *o, const char *key, int64_t cents)
{
	char text[PP_MONEY_STR], name[48];

	json_object_object_add(o, key,
	    json_object_new_string(pp_money_str(cents, text, sizeof text)));
	(void)snprintf(name, sizeof name, "%s_cents", key);
	json_object_object_add(o, name, json_object_new_int64(cents));
}

static void
add_time(struct json_object *o, const char *key, int64_t at)
{
	char text[PP_TIME_STR];

	json_object_object_add(o, key, at == 0 ? NULL :
	    json_object_new_string(pp_time_str(at, true, text, sizeof text)));
}

void
pp_link_show(const struct pp_link *l, const struct pp_case *c, int64_t now,
    struct json_object *o)
{
	int64_t offline = pp_case_offline(c, l->purpose);
	struct pp_link shown = *l;

	shown.state = pp_link_state(l, &c->task, offline, now);
	json_object_object_add(o, "id", json_object_new_string(l->id));
	pp_doc_write(pp_link_fields, pp_link_nfields, &shown, PP_DOC_SHOW, o);
	/* amount is what it asks now; what it was made for has its kind. */
	add_money(o, "requested", pp_case_requested(c, l));
	add_money(o, "amount", pp_link_charge(l, &c->task, offline));
	add_time(o, "may_still_be_paid_until", pp_case_payable_until(c, l->id,
	    now));
}

void
pp_attempt_show(const struct pp_attempt *a, int64_t now, struct json_object *o)
{
	struct pp_attempt shown = *a;

	(void)pp_attempt_tick(a, now, &shown);
	pp_doc_write(pp_attempt_fields, pp_attempt_nfields, &shown,
	    PP_DOC_SHOW, o);
	json_object_object_add(o, "v", json_object_new_int(1));
}

/* Why a task has more than was due (rule A6). */
static void
overpaid_why(const struct pp_case *c, const struct pp_sums *s,
    struct json_object *list)
{
	uint32_t flags = 0;
	bool offline = false;
	size_t i;

	if (s->state != PP_OVERPAID)
		return;
	for (i = 0; i < c->npays; i++) {
		flags |= c->pays[i].flags;
		offline |= c->pays[i].type == PP_P_OFFLINE;
	}
	if (flags & PP_PF_SECOND)
		json_object_array_add(list,
		    json_object_new_string("paid_twice"));
	if (flags & PP_PF_LATE)
		json_object_array_add(list, json_object_new_string("late"));
	if (offline)
		json_object_array_add(list, json_object_new_string("offline"));
	if (json_object_array_length(list) == 0)
		json_object_array_add(list,
		    json_object_new_string("total_lowered"));
}

static void
add_attention(struct json_object *list, int64_t since, const char *kind,
    const char *task, int64_t cents, const char *what, const char *next)
{
	struct json_object *o = json_object_new_object();

	add_time(o, "since", since);
	json_object_object_add(o, "kind", json_object_new_string(kind));
	json_object_object_add(o, "task", *task != '\0' ?
	    json_object_new_string(task) : NULL);
	if (cents != 0)
		add_money(o, "amount", cents);
	else {
		json_object_object_add(o, "amount", NULL);
		json_object_object_add(o, "amount_cents", NULL);
	}
	json_object_object_add(o, "what", json_object_new_string(what));
	json_object_object_add(o, "next", json_object_new_string(next));
	json_object_array_add(list, o);
}

/* With the sentence that its kind has in lib/say.c. */
static void
attend(struct json_object *list, const char *lang, int64_t since,
    const char *kind, const char *task, int64_t cents, const char *next)
{
	char name[96];
	const char *what;

	(void)snprintf(name, sizeof name, "attention_%s", kind);
	what = pp_say(name, lang);
	add_attention(list, since, kind, task, cents, what != NULL ? what :
	    kind, next);
}

/* A word of a command, for a shell to take as it is. */
static void
quoted(const char *word, char *out, size_t size)
{
	const char *mark = strpbrk(word, "'\"$`\\&;|<>()*?!#~[]{}");
	size_t n = 0;

	if (mark == NULL) {
		(void)strlcpy(out, word, size);
		return;
	}
	out[n++] = '\'';
	for (; *word != '\0' && n + 6 < size; word++)
		if (*word == '\'') {
			memcpy(out + n, "'\\''", 4);
			n += 4;
		} else
			out[n++] = *word;
	out[n++] = '\'';
	out[n] = '\0';
}

/* Of one of its attempts: the number to look up is in the sentence, and what
 * says how it ended. */
static void
attend_attempt(struct json_object *list, const char *lang, int64_t since,
    const char *kind, const struct pp_attempt *a, const char *next)
{
	const struct pp_said said[] = {
		{ "order_no", a->order_no }, { "attempt", a->id }
	};
	char name[96], what[512];

	(void)snprintf(name, sizeof name, "attention_%s", kind);
	add_attention(list, since, kind, a->task, a->amount,
	    pp_say_fill(pp_say(name, lang), said,
	    sizeof said / sizeof said[0], what, sizeof what), next);
}

/* Has somebody dealt with a payment: was it keyed into the books, or has all
 * of it gone back? */
static bool
dealt_with(const struct pp_case *c, const struct pp_payment *p)
{
	struct pp_refund_sums s;

	pp_refund_sums(p, c->pays, c->npays, c->refunds, c->nrefunds, &s);
	return p->entered_at != 0 || s.left == 0;
}

/* What was paid too much may go back, as far as it is this payment's. */
static void
give_back(const struct pp_case *c, const struct pp_payment *p,
    const struct pp_sums *s, const char *why, const char *status, char *next,
    size_t size)
{
	struct pp_refund_sums r;
	int64_t over = s->net - s->due;
	char amount[PP_MONEY_STR];

	pp_refund_sums(p, c->pays, c->npays, c->refunds, c->nrefunds, &r);
	if (over > r.left)
		over = r.left;
	if (s->state == PP_OVERPAID && over > 0)
		(void)snprintf(next, size, "pp-refund %s --amount %s --reason "
		    "'%s'", p->id, pp_money_str(over, amount, sizeof amount),
		    why);
	else
		(void)strlcpy(next, status, size);
}

/* More than was due, and no second payment through a link is why: a cheque
 * beside a card, or a total that fell. */
static void
attend_overpaid(struct json_object *list, const char *lang,
    const struct pp_case *c, const struct pp_sums *s, const char *status)
{
	int64_t since = c->task.created_at;
	char next[512];
	size_t i;

	(void)strlcpy(next, status, sizeof next);
	for (i = 0; i < c->npays; i++) {
		since = c->pays[i].recorded_at;
		if (c->pays[i].type == PP_P_PAYMENT)
			give_back(c, &c->pays[i], s, "paid too much", status,
			    next, sizeof next);
	}
	attend(list, lang, since, N_("overpaid"), c->task.id,
	    s->net - s->due, next);
}

size_t
pp_status_attention(const struct pp_case *c, const char *lang, int64_t now,
    struct json_object *list)
{
	size_t before = json_object_array_length(list), i;
	const struct pp_link *l;
	const struct pp_attempt *a;
	const struct pp_payment *p;
	struct pp_sums s;
	int64_t offline;
	char next[512], ask[300], status[300], id[4 * PP_TASK_ID + 3];
	bool over = false;
	int64_t seen = c->task.updated_at != 0 ? c->task.updated_at :
	    c->task.created_at;

	pp_task_sums(&c->task, &s);
	quoted(c->task.id, id, sizeof id);
	if (c->task.suspect) {
		(void)snprintf(next, sizeof next, "pp-task confirm %s", id);
		attend(list, lang, seen, N_("suspect_total"), c->task.id,
		    c->task.suspect_from - c->task.total, next);
	}
	for (i = 0; i < c->nlinks; i++) {
		l = &c->links[i];
		offline = pp_case_offline(c, l->purpose);
		if (!pp_link_renewal_asked(l, &c->task, offline, now))
			continue;
		(void)snprintf(next, sizeof next, "pp-link renew %s", l->id);
		attend(list, lang, l->asked_at, N_("renewal_asked"), l->task,
		    pp_link_charge(l, &c->task, offline), next);
	}
	/* What is not known is asked for; who found it at the processor says
	 * so with the command that the sentence names. */
	(void)snprintf(ask, sizeof ask, "pp-status --refresh %s", id);
	(void)snprintf(status, sizeof status, "pp-status %s", id);
	for (i = 0; i < c->natts; i++) {
		a = &c->atts[i];
		switch (pp_attempt_state(a, now)) {
		case PP_T_UNKNOWN:
			attend_attempt(list, lang, a->opened_at, N_("unknown"),
			    a, ask);
			break;
		case PP_T_PROCESSING:
			if (now > a->expires_at + PP_HOUR)
				attend_attempt(list, lang, a->submitted_at,
				    N_("processing"), a, ask);
			break;
		case PP_T_AUTHORIZED:
			(void)snprintf(next, sizeof next, "pp-integration "
			    "check %s", a->integration);
			attend_attempt(list, lang, a->resolved_at,
			    N_("preauth_profile"), a, next);
			break;
		case PP_T_DECLINED:
			(void)snprintf(next, sizeof next, "pp-status --settle "
			    "%s --outcome declined --reason 'reversed'",
			    a->id);
			if (a->flags & PP_TF_REVERSAL)
				attend_attempt(list, lang, a->resolved_at,
				    N_("reversal_expected"), a, next);
			break;
		default:
			break;
		}
	}
	if ((i = pp_attempt_stuck(c->atts, c->natts, now)) < c->natts)
		attend_attempt(list, lang, c->atts[i].expires_at,
		    N_("duplicate_order"), &c->atts[i], ask);
	for (i = 0; i < c->npays; i++) {
		p = &c->pays[i];
		if (p->type != PP_P_PAYMENT)
			continue;
		give_back(c, p, &s, "paid twice", status, next, sizeof next);
		if ((p->flags & PP_PF_AMOUNT_DIFFERS) && !dealt_with(c, p))
			attend(list, lang, p->recorded_at, N_("amount_differs"),
			    p->task, p->amount, next);
		if ((p->flags & PP_PF_SECOND) && s.state == PP_OVERPAID) {
			attend(list, lang, p->recorded_at, N_("second_success"),
			    p->task, p->amount, next);
			over = true;
		} else if ((p->flags & PP_PF_LATE) && !dealt_with(c, p))
			attend(list, lang, p->recorded_at, N_("late"), p->task,
			    p->amount, next);
	}
	if (s.state == PP_OVERPAID && !over && !c->task.removed)
		attend_overpaid(list, lang, c, &s, status);
	for (i = 0; i < c->nrefunds; i++)
		(void)pp_refund_attention(&c->refunds[i], lang, now, list);
	if (c->task.removed && s.net != 0)
		attend(list, lang, seen, N_("removed_with_money"), c->task.id,
		    s.net, status);
	return json_object_array_length(list) - before;
}

bool
pp_refund_attention(const struct pp_refund *r, const char *lang, int64_t now,
    struct json_object *list)
{
	const struct pp_said said[] = {
		{ "kind", strncmp(lang, "fr", 2) != 0 ?
		    pp_refund_kinds[r->kind] : r->kind == PP_K_VOID ?
		    "annulation" : "remboursement" },
		{ "transaction_no", r->of }, { "order_no", r->order_no },
		{ "refund", r->id }
	};
	char next[320], what[512];

	if (pp_refund_state(r, now) != PP_R_UNKNOWN)
		return false;
	(void)snprintf(next, sizeof next, "pp-status %s", r->of);
	add_attention(list, r->opened_at, N_("refund_unknown"), r->task, r->amount,
	    pp_say_fill(pp_say("attention_refund_unknown", lang), said,
	    sizeof said / sizeof said[0], what, sizeof what), next);
	return true;
}

bool
pp_mail_attention(const struct pp_mail *m, const char *lang, int64_t now,
    struct json_object *list)
{
	const struct pp_said said[] = { { "template", m->template } };
	char what[512];

	if (pp_mail_state(m, now) != PP_MS_UNKNOWN)
		return false;
	/* What shows it, not what settles it: "not sent", pasted without a
	 * look into the log, would have it sent twice. */
	add_attention(list, m->intended_at, N_("mail_unknown"), m->task, 0,
	    pp_say_fill(pp_say("attention_mail_unknown", lang), said,
	    sizeof said / sizeof said[0], what, sizeof what),
	    "pp-mail --list-unknown");
	return true;
}

bool
pp_mark_attention(const struct pp_mark *m, const char *lang, int64_t now,
    struct json_object *list)
{
	char step[5 * PP_ID_MAX], next[6 * PP_ID_MAX + PP_TASK_ID];

	if (!pp_mark_waits(m, now))
		return false;
	/* A note that is written again is there twice; the others not. */
	if (m->kind == PP_MARK_STEP) {
		quoted(m->step, step, sizeof step);
		(void)snprintf(next, sizeof next, "pp-progression step %s %s",
		    step, m->task);
	} else
		(void)snprintf(next, sizeof next, m->kind == PP_MARK_METAS ?
		    "pp-progression set %s" :
		    "pp-progression note --list-unknown", m->task);
	add_attention(list, m->intended_at, N_("mark_unknown"), m->task, 0,
	    pp_say("attention_mark_unknown", lang), next);
	return true;
}

void
pp_orphan_attention(const struct pp_payment *p, const char *lang,
    struct json_object *list)
{
	char next[128];

	(void)snprintf(next, sizeof next, "pp-status %s", p->transaction_no);
	attend(list, lang, p->recorded_at, N_("orphan"), "", p->amount, next);
}

bool
pp_status_settled(const struct pp_case *c, int64_t now)
{
	size_t i;

	for (i = 0; i < c->natts; i++)
		if (c->atts[i].next_check_at != 0 &&
		    !pp_attempt_resolved(&c->atts[i], now))
			return false;
	for (i = 0; i < c->nrefunds; i++)
		if (pp_refund_reserves(&c->refunds[i]))
			return false;
	return pp_case_pending(c, now) == 0;
}

struct json_object *
pp_status_doc(const struct pp_case *c, bool live, const char *lang,
    int64_t now)
{
	struct json_object *o = json_object_new_object(), *list, *one;
	char headline[1024];
	struct pp_sums s;
	int64_t next = 0;
	size_t i;

	pp_task_sums(&c->task, &s);
	json_object_object_add(o, "task", json_object_new_string(c->task.id));
	json_object_object_add(o, "state",
	    json_object_new_string(pp_money_words[s.state]));
	add_money(o, "total", c->task.total);
	add_money(o, "due", s.due);
	add_money(o, "paid", s.paid);
	add_money(o, "refunded", s.refunded);
	add_money(o, "balance", s.balance);
	add_money(o, "owed", s.owed);
	add_money(o, "pending", pp_case_pending(c, now));
	json_object_object_add(o, "currency",
	    json_object_new_string(c->task.currency));
	json_object_object_add(o, "invoice", c->task.invoice[0] != '\0' ?
	    json_object_new_string(c->task.invoice) : NULL);
	add_time(o, "transferred_at", c->task.transferred_at);
	json_object_object_add(o, "removed",
	    json_object_new_boolean(c->task.removed));
	json_object_object_add(o, "environment",
	    json_object_new_string(live ? "live" : "test"));
	json_object_object_add(o, "headline", json_object_new_string(
	    pp_say_task(c, lang, now, headline, sizeof headline)));
	list = json_object_new_array();
	overpaid_why(c, &s, list);
	json_object_object_add(o, "overpaid_why", list);
	list = json_object_new_array();
	(void)pp_status_attention(c, "en", now, list);
	json_object_object_add(o, "attention", list);

	list = json_object_new_array();
	for (i = 0; i < c->nlinks; i++) {
		one = json_object_new_object();
		pp_link_show(&c->links[i], c, now, one);
		json_object_array_add(list, one);
	}
	json_object_object_add(o, "links", list);
	list = json_object_new_array();
	for (i = 0; i < c->natts; i++) {
		one = json_object_new_object();
		pp_attempt_show(&c->atts[i], now, one);
		json_object_array_add(list, one);
		if (c->atts[i].next_check_at != 0 && (next == 0 ||
		    c->atts[i].next_check_at < next))
			next = c->atts[i].next_check_at;
	}
	json_object_object_add(o, "attempts", list);
	list = json_object_new_array();
	for (i = 0; i < c->npays; i++) {
		one = json_object_new_object();
		pp_payment_show(&c->pays[i], &c->task, live, one);
		json_object_array_add(list, one);
	}
	json_object_object_add(o, "payments", list);
	list = json_object_new_array();
	for (i = 0; i < c->nrefunds; i++) {
		one = json_object_new_object();
		pp_refund_show(&c->refunds[i], now, one);
		json_object_array_add(list, one);
	}
	json_object_object_add(o, "refunds", list);
	add_time(o, "next_check_at", next);
	return o;
}

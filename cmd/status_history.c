#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "intl.h"
#include "journal.h"
#include "language.h"
#include "money.h"
#include "say.h"
#include "status_history.h"
#include "table.h"
#include "time.h"
#include "why.h"
#include "banned.h"

#define WHAT_MAX	1024

struct line {
	int64_t			 at;
	size_t			 n;		/* at the same instant: as added */
	struct json_object	*row;
};

struct history {
	const struct pp_case	*c;
	const char		*lang;
	int64_t			 now;
	struct json_object	*events;	/* the task's, oldest first */
	struct line		*lines;
	size_t			 n, room;
};

/* What people and commands do about links and money that is no row of its
 * own; told in the words of pp-status --why. */
static const char *const acts[] = {
	"task.confirmed", "task.adjusted", "invoice.transferred",
	"invoice.transfer_undone", "link.renewed", "link.cancelled",
	"link.superseded", "attempt.settled", "payment.confirmed",
	"payment.adopted", "payment.entered", "payment.unentered",
	"refund.settled", "mail.sent", "mail.resent", "mail.failed",
	"mail.unknown"
};

/* What an attempt's state means; NULL where there is more to say. */
static const char *const meanings[] = {
	[PP_T_OPENED] = N_("attempt: no card form was shown yet"),
	[PP_T_PRESENTED] = N_("attempt: the card form was shown"),
	[PP_T_PROCESSING] = N_("attempt: pay was pressed, no answer yet"),
	[PP_T_AUTHORIZED] = N_("attempt: authorized only, which is not money"),
	[PP_T_CANCELLED] = N_("attempt: the customer left the card form"),
	[PP_T_LAPSED] = N_("attempt: nothing was paid with it"),
	[PP_T_UNKNOWN] = N_("attempt: no answer that settles it")
};

static pp_event_fn	gather;
static int		by_time(const void *, const void *);
static const char	*member(struct json_object *, const char *);
static const char	*purpose(const char *);
static const char	*who(struct json_object *, char *, size_t);
static const char	*who_began(const struct history *, const char *,
			    const char *, const char *, char *, size_t);
static void		add(struct history *, int64_t, struct pp_buf *,
			    const char *, const char *, const char *,
			    const char *);
static void		links(struct history *);
static void		attempts(struct history *);
static void		refunds(struct history *);
static void		payments(struct history *);
static void		deeds(struct history *);

static enum pp_rc
gather(struct pp_txn *tx, int64_t seq, const char *text, size_t len, void *arg,
    struct pp_err *err)
{
	struct json_object *ev;

	(void)tx, (void)seq;
	if (pp_json_parse(text, len, &ev, err) != PP_OK)
		return PP_IO;
	json_object_array_add(arg, ev);
	return PP_OK;
}

static int
by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return x->at != y->at ? (x->at > y->at) - (x->at < y->at) :
	    (x->n > y->n) - (x->n < y->n);
}

static const char *
member(struct json_object *o, const char *name)
{
	const char *s;

	return pp_json_str(o, name, &s, NULL) == PP_OK && s != NULL ? s : "";
}

/* Those that we give; another is its maker's own word. */
static const char *
purpose(const char *word)
{
	return strcmp(word, "balance") == 0 ? _("balance") :
	    strcmp(word, "deposit") == 0 ? _("deposit") : word;
}

/* "marie, pp-refund" (rule P3). */
static const char *
who(struct json_object *ev, char *out, size_t size)
{
	const char *person = member(ev, "person");

	(void)snprintf(out, size, "%s%s%s", person, *person != '\0' ? ", " : "",
	    member(ev, "actor"));
	return out;
}

/* Who made the thing that an event names: the first of that kind. */
static const char *
who_began(const struct history *h, const char *kind, const char *name,
    const char *id, char *out, size_t size)
{
	struct json_object *ev;
	size_t i;

	out[0] = '\0';
	for (i = 0; i < json_object_array_length(h->events); i++) {
		ev = json_object_array_get_idx(h->events, i);
		if (strncmp(member(ev, "type"), kind, strlen(kind)) == 0 &&
		    strcmp(member(ev, name), id) == 0)
			return who(ev, out, size);
	}
	return out;
}

/* what is emptied for the next one. */
static void
add(struct history *h, int64_t at, struct pp_buf *what, const char *amount,
    const char *state, const char *number, const char *by)
{
	struct line *l = &h->lines[h->n], *more;
	char when[PP_TIME_STR];

	if (h->n == h->room) {
		if ((more = reallocarray(h->lines, 2 * h->room + 16,
		    sizeof h->lines[0])) == NULL)
			return;
		h->lines = more;
		h->room = 2 * h->room + 16;
		l = &h->lines[h->n];
	}
	l->at = at;
	l->n = h->n++;
	l->row = json_object_new_object();
#define S(key, value) json_object_object_add(l->row, key, \
	    *(value) != '\0' ? json_object_new_string(value) : NULL)
	S("when", pp_time_str(at, false, when, sizeof when));
	S("amount", amount);
	S("state", state);
	S("number", number);
	S("who", by);
	S("what", what->len > 0 ? what->p : "");
#undef S
	pp_buf_reset(what);
}

static void
links(struct history *h)
{
	struct pp_buf what = PP_BUF_INIT(WHAT_MAX);
	char amount[PP_MONEY_STR], by[2 * PP_ID_MAX];
	const struct pp_link *l;
	enum pp_link_state state;
	int64_t offline;
	size_t i;

	for (i = 0; i < h->c->nlinks; i++) {
		l = &h->c->links[i];
		offline = pp_case_offline(h->c, l->purpose);
		state = pp_link_state(l, &h->c->task, offline, h->now);
		/* What it asks now; once it is over, what it asked. */
		(void)pp_money_str(state == PP_L_OPEN ? pp_link_charge(l,
		    &h->c->task, offline) : pp_case_requested(h->c, l),
		    amount, sizeof amount);
		pp_buf_printf(&what, _("link, %s"), purpose(l->purpose));
		add(h, l->created_at, &what, amount, pp_link_states[state],
		    l->id, who_began(h, "link.created", "link", l->id, by,
		    sizeof by));
		if (l->asked_at == 0)
			continue;
		pp_buf_puts(&what, _("the customer asked for a new link"));
		add(h, l->asked_at, &what, "", "", l->id, who_began(h,
		    "link.renewal_asked", "link", l->id, by, sizeof by));
	}
	pp_buf_release(&what);
}

static void
attempts(struct history *h)
{
	struct pp_buf what = PP_BUF_INIT(WHAT_MAX);
	char amount[PP_MONEY_STR], by[2 * PP_ID_MAX];
	const struct pp_attempt *a;
	int state;
	size_t i;

	for (i = 0; i < h->c->natts; i++) {
		a = &h->c->atts[i];
		state = (int)pp_attempt_state(a, h->now);
		if (state == PP_T_DECLINED)
			pp_buf_printf(&what, _("attempt, code %s: %s"),
			    a->response_code[0] != '\0' ? a->response_code :
			    _("none"), pp_say_decline(a->response_code,
			    h->lang));
		else if (state == PP_T_APPROVED)
			pp_buf_printf(&what, _("attempt, code %s"),
			    a->response_code);
		else
			pp_buf_puts(&what, _(meanings[state]));
		add(h, a->opened_at, &what, pp_money_str(a->amount, amount,
		    sizeof amount), pp_att_states[state], a->order_no,
		    who_began(h, "attempt.opened", "attempt", a->id, by,
		    sizeof by));
	}
	pp_buf_release(&what);
}

static void
refunds(struct history *h)
{
	struct pp_buf what = PP_BUF_INIT(WHAT_MAX);
	char amount[PP_MONEY_STR], by[2 * PP_ID_MAX];
	const struct pp_refund *r;
	size_t i;

	for (i = 0; i < h->c->nrefunds; i++) {
		r = &h->c->refunds[i];
		pp_buf_printf(&what, r->kind == PP_K_VOID ?
		    _("asked to void, %s") : _("asked to refund, %s"),
		    r->reason);
		add(h, r->opened_at, &what, pp_money_str(r->amount, amount,
		    sizeof amount), pp_refund_states[pp_refund_state(r,
		    h->now)], r->id, who_began(h, "refund.opened", "refund",
		    r->id, by, sizeof by));
	}
	pp_buf_release(&what);
}

static void
payments(struct history *h)
{
	struct pp_buf what = PP_BUF_INIT(WHAT_MAX);
	char amount[PP_MONEY_STR], by[2 * PP_ID_MAX];
	const struct pp_payment *p;
	int64_t at;
	size_t i, k;

	for (i = 0; i < h->c->npays; i++) {
		p = &h->c->pays[i];
		pp_buf_puts(&what, _(pp_pay_types[p->type]));
		if (p->method[0] != '\0')
			pp_buf_printf(&what, ", %s", _(p->method));
		if (p->brand != PP_B_NONE)
			pp_buf_printf(&what, ", %s", pp_brands[p->brand]);
		if (p->last4[0] != '\0')
			pp_buf_printf(&what, " %s", p->last4);
		for (k = 0; pp_pay_flags[k] != NULL; k++)
			if (p->flags & (1U << k))
				pp_buf_printf(&what, ", %s",
				    _(pp_pay_flags[k]));
		if (p->reason[0] != '\0')
			pp_buf_printf(&what, ", %s", p->reason);
		/* The processor tells whole seconds: within that second it
		 * came after its attempt. */
		if ((at = p->paid_at + PP_SECOND - 1) > p->recorded_at)
			at = p->recorded_at;
		add(h, at, &what, pp_money_str(p->amount, amount,
		    sizeof amount), pp_accounting_words[
		    pp_payment_accounting(p, &h->c->task)], p->transaction_no,
		    who_began(h, "payment.", "id", p->id, by, sizeof by));
	}
	pp_buf_release(&what);
}

static void
deeds(struct history *h)
{
	static const char *const numbers[] = { "transaction_no", "link",
	    "attempt", "refund", "id", "invoice" };
	struct pp_buf what = PP_BUF_INIT(WHAT_MAX);
	struct json_object *ev, *fact, *cents;
	char amount[PP_MONEY_STR], by[2 * PP_ID_MAX];
	const char *number;
	int64_t at;
	size_t i, k;

	for (i = 0; i < json_object_array_length(h->events); i++) {
		ev = json_object_array_get_idx(h->events, i);
		for (k = 0; k < sizeof acts / sizeof acts[0]; k++)
			if (strcmp(member(ev, "type"), acts[k]) == 0)
				break;
		if (k == sizeof acts / sizeof acts[0] ||
		    pp_json_time(ev, "at", &at, NULL) != PP_OK)
			continue;
		for (number = "", k = 0; *number == '\0' &&
		    k < sizeof numbers / sizeof numbers[0]; k++)
			number = member(ev, numbers[k]);
		amount[0] = '\0';
		if (json_object_object_get_ex(ev, "amount_cents", &cents))
			(void)pp_money_str(json_object_get_int64(cents),
			    amount, sizeof amount);
		fact = pp_why_fact(ev, h->lang);
		pp_buf_puts(&what, member(fact, "what"));
		add(h, at, &what, amount, "", number, who(ev, by, sizeof by));
		json_object_put(fact);
	}
	pp_buf_release(&what);
}

enum pp_rc
pp_history_print(struct pp_txn *tx, const struct pp_case *c, FILE *fp,
    struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "WHEN", "when", PP_WHEN }, { "AMOUNT", "amount", PP_RIGHT },
		{ "STATE", "state", PP_WORD }, { "NUMBER", "number", PP_LEFT },
		{ "WHO", "who", PP_LEFT },
		{ "WHAT", "what", PP_LEFT }	/* last: it may be long */
	};
	struct history h = { .c = c, .lang = pp_language_code(),
	    .now = pp_txn_now(tx), .events = json_object_new_array() };
	struct pp_table *t = NULL;
	enum pp_rc rc = PP_OK;
	size_t i;

	if (c->task.id[0] != '\0')
		rc = pp_journal_each(tx, 0, c->task.id, gather, h.events, err);
	if (rc == PP_OK) {
		/* At one instant what was asked for comes before what came
		 * of it. */
		links(&h);
		attempts(&h);
		refunds(&h);
		payments(&h);
		deeds(&h);
		if (h.n > 0)
			qsort(h.lines, h.n, sizeof h.lines[0], by_time);
		rc = pp_table_new(fp, PP_OUT_TABLE, cols,
		    sizeof cols / sizeof cols[0], &t, err);
	}
	for (i = 0; i < h.n; i++) {
		if (rc == PP_OK)
			rc = pp_table_row(t, h.lines[i].row, err);
		json_object_put(h.lines[i].row);
	}
	if (t != NULL && rc == PP_OK)
		rc = pp_table_end(t, err);
	else
		(void)pp_table_end(t, NULL);
	free(h.lines);
	json_object_put(h.events);
	return rc;
}

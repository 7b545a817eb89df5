#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intl.h"
#include "language.h"
#include "lookup.h"
#include "money.h"
#include "say.h"
#include "status.h"
#include "status_view.h"
#include "time.h"
#include "walk.h"
#include "banned.h"

#define LATE	(10 * PP_MINUTE)	/* a sweep that cron forgot */

const struct pp_column pp_view_columns[] = {
	{ "TASK", "task", PP_LEFT }, { "STATE", "state", PP_WORD },
	{ "TOTAL", "total", PP_RIGHT }, { "PAID", "paid", PP_RIGHT },
	{ "BALANCE", "balance", PP_RIGHT }, { "PENDING", "pending", PP_RIGHT },
	{ "INVOICE", "invoice", PP_LEFT },
	{ "NEXT QUESTION", "next_check_at", PP_WHEN }
};
const size_t pp_view_ncolumns =
    sizeof pp_view_columns / sizeof pp_view_columns[0];

struct filter {
	struct pp_cmd		*cmd;
	bool			 due, pending;
	const char		*state;
	int64_t			 since;
	struct json_object	*seen;		/* tasks shown already */
};

struct health {
	int64_t	now, swept, oldest;
	int64_t	due;
};

/* A line of a task's history. */
struct line {
	int64_t			 at;
	struct json_object	*row;
};

static pp_walk_fn	by_attempt, by_task;
static pp_txn_fn	measure;
static pp_rec_fn	count_due;
static int		by_time(const void *, const void *);
static struct json_object *history(const struct pp_case *, const char *,
			    int64_t);
static void		history_row(struct line *, int64_t, const char *,
			    int64_t, const char *, const char *);
static enum pp_rc	view_task(struct pp_txn *, const struct pp_cmd *,
			    const char *, FILE *, struct pp_err *);
static bool		first_time(struct filter *, const char *);
static enum pp_rc	doc_of(struct pp_txn *, struct filter *, const char *,
			    struct json_object **, struct pp_err *);

const char *
pp_view_language(const struct pp_cmd *cmd, const struct pp_case *c)
{
	return c->task.language[0] != '\0' ? c->task.language :
	    cmd->conf.business.language;
}

const char *
pp_view_reader(const struct pp_cmd *cmd)
{
	return cmd->output == PP_OUT_TABLE ? pp_language_code() : "en";
}

/* One task on a terminal. */

static void
history_row(struct line *l, int64_t at, const char *what, int64_t cents,
    const char *state, const char *number)
{
	char when[PP_TIME_STR], amount[PP_MONEY_STR];

	l->at = at;
	l->row = json_object_new_object();
#define S(key, value) json_object_object_add(l->row, key, \
	    *(value) != '\0' ? json_object_new_string(value) : NULL)
	S("when", pp_time_str(at, false, when, sizeof when));
	S("what", what);
	S("amount", pp_money_str(cents, amount, sizeof amount));
	S("state", state);
	S("number", number);
#undef S
}

static int
by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Every link, attempt, payment and refund, in order of time. */
static struct json_object *
history(const struct pp_case *c, const char *lang, int64_t now)
{
	size_t n = 0, i, total = 2 * c->nlinks + c->natts + c->npays +
	    c->nrefunds;
	struct json_object *list = json_object_new_array();
	struct line *lines = calloc(total + 1, sizeof lines[0]);
	const struct pp_attempt *a;
	const struct pp_payment *p;
	const struct pp_refund *r;
	int64_t at;
	char what[256];

	for (i = 0; lines != NULL && i < c->nlinks; i++) {
		(void)snprintf(what, sizeof what, _("link, %s"),
		    c->links[i].purpose);
		history_row(&lines[n++], c->links[i].created_at, what,
		    pp_link_charge(&c->links[i], &c->task,
		    pp_case_offline(c, c->links[i].purpose)),
		    pp_link_states[pp_link_state(&c->links[i], &c->task,
		    pp_case_offline(c, c->links[i].purpose), now)],
		    c->links[i].id);
		if (c->links[i].asked_at != 0)
			history_row(&lines[n++], c->links[i].asked_at,
			    _("the customer asked for a new link"),
			    pp_link_charge(&c->links[i], &c->task,
			    pp_case_offline(c, c->links[i].purpose)), "",
			    c->links[i].id);
	}
	for (i = 0; lines != NULL && i < c->natts; i++) {
		a = &c->atts[i];
		if (a->state == PP_T_DECLINED)
			(void)snprintf(what, sizeof what,
			    _("attempt, code %s: %s"), a->response_code[0] !=
			    '\0' ? a->response_code : _("none"),
			    pp_say_decline(a->response_code, lang));
		else if (a->response_code[0] != '\0')
			(void)snprintf(what, sizeof what,
			    _("attempt, code %s"), a->response_code);
		else
			(void)snprintf(what, sizeof what, "%s", _("attempt"));
		history_row(&lines[n++], a->opened_at, what, a->amount,
		    pp_att_states[pp_attempt_state(a, now)], a->order_no);
	}
	for (i = 0; lines != NULL && i < c->npays; i++) {
		p = &c->pays[i];
		(void)snprintf(what, sizeof what, "%s%s%s%s%s",
		    _(pp_pay_types[p->type]), p->brand != PP_B_NONE ? ", " : "",
		    p->brand != PP_B_NONE ? pp_brands[p->brand] : "",
		    p->last4[0] != '\0' ? " " : "", p->last4);
		/* The processor tells whole seconds: within that second it
		 * came after its attempt. */
		if ((at = p->paid_at + PP_SECOND - 1) > p->recorded_at)
			at = p->recorded_at;
		history_row(&lines[n++], at, what, p->amount,
		    pp_accounting_words[pp_payment_accounting(p, &c->task)],
		    p->transaction_no);
	}
	for (i = 0; lines != NULL && i < c->nrefunds; i++) {
		r = &c->refunds[i];
		(void)snprintf(what, sizeof what, r->kind == PP_K_VOID ?
		    _("asked to void, %s") : _("asked to refund, %s"),
		    r->reason);
		history_row(&lines[n++], r->opened_at, what, r->amount,
		    pp_refund_states[pp_refund_state(r, now)], r->id);
	}
	if (lines != NULL)
		qsort(lines, n, sizeof lines[0], by_time);
	for (i = 0; i < n; i++)
		json_object_array_add(list, lines[i].row);
	free(lines);
	return list;
}

static enum pp_rc
print_history(const struct pp_case *c, int64_t now, FILE *fp,
    struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "WHEN", "when", PP_WHEN }, { "AMOUNT", "amount", PP_RIGHT },
		{ "STATE", "state", PP_WORD }, { "NUMBER", "number", PP_LEFT },
		{ "WHAT", "what", PP_WORD }	/* last: it may be long */
	};
	struct json_object *list = history(c, pp_language_code(), now);
	struct pp_table *t = NULL;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_table_new(fp, PP_OUT_TABLE, cols,
	    sizeof cols / sizeof cols[0], &t, err)) == PP_OK)
		for (i = 0; i < json_object_array_length(list); i++)
			(void)pp_table_row(t, json_object_array_get_idx(list,
			    i), err);
	(void)pp_table_end(t, err);
	json_object_put(list);
	return rc;
}

/* One task as a person reads it. */
static enum pp_rc
view_task(struct pp_txn *tx, const struct pp_cmd *cmd, const char *task,
    FILE *fp, struct pp_err *err)
{
	struct pp_case c = { .nlinks = 0 };
	struct pp_sums s;
	char say[1024], total[PP_MONEY_STR], paid[PP_MONEY_STR];
	char balance[PP_MONEY_STR], pending[PP_MONEY_STR];
	char when[PP_TIME_STR];
	size_t i;
	enum pp_rc rc;

	if ((rc = pp_case_load(tx, task, &c, err)) != PP_OK)
		goto out;
	pp_task_sums(&c.task, &s);
	/* First what is read to the customer. */
	fprintf(fp, "%s\n\n", pp_say_task(&c, pp_view_language(cmd, &c),
	    pp_txn_now(tx), say, sizeof say));
	fprintf(fp, pp_txn_live(tx) ? _("%s: %s\n") :
	    _("%s: %s (test store: no real money)\n"), c.task.id,
	    _(pp_money_words[s.state]));
	fprintf(fp, _("due %s  paid %s  balance %s  pending %s  %s"),
	    pp_money_str(s.due, total, sizeof total),
	    pp_money_str(s.paid, paid, sizeof paid),
	    pp_money_str(s.balance, balance, sizeof balance),
	    pp_money_str(pp_case_pending(&c, pp_txn_now(tx)), pending,
	    sizeof pending), c.task.currency);
	if (c.task.invoice[0] != '\0')
		fprintf(fp, _("  invoice %s"), c.task.invoice);
	fputs("\n\n", fp);
	rc = print_history(&c, pp_txn_now(tx), fp, err);
	for (i = 0; i < c.natts; i++)
		if (c.atts[i].next_check_at != 0)
			fprintf(fp, _("%s is asked again at %s\n"),
			    c.atts[i].order_no, pp_time_short(
			    c.atts[i].next_check_at, when, sizeof when));
out:
	pp_case_release(&c);
	return rc;
}

/* An invoice may stand for several tasks. */
enum pp_rc
pp_view_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_case alone = { .nlinks = 0 };
	struct pp_found f;
	char *text = NULL;
	size_t len = 0, i;
	FILE *fp;
	enum pp_rc rc;

	if ((rc = pp_lookup(tx, r->item->text, &f, &r->err)) != PP_OK)
		return rc;
	if ((fp = open_memstream(&text, &len)) == NULL)
		return pp_err_set(&r->err, PP_IO, "out of memory");
	if (f.n == 0) {
		alone.pays = &f.payment;
		alone.npays = 1;
		fprintf(fp, pp_txn_live(tx) ? _("a payment of no task, order "
		    "number %s\n\n") : _("a payment of no task, order number "
		    "%s (test store: no real money)\n\n"),
		    f.payment.order_no);
		rc = print_history(&alone, pp_txn_now(tx), fp, &r->err);
	}
	for (i = 0; i < f.n && rc == PP_OK; i++) {
		if (i > 0)
			fputs("\n\n", fp);
		rc = view_task(tx, arg, f.task[i], fp, &r->err);
	}
	if (fclose(fp) != 0 && rc == PP_OK)
		rc = pp_err_set(&r->err, PP_IO, "out of memory");
	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	r->line = text;
	return rc;
}

/* Lists. */

static bool
first_time(struct filter *f, const char *task)
{
	if (json_object_object_get_ex(f->seen, task, NULL))
		return false;
	json_object_object_add(f->seen, task, NULL);
	return true;
}

static enum pp_rc
doc_of(struct pp_txn *tx, struct filter *f, const char *task,
    struct json_object **row, struct pp_err *err)
{
	struct pp_case c;
	enum pp_rc rc;

	if ((rc = pp_case_load(tx, task, &c, err)) == PP_OK)
		*row = pp_status_doc(&c, pp_txn_live(tx),
		    pp_view_language(f->cmd, &c), pp_txn_now(tx));
	pp_case_release(&c);
	return rc;
}

static enum pp_rc
by_attempt(struct pp_txn *tx, const struct pp_rec *rec, int64_t head,
    void *arg, struct json_object **row, struct pp_err *err)
{
	struct filter *f = arg;
	struct pp_attempt a;
	int64_t now = pp_txn_now(tx);
	enum pp_rc rc;

	(void)head;
	/* The header tells what need not be read: nothing is asked again, and
	 * it is not pending. */
	if (rec->when == 0 && rec->state != PP_T_UNKNOWN &&
	    rec->state != PP_T_PROCESSING)
		return PP_OK;
	if ((rc = pp_attempt_of(rec, &a, err)) != PP_OK)
		return rc;
	if ((f->due && (a.next_check_at == 0 || a.next_check_at > now)) ||
	    (f->pending && !pp_attempt_pending(&a, now)) ||
	    (f->since != 0 && a.opened_at < f->since) ||
	    !first_time(f, a.task))
		return PP_OK;
	return doc_of(tx, f, a.task, row, err);
}

static enum pp_rc
by_task(struct pp_txn *tx, const struct pp_rec *rec, int64_t head, void *arg,
    struct json_object **row, struct pp_err *err)
{
	struct filter *f = arg;
	struct pp_task t;
	struct pp_sums s;
	enum pp_rc rc;

	(void)head;
	if (f->since != 0 && rec->when < f->since)
		return PP_OK;
	if ((rc = pp_task_of(rec, &t, err)) != PP_OK)
		return rc;
	pp_task_sums(&t, &s);
	if (f->state != NULL && strcmp(pp_money_words[s.state], f->state) != 0)
		return PP_OK;
	return doc_of(tx, f, t.id, row, err);
}

enum pp_rc
pp_view_list(struct pp_cmd *cmd, bool due, bool pending, const char *state,
    int64_t since, struct pp_err *err)
{
	struct filter f = { .cmd = cmd, .due = due, .pending = pending,
	    .state = state, .since = since,
	    .seen = json_object_new_object() };
	struct pp_out out;
	enum pp_rc rc;

	pp_out_init(&out, cmd, pp_view_columns, pp_view_ncolumns);
	rc = due || pending ?
	    pp_walk(cmd, PP_ATTEMPT, by_attempt, &f, &out, err) :
	    pp_walk(cmd, PP_TASK, by_task, &f, &out, err);
	pp_out_end(&out);
	json_object_put(f.seen);
	return rc;
}

/* Health. */

static enum pp_rc
count_due(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct health *h = arg;

	(void)tx, (void)key, (void)klen, (void)err;
	if (rec->when > h->now)
		return PP_NO;
	if (h->due++ == 0)
		h->oldest = rec->when;
	return PP_OK;
}

static enum pp_rc
measure(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct health *h = arg;
	char at[PP_TIME_STR];
	enum pp_rc rc;

	h->now = pp_txn_now(tx);
	if ((rc = pp_meta_get(tx, "swept_at", at, sizeof at, err)) == PP_OK)
		rc = pp_time_parse(at, &h->swept, err);
	else if (rc == PP_NOTFOUND)
		rc = PP_OK;
	return rc == PP_OK ? pp_txn_order(tx, PP_ATTEMPT_BY_DUE, NULL, 0,
	    count_due, h, err) : rc;
}

enum pp_rc
pp_view_health(struct pp_cmd *cmd, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "SWEPT", "swept_at", PP_WHEN }, { "DUE", "due", PP_RIGHT },
		{ "OLDEST", "oldest_due", PP_WHEN }, { "LATE", "late", PP_LEFT }
	};
	struct health h = { .now = 0 };
	struct json_object *o;
	struct pp_out out;
	char at[PP_TIME_STR];
	bool late;
	enum pp_rc rc;

	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, measure, &h,
	    err)) != PP_OK)
		return rc;
	late = h.due > 0 && h.now - h.oldest > LATE;
	o = json_object_new_object();
	json_object_object_add(o, "swept_at", h.swept == 0 ? NULL :
	    json_object_new_string(pp_time_str(h.swept, true, at, sizeof at)));
	json_object_object_add(o, "due", json_object_new_int64(h.due));
	json_object_object_add(o, "oldest_due", h.oldest == 0 ? NULL :
	    json_object_new_string(pp_time_str(h.oldest, true, at,
	    sizeof at)));
	json_object_object_add(o, "late", json_object_new_boolean(late));
	pp_out_init(&out, cmd, cols, sizeof cols / sizeof cols[0]);
	pp_out_row(&out, o);
	pp_out_end(&out);
	return late ? PP_NO : PP_OK;
}

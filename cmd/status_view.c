#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health.h"
#include "intl.h"
#include "language.h"
#include "lookup.h"
#include "money.h"
#include "say.h"
#include "status.h"
#include "status_history.h"
#include "status_view.h"
#include "time.h"
#include "walk.h"
#include "banned.h"


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

static pp_walk_fn	by_attempt, by_task;
static pp_txn_fn	measure;
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

/* One task as a person reads it on a terminal. */
static enum pp_rc
view_task(struct pp_txn *tx, const struct pp_cmd *cmd, const char *task,
    FILE *fp, struct pp_err *err)
{
	struct pp_case c = { .nlinks = 0 };
	struct json_object *list, *o;
	struct pp_sums s;
	const char *what, *next;
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
	rc = pp_history_print(tx, &c, fp, err);
	for (i = 0; i < c.natts; i++)
		if (c.atts[i].next_check_at != 0)
			fprintf(fp, _("%s is asked again at %s\n"),
			    c.atts[i].order_no, pp_time_short(
			    c.atts[i].next_check_at, when, sizeof when));
	list = json_object_new_array();
	(void)pp_status_attention(&c, pp_view_reader(cmd), pp_txn_now(tx),
	    list);
	for (i = 0; i < json_object_array_length(list); i++) {
		o = json_object_array_get_idx(list, i);
		if (pp_json_str(o, "what", &what, NULL) == PP_OK &&
		    pp_json_str(o, "next", &next, NULL) == PP_OK)
			fprintf(fp, _("Needs a person: %s\n    %s\n"), what,
			    next);
	}
	json_object_put(list);
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
		rc = pp_history_print(tx, &alone, fp, &r->err);
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
measure(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	return pp_health_read(tx, pp_txn_now(tx), arg, err);
}

enum pp_rc
pp_view_health(struct pp_cmd *cmd, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "SWEPT", "swept_at", PP_WHEN }, { "DUE", "due", PP_RIGHT },
		{ "OLDEST", "oldest_due", PP_WHEN }, { "LATE", "late", PP_LEFT }
	};
	struct pp_health h;
	struct json_object *o;
	struct pp_out out;
	char at[PP_TIME_STR];
	bool late;
	enum pp_rc rc;

	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, measure, &h,
	    err)) != PP_OK)
		return rc;
	late = pp_health_late(&h);
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

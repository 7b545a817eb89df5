#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "lookup.h"
#include "money.h"
#include "record.h"
#include "refresh.h"
#include "say.h"
#include "status_view.h"
#include "status.h"
#include "time.h"
#include "banned.h"

struct opts {
	bool		 refresh, due, pending, attention, say, health, find;
	const char	*is, *state, *settle, *outcome, *reason;
	const char	*transaction_no, *reference_no;
	int64_t		 since, amount, time;
};

struct job {
	struct pp_cmd	*cmd;
	struct opts	*o;
	bool		 no;		/* the answer to --is */
	struct pp_drivers drivers;
	struct pp_out	*out;
	enum pp_rc	 worst;
};

static pp_cmd_fn	run;
static pp_row_fn	status_one, say_one;
static pp_batch_fn	refresh_batch;
static pp_txn_fn	settle_txn;
static pp_refresh_fn	asked;
static enum pp_rc	refresh(struct pp_cmd *, struct job *, struct pp_err *);
static enum pp_rc	settle(struct pp_cmd *, struct job *, struct pp_err *);
static bool		answer(const struct opts *, const struct pp_case *,
			    int64_t);
static void		check_use(struct pp_cmd *, struct opts *);

#define O(n, l, k, m) { n, l, k, offsetof(struct opts, m), 0 }

static const struct pp_opt opts[] = {
	O("refresh",	'r', PP_O_FLAG, refresh),
	O("due",	'd', PP_O_FLAG, due),
	O("pending",	'p', PP_O_FLAG, pending),
	O("attention",	'a', PP_O_FLAG, attention),
	O("health",	'H', PP_O_FLAG, health),
	O("say",	'S', PP_O_FLAG, say),
	O("is",		'i', PP_O_STR, is),
	O("state",	't', PP_O_STR, state),
	O("since",	'f', PP_O_TIME, since),
	O("settle",	'e', PP_O_STR, settle),
	O("outcome",	'O', PP_O_STR, outcome),
	O("reason",	'R', PP_O_STR, reason),
	O("transaction-no", 'T', PP_O_STR, transaction_no),
	O("reference-no", 'N', PP_O_STR, reference_no),
	O("amount",	'A', PP_O_CENTS, amount),
	O("time",	'w', PP_O_TIME, time)
};

static const struct pp_verb verbs[] = { { NULL, run, 0, PP_MANY, 0 } };

static const struct pp_cmd_def def = {
	"pp-status",
	"usage: pp-status [--refresh] [--is paid|settled]\n"
	"           [TASK|INVOICE|LINK|TRANSACTION|ORDER NUMBER...]\n"
	"       pp-status --say [fr|en] [TASK...]\n"
	"       pp-status --due | --pending | --state WORD [--since TIME]\n"
	"       pp-status --refresh [--due]\n"
	"       pp-status --attention | --health\n"
	"       pp-status --settle ATTEMPT --outcome approved|declined|lapsed\n"
	"           --reason TEXT [--transaction-no T --reference-no R\n"
	"           --amount A --time TIME]\n"
	"           [-s store] [-c config] [-o json|table|csv|tsv] [-nqv]\n",
	opts, sizeof opts / sizeof opts[0],
	verbs, sizeof verbs / sizeof verbs[0], PP_CMD_SECRET
};

static bool
answer(const struct opts *o, const struct pp_case *c, int64_t now)
{
	struct pp_sums s;

	pp_task_sums(&c->task, &s);
	if (strcmp(o->is, "settled") == 0)
		return pp_status_settled(c, now);
	return s.state == PP_PAID || s.state == PP_OVERPAID;
}

/* One number: every task that has it. */
static enum pp_rc
status_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct job *j = arg;
	struct pp_found f;
	struct pp_case c;
	struct json_object *doc, *list = NULL;
	int64_t now = pp_txn_now(tx);
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_lookup(tx, r->has_doc ? r->doc.task.id : r->item->text,
	    &f, &r->err)) != PP_OK)
		return rc;
	for (i = 0; i < f.n && rc == PP_OK; i++) {
		if ((rc = pp_case_load(tx, f.task[i], &c, &r->err)) == PP_OK) {
			if (j->o->is != NULL && !answer(j->o, &c, now))
				j->no = true;
			doc = pp_status_doc(&c, pp_txn_live(tx),
			    pp_view_language(j->cmd, &c), now);
			if (r->shown == NULL)
				r->shown = doc;
			else {	/* several tasks of one invoice */
				if (list == NULL)
					list = json_object_new_array();
				json_object_array_add(list, doc);
			}
		}
		pp_case_release(&c);
	}
	if (list != NULL)
		json_object_object_add(r->shown, "others", list);
	if (f.n == 0 && f.orphan) {
		r->shown = json_object_new_object();
		json_object_object_add(r->shown, "task", NULL);
		doc = json_object_new_object();
		pp_payment_show(&f.payment, NULL, pp_txn_live(tx), doc);
		list = json_object_new_array();
		json_object_array_add(list, doc);
		json_object_object_add(r->shown, "payments", list);
	}
	return rc;
}

/* The sentence to read to the customer. */
static enum pp_rc
say_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct job *j = arg;
	struct pp_found f;
	struct pp_case c = { .nlinks = 0 };
	char text[1024];
	enum pp_rc rc;

	if ((rc = pp_lookup(tx, r->item->text, &f, &r->err)) == PP_OK &&
	    f.n == 0)
		rc = pp_err_set(&r->err, PP_NOTFOUND, "a payment of no task");
	if (rc == PP_OK &&
	    (rc = pp_case_load(tx, f.task[0], &c, &r->err)) == PP_OK) {
		(void)pp_say_task(&c, j->o->state != NULL ? j->o->state :
		    pp_view_language(j->cmd, &c), pp_txn_now(tx), text,
		    sizeof text);
		if ((r->line = strdup(text)) == NULL)
			rc = pp_err_set(&r->err, PP_IO, "out of memory");
	}
	pp_case_release(&c);
	return rc;
}

static void
asked(const struct pp_asked *a, void *arg)
{
	struct job *j = arg;
	struct json_object *o;

	if (a->skipped && a->before == a->after)
		return;
	if (a->rc != PP_OK && a->message[0] != '\0')
		pp_cmd_note(j->cmd, "%s: %s", a->id, a->message);
	if (!a->skipped && a->rc != PP_OK)
		j->worst = pp_rc_worst(j->worst, a->rc);
	if (j->out == NULL)
		return;
	o = json_object_new_object();
	json_object_object_add(o, "attempt", json_object_new_string(a->id));
	json_object_object_add(o, "outcome",
	    json_object_new_string(pp_outcomes[a->outcome]));
	json_object_object_add(o, "before",
	    json_object_new_string(pp_att_states[a->before]));
	json_object_object_add(o, "state",
	    json_object_new_string(pp_att_states[a->after]));
	json_object_object_add(o, "payment", a->payment[0] != '\0' ?
	    json_object_new_string(a->payment) : NULL);
	json_object_object_add(o, "message", a->message[0] != '\0' ?
	    json_object_new_string(a->message) : NULL);
	pp_out_row(j->out, o);
}

/* pp-status --refresh, without items: the sweep that cron runs. */
static enum pp_rc
refresh(struct pp_cmd *cmd, struct job *j, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "ATTEMPT", "attempt", PP_LEFT },
		{ "OUTCOME", "outcome", PP_LEFT },
		{ "BEFORE", "before", PP_LEFT }, { "STATE", "state", PP_LEFT },
		{ "PAYMENT", "payment", PP_LEFT },
		{ "MESSAGE", "message", PP_LEFT }
	};
	struct pp_out out;
	enum pp_rc rc;

	pp_out_init(&out, cmd, cols, sizeof cols / sizeof cols[0]);
	j->out = &out;
	rc = pp_refresh(&j->drivers, j->o->due ? PP_REFRESH_DUE :
	    PP_REFRESH_ALL, NULL, asked, j, err);
	pp_out_end(&out);
	return rc == PP_OK ? j->worst : rc;
}

/* Before the items are shown, their tasks are asked about. */
struct tasks {
	const struct pp_item	*items;
	size_t			 n;
	struct pp_found		*found;
};

static enum pp_rc
find_tasks(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct tasks *t = arg;
	size_t i;
	enum pp_rc rc;

	for (i = 0; i < t->n; i++) {
		rc = pp_lookup(tx, t->items[i].text, &t->found[i], NULL);
		if (rc != PP_OK && rc != PP_NOTFOUND)
			return pp_err_set(err, rc, "the look-up failed");
	}
	return PP_OK;
}

static enum pp_rc
refresh_batch(struct pp_item *items, size_t n, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	struct tasks t = { items, n, NULL };
	enum pp_rc rc;
	size_t i, k;

	if ((t.found = calloc(n, sizeof t.found[0])) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	rc = pp_store_txn(&j->cmd->store, PP_TXN_READ, find_tasks, &t, err);
	for (i = 0; i < n && rc == PP_OK; i++)
		for (k = 0; k < t.found[i].n && rc == PP_OK; k++)
			rc = pp_refresh(&j->drivers, PP_REFRESH_ALL,
			    t.found[i].task[k], asked, j, err);
	free(t.found);
	return rc;
}

static enum pp_rc
settle_txn(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	struct opts *o = j->o;
	struct pp_settle s = { .attempt = o->settle, .reason = o->reason };
	struct pp_attempt after;
	struct json_object *doc;
	enum pp_rc rc;

	s.outcome = strcmp(o->outcome, "approved") == 0 ? PP_O_APPROVED :
	    strcmp(o->outcome, "declined") == 0 ? PP_O_DECLINED :
	    PP_O_INCOMPLETE;
	s.receipt.amount = o->amount;
	s.receipt.paid_at = o->time;
	if (o->transaction_no != NULL)
		(void)strlcpy(s.receipt.transaction_no, o->transaction_no,
		    sizeof s.receipt.transaction_no);
	if (o->reference_no != NULL)
		(void)strlcpy(s.receipt.reference_no, o->reference_no,
		    sizeof s.receipt.reference_no);
	if ((rc = pp_refresh_settle(tx, &s, &after, err)) != PP_OK)
		return rc;
	doc = json_object_new_object();
	pp_attempt_show(&after, pp_txn_now(tx), doc);
	pp_out_row(j->out, doc);
	return j->cmd->dry_run ? PP_NO : PP_OK;
}

static enum pp_rc
settle(struct pp_cmd *cmd, struct job *j, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "ATTEMPT", "attempt", PP_LEFT }, { "TASK", "task", PP_LEFT },
		{ "ORDER NUMBER", "order_no", PP_LEFT },
		{ "STATE", "state", PP_LEFT }, { "AMOUNT", "amount", PP_RIGHT }
	};
	static const char *const words[] = { "approved", "declined", "lapsed",
	    NULL };
	struct opts *o = j->o;
	struct pp_out out;
	enum pp_rc rc;

	if (o->outcome == NULL || pp_word(words, o->outcome) < 0)
		pp_cmd_usage(cmd, "--settle needs --outcome approved, declined "
		    "or lapsed");
	if (o->reason == NULL || *o->reason == '\0')
		pp_cmd_usage(cmd, "--settle needs --reason");
	/* Rule F4. */
	if (strcmp(o->outcome, "approved") == 0 && (o->transaction_no == NULL ||
	    o->reference_no == NULL || o->amount == 0 || o->time == 0))
		pp_cmd_usage(cmd, "approved needs --transaction-no, "
		    "--reference-no, --amount and --time, as the processor "
		    "shows them");
	pp_out_init(&out, cmd, cols, sizeof cols / sizeof cols[0]);
	j->out = &out;
	rc = pp_store_txn(&cmd->store, PP_TXN_WRITE, settle_txn, j, err);
	pp_out_end(&out);
	return rc == PP_NO ? PP_OK : rc;
}

static void
check_use(struct pp_cmd *cmd, struct opts *o)
{
	int lists = o->pending + o->attention + o->health + (o->settle != NULL);

	if (lists + o->say + (o->is != NULL) > 1)
		pp_cmd_usage(cmd, "these options do not go together");
	if (o->is != NULL && strcmp(o->is, "paid") != 0 &&
	    strcmp(o->is, "settled") != 0)
		pp_cmd_usage(cmd, "--is paid or --is settled");
	if (cmd->argc > 0 && (lists > 0 || o->due))
		pp_cmd_usage(cmd, "this option selects by itself");
	if (o->settle == NULL && (o->outcome != NULL || o->reason != NULL ||
	    o->transaction_no != NULL || o->reference_no != NULL ||
	    o->amount != 0 || o->time != 0))
		pp_cmd_usage(cmd, "these options go with --settle");
	if (o->state != NULL && pp_word(pp_money_words, o->state) < 0)
		pp_cmd_usage(cmd, "--state is nothing_due, unpaid, "
		    "partially_paid, paid, overpaid, partially_refunded or "
		    "refunded");
}

static enum pp_rc
run(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct opts *o = arg;
	struct job j = { .cmd = cmd, .o = o };
	struct pp_batch b = { .cmd = cmd, .mode = PP_TXN_READ,
	    .items = PP_ROW_EITHER, .one = o->say ? say_one : status_one,
	    .arg = &j, .columns = pp_view_columns,
	    .ncolumns = pp_view_ncolumns };
	enum pp_rc rc;
	int first = 0;

	check_use(cmd, o);
	if (o->settle != NULL)
		return settle(cmd, &j, err);
	if (o->health)
		return pp_view_health(cmd, err);
	if (o->attention)
		return pp_view_attention(cmd, err);
	if (o->refresh && (rc = pp_drivers_init(&j.drivers, &cmd->store,
	    cmd->providers, err)) != PP_OK)
		return rc;
	if (o->refresh && cmd->argc == 0 && o->is == NULL)
		rc = refresh(cmd, &j, err);
	else if (cmd->argc == 0 && (o->due || o->pending ||
	    o->state != NULL || o->since != 0))
		rc = pp_view_list(cmd, o->due, o->pending, o->state, o->since,
		    err);
	else {
		if (o->say && cmd->argc > 0 && (strcmp(cmd->argv[0],
		    "fr") == 0 || strcmp(cmd->argv[0], "en") == 0)) {
			o->state = cmd->argv[0];
			first = 1;
		}
		rc = PP_OK;
		if (o->refresh)
			rc = pp_cmd_items(cmd, first, refresh_batch, &j, err);
		if (rc == PP_OK && cmd->output == PP_OUT_TABLE && !o->say &&
		    o->is == NULL && cmd->argc == 1)
			b.one = pp_view_one, b.arg = cmd;
		if (rc == PP_OK)
			rc = pp_batch_run(&b, first, err);
		rc = pp_rc_worst(rc, j.worst);
		if (rc == PP_OK && j.no)
			rc = PP_NO;
	}
	if (o->refresh)
		pp_drivers_release(&j.drivers);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}

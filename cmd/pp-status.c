#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "lookup.h"
#include "record.h"
#include "say.h"
#include "status.h"
#include "status_ask.h"
#include "status_view.h"
#include "status_why.h"
#include "banned.h"

static pp_cmd_fn	run;
static pp_row_fn	status_one, view_one, say_one;
static bool		answer(const struct pp_status_opts *,
			    const struct pp_case *, int64_t);
static void		check_use(struct pp_cmd *, struct pp_status_opts *);

#define O(n, l, k, m) { n, l, k, offsetof(struct pp_status_opts, m), 0 }

static const struct pp_opt opts[] = {
	O("refresh",	'r', PP_O_FLAG, refresh),
	O("due",	'd', PP_O_FLAG, due),
	O("pending",	'p', PP_O_FLAG, pending),
	O("attention",	'a', PP_O_FLAG, attention),
	O("health",	'H', PP_O_FLAG, health),
	O("say",	'S', PP_O_FLAG, say),
	O("find",	'F', PP_O_FLAG, find),
	O("why",	'y', PP_O_FLAG, why),
	O("watch",	'W', PP_O_FLAG, watch),
	O("at",		'x', PP_O_TIME, at),
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
	"       pp-status --why | --watch | --at TIME TASK\n"
	"       pp-status --find WORD...\n"
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
answer(const struct pp_status_opts *o, const struct pp_case *c, int64_t now)
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
	struct pp_status_job *j = arg;
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

static enum pp_rc
view_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_status_job *j = arg;

	return pp_view_one(tx, r, j->cmd);
}

/* The sentence to read to the customer. */
static enum pp_rc
say_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_status_job *j = arg;
	struct pp_found f;
	struct pp_case c = { .nlinks = 0 };
	char text[1024];
	enum pp_rc rc;

	if ((rc = pp_lookup(tx, r->has_doc ? r->doc.task.id : r->item->text,
	    &f, &r->err)) == PP_OK && f.n == 0)
		rc = pp_err_set(&r->err, PP_NOTFOUND, "a payment of no task");
	if (rc == PP_OK &&
	    (rc = pp_case_load(tx, f.task[0], &c, &r->err)) == PP_OK) {
		(void)pp_say_task(&c, j->o->language != NULL ?
		    j->o->language : pp_view_language(j->cmd, &c),
		    pp_txn_now(tx), text, sizeof text);
		if ((r->line = strdup(text)) == NULL)
			rc = pp_err_set(&r->err, PP_IO, "out of memory");
	}
	pp_case_release(&c);
	return rc;
}

static void
check_use(struct pp_cmd *cmd, struct pp_status_opts *o)
{
	int lists = o->pending + o->attention + o->health + (o->settle != NULL);
	int back = o->why + o->watch + (o->at != 0);

	if (lists + back + o->find + o->say + (o->is != NULL) > 1)
		pp_cmd_usage(cmd, "these options do not go together");
	if (o->is != NULL && strcmp(o->is, "paid") != 0 &&
	    strcmp(o->is, "settled") != 0)
		pp_cmd_usage(cmd, "--is paid or --is settled");
	if (cmd->argc > 0 && (lists > 0 || o->due))
		pp_cmd_usage(cmd, "this option selects by itself");
	if (back > 0 && cmd->argc != 1)
		pp_cmd_usage(cmd, "this option is about one TASK");
	if (o->find && cmd->argc == 0)
		pp_cmd_usage(cmd, "--find needs a WORD");
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
	struct pp_status_opts *o = arg;
	struct pp_status_job j = { .cmd = cmd, .o = o };
	struct pp_batch b = { .cmd = cmd, .mode = PP_TXN_READ,
	    .items = PP_ROW_EITHER, .one = o->say ? say_one : status_one,
	    .arg = &j, .columns = pp_view_columns,
	    .ncolumns = pp_view_ncolumns };
	enum pp_rc rc;
	int first = 0;

	check_use(cmd, o);
	if (o->settle != NULL)
		return pp_ask_settle(&j, err);
	if (o->health)
		return pp_view_health(cmd, err);
	if (o->attention)
		return pp_view_attention(cmd, err);
	if (o->find)
		return pp_why_find(cmd, (const char *const *)cmd->argv,
		    (size_t)cmd->argc, err);
	if (o->why)
		return pp_why_task(cmd, cmd->argv[0], err);
	if (o->watch)
		return pp_why_watch(cmd, cmd->argv[0], err);
	if (o->at != 0)
		return pp_why_at(cmd, cmd->argv[0], o->at, err);
	if (o->refresh && (rc = pp_drivers_init(&j.drivers, &cmd->store,
	    cmd->providers, err)) != PP_OK)
		return rc;
	j.drivers.dry_run = cmd->dry_run;
	if (o->refresh && cmd->argc == 0 && o->is == NULL)
		rc = pp_ask_sweep(&j, err);
	else if (cmd->argc == 0 && (o->due || o->pending ||
	    o->state != NULL || o->since != 0))
		rc = pp_view_list(cmd, o->due, o->pending, o->state, o->since,
		    err);
	else {
		if (o->say && cmd->argc > 0 && (strcmp(cmd->argv[0],
		    "fr") == 0 || strcmp(cmd->argv[0], "en") == 0)) {
			o->language = cmd->argv[0];
			first = 1;
		}
		if (o->refresh)
			b.before = pp_ask_items;
		if (cmd->output == PP_OUT_TABLE && !o->say &&
		    o->is == NULL && cmd->argc == 1)
			b.one = view_one;
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
	struct pp_status_opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "ledger.h"
#include "money.h"
#include "recording.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])

struct job {
	struct pp_cmd		*cmd;
	struct pp_ledger_opts	*o;
	struct pp_recording	 want;
	const char		*task;
	struct json_object	*shown;
};

static pp_txn_fn	take, change;
static void		add_money(struct json_object *, const char *,
			    const char *, int64_t);
static enum pp_rc	run(struct job *, pp_txn_fn *,
			    const struct pp_column *, size_t,
			    struct pp_err *);

static void
add_money(struct json_object *o, const char *name, const char *name_cents,
    int64_t cents)
{
	char text[PP_MONEY_STR];

	json_object_object_add(o, name, json_object_new_string(
	    pp_money_str(cents, text, sizeof text)));
	json_object_object_add(o, name_cents, json_object_new_int64(cents));
}

/* One transaction, one row. */
static enum pp_rc
run(struct job *j, pp_txn_fn *fn, const struct pp_column *columns, size_t n,
    struct pp_err *err)
{
	struct pp_cmd *cmd = j->cmd;
	struct pp_out out;
	enum pp_rc rc;

	if (!pp_store_exists(cmd->store.dir))
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    cmd->store.dir);
	rc = pp_store_txn(&cmd->store, PP_TXN_WRITE, fn, j, err);
	if (rc == PP_NO && cmd->dry_run)
		rc = PP_OK;
	if (rc != PP_OK) {
		json_object_put(j->shown);
		return rc;
	}
	pp_out_init(&out, cmd, columns, n);
	pp_out_row(&out, j->shown);
	pp_out_end(&out);
	return PP_OK;
}

static enum pp_rc
take(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	struct pp_payment p;
	struct pp_task t;
	bool created;
	enum pp_rc rc;

	j->cmd->test = !pp_txn_live(tx);
	if ((rc = pp_recording_take(tx, &j->want, &p, &created,
	    err)) != PP_OK || (rc = pp_task_get(tx, p.task, &t,
	    err)) != PP_OK)
		return rc;
	j->shown = json_object_new_object();
	pp_payment_show(&p, &t, pp_txn_live(tx), j->shown);
	json_object_object_add(j->shown, "created",
	    json_object_new_boolean(created));
	return j->cmd->dry_run ? PP_NO : PP_OK;
}

enum pp_rc
pp_ledger_record(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column columns[] = {
		{ "DATE", "business_date", PP_LEFT },
		{ "TASK", "task", PP_LEFT }, { "TYPE", "type", PP_WORD },
		{ "METHOD", "method", PP_WORD },
		{ "AMOUNT", "amount", PP_RIGHT },
		{ "NUMBER", "transaction_no", PP_LEFT },
		{ "ID", "id", PP_LEFT }, { "BALANCE", "balance_after", PP_RIGHT },
		{ "CREATED", "created", PP_LEFT }
	};
	static const char *const types[] = {
		"offline", "chargeback", "chargeback-reversal", NULL
	};
	static const int kinds[] = {
		PP_P_OFFLINE, PP_P_CHARGEBACK, PP_P_CHARGEBACK_REVERSAL
	};
	struct pp_ledger_opts *o = arg;
	struct job j = { .cmd = cmd, .o = o };
	int type = o->type == NULL ? 0 : pp_word(types, o->type);

	if (type < 0)
		pp_cmd_usage(cmd, "--type chargeback or chargeback-reversal");
	if (type == 0 && (cmd->argc != 1 || o->amount == 0 ||
	    o->method == NULL || o->of != NULL || o->keep_links))
		pp_cmd_usage(cmd, "money received outside needs TASK, "
		    "--method and --amount, and no --of");
	if (type != 0 && (cmd->argc != 0 || o->of == NULL ||
	    o->method != NULL || o->purpose != NULL))
		pp_cmd_usage(cmd, "a chargeback needs --of TRANSACTION, and "
		    "no TASK, --method or --purpose");
	if (type == 2 && o->keep_links)
		pp_cmd_usage(cmd, "--keep-links: not with a reversal");
	j.want = (struct pp_recording){ .type = kinds[type],
	    .task = cmd->argc > 0 ? cmd->argv[0] : NULL, .of = o->of,
	    .method = o->method, .number = o->number, .purpose = o->purpose,
	    .reason = o->reason, .amount = o->amount, .day = o->date,
	    .again = o->again, .keep_links = o->keep_links };
	return run(&j, take, columns, N(columns), err);
}

static enum pp_rc
change(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	struct pp_sums s;
	struct pp_task t;
	bool created;
	enum pp_rc rc;

	j->cmd->test = !pp_txn_live(tx);
	if ((rc = pp_recording_adjust(tx, j->task, j->o->change, j->o->reason,
	    j->o->again, &t, &created, err)) != PP_OK)
		return rc;
	pp_task_sums(&t, &s);
	j->shown = json_object_new_object();
	json_object_object_add(j->shown, "task", json_object_new_string(t.id));
	add_money(j->shown, "total", "total_cents", t.total);
	add_money(j->shown, "adjusted", "adjusted_cents", t.adjusted);
	add_money(j->shown, "due", "due_cents", s.due);
	add_money(j->shown, "balance", "balance_cents", s.balance);
	json_object_object_add(j->shown, "state",
	    json_object_new_string(pp_money_words[s.state]));
	json_object_object_add(j->shown, "created",
	    json_object_new_boolean(created));
	return j->cmd->dry_run ? PP_NO : PP_OK;
}

enum pp_rc
pp_ledger_adjust(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column columns[] = {
		{ "TASK", "task", PP_LEFT }, { "TOTAL", "total", PP_RIGHT },
		{ "ADJUSTED", "adjusted", PP_RIGHT },
		{ "DUE", "due", PP_RIGHT }, { "BALANCE", "balance", PP_RIGHT },
		{ "STATE", "state", PP_WORD }, { "CREATED", "created", PP_LEFT }
	};
	struct pp_ledger_opts *o = arg;
	struct job j = { .cmd = cmd, .o = o, .task = cmd->argv[0] };

	if (o->change == 0 || o->reason == NULL || *o->reason == '\0')
		pp_cmd_usage(cmd, "--amount, above or below 0, and --reason");
	return run(&j, change, columns, N(columns), err);
}

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "ledger.h"
#include "output.h"
#include "reconciling.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])

struct job {
	struct pp_cmd		*cmd;
	struct pp_reconciling	 r;
};

static pp_txn_fn	lines, payments;

static enum pp_rc
lines(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	enum pp_rc rc;

	j->cmd->test = !pp_txn_live(tx);
	rc = pp_reconciling_lines(tx, &j->r, err);
	return rc == PP_OK && j->r.record && j->cmd->dry_run ? PP_NO : rc;
}

static enum pp_rc
payments(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;

	return pp_reconciling_payments(tx, &j->r, err);
}

enum pp_rc
pp_ledger_reconcile(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column columns[] = {
		{ "KIND", "kind", PP_WORD }, { "STATUS", "status", PP_WORD },
		{ "LINE", "line", PP_RIGHT }, { "KEY", "key", PP_LEFT },
		{ "ORDER", "order_no", PP_LEFT },
		{ "TRANSACTION", "transaction_no", PP_LEFT },
		{ "HERE", "here", PP_RIGHT }, { "THERE", "there", PP_RIGHT },
		{ "DIFFERENCE", "difference", PP_RIGHT },
		{ "TASK", "task", PP_LEFT }, { "WHAT", "what", PP_WORD }
	};
	struct pp_ledger_opts *o = arg;
	struct pp_stated stated;
	struct job j = { .cmd = cmd, .r = { .stated = &stated,
	    .integration = o->integration, .record = o->record,
	    .currency = cmd->conf.business.currency } };
	struct pp_out out;
	char *text;
	size_t len;
	enum pp_rc rc;

	if (!pp_store_exists(cmd->store.dir))
		return pp_err_set(err, PP_NOTFOUND, "there is no store in %s",
		    cmd->store.dir);
	if (strcmp(cmd->argv[0], "-") != 0)
		rc = pp_io_read_file(cmd->argv[0], PP_STATED_FILE, &text,
		    &len, err);
	else if (isatty(STDIN_FILENO))
		pp_cmd_usage(cmd, "standard input is a terminal");
	else
		rc = pp_io_read_fd(STDIN_FILENO, "standard input",
		    PP_STATED_FILE, &text, &len, err);
	if (rc != PP_OK)
		return rc;
	rc = pp_stated_read(text, len, o->map.v, o->map.n, &stated, err);
	free(text);
	if (rc != PP_OK)
		return rc;
	do {
		if ((rc = pp_store_txn(&cmd->store, o->record ? PP_TXN_WRITE :
		    PP_TXN_READ, lines, &j, err)) == PP_NO && cmd->dry_run)
			rc = PP_OK;
	} while (rc == PP_OK && !j.r.done);
	while (rc == PP_OK) {
		rc = pp_store_txn(&cmd->store, PP_TXN_READ, payments, &j, err);
		if (j.r.done)
			break;
	}
	if (rc == PP_OK) {
		pp_reconciling_sum(&j.r);
		pp_out_init(&out, cmd, columns, N(columns));
		pp_out_rows(&out, json_object_get(j.r.rows));
		pp_out_end(&out);
		rc = j.r.differ > 0 ? PP_NO : PP_OK;
	}
	pp_reconciling_release(&j.r);
	pp_stated_release(&stated);
	return rc;
}

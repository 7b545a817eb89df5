#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "ledger.h"
#include "lookup.h"
#include "record.h"
#include "seal.h"
#include "time.h"
#include "totals.h"
#include "walk.h"
#include "banned.h"

struct job {
	struct pp_cmd		*cmd;
	struct pp_ledger_opts		*o;
	struct pp_totals	*totals;
	struct pp_head		 head;
	char			 signature[PP_SIGN_HEX];
};

static pp_cmd_fn	list, payments, totals, head;
static pp_walk_fn	list_row;
static pp_row_fn	payments_one;
static pp_txn_fn	add_up, read_head;

#define O(n, l, k, m, v) { n, l, k, offsetof(struct pp_ledger_opts, m), v }
enum {
	V_LIST, V_PAYMENTS, V_TOTALS, V_HEAD, V_TO_ENTER, V_ENTER, V_TRANSFER,
	V_RECORD, V_ADJUST, V_EXPORT, V_RECONCILE, V_REPORT
};
#define SOME	(PP_V(V_LIST) | PP_V(V_TOTALS) | PP_V(V_REPORT))
#define TAKING	(PP_V(V_RECORD))

static const struct pp_opt opts[] = {
	O("waiting",	'w', PP_O_FLAG, waiting, PP_V(V_LIST)),
	O("by",		'b', PP_O_STR, by, PP_V(V_TOTALS)),
	O("since",	'f', PP_O_DAY, since, SOME),
	O("until",	'u', PP_O_DAY, until, SOME),
	O("integration", 'i', PP_O_STR, integration, PP_V(V_LIST) |
	    PP_V(V_RECONCILE)),
	O("sheet",	'S', PP_O_FLAG, freeze, PP_V(V_TO_ENTER)),
	O("sheets",	'L', PP_O_FLAG, sheets, PP_V(V_TO_ENTER)),
	O("show",	'k', PP_O_INT, show, PP_V(V_TO_ENTER)),
	O("html",	'H', PP_O_FLAG, html, PP_V(V_TO_ENTER) |
	    PP_V(V_REPORT)),
	O("language",	'l', PP_O_STR, language, PP_V(V_TO_ENTER) |
	    PP_V(V_REPORT)),
	O("sheet",	'S', PP_O_INT, sheet, PP_V(V_ENTER)),
	O("total",	'T', PP_O_SIGNED, total, PP_V(V_ENTER)),
	O("except",	'x', PP_O_LIST, except, PP_V(V_ENTER)),
	O("reference",	'r', PP_O_STR, reference, PP_V(V_ENTER)),
	O("undo",	'U', PP_O_FLAG, undo, PP_V(V_ENTER) |
	    PP_V(V_TRANSFER)),
	O("invoice",	'I', PP_O_STR, invoice, PP_V(V_TRANSFER)),
	O("replaces",	'R', PP_O_STR, replaces, PP_V(V_TRANSFER)),
	O("type",	't', PP_O_STR, type, TAKING),
	O("of",		'O', PP_O_STR, of, TAKING),
	O("method",	'm', PP_O_STR, method, TAKING),
	O("number",	'N', PP_O_STR, number, TAKING),
	O("date",	'd', PP_O_DAY, date, TAKING),
	O("purpose",	'p', PP_O_STR, purpose, TAKING),
	O("amount",	'a', PP_O_CENTS, amount, TAKING),
	O("keep-links",	'K', PP_O_FLAG, keep_links, TAKING),
	O("amount",	'a', PP_O_SIGNED, change, PP_V(V_ADJUST)),
	O("reason",	'e', PP_O_STR, reason, TAKING | PP_V(V_ADJUST)),
	O("again",	'g', PP_O_FLAG, again, TAKING | PP_V(V_ADJUST)),
	O("format",	'F', PP_O_STR, format, PP_V(V_EXPORT)),
	O("separator",	'P', PP_O_STR, separator, PP_V(V_EXPORT)),
	O("decimal-comma", 'D', PP_O_FLAG, decimal_comma, PP_V(V_EXPORT)),
	O("bom",	'B', PP_O_FLAG, bom, PP_V(V_EXPORT)),
	O("since",	'f', PP_O_TIME, export_since, PP_V(V_EXPORT)),
	O("map",	'M', PP_O_LIST, map, PP_V(V_RECONCILE)),
	O("record",	'X', PP_O_FLAG, record, PP_V(V_RECONCILE))
};

static const struct pp_verb verbs[] = {
	{ "list",	list,		0, 0, PP_CMD_NODRY },
	{ "payments",	payments,	0, PP_MANY, PP_CMD_NODRY },
	{ "totals",	totals,		0, 0, PP_CMD_NODRY },
	{ "head",	head,		0, 0, PP_CMD_NODRY },
	{ "to-enter",	pp_ledger_to_enter,	0, 0, 0 },
	{ "enter",	pp_ledger_enter,	0, PP_MANY, 0 },
	{ "transfer",	pp_ledger_transfer,	0, PP_MANY, 0 },
	{ "record",	pp_ledger_record,	0, 1, 0 },
	{ "adjust",	pp_ledger_adjust,	1, 1, 0 },
	{ "export",	pp_ledger_export,	0, 0, PP_CMD_NODRY },
	{ "reconcile",	pp_ledger_reconcile,	1, 1, 0 },
	{ "report",	pp_ledger_report,	0, 0, PP_CMD_NODRY }
};

static const struct pp_cmd_def def = {
	"pp-ledger",
	"usage: pp-ledger list [--waiting] [--since DATE] [--until DATE]\n"
	"           [--integration NAME]\n"
	"       pp-ledger payments [TASK|INVOICE...]\n"
	"       pp-ledger totals [--by day|month|batch|integration|card|step]\n"
	"           [--since DATE] [--until DATE]\n"
	"       pp-ledger head\n"
	"       pp-ledger to-enter [--sheet] [--show N] [--sheets] [--html]\n"
	"           [--language fr|en] [-n]\n"
	"       pp-ledger enter --sheet N --total X [--except ID...]\n"
	"           [--reference R] [-n]\n"
	"       pp-ledger enter --sheet N --undo [-n]\n"
	"       pp-ledger enter [--reference R] [--undo] [-n] [ID...]\n"
	"       pp-ledger transfer [--invoice N] [--replaces OLD] [--undo] [-n]\n"
	"           [TASK...]\n"
	"       pp-ledger record --method cheque|cash|interac|other --amount A\n"
	"           [--number N] [--date DATE] [--purpose WORD]\n"
	"           [--reason TEXT] [--again] [-n] TASK\n"
	"       pp-ledger record --type chargeback|chargeback-reversal\n"
	"           --of TRANSACTION [--amount A] [--number N] [--date DATE]\n"
	"           [--reason TEXT] [--keep-links] [--again] [-n]\n"
	"       pp-ledger adjust --amount A --reason TEXT [--again] [-n] TASK\n"
	"       pp-ledger export\n"
	"           [--format csv|qbo-csv|hledger|ledger|beancount|ofx]\n"
	"           [--since TIME] [--separator C] [--decimal-comma] [--bom]\n"
	"       pp-ledger reconcile [--map FIELD=COLUMN...] [--integration NAME]\n"
	"           [--record] [-n] FILE\n"
	"       pp-ledger report [--html] [--since DATE] [--until DATE]\n"
	"           [--language fr|en]\n"
	"           [-s store] [-c config] [-o json|table|csv|tsv] [-qv]\n",
	opts, sizeof opts / sizeof opts[0],
	verbs, sizeof verbs / sizeof verbs[0], 0
};

static const struct pp_column columns[] = {
	{ "SEQ", "seq", PP_RIGHT }, { "DATE", "business_date", PP_LEFT },
	{ "TASK", "task", PP_LEFT }, { "INVOICE", "invoice", PP_LEFT },
	{ "TYPE", "type", PP_WORD }, { "AMOUNT", "amount", PP_RIGHT },
	{ "CARD", "card.brand", PP_LEFT }, { "LAST4", "card.last4", PP_LEFT },
	{ "TRANSACTION", "transaction_no", PP_LEFT },
	{ "REFERENCE", "reference_no", PP_LEFT },
	{ "BATCH", "batch", PP_LEFT }, { "ACCOUNTING", "accounting", PP_WORD },
	{ "FLAGS", "flags", PP_WORD }
};

static enum pp_rc
list_row(struct pp_txn *tx, const struct pp_rec *rec, int64_t last, void *arg,
    struct json_object **row, struct pp_err *err)
{
	struct job *j = arg;
	struct pp_payment p;
	struct pp_task t;
	bool known = false;
	enum pp_rc rc;

	if ((j->o->since != 0 && rec->day < j->o->since) ||
	    (j->o->until != 0 && rec->day > j->o->until))
		return PP_OK;
	if ((rc = pp_payment_of(rec, &p, err)) != PP_OK)
		return rc;
	if (p.seq > last || (j->o->integration != NULL &&
	    strcmp(j->o->integration, p.integration) != 0))
		return PP_OK;
	if (p.task[0] != '\0') {
		if ((rc = pp_task_get(tx, p.task, &t, err)) != PP_OK)
			return rc;
		known = true;
	}
	if (j->o->waiting && pp_payment_accounting(&p, known ? &t : NULL) !=
	    PP_A_WAITING)
		return PP_OK;
	*row = json_object_new_object();
	pp_payment_show(&p, known ? &t : NULL, pp_txn_live(tx), *row);
	return PP_OK;
}

static enum pp_rc
list(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct job j = { .cmd = cmd, .o = arg };
	struct pp_out out;
	enum pp_rc rc;

	pp_out_init(&out, cmd, columns, sizeof columns / sizeof columns[0]);
	rc = pp_walk_payments(cmd, list_row, &j, &out, err);
	pp_out_end(&out);
	return rc;
}

static enum pp_rc
payments_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct pp_found f;
	struct pp_case c;
	struct json_object *o;
	enum pp_rc rc;
	size_t i, k;

	(void)arg;
	if ((rc = pp_lookup(tx, r->has_doc ? r->doc.task.id : r->item->text,
	    &f, &r->err)) != PP_OK)
		return rc;
	r->shown = json_object_new_array();
	for (i = 0; i < f.n && rc == PP_OK; i++) {
		rc = pp_case_load(tx, f.task[i], &c, &r->err);
		for (k = 0; rc == PP_OK && k < c.npays; k++) {
			o = json_object_new_object();
			pp_payment_show(&c.pays[k], &c.task, pp_txn_live(tx),
			    o);
			json_object_array_add(r->shown, o);
		}
		pp_case_release(&c);
	}
	if (f.n == 0) {
		o = json_object_new_object();
		pp_payment_show(&f.payment, NULL, pp_txn_live(tx), o);
		json_object_array_add(r->shown, o);
	}
	return rc;
}

static enum pp_rc
payments(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct pp_batch b = { .cmd = cmd, .mode = PP_TXN_READ,
	    .items = PP_ROW_EITHER, .one = payments_one, .columns = columns,
	    .ncolumns = sizeof columns / sizeof columns[0] };

	(void)arg;
	return pp_batch_run(&b, 0, err);
}

static enum pp_rc
add_up(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;

	j->cmd->test = !pp_txn_live(tx);
	return pp_totals_read(tx, j->totals, err);
}

static enum pp_rc
totals(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "", "key", PP_LEFT }, { "PAYMENTS", "payments", PP_RIGHT },
		{ "RECEIVED", "received", PP_RIGHT },
		{ "REFUNDED", "refunded", PP_RIGHT }, { "NET", "net", PP_RIGHT }
	};
	struct pp_ledger_opts *o = arg;
	struct job j = { .cmd = cmd, .o = o };
	struct pp_column shown[sizeof cols / sizeof cols[0]];
	struct pp_out out;
	char title[16];
	int by = o->by == NULL ? PP_BY_NOTHING : pp_word(pp_totals_words,
	    o->by);
	size_t i;
	enum pp_rc rc;

	if (by < 0)
		pp_cmd_usage(cmd, "--by day, month, batch, integration, card "
		    "or step");
	if ((rc = pp_totals_new((enum pp_totals_by)by, o->since, o->until,
	    &j.totals, err)) != PP_OK)
		return rc;
	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, add_up, &j,
	    err)) == PP_OK) {
		memcpy(shown, cols, sizeof cols);
		(void)strlcpy(title, pp_totals_words[by], sizeof title);
		for (i = 0; title[i] != '\0'; i++)
			if (title[i] >= 'a' && title[i] <= 'z')
				title[i] = (char)(title[i] - 'a' + 'A');
		shown[0].title = title;
		shown[0].member = pp_totals_words[by];
		pp_out_init(&out, cmd, shown, sizeof cols / sizeof cols[0]);
		for (i = 0; i < pp_totals_count(j.totals); i++)
			pp_out_row(&out, pp_totals_row(j.totals, i));
		pp_out_end(&out);
	}
	pp_totals_free(j.totals);
	return rc;
}

static enum pp_rc
read_head(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	struct pp_keys keys;
	enum pp_rc rc;

	if ((rc = pp_journal_head(tx, &j->head, err)) != PP_OK ||
	    (rc = pp_txn_keys(tx, 1u << PP_KEY_SIGN, &keys, err)) != PP_OK)
		return rc;
	pp_head_sign(&keys, j->head.seq, j->head.hash, j->signature);
	pp_keys_wipe(&keys);
	return PP_OK;
}

static enum pp_rc
head(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column cols[] = {
		{ "SEQ", "seq", PP_RIGHT }, { "HASH", "hash", PP_LEFT },
		{ "SIGNATURE", "signature", PP_LEFT }
	};
	struct job j = { .cmd = cmd, .o = arg };
	struct json_object *o;
	struct pp_out out;
	enum pp_rc rc;

	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, read_head, &j,
	    err)) != PP_OK)
		return rc;
	o = json_object_new_object();
	json_object_object_add(o, "seq", json_object_new_int64(j.head.seq));
	json_object_object_add(o, "hash", json_object_new_string(j.head.hash));
	json_object_object_add(o, "signature",
	    json_object_new_string(j.signature));
	pp_out_init(&out, cmd, cols, sizeof cols / sizeof cols[0]);
	pp_out_row(&out, o);
	pp_out_end(&out);
	return PP_OK;
}

int
main(int argc, char *argv[])
{
	struct pp_ledger_opts o = { 0 };

	return pp_cmd_main(&def, argc, argv, &o);
}

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "ledger.h"
#include "linking.h"
#include "money.h"
#include "seal.h"
#include "sheet_text.h"
#include "time.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])

struct job {
	struct pp_cmd		*cmd;
	struct pp_ledger_opts	*o;
	struct pp_sheet		 sheet;
	struct pp_entries	 list;
	struct pp_sheet_view	 view;
	bool			 created;
	struct json_object	*rows;
};

static pp_txn_fn	read_sheet, read_sheets, enter_sheet;
static pp_row_fn	enter_one, transfer_one;
static enum pp_rc	sign(struct pp_txn *, struct job *, struct pp_err *);
static enum pp_rc	preview(struct pp_txn *, struct job *,
			    struct pp_err *);
static enum pp_rc	show(struct job *, struct pp_err *);
static enum pp_rc	show_doc(struct job *, struct pp_err *);
static void		show_rows(struct job *);
static enum pp_rc	list_sheets(struct pp_cmd *, struct pp_err *);
static enum pp_rc	transferred(struct pp_txn *, struct pp_row *,
			    const struct pp_task *);

static const struct pp_column sheet_columns[] = {
	{ "SHEET", "sheet", PP_RIGHT }, { "COUNT", "count", PP_RIGHT },
	{ "TOTAL", "total", PP_RIGHT }, { "FROZEN", "frozen_at", PP_LEFT },
	{ "BY", "frozen_by", PP_LEFT }, { "ENTERED", "entered_at", PP_LEFT },
	{ "BY", "entered_by", PP_LEFT }, { "EXCEPT", "excepted", PP_RIGHT },
	{ "REFERENCE", "reference", PP_LEFT }
};

/* The work-list and its sheets. */

static enum pp_rc
sign(struct pp_txn *tx, struct job *j, struct pp_err *err)
{
	struct pp_keys keys;
	enum pp_rc rc;

	if ((rc = pp_txn_keys(tx, 1u << PP_KEY_SIGN, &keys, err)) != PP_OK)
		return rc;
	pp_head_sign(&keys, j->sheet.head_seq, j->sheet.head_hash,
	    j->view.signature);
	pp_keys_wipe(&keys);
	return PP_OK;
}

static enum pp_rc
preview(struct pp_txn *tx, struct job *j, struct pp_err *err)
{
	struct pp_head head;
	enum pp_rc rc;

	if ((rc = pp_entering_open(tx, false, true, false, &j->list,
	    err)) != PP_OK || (rc = pp_journal_head(tx, &head, err)) != PP_OK)
		return rc;
	j->sheet.head_seq = head.seq;
	(void)strlcpy(j->sheet.head_hash, head.hash,
	    sizeof j->sheet.head_hash);
	return pp_heaps_read(tx, &j->sheet.heaps, err);
}

static enum pp_rc
read_sheet(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	enum pp_rc rc;

	j->cmd->test = !pp_txn_live(tx);
	j->view.live = pp_txn_live(tx);
	if (j->o->freeze)
		rc = pp_sheet_freeze(tx, &j->sheet, &j->list, &j->created,
		    err);
	else if (j->o->show != 0)
		rc = pp_sheet_read(tx, j->o->show, &j->sheet, &j->list, err);
	else
		rc = preview(tx, j, err);
	if (rc != PP_OK || (rc = sign(tx, j, err)) != PP_OK)
		return rc;
	return j->o->freeze && j->cmd->dry_run ? PP_NO : PP_OK;
}

static enum pp_rc
show_doc(struct job *j, struct pp_err *err)
{
	struct json_object *o = json_object_new_object();
	struct json_object *rows = json_object_new_array();
	struct pp_out out;
	enum pp_rc rc;
	size_t i;

	pp_sheet_show(&j->sheet, o);
	if (j->o->freeze)
		json_object_object_add(o, "created",
		    json_object_new_boolean(j->created));
	json_object_object_add(o, "signature",
	    json_object_new_string(j->view.signature));
	for (i = 0; i < j->list.n; i++)
		json_object_array_add(rows, pp_entry_doc(&j->list.v[i],
		    j->view.live));
	json_object_object_add(o, "payments", rows);
	if ((rc = pp_sheet_totals(&j->view, o, err)) != PP_OK) {
		json_object_put(o);
		return rc;
	}
	pp_out_init(&out, j->cmd, sheet_columns, N(sheet_columns));
	pp_out_row(&out, o);
	pp_out_end(&out);
	return PP_OK;
}

static void
show_rows(struct job *j)
{
	struct pp_column columns[PP_SHEET_COLUMNS];
	struct pp_out out;
	size_t i;

	pp_sheet_columns(j->view.language, columns);
	pp_out_init(&out, j->cmd, columns, N(columns));
	for (i = 0; i < j->list.n; i++)
		pp_out_row(&out, j->cmd->output == PP_OUT_JSON ?
		    pp_entry_doc(&j->list.v[i], j->view.live) :
		    pp_sheet_cells(&j->list.v[i], j->view.language, false));
	pp_out_end(&out);
}

static enum pp_rc
show(struct job *j, struct pp_err *err)
{
	if (j->o->html)
		return pp_sheet_html(&j->view, stdout, err);
	if (j->cmd->output == PP_OUT_TABLE)
		return pp_sheet_print(&j->view, stdout, err);
	if (j->cmd->output == PP_OUT_JSON && j->sheet.number != 0)
		return show_doc(j, err);
	show_rows(j);
	return PP_OK;
}

static enum pp_rc
read_sheets(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;

	j->cmd->test = !pp_txn_live(tx);
	return pp_sheet_list(tx, j->rows, err);
}

static enum pp_rc
list_sheets(struct pp_cmd *cmd, struct pp_err *err)
{
	struct job j = { .cmd = cmd, .rows = json_object_new_array() };
	struct pp_out out;
	enum pp_rc rc;

	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, read_sheets, &j,
	    err)) != PP_OK) {
		json_object_put(j.rows);
		return rc;
	}
	pp_out_init(&out, cmd, sheet_columns, N(sheet_columns));
	pp_out_rows(&out, j.rows);
	pp_out_end(&out);
	return PP_OK;
}

enum pp_rc
pp_ledger_to_enter(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct pp_ledger_opts *o = arg;
	struct job j = { .cmd = cmd, .o = o };
	bool shown = pp_options_given(cmd, "show");
	enum pp_rc rc;

	if ((o->freeze && shown) || (o->sheets && (o->freeze || shown ||
	    o->html)))
		pp_cmd_usage(cmd, "one of --sheet, --show and --sheets");
	if (shown && o->show == 0)
		pp_cmd_usage(cmd, "--show: sheets begin with 1");
	if (o->language != NULL && strcmp(o->language, "fr") != 0 &&
	    strcmp(o->language, "en") != 0)
		pp_cmd_usage(cmd, "--language fr or en");
	if (o->sheets)
		return list_sheets(cmd, err);
	j.view.sheet = &j.sheet;
	j.view.list = &j.list;
	j.view.business = cmd->conf.business.name;
	j.view.language = o->language != NULL ? o->language :
	    cmd->conf.business.language;
	/* Neither makes a store where there is none. */
	rc = pp_store_txn(&cmd->store, o->freeze && pp_store_exists(
	    cmd->store.dir) ? PP_TXN_WRITE : PP_TXN_READ, read_sheet, &j, err);
	if (rc == PP_NO && cmd->dry_run)
		rc = PP_OK;
	if (rc == PP_NOTFOUND && o->freeze && pp_store_exists(
	    cmd->store.dir)) {
		/* An empty selection is no failure. */
		pp_cmd_note(cmd, "%s", err->msg);
		pp_err_clear(err);
		rc = PP_OK;
	} else if (rc == PP_OK)
		rc = show(&j, err);
	pp_entries_release(&j.list);
	return rc;
}

/* Marks. */

static enum pp_rc
enter_sheet(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct job *j = arg;
	struct pp_ledger_opts *o = j->o;
	enum pp_rc rc;

	j->cmd->test = !pp_txn_live(tx);
	rc = o->undo ? pp_sheet_unenter(tx, o->sheet, &j->sheet, err) :
	    pp_sheet_enter(tx, o->sheet, o->total, o->except.v, o->except.n,
	    o->reference, &j->sheet, err);
	return rc == PP_OK && j->cmd->dry_run ? PP_NO : rc;
}

static enum pp_rc
enter_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct job *j = arg;
	struct pp_entry e;
	enum pp_rc rc;

	if ((rc = pp_entering_one(tx, r->item->text, j->o->reference,
	    j->o->undo, &e, &r->err)) == PP_OK)
		r->shown = pp_entry_doc(&e, pp_txn_live(tx));
	return rc;
}

enum pp_rc
pp_ledger_enter(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column columns[] = {
		{ "DATE", "business_date", PP_LEFT },
		{ "INVOICE", "invoice", PP_LEFT },
		{ "CUSTOMER", "client", PP_LEFT },
		{ "AMOUNT", "signed", PP_RIGHT },
		{ "TRANSACTION", "transaction_no", PP_LEFT },
		{ "TASK", "task", PP_LEFT }, { "ID", "id", PP_LEFT },
		{ "ACCOUNTING", "accounting", PP_WORD },
		{ "REFERENCE", "reference", PP_LEFT }
	};
	struct pp_ledger_opts *o = arg;
	struct job j = { .cmd = cmd, .o = o };
	struct pp_batch b = { .cmd = cmd, .mode = PP_TXN_WRITE,
	    .items = PP_ROW_IDS, .one = enter_one, .arg = &j,
	    .columns = columns, .ncolumns = N(columns) };
	struct json_object *doc;
	struct pp_out out;
	bool total = pp_options_given(cmd, "total");
	enum pp_rc rc;

	if (!pp_options_given(cmd, "sheet")) {
		if (total || o->except.n > 0)
			pp_cmd_usage(cmd, "--total and --except go with "
			    "--sheet");
		if (o->undo && o->reference != NULL)
			pp_cmd_usage(cmd, "--undo takes no --reference");
		return pp_batch_run(&b, 0, err);
	}
	if (cmd->argc > 0)
		pp_cmd_usage(cmd, "--sheet, or IDs");
	if (o->undo && (total || o->except.n > 0 || o->reference != NULL))
		pp_cmd_usage(cmd, "--sheet N --undo takes nothing else");
	if (!o->undo && !total)
		pp_cmd_usage(cmd, "--total: what the accounting system says");
	rc = pp_store_txn(&cmd->store, pp_store_exists(cmd->store.dir) ?
	    PP_TXN_WRITE : PP_TXN_READ, enter_sheet, &j, err);
	if (rc == PP_NO && cmd->dry_run)
		rc = PP_OK;
	if (rc != PP_OK)
		return rc;
	doc = json_object_new_object();
	pp_sheet_show(&j.sheet, doc);
	pp_out_init(&out, cmd, sheet_columns, N(sheet_columns));
	pp_out_row(&out, doc);
	pp_out_end(&out);
	return PP_OK;
}

/* The transfer. */

/* What may be entered of the task now. */
static enum pp_rc
transferred(struct pp_txn *tx, struct pp_row *r, const struct pp_task *t)
{
	struct pp_case c;
	struct json_object *o;
	char text[PP_MONEY_STR > PP_TIME_STR ? PP_MONEY_STR : PP_TIME_STR];
	int64_t sum = 0, n = 0;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_case_load(tx, t->id, &c, &r->err)) == PP_OK)
		for (i = 0; i < c.npays; i++)
			if (pp_payment_accounting(&c.pays[i], &c.task) ==
			    PP_A_TO_ENTER) {
				sum += pp_payment_signed(&c.pays[i]);
				n++;
			}
	pp_case_release(&c);
	if (rc != PP_OK)
		return rc;
	r->shown = o = json_object_new_object();
	json_object_object_add(o, "task", json_object_new_string(t->id));
	json_object_object_add(o, "invoice", t->invoice[0] != '\0' ?
	    json_object_new_string(t->invoice) : NULL);
	json_object_object_add(o, "transferred_at", t->transferred_at == 0 ?
	    NULL : json_object_new_string(pp_time_str(t->transferred_at, true,
	    text, sizeof text)));
	json_object_object_add(o, "to_enter", json_object_new_string(
	    pp_money_str(sum, text, sizeof text)));
	json_object_object_add(o, "to_enter_cents",
	    json_object_new_int64(sum));
	json_object_object_add(o, "to_enter_count", json_object_new_int64(n));
	return PP_OK;
}

/* Of a document the other facts are recorded too (rule T1); one that is older
 * than the newest seen changes nothing. */
static enum pp_rc
transfer_one(struct pp_txn *tx, struct pp_row *r, void *arg)
{
	struct job *j = arg;
	const char *id = r->has_doc ? r->doc.task.id : r->item->text;
	const char *invoice = j->o->invoice;
	struct pp_task_doc doc = r->doc;
	struct pp_task t;
	int64_t at = 0;
	enum pp_rc rc;

	if (j->o->undo) {
		rc = pp_entering_untransfer(tx, id, invoice, &t, &r->err);
		return rc != PP_OK ? rc : transferred(tx, r, &t);
	}
	if (r->has_doc) {
		doc.has &= ~(unsigned int)(PP_HAS_INVOICE | PP_HAS_TRANSFER);
		if ((rc = pp_linking_task(tx, &doc, &t, &r->err)) != PP_OK)
			return rc;
		if ((doc.has & PP_HAS_UPDATED) &&
		    doc.task.updated_at < t.updated_at)
			return transferred(tx, r, &t);
		if (invoice == NULL && (r->doc.has & PP_HAS_INVOICE))
			invoice = r->doc.task.invoice;
		if (r->doc.has & PP_HAS_TRANSFER)
			at = r->doc.task.transferred_at;
	}
	rc = pp_entering_transfer(tx, id, invoice, j->o->replaces, at, &t,
	    &r->err);
	return rc != PP_OK ? rc : transferred(tx, r, &t);
}

enum pp_rc
pp_ledger_transfer(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	static const struct pp_column columns[] = {
		{ "TASK", "task", PP_LEFT }, { "INVOICE", "invoice", PP_LEFT },
		{ "TRANSFERRED", "transferred_at", PP_WHEN },
		{ "TO ENTER", "to_enter", PP_RIGHT },
		{ "PAYMENTS", "to_enter_count", PP_RIGHT }
	};
	struct pp_ledger_opts *o = arg;
	struct job j = { .cmd = cmd, .o = o };
	struct pp_batch b = { .cmd = cmd, .mode = PP_TXN_WRITE,
	    .items = PP_ROW_EITHER, .one = transfer_one, .arg = &j,
	    .columns = columns, .ncolumns = N(columns) };

	if (o->undo && o->replaces != NULL)
		pp_cmd_usage(cmd, "--undo, or --replaces");
	return pp_batch_run(&b, 0, err);
}

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "export.h"
#include "journal.h"
#include "ledger.h"
#include "time.h"
#include "banned.h"

#define EVENTS	2000			/* read under one lock */
#define TEXT	(8 * 1024 * 1024)	/* what they may become */
#define NEAR	200			/* an event's type is within these bytes */

/* A walk over the journal, up to the head that it had when it began. */
struct walk {
	struct pp_export	 x;
	struct pp_buf		 text;
	bool			 seeing;	/* the first of two passes */
	int64_t			 head;		/* -1: not known yet */
	int64_t			 after;		/* where the walk is */
	int64_t			 since;		/* ms UTC, 0 none */
	size_t			 n;
	int64_t			 at;		/* of the event that was met */
};

static pp_event_fn	meet, one;
static pp_txn_fn	begin, batch;
static enum pp_rc	walk_all(struct pp_cmd *, struct walk *,
			    struct pp_err *);

static enum pp_rc
meet(struct pp_txn *tx, int64_t seq, const char *text, size_t len, void *arg,
    struct pp_err *err)
{
	struct walk *w = arg;
	struct json_object *ev;
	enum pp_rc rc;

	(void)tx, (void)seq;
	if (pp_json_parse(text, len, &ev, err) != PP_OK)
		return PP_IO;
	rc = pp_json_time(ev, "at", &w->at, err);
	json_object_put(ev);
	return rc == PP_OK ? PP_NO : PP_IO;
}

/* The head, and by halves the last event before since: instants never go
 * back (rule D3). */
static enum pp_rc
begin(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct walk *w = arg;
	struct pp_head head;
	int64_t low = 0, high, mid;
	enum pp_rc rc;

	if ((rc = pp_journal_head(tx, &head, err)) != PP_OK)
		return rc;
	w->head = high = head.seq;
	while (w->since != 0 && low < high) {
		mid = low + (high - low) / 2;
		if ((rc = pp_journal_each(tx, mid, NULL, meet, w,
		    err)) != PP_OK)
			return rc;
		if (w->at < w->since)
			low = mid + 1;
		else
			high = mid;
	}
	w->after = w->since != 0 ? low : 0;
	return PP_OK;
}

static enum pp_rc
one(struct pp_txn *tx, int64_t seq, const char *text, size_t len, void *arg,
    struct pp_err *err)
{
	static const char mark[] = "\"type\":\"payment.";
	struct walk *w = arg;
	struct pp_export_row rows[PP_EXPORT_ROWS];
	struct json_object *ev;
	size_t i, n;
	enum pp_rc rc;

	(void)tx;
	if (seq > w->head || w->n++ == EVENTS)
		return PP_NO;
	w->after = seq;
	/* Four events of five are no payment's: not worth a parse. */
	if (memmem(text, len < NEAR ? len : NEAR, mark,
	    sizeof mark - 1) == NULL)
		return PP_OK;
	if (pp_json_parse(text, len, &ev, err) != PP_OK)
		return PP_IO;
	rc = pp_export_event(ev, rows, &n, err);
	json_object_put(ev);
	for (i = 0; rc == PP_OK && i < n; i++)
		if (w->seeing)
			rc = pp_export_see(&w->x, &rows[i], err);
		else
			pp_export_row(&w->x, &rows[i], &w->text);
	return rc;
}

static enum pp_rc
batch(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct walk *w = arg;

	return pp_journal_each(tx, w->after, NULL, one, w, err);
}

/* Printed outside the lock, batch by batch. */
static enum pp_rc
walk_all(struct pp_cmd *cmd, struct walk *w, struct pp_err *err)
{
	int64_t from = w->after;
	enum pp_rc rc = PP_OK;

	while (w->after < w->head && rc == PP_OK && !ferror(stdout)) {
		w->n = 0;
		if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, batch, w,
		    err)) != PP_OK)
			break;
		if (!pp_buf_ok(&w->text))
			return pp_err_set(err, PP_IO, "out of memory");
		if (w->text.len > 0)
			(void)fwrite(w->text.p, 1, w->text.len, stdout);
		pp_buf_reset(&w->text);
	}
	if (w->seeing)
		w->after = from;
	return rc;
}

enum pp_rc
pp_ledger_export(struct pp_cmd *cmd, void *arg, struct pp_err *err)
{
	struct pp_ledger_opts *o = arg;
	struct walk w = { .text = PP_BUF_INIT(TEXT), .head = -1,
	    .since = o->export_since };
	int format = o->format == NULL ? PP_X_CSV :
	    pp_word(pp_export_formats, o->format);
	bool csv = format == PP_X_CSV || format == PP_X_QBO;
	enum pp_rc rc;

	if (format < 0)
		pp_cmd_usage(cmd, "--format csv, qbo-csv, hledger, ledger, "
		    "beancount or ofx");
	if (!csv && (o->separator != NULL || o->decimal_comma || o->bom))
		pp_cmd_usage(cmd, "--separator, --decimal-comma and --bom go "
		    "with csv and qbo-csv");
	if (o->separator != NULL && strcmp(o->separator, "\\t") != 0 &&
	    (strlen(o->separator) != 1 || strchr(",;|\t",
	    o->separator[0]) == NULL))
		pp_cmd_usage(cmd, "--separator , ; | or \\t");
	w.x.format = (enum pp_export_format)format;
	w.x.separator = o->separator == NULL ? ',' :
	    o->separator[0] == '\\' ? '\t' : o->separator[0];
	w.x.comma = o->decimal_comma;
	w.x.bom = o->bom;
	w.x.currency = cmd->conf.business.currency;
	if ((rc = pp_store_txn(&cmd->store, PP_TXN_READ, begin, &w,
	    err)) != PP_OK)
		return rc;
	if (format == PP_X_OFX) {
		w.seeing = true;
		if ((rc = walk_all(cmd, &w, err)) != PP_OK)
			goto out;
		w.seeing = false;
	}
	pp_export_begin(&w.x, &w.text);
	if (w.text.len > 0)
		(void)fwrite(w.text.p, 1, w.text.len, stdout);
	pp_buf_reset(&w.text);
	if ((rc = walk_all(cmd, &w, err)) != PP_OK)
		goto out;
	pp_export_end(&w.x, &w.text);
	if (w.text.len > 0)
		(void)fwrite(w.text.p, 1, w.text.len, stdout);
out:
	pp_buf_release(&w.text);
	return rc;
}

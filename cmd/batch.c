#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "intl.h"
#include "json.h"
#include "banned.h"

static void		read_item(const struct pp_batch *, struct pp_row *);
static pp_txn_fn	in_txn;
static pp_batch_fn	do_batch;
static const char	*named(const struct pp_row *);
static enum pp_rc	finish(struct pp_batch *, enum pp_rc, struct pp_err *);
static enum pp_rc	transact(struct pp_batch *, struct pp_err *);

static void
read_item(const struct pp_batch *b, struct pp_row *r)
{
	struct json_object *o;
	bool json = pp_item_is_json(r->item);

	if ((r->rc = pp_item_check(r->item, &r->err)) != PP_OK)
		return;
	if (b->items == PP_ROW_IDS || (b->items == PP_ROW_EITHER && !json)) {
		if (json)
			r->rc = pp_err_set(&r->err, PP_DATA,
			    "an id is wanted here, not a document");
		return;
	}
	if ((r->rc = pp_json_parse(r->item->text, r->item->len, &o,
	    &r->err)) != PP_OK)
		return;
	r->has_doc = true;
	r->rc = pp_task_doc_read(o, b->need_total, &r->doc, &r->err);
	json_object_put(o);
}

static enum pp_rc
in_txn(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct pp_batch *b = arg;
	struct pp_row *r;
	size_t i;

	b->cmd->test = !pp_txn_live(tx);
	for (i = 0; i < b->n; i++) {
		r = &b->rows[i];
		if (r->rc != PP_OK)
			continue;
		r->rc = b->one(tx, r, b->arg);
		/* What is no fault of the item would meet the next one too. */
		if (r->rc == PP_IO || r->rc == PP_BUG || r->rc == PP_CONF ||
		    r->rc == PP_PERM || r->rc == PP_USAGE) {
			*err = r->err;
			return r->rc;
		}
	}
	return b->cmd->dry_run ? PP_NO : PP_OK;
}

/* What an error calls the item: its id, if it has told one. */
static const char *
named(const struct pp_row *r)
{
	if (r->has_doc)
		return r->doc.task.id[0] != '\0' ? r->doc.task.id : NULL;
	return r->item->toolong || pp_item_is_json(r->item) ||
	    r->item->len == 0 ? NULL : r->item->text;
}

/* After the commit, in input order. */
static enum pp_rc
finish(struct pp_batch *b, enum pp_rc rc, struct pp_err *err)
{
	enum pp_rc worst = PP_OK;
	struct pp_row *r;
	size_t i;
	int why = 0;

	if (rc == PP_NO && b->cmd->dry_run)
		rc = PP_OK;
	for (i = 0; i < b->n; i++) {
		r = &b->rows[i];
		if (rc == PP_OK && r->quiet)
			pp_cmd_verbose(b->cmd, "line %zu: %s", r->item->line,
			    r->err.msg);
		else if (rc == PP_OK && r->rc != PP_OK)
			worst = pp_rc_worst(worst, pp_cmd_item_error(b->cmd,
			    r->item->line, named(r), r->rc, &r->err));
		if (rc == PP_OK && r->rc == PP_OK && r->line != NULL &&
		    puts(r->line) == EOF && why == 0)
			why = errno;
		if (rc == PP_OK && r->shown != NULL) {
			if (b->out.table == NULL && b->out.rc == PP_OK)
				pp_out_init(&b->out, b->cmd, b->columns,
				    b->ncolumns);
			pp_out_rows(&b->out, r->shown);
		} else
			json_object_put(r->shown);
		free(r->line);
		pp_task_doc_release(&r->doc);
	}
	if (rc != PP_OK)
		return rc;
	/* What cannot be told is not done either: no further batch. */
	if (fflush(stdout) == EOF && why == 0)
		why = errno;
	if (ferror(stdout))
		return pp_err_set(err, PP_IO, why != 0 ?
		    N_("cannot write the output: %s") :
		    N_("cannot write the output"), strerror(why));
	return worst;
}

static enum pp_rc
transact(struct pp_batch *b, struct pp_err *err)
{
	const struct pp_store *store = &b->cmd->store;
	size_t i;

	/* Of what cannot be read nothing is written. */
	for (i = 0; i < b->n && b->rows[i].rc != PP_OK; i++)
		continue;
	if (i == b->n)
		return finish(b, PP_OK, err);
	/* The first write makes one, but an id would not be in it. */
	if ((b->cmd->dry_run || b->items == PP_ROW_IDS) &&
	    !pp_store_exists(store->dir))
		return finish(b, pp_err_set(err, PP_NOTFOUND, "there is no "
		    "store in %s", store->dir), err);
	return finish(b, pp_store_txn(store, b->mode, in_txn, b, err), err);
}

static enum pp_rc
do_batch(struct pp_item *items, size_t n, void *arg, struct pp_err *err)
{
	struct pp_batch *b = arg;
	enum pp_rc rc;
	size_t i;

	if (b->before != NULL && (rc = b->before(items, n, b->arg,
	    err)) != PP_OK)
		return rc;
	if ((b->rows = calloc(n, sizeof b->rows[0])) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	b->n = n;
	for (i = 0; i < n; i++) {
		b->rows[i].item = &items[i];
		read_item(b, &b->rows[i]);
	}
	rc = transact(b, err);
	free(b->rows);
	b->rows = NULL;
	return rc;
}

enum pp_rc
pp_batch_run(struct pp_batch *b, int first, struct pp_err *err)
{
	enum pp_rc rc;

	/* A stream is many transactions. */
	if (b->cmd->argc <= first)
		pp_store_keep(&b->cmd->store);
	rc = pp_cmd_items(b->cmd, first, do_batch, b, err);
	pp_store_unkeep(&b->cmd->store);
	pp_out_end(&b->out);
	return rc;
}

enum pp_rc
pp_batch_one(struct pp_batch *b, struct pp_row *row, struct pp_err *err)
{
	enum pp_rc rc;

	b->rows = row;
	b->n = 1;
	rc = transact(b, err);
	pp_out_end(&b->out);
	return rc;
}

#include "config.h"

#include <string.h>

#include "journal.h"
#include "walk.h"
#include "banned.h"

#define KEY_MAX	256

struct walk {
	struct pp_cmd		*cmd;
	enum pp_coll		 coll;
	int			 index;		/* or -1: the collection */
	int			 slot;		/* of its key in the header */
	pp_walk_fn		*fn;
	void			*arg;
	int64_t			 head;		/* -1: not known yet */
	char			 last[KEY_MAX];
	size_t			 llen;
	struct json_object	*rows[PP_BATCH_LINES];
	size_t			 n, seen;
	bool			 done;
};

static pp_txn_fn	batch;
static pp_rec_fn	one;
static enum pp_rc	walk_all(struct pp_cmd *, struct walk *,
			    struct pp_out *, struct pp_err *);

static enum pp_rc
one(struct pp_txn *tx, const void *key, size_t klen, const struct pp_rec *rec,
    void *arg, struct pp_err *err)
{
	struct walk *w = arg;
	struct json_object *row = NULL;
	enum pp_rc rc;

	if (w->index >= 0) {
		key = rec->key[w->slot];
		/* Past this key: with its NUL it sorts just behind it. */
		klen = strlen(rec->key[w->slot]) + 1;
	}
	if (klen > sizeof w->last)
		return pp_err_set(err, PP_BUG, "a key is too long");
	rc = w->fn(tx, rec, w->head, w->arg, &row, err);
	if (rc == PP_NO)
		w->done = true;
	if (rc != PP_OK)
		return rc;
	memcpy(w->last, key, klen);
	w->llen = klen;
	if (row != NULL)
		w->rows[w->n++] = row;
	return ++w->seen == PP_BATCH_LINES ? PP_NO : PP_OK;
}

static enum pp_rc
batch(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct walk *w = arg;
	struct pp_head head;
	enum pp_rc rc;

	w->cmd->test = !pp_txn_live(tx);
	if (w->head == -1) {
		if ((rc = pp_journal_head(tx, &head, err)) != PP_OK)
			return rc;
		w->head = head.seq;
	}
	if (w->index >= 0)
		return pp_txn_order(tx, (enum pp_index)w->index, w->llen > 0 ?
		    w->last : NULL, w->llen, one, w, err);
	return pp_txn_scan(tx, w->coll, w->llen > 0 ? w->last : NULL, w->llen,
	    one, w, err);
}

static enum pp_rc
walk_all(struct pp_cmd *cmd, struct walk *w, struct pp_out *out,
    struct pp_err *err)
{
	enum pp_rc rc;
	size_t i;

	do {
		if (w->seen > 0)	/* short lists are one transaction */
			pp_store_keep(&cmd->store);
		w->n = w->seen = 0;
		rc = pp_store_txn(&cmd->store, PP_TXN_READ, batch, w, err);
		for (i = 0; i < w->n; i++)
			if (rc == PP_OK)
				pp_out_rows(out, w->rows[i]);
			else
				json_object_put(w->rows[i]);
	} while (rc == PP_OK && !w->done && w->seen == PP_BATCH_LINES &&
	    out->rc == PP_OK);
	pp_store_unkeep(&cmd->store);
	return rc;
}

enum pp_rc
pp_walk(struct pp_cmd *cmd, enum pp_coll coll, pp_walk_fn *fn, void *arg,
    struct pp_out *out, struct pp_err *err)
{
	struct walk w = { .cmd = cmd, .coll = coll, .index = -1, .fn = fn,
	    .arg = arg, .head = -1 };

	return walk_all(cmd, &w, out, err);
}

enum pp_rc
pp_walk_payments(struct pp_cmd *cmd, pp_walk_fn *fn, void *arg,
    struct pp_out *out, struct pp_err *err)
{
	struct walk w = { .cmd = cmd, .coll = PP_PAYMENT,
	    .index = PP_PAYMENT_BY_ID, .slot = 2, .fn = fn, .arg = arg,
	    .head = -1 };

	return walk_all(cmd, &w, out, err);
}

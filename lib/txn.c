#include "config.h"

#include <string.h>

#include "engine.h"
#include "rec.h"
#include "store.h"
#include "banned.h"

/* What a walk over pairs needs to hand on records. */
struct reading {
	enum pp_coll			 coll;
	const struct pp_index_def	*ix;	/* NULL: none */
	pp_rec_fn			*fn;
	void				*arg;
};

static enum pp_rc	damaged(struct pp_txn *, enum pp_coll,
			    struct pp_err *);
static bool		agrees(const struct pp_index_def *,
			    const struct pp_pair *);
static pp_pair_fn	one;
static enum pp_rc	put(struct pp_txn *, enum pp_coll, bool, const void *,
			    size_t, const struct pp_rec *, struct pp_err *);
static enum pp_rc	follow(struct pp_txn *, enum pp_index, bool,
			    const void *, size_t, pp_rec_fn *, void *,
			    struct pp_err *);

static enum pp_rc
damaged(struct pp_txn *tx, enum pp_coll c, struct pp_err *err)
{
	pp_err_hint(err, "pp-store verify");
	return pp_err_set(err, PP_IO, "store %s: a record in %s.db is "
	    "damaged", pp_txn_store(tx)->dir, pp_coll_names[c]);
}

/* Does the index have the record under the key that its header says? */
static bool
agrees(const struct pp_index_def *ix, const struct pp_pair *p)
{
	size_t off, len;

	return pp_rec_index(p->val, p->vlen, ix->slot, &off, &len) == 1 &&
	    len == p->iklen &&
	    memcmp((const char *)p->val + off, p->ikey, len) == 0;
}

static enum pp_rc
one(struct pp_txn *tx, const struct pp_pair *p, void *arg, struct pp_err *err)
{
	const struct reading *r = arg;
	struct pp_rec rec;

	if (!pp_rec_decode(p->val, p->vlen, &rec) ||
	    (r->ix != NULL && !agrees(r->ix, p)))
		return damaged(tx, r->coll, err);
	return r->fn(tx, p->key, p->klen, &rec, r->arg, err);
}

enum pp_rc
pp_txn_get(struct pp_txn *tx, enum pp_coll c, const void *key, size_t klen,
    struct pp_rec *rec, struct pp_err *err)
{
	const void *val;
	enum pp_rc rc;
	size_t vlen;

	if ((rc = pp_txn_get_raw(tx, c, key, klen, &val, &vlen, err)) !=
	    PP_OK)
		return rc;
	return pp_rec_decode(val, vlen, rec) ? PP_OK : damaged(tx, c, err);
}

static enum pp_rc
put(struct pp_txn *tx, enum pp_coll c, bool new, const void *key, size_t klen,
    const struct pp_rec *rec, struct pp_err *err)
{
	struct pp_recbuf *b = pp_engine_rec(tx);
	enum pp_rc rc;

	if ((rc = pp_rec_encode(rec, b, err)) != PP_OK)
		return rc;
	return pp_engine_put(tx, c, new, key, klen, b->p, b->len, err);
}

enum pp_rc
pp_txn_put(struct pp_txn *tx, enum pp_coll c, const void *key, size_t klen,
    const struct pp_rec *rec, struct pp_err *err)
{
	return put(tx, c, false, key, klen, rec, err);
}

enum pp_rc
pp_txn_new(struct pp_txn *tx, enum pp_coll c, const void *key, size_t klen,
    const struct pp_rec *rec, struct pp_err *err)
{
	return put(tx, c, true, key, klen, rec, err);
}

enum pp_rc
pp_txn_scan(struct pp_txn *tx, enum pp_coll c, const void *after, size_t alen,
    pp_rec_fn *fn, void *arg, struct pp_err *err)
{
	struct reading r = { c, NULL, fn, arg };

	return pp_engine_scan(tx, c, after, alen, one, &r, err);
}

enum pp_rc
pp_txn_last(struct pp_txn *tx, enum pp_coll c, void *key, size_t ksize,
    size_t *klen, struct pp_rec *rec, struct pp_err *err)
{
	const void *val;
	enum pp_rc rc;
	size_t vlen;

	if ((rc = pp_engine_last(tx, c, key, ksize, klen, &val, &vlen,
	    err)) != PP_OK)
		return rc;
	return pp_rec_decode(val, vlen, rec) ? PP_OK : damaged(tx, c, err);
}

static enum pp_rc
follow(struct pp_txn *tx, enum pp_index x, bool exact, const void *from,
    size_t flen, pp_rec_fn *fn, void *arg, struct pp_err *err)
{
	struct reading r = { pp_indexes[x].coll, &pp_indexes[x], fn, arg };

	return pp_engine_follow(tx, x, exact, from, flen, one, &r, err);
}

enum pp_rc
pp_txn_find(struct pp_txn *tx, enum pp_index x, const void *key, size_t klen,
    pp_rec_fn *fn, void *arg, struct pp_err *err)
{
	return follow(tx, x, true, key, klen, fn, arg, err);
}

enum pp_rc
pp_txn_order(struct pp_txn *tx, enum pp_index x, const void *from,
    size_t flen, pp_rec_fn *fn, void *arg, struct pp_err *err)
{
	return follow(tx, x, false, from, flen, fn, arg, err);
}

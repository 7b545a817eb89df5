/*
 * Long reads: a batch of records is copied inside a transaction and printed
 * outside it, so that nobody waits longer than a batch.  What came into the
 * journal after the walk began is left out, as far as a record can tell.
 */
#ifndef PP_WALK_H
#define PP_WALK_H

#include "output.h"
#include "store.h"

/* Makes the row of one record; NULL leaves it out, an array stands for
 * several rows.  head is the journal's
 * number when the walk began.  PP_NO ends the walk. */
typedef enum pp_rc pp_walk_fn(struct pp_txn *, const struct pp_rec *,
		    int64_t head, void *arg, struct json_object **row,
		    struct pp_err *err);

/* Every record of a collection in key order, into out. */
enum pp_rc	pp_walk(struct pp_cmd *, enum pp_coll, pp_walk_fn *, void *arg,
		    struct pp_out *, struct pp_err *err);

/* Every payment in the order in which they were recorded. */
enum pp_rc	pp_walk_payments(struct pp_cmd *, pp_walk_fn *, void *arg,
		    struct pp_out *, struct pp_err *err);

#endif

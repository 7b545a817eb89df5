/*
 * The journal folded into a case: what was known of a task after a given
 * event or at a given time.  The stored projections must be what this gives
 * (rule G2).
 */
#ifndef PP_REPLAY_H
#define PP_REPLAY_H

#include "case.h"
#include "record.h"

/* Adds one event (its parsed text) to a case that begins zeroed.  Events of
 * other records are passed over.  PP_IO if it cannot be read. */
enum pp_rc	pp_replay_event(struct pp_case *, struct json_object *event,
		    struct pp_err *err);
/* Folds a task's events up to an instant (0: all) into *c, to be released.
 * PP_NOTFOUND, without words, if there were none by then. */
enum pp_rc	pp_replay_task(struct pp_txn *, const char *task,
		    int64_t until, struct pp_case *c, struct pp_err *err);

#endif

/*
 * Writing a mark once: the intent is committed before the call, the outcome
 * after it (rules G3, G5).
 */
#ifndef PP_MARKING_H
#define PP_MARKING_H

#include "mark.h"
#include "record.h"

/* Fills in the link (m->link, or the task's newest if it is "") and its
 * epoch, where the store knows one. */
enum pp_rc	pp_marking_link(struct pp_txn *, struct pp_mark *m,
		    struct pp_err *err);
/* The verdict for it as things stand; writes nothing. */
enum pp_rc	pp_marking_look(struct pp_txn *, const struct pp_mark *,
		    bool again, enum pp_mark_verdict *, struct pp_err *err);
/* Decides again and, if it is to be done, writes the intent; *m is it. */
enum pp_rc	pp_marking_intend(struct pp_txn *, struct pp_mark *m,
		    bool again, enum pp_mark_verdict *, struct pp_err *err);
/* What came of an intent.  Nothing if another took it over meanwhile. */
enum pp_rc	pp_marking_outcome(struct pp_txn *, const struct pp_mark *m,
		    enum pp_mark_state, const char *why, struct pp_err *err);
/* A person decides about one of which nobody knows: it stands there, or it
 * does not and is written by the next run.  PP_NOTFOUND; PP_STATE while
 * another process is at it, or if it is known to stand there. */
enum pp_rc	pp_marking_settle(struct pp_txn *, const char *id,
		    bool written, const char *reason, struct pp_mark *after,
		    struct pp_err *err);

#endif

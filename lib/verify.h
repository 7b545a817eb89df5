/*
 * Is the journal unbroken, and are the records what it says (rule G2)?  In
 * turns, so that nobody waits: the chain, then each task replayed and
 * compared with what is stored of it, then whether each event's task is
 * there at all.
 */
#ifndef PP_VERIFY_H
#define PP_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "journal.h"
#include "seal.h"
#include "store.h"
#include "task.h"

/* Where it has come to.  Start with PP_VERIFY_INIT. */
struct pp_verify {
	struct pp_head	head;			/* checked up to here */
	char		task[PP_TASK_ID];	/* the last one compared */
	int64_t		seq;			/* of the last pass */
	int		pass;
	bool		done;
	struct pp_head	want;			/* must be in it; seq 0: none */
	char		signature[PP_SIGN_HEX];	/* of want, or "" */
};

#define PP_VERIFY_INIT	{ { 0, PP_ZERO_HASH }, "", 0, 0, false, \
			    { 0, PP_ZERO_HASH }, "" }

/* A head that was printed earlier, "SEQ:HASH" or "SEQ:HASH:SIGNATURE", into
 * want and signature: it shows a journal that was cut, or rewritten whole.
 * PP_DATA. */
enum pp_rc	pp_verify_head(const char *text, struct pp_verify *,
		    struct pp_err *err);

/* One turn.  PP_NO names the first thing that is wrong. */
enum pp_rc	pp_verify_turn(struct pp_txn *, struct pp_verify *,
		    struct pp_err *err);
/* All turns, each in a transaction of its own.  A signature is checked first,
 * with the key in keys/ where that can be read rather than with what the store
 * says of it. */
enum pp_rc	pp_verify_all(const struct pp_store *, struct pp_verify *,
		    struct pp_err *err);

#endif

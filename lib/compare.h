/*
 * What is stored against what the journal tells, for verify.
 */
#ifndef PP_COMPARE_H
#define PP_COMPARE_H

#include <stdint.h>

#include "err.h"
#include "store.h"

/* Told now and then how many tasks were compared. */
typedef void pp_compare_tell(int64_t tasks, void *arg);

/* All of it, in constant memory but for what belongs to no task (fold.h).
 * PP_CONFLICT names the first difference: an inner walk takes PP_NO for its
 * end. */
enum pp_rc	pp_compare(struct pp_txn *, pp_compare_tell *, void *arg,
		    struct pp_err *err);

#endif

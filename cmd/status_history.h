/*
 * What became of a task, for a person's eyes: every link, attempt, payment and
 * refund, and what people did about them, in order of time, with who did it.
 */
#ifndef PP_STATUS_HISTORY_H
#define PP_STATUS_HISTORY_H

#include <stdio.h>

#include "record.h"

/* Prints the table. The case may be a payment alone, of no task (rule R1). */
enum pp_rc	pp_history_print(struct pp_txn *, const struct pp_case *,
		    FILE *, struct pp_err *);

#endif

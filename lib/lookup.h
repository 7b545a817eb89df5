/*
 * Finding tasks by whatever number a person has in hand: task, invoice, link,
 * attempt, payment, transaction or order number.
 */
#ifndef PP_LOOKUP_H
#define PP_LOOKUP_H

#include "record.h"

#define PP_LOOKUP_MAX	16

struct pp_found {
	char	task[PP_LOOKUP_MAX][PP_TASK_ID];	/* "" an orphan's */
	size_t	n;
	struct pp_payment payment;	/* of the first orphan, if any */
	bool	orphan;
};

/* PP_NOTFOUND with words if nothing has that number. */
enum pp_rc	pp_lookup(struct pp_txn *, const char *number,
		    struct pp_found *, struct pp_err *err);

#endif

/*
 * A case: a task and all that belongs to it, as it was read at once.  Pure.
 */
#ifndef PP_CASE_H
#define PP_CASE_H

#include <stddef.h>
#include <stdint.h>

#include "attempt.h"
#include "link.h"
#include "payment.h"
#include "refund.h"
#include "task.h"

/* Each list oldest first. */
struct pp_case {
	struct pp_task		 task;
	struct pp_link		*links;
	size_t			 nlinks;
	struct pp_attempt	*atts;
	size_t			 natts;
	struct pp_payment	*pays;
	size_t			 npays;
	struct pp_refund	*refunds;	/* whatever became of them */
	size_t			 nrefunds;
};

/* Offline money recorded for a purpose (rule A1), cents. */
int64_t		pp_case_offline(const struct pp_case *, const char *purpose);
/* What a link was made for, cents: what it asks now and what was paid. */
int64_t		pp_case_requested(const struct pp_case *,
		    const struct pp_link *);
/* Cents in attempts that are processing or unknown (rule A6). */
int64_t		pp_case_pending(const struct pp_case *, int64_t now);
/* Until when a live ticket of it, or of one of its links, may still be paid
 * (rule T2); 0 none. link may be NULL. */
int64_t		pp_case_payable_until(const struct pp_case *, const char *link,
		    int64_t now);

#endif

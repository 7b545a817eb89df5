/*
 * Reconciliation: what the processor or the bank says against what is
 * recorded here, payment by payment and batch by batch.
 */
#ifndef PP_RECONCILING_H
#define PP_RECONCILING_H

#include <stdbool.h>

#include "record.h"
#include "stated.h"

/* Borrowed while in use. */
struct pp_reconciling {
	const struct pp_stated	*stated;
	const char		*integration;	/* NULL: all; recording: the
						 * favourite */
	const char		*currency;	/* of what is recorded */
	bool			 record;	/* take in what only they have, as
						 * orphans (rule G7) */
	/* Results, to be released. */
	struct json_object	*rows;		/* documents, what is the same
						 * is not among them */
	struct json_object	*seen;		/* ids of payments found */
	struct json_object	*groups;	/* by batch or day */
	size_t			 next;		/* line to go on with */
	char			 after[PP_PAY_KEY];	/* payment to go on after */
	size_t			 alen;
	bool			 done;
	int64_t			 here, there;	/* cents, in all */
	size_t			 same, differ, recorded;
};
void		pp_reconciling_release(struct pp_reconciling *);

/* One batch of work in one transaction; again until done. */
enum pp_rc	pp_reconciling_lines(struct pp_txn *,
		    struct pp_reconciling *, struct pp_err *err);
enum pp_rc	pp_reconciling_payments(struct pp_txn *,
		    struct pp_reconciling *, struct pp_err *err);
/* When both are done: adds the rows by batch (by day if they name no batch)
 * and the one of totals. */
void		pp_reconciling_sum(struct pp_reconciling *);

#endif

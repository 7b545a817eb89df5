/*
 * How a store is doing: is it written to, is the processor asked in time?
 */
#ifndef PP_HEALTH_H
#define PP_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "store.h"

struct pp_health {
	int64_t	now;		/* as it was passed in */
	int64_t	newest;		/* event, its instant; 0: none */
	int64_t	swept;		/* the last sweep; 0: never */
	int64_t	scheduled;	/* attempts with a question ahead */
	int64_t	due;		/* of these, now or before */
	int64_t	oldest;		/* since when the first of them; 0: none */
};

enum pp_rc	pp_health_read(struct pp_txn *, int64_t now,
		    struct pp_health *, struct pp_err *err);
/* Has a question been due for so long that nobody seems to sweep? */
bool		pp_health_late(const struct pp_health *);

#endif

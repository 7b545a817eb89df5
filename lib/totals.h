/*
 * Totals of payments by day, month, batch (the bank's deposit, rule D2),
 * integration, card or step, from the day index alone: no document is read.
 */
#ifndef PP_TOTALS_H
#define PP_TOTALS_H

#include "record.h"

enum pp_totals_by {
	PP_BY_NOTHING, PP_BY_THE_DAY, PP_BY_MONTH, PP_BY_BATCH,
	PP_BY_INTEGRATION, PP_BY_CARD, PP_BY_STEP
};
extern const char *const	pp_totals_words[];	/* "all", "day", ... */

struct pp_totals;

/* since and until are business dates, yyyymmdd, 0 for none. */
enum pp_rc	pp_totals_new(enum pp_totals_by, int32_t since, int32_t until,
		    struct pp_totals **, struct pp_err *err);
enum pp_rc	pp_totals_read(struct pp_txn *, struct pp_totals *,
		    struct pp_err *err);
size_t		pp_totals_count(const struct pp_totals *);
/* {"day":"2026-11-23","payments":2,"received":…,"refunded":…,"net":…} in
 * order of the key; the caller's. */
struct json_object *pp_totals_row(struct pp_totals *, size_t i);
void		pp_totals_free(struct pp_totals *);

#endif

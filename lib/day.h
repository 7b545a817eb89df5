/*
 * The day index: one small binary entry a payment, (business day, seq) to
 * amount, kind and what totals go by, so that a million of them are added up
 * without touching a document.  An entry is what the payment was when it was
 * recorded; it is never changed.
 */
#ifndef PP_DAY_H
#define PP_DAY_H

#include <stdint.h>

#include "payment.h"
#include "store.h"

struct pp_day_entry {
	int32_t		day;		/* yyyymmdd */
	int64_t		seq;
	int64_t		cents;
	uint8_t		type, brand;
	uint16_t	integration;
	char		terminal[9];
	char		batch[5];
	char		step[PP_ID_MAX];
};
typedef enum pp_rc pp_day_fn(const struct pp_day_entry *, void *arg,
		    struct pp_err *err);

/* The entry of a payment; number is its integration's, 0 none. */
void		pp_day_of(const struct pp_payment *, int64_t number,
		    struct pp_day_entry *);
enum pp_rc	pp_day_put(struct pp_txn *, const struct pp_day_entry *,
		    struct pp_err *err);
/* That of a day and a number; PP_NOTFOUND without words. */
enum pp_rc	pp_day_get(struct pp_txn *, int32_t day, int64_t seq,
		    struct pp_day_entry *, struct pp_err *err);
/* Entries from a day on (0: all), in order. */
enum pp_rc	pp_day_each(struct pp_txn *, int32_t from, pp_day_fn *,
		    void *arg, struct pp_err *err);

#endif

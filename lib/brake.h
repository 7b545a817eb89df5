/*
 * The brake against card testing: thieves try stolen cards wherever a small
 * payment is taken.  A link locks itself after repeated declines; this counts
 * those of all links together.  While it is on no new ticket is opened;
 * tickets that are open may still be paid, and nothing else changes.
 */
#ifndef PP_BRAKE_H
#define PP_BRAKE_H

#include <stdint.h>

#include "store.h"

#define PP_BRAKE_SPAN	3600000LL	/* ms that are looked back on */

/* Counts what issuers declined of the attempts opened in the last hour.  *until
 * is 0, or, if they are most or more, the instant (ms UTC) at which they will
 * be fewer; *since is when the first of them was opened.  most 0: no brake.
 * Reads the last hour's attempts only. */
enum pp_rc	pp_brake_read(struct pp_txn *, int64_t most, int64_t *since,
		    int64_t *until, struct pp_err *err);
/* The same in a transaction of its own. */
enum pp_rc	pp_brake_look(const struct pp_store *, int64_t most,
		    int64_t *until, struct pp_err *err);

#endif

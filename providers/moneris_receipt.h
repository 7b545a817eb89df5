/*
 * What a receipt of Moneris Checkout says (rules R1, R2, D1, P2).  Pure
 * functions; the only state is the process's time zone, which must be the
 * processor's (mco_zone).
 */
#ifndef PP_MONERIS_RECEIPT_H
#define PP_MONERIS_RECEIPT_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#include "driver.h"
#include "moneris_mco.h"

#define MCO_SLACK	(2 * 60 * 1000LL)	/* between two clocks, in ms */

/* What was asked; texts are borrowed from the request. */
struct mco_asked {
	const char	*ticket;
	const char	*order_no;
	int64_t		 cents;
	int64_t		 opened;	/* milliseconds UTC */
};

/* Sets the process's zone to the processor's, also where the system has no
 * zone files. */
void	mco_zone(void);

/* Reads and checks a request of op query.  NULL, or the error that is the
 * answer. */
struct json_object	*mco_asked_read(struct json_object *req,
			    struct mco_asked *);

/*
 * The answer to query.  Two questions in this order (rule R1): was somebody
 * charged, and was it as asked?  An approval is told whatever else is wrong
 * with it; "declined" is told only of the ticket and order number that were
 * asked about, and only where nothing in the receipt speaks against it;
 * whatever contradicts itself is "unknown"; what is no receipt at all is an
 * error (rule R2).
 */
struct json_object	*mco_read_receipt(const struct mco_account *,
			    const struct mco_asked *,
			    const struct driver_reply *);

/*
 * Rule D1: the instant, in milliseconds UTC, of "YYYY-MM-DD HH:MM:SS" in the
 * processor's zone (NULL: not told): the reading, in summer or in winter time,
 * that lies between opened and now.  The one that the calendar gives goes
 * first: that the processor's clock follows it is inferred from recordings of
 * a summer.  *doubtful is set if there is none; the result is then now.
 */
int64_t	mco_paid_at(const char *text, int64_t opened, int64_t now,
	    bool *doubtful);

#endif

/*
 * The classic XML gateway of Moneris (MpgRequest): refund and purchase
 * correction of what was paid in its Checkout.  Pure functions; libxml2
 * escapes what is sent and parses what comes.
 *
 * It has no key for a request: two that arrive are two refunds.  So whatever
 * may have arrived and is not clearly answered is unknown (rule G5), and
 * nothing here ever asks twice.  Its status_check is not used: where a profile
 * does not allow it, the flag may be ignored and the refund made again [I].
 */
#ifndef PP_MONERIS_MPG_H
#define PP_MONERIS_MPG_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#include "driver.h"
#include "moneris_mco.h"

#define MPG_PATH	"/gateway2/servlet/MpgRequest"
/* The hosts of the current kit; esqa and www3.moneris.com of the older ones
 * still answer [C]. */
#ifndef MPG_QA
#define MPG_QA		"https://mpg1t.moneris.io"
#endif
#ifndef MPG_PROD
#define MPG_PROD	"https://mpg1.moneris.io"
#endif

struct mpg_asked {
	bool		 is_void;	/* a purchase correction */
	const char	*order_no;	/* of the payment, as are ... */
	const char	*transaction_no;
	int64_t		 cents;
	int64_t		 opened;	/* milliseconds UTC */
};

/* Reads and checks a request of op refund; texts are borrowed from it.  NULL,
 * or the error that is the answer. */
struct json_object	*mpg_asked_read(struct json_object *req,
			    struct mpg_asked *);
/* "https://host" of the account's gateway. */
const char		*mpg_origin(const struct mco_account *);
/* The request's body, malloc'ed; NULL without memory. */
char			*mpg_body(const struct mco_account *,
			    const struct mpg_asked *, size_t *len);
/*
 * The answer to refund: outcome
 *	approved	Complete is true and the code three digits below 50
 *	declined	Complete is true and the code three digits, 50 or
 *			more; or the gateway's own words that it sent nothing:
 *			no such original, a duplicate, a request it cannot read
 *	unknown		all else, once a byte may have left
 * An error only of what never left, or of credentials.
 */
struct json_object	*mpg_read(const struct mco_account *,
			    const struct mpg_asked *,
			    const struct driver_reply *);

#endif

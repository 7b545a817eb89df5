/*
 * Giving money back: the intent is committed, the processor is asked, the
 * outcome is applied to the refund as it then stands (rules F, G5).  A
 * process that is killed in between leaves a refund that is unknown: it is
 * listed, its amount is held back, and it is never asked for again but by a
 * person's order.
 */
#ifndef PP_REFUNDING_H
#define PP_REFUNDING_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"
#include "refresh.h"
#include "refund.h"

/* What is wanted.  All borrowed. */
struct pp_refund_order {
	const char		*number;	/* pay_..., or a transaction's */
	int64_t			 amount;	/* cents; 0: all that is left */
	enum pp_refund_how	 how;
	const char		*reason;
	const char		*void_until;	/* "22:00", "never", or "": what
						 * the driver says */
	bool			 again;		/* one more of the same key */
	bool			 keep_links;
	bool			 dry_run;
};

struct pp_refunded {
	struct pp_refund	 refund;
	bool			 created;	/* false: it was there */
	int64_t			 now;		/* of the last transaction */
	struct json_object	*links;		/* ids of cancelled ones */
	char			 said[PP_REF_TEXT];	/* by the processor */
};
void		pp_refunded_release(struct pp_refunded *);
/* The document, with "created" and "links_cancelled"; the caller's. */
struct json_object *pp_refunded_doc(const struct pp_refunded *);

/* Refunds or voids.  out is filled whenever refund.payment is, and to be
 * released in any case.
 *	PP_OK		approved, now or under the same key before
 *	PP_DECLINED	by the processor: no money moved
 *	PP_UNKNOWN	perhaps money moved; also while another process is at
 *			it, and when the outcome could not be recorded
 *	PP_RETRY	it never left: the same again is safe
 *	PP_STATE	may not be refunded (so), or a person decided that it
 *			was not done
 *	PP_CONFLICT	same key, other content; or several payments have this
 *			number
 *	PP_NOTFOUND, PP_DATA, PP_PERM, PP_CONF, PP_IO */
enum pp_rc	pp_refunding_run(struct pp_drivers *,
		    const struct pp_refund_order *, struct pp_refunded *out,
		    struct pp_err *err);

/* A named person's decision about an unknown refund (rules F2, F4). */
struct pp_refund_decision {
	const char		*refund;	/* ref_... */
	bool			 done;
	struct pp_receipt	 receipt;	/* done: transaction, reference,
						 * amount, time */
	const char		*reason;
};
enum pp_rc	pp_refunding_settle(struct pp_txn *,
		    const struct pp_refund_decision *, struct pp_refunded *out,
		    struct pp_err *err);

#endif

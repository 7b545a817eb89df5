/*
 * What a person records: money received outside (a cheque, cash, an Interac
 * transfer), what the bank took back and gave again (rule A4), and what is
 * due changed by hand.  Each is done once however often it is said (rule G3):
 * its default key is task, kind, amount, number and business date; again says
 * that it happened once more.
 */
#ifndef PP_RECORDING_H
#define PP_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"

extern const char *const	pp_methods[];	/* "cheque", "cash", ... */

/* Borrowed while in use. */
struct pp_recording {
	int		 type;		/* PP_P_OFFLINE, CHARGEBACK, ..._REVERSAL */
	const char	*task;		/* of offline money */
	const char	*of;		/* payment or transaction number, of a
					 * chargeback or its reversal */
	const char	*method;	/* one of pp_methods, offline */
	const char	*number;	/* the cheque's, the case's; or NULL */
	const char	*purpose;	/* offline; NULL: balance */
	const char	*reason;	/* or NULL */
	int64_t		 amount;	/* cents above 0; 0, not offline: all
					 * that is left of it */
	int32_t		 day;		/* business date; 0: today */
	bool		 again;
	bool		 keep_links;	/* after a chargeback (rule A3) */
};

/* Records it; *p is the payment, *created false if it was there already.
 * PP_NOTFOUND with words, PP_DATA naming the member, PP_STATE if more would be
 * taken back or given again than there is. */
enum pp_rc	pp_recording_take(struct pp_txn *,
		    const struct pp_recording *, struct pp_payment *p,
		    bool *created, struct pp_err *err);

/* Changes what is due of a task by amount (above or below 0), for a reason.
 * PP_STATE if less than nothing would be due. */
enum pp_rc	pp_recording_adjust(struct pp_txn *, const char *task,
		    int64_t amount, const char *reason, bool again,
		    struct pp_task *after, bool *created,
		    struct pp_err *err);

#endif

/*
 * A refund, or a void: money that goes back the way it came, by the payment's
 * own order number and transaction number (rule F1).  Pure: how much may go
 * back, whether it can still be a void, what an answer makes of it (rules
 * F1 to F4, G5).
 *
 * The processor has no key of its own for a refund: two equal requests are
 * two refunds.  So a refund is recorded before it is asked for, under a key,
 * and one that nobody knows the outcome of is never asked for again.
 */
#ifndef PP_REFUND_H
#define PP_REFUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attempt.h"
#include "err.h"
#include "doc.h"
#include "payment.h"
#include "task.h"

#define PP_REF_ID	31	/* ref_ and 26 characters */
#define PP_REF_KEY	201
#define PP_REF_TEXT	201	/* what a person or a processor said */
#define PP_REF_AGAINS	999	/* refunds under one key and its --again */

/* Whoever began it has its answer, or never will: a request is given up
 * after 5 s to write it and 40 s to hear of it. */
#define PP_REFUND_WAIT	(60 * PP_SECOND)

enum pp_refund_kind { PP_K_REFUND, PP_K_VOID };
extern const char *const	pp_refund_kinds[];

enum pp_refund_state {
	PP_R_OPENED,		/* asked for; no answer is recorded */
	PP_R_APPROVED,
	PP_R_DECLINED,		/* by the processor: no money moved */
	PP_R_UNKNOWN,		/* perhaps it moved: ended by a person only */
	PP_R_NOT_DONE		/* it never came to the processor, or a person
				 * decided so */
};
extern const char *const	pp_refund_states[];

enum pp_refund_flag {
	PP_RF_SETTLED	= 1 << 0,	/* by a named person */
	PP_RF_KEEP	= 1 << 1,	/* the links are left open (rule A3) */
	PP_RF_CHOSEN	= 1 << 2,	/* void or refund was said, not chosen
					 * by us */
	PP_RF_DIFFERS	= 1 << 3	/* the processor gave another amount */
};
extern const char *const	pp_refund_flags[];

struct pp_refund {
	char		id[PP_REF_ID];
	char		key[PP_REF_KEY];
	char		task[PP_TASK_ID];	/* "" of an orphan payment */
	char		payment[PP_PAY_ID];
	int		kind;			/* enum pp_refund_kind */
	int		state;			/* enum pp_refund_state */
	int64_t		amount;			/* cents, asked for */
	int64_t		given;			/* cents that went back */
	char		currency[PP_CURRENCY];
	char		integration[PP_ID_MAX];
	char		order_no[PP_ORDER_NO];	/* of the payment, as is */
	char		of[PP_ID_MAX];		/* its transaction number */
	char		reason[PP_REF_TEXT];	/* why it was wanted */
	char		why[PP_REASON];		/* a word for the outcome */
	char		note[PP_REF_TEXT];	/* a person's, when settled */
	uint32_t	flags;
	int64_t		attempts;		/* requests to the driver */
	int64_t		opened_at;
	int64_t		sent_at;		/* the newest request; 0 none */
	int64_t		resolved_at;
	/* The refund's own numbers. */
	char		transaction_no[PP_ID_MAX];
	char		reference_no[PP_ID_MAX];
	char		terminal[17];
	char		batch[9];
	char		approval_code[17];
	char		response_code[9];
	char		iso_code[9];
	char		recorded[PP_PAY_ID];	/* its payment, pay_... */
};

extern const struct pp_field	pp_refund_fields[];
extern const size_t		pp_refund_nfields;

/* The state at an instant: one that was begun and never ended is unknown
 * after PP_REFUND_WAIT. */
enum pp_refund_state pp_refund_state(const struct pp_refund *, int64_t now);
/* Does it hold back its amount (opened, unknown)? */
bool		pp_refund_reserves(const struct pp_refund *);
/* Rule F2's key: integration, transaction number, amount (0: "rest") and
 * business day; nth above 1 is one more on purpose. */
void		pp_refund_key(const struct pp_payment *, int64_t amount,
		    int32_t day, int nth, char out[PP_REF_KEY]);

/* What is to be known of a payment before any of it goes back. */
struct pp_refund_sums {
	int64_t	left;		/* rule F1: may still go back */
	int64_t	gone;		/* refunded, voided, charged back */
	int64_t	reserved;	/* in refunds that are opened or unknown */
};
/* rows: payments that may be of this one (refund_of), others are passed over;
 * refunds: all of this payment. */
void		pp_refund_sums(const struct pp_payment *,
		    const struct pp_payment *rows, size_t nrows,
		    const struct pp_refund *refunds, size_t nrefunds,
		    struct pp_refund_sums *);

/* Until when a payment's batch is open: minute of the processor's day (Eastern
 * time) at which batches close, below 0: never known to be open.  Pure: today's
 * daylight saving rule. */
int64_t		pp_refund_closes_at(int64_t paid_at, int minute);
/* "22:00" to minutes, "never" to -1; false if it is neither. */
bool		pp_refund_minute(const char *, int *minute);
/* Is batch b a later one than a?  They count from 001 to 999 and begin
 * again. */
bool		pp_batch_later(const char *a, const char *b);

enum pp_refund_how { PP_HOW_BEST, PP_HOW_VOID, PP_HOW_REFUND };
/* Rules F1 and F3: kind and amount (0: all that is left) of what may go back
 * now.  PP_STATE says why nothing, or not so much, or not as a void. */
enum pp_rc	pp_refund_decide(const struct pp_payment *,
		    const struct pp_refund_sums *, int64_t amount,
		    enum pp_refund_how, bool batch_open,
		    enum pp_refund_kind *, int64_t *cents,
		    struct pp_err *err);
/* Is what is wanted what this refund of the same key was for?  PP_CONFLICT
 * names the difference. */
enum pp_rc	pp_refund_same(const struct pp_refund *, enum pp_refund_how,
		    const char *reason, struct pp_err *err);

/* What came of asking. */
struct pp_refund_answer {
	enum pp_outcome		outcome;	/* APPROVED, DECLINED,
						 * UNKNOWN; NONE: it never
						 * left us */
	bool			amount_differs;
	struct pp_receipt	receipt;	/* APPROVED, DECLINED */
	char			why[PP_REASON];
};
enum pp_refund_applied {
	PP_REFUND_NOTHING,	/* it was approved before */
	PP_REFUND_STATE,	/* the state changed */
	PP_REFUND_MONEY,	/* and pay is to be recorded */
	PP_REFUND_RETRY		/* a void that we chose was declined: new is a
				 * refund, opened again */
};
/* Applies an answer to the refund as it stands: an approval from any state
 * (rule G7), all else only while it is open or unknown; an unknown one is
 * never made anything else by no answer.  of is the payment; pay is filled as
 * pp_books_receive wants it. */
enum pp_refund_applied pp_refund_apply(const struct pp_refund *old,
		    const struct pp_payment *of,
		    const struct pp_refund_answer *, int64_t now,
		    struct pp_refund *new, struct pp_payment *pay);
/* Rules F2 and F4: a named person's decision about an unknown one; done needs
 * receipt with transaction number, reference number, amount and time.
 * PP_STATE, PP_DATA, PP_CONFLICT (another amount than was asked for). */
enum pp_rc	pp_refund_settle(const struct pp_refund *old,
		    const struct pp_payment *of, bool done,
		    const struct pp_receipt *, const char *note, int64_t now,
		    struct pp_refund *new, struct pp_payment *pay,
		    struct pp_err *err);

/* The document: o's members added. */
void		pp_refund_show(const struct pp_refund *, int64_t now,
		    struct json_object *o);

#endif

/*
 * A payment: money that moved, one way or the other.  Known by (integration,
 * order number, transaction number) (rule N4).
 */
#ifndef PP_PAYMENT_H
#define PP_PAYMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "doc.h"
#include "task.h"
#include "tax.h"

#define PP_ORDER_NO	51
#define PP_PAY_ID	31
#define PP_PAY_KEY	(3 * PP_ID_MAX)

enum pp_pay_type {
	PP_P_PAYMENT, PP_P_REFUND, PP_P_VOID, PP_P_OFFLINE, PP_P_CHARGEBACK,
	PP_P_CHARGEBACK_REVERSAL
};
extern const char *const	pp_pay_types[];

enum pp_brand {
	PP_B_NONE, PP_B_VISA, PP_B_MASTERCARD, PP_B_AMEX, PP_B_DISCOVER,
	PP_B_DINERS, PP_B_JCB, PP_B_UNIONPAY, PP_B_INTERAC, PP_B_GIFTCARD,
	PP_B_OTHER
};
extern const char *const	pp_brands[];

enum pp_pay_flag {
	PP_PF_AMOUNT_DIFFERS	= 1 << 0,
	PP_PF_ORPHAN		= 1 << 1,	/* of no task we know */
	PP_PF_TIME_DOUBTFUL	= 1 << 2,	/* rule D1 */
	PP_PF_FEE		= 1 << 3,
	PP_PF_SECOND		= 1 << 4,	/* not the first, and more than
						 * was owed then: paid twice */
	PP_PF_LATE		= 1 << 5,	/* after the link's end */
	PP_PF_SETTLED		= 1 << 6,	/* by a person, not confirmed */
	PP_PF_CONFIRMED		= 1 << 7	/* settled, then the processor's
						 * own answer agreed */
};
extern const char *const	pp_pay_flags[];

enum pp_accounting { PP_A_WAITING, PP_A_TO_ENTER, PP_A_ENTERED };
extern const char *const	pp_accounting_words[];

struct pp_payment {
	int64_t		seq;			/* of its event */
	char		id[PP_PAY_ID];
	char		task[PP_TASK_ID];	/* "" for an orphan */
	char		link[PP_PAY_ID];
	char		attempt[PP_PAY_ID];
	char		purpose[33];
	int		type;
	int64_t		amount;			/* cents, always positive */
	int64_t		fee;
	char		currency[PP_CURRENCY];
	char		integration[PP_ID_MAX];
	char		order_no[PP_ORDER_NO];
	char		transaction_no[PP_ID_MAX];
	char		reference_no[PP_ID_MAX];
	char		terminal[17];
	char		batch[9];
	char		approval_code[17];
	char		response_code[9];
	char		iso_code[9];
	int		brand;
	char		last4[5];
	int64_t		paid_at;
	int64_t		recorded_at;
	int32_t		business_date;		/* yyyymmdd */
	char		step[PP_ID_MAX];	/* the task's, when recorded */
	char		refund_of[PP_PAY_ID];
	char		sheet[17];
	int64_t		entered_at;		/* keyed by the accountant */
	uint32_t	flags;
	int64_t		balance_after;		/* may be negative */
	char		reason[PP_ID_MAX];
	char		method[17];		/* offline: cheque, cash, ... */
	char		reference[PP_ID_MAX];	/* the accounting system's */
	char		billed[PP_ID_MAX];	/* the task's invoice, when
						 * recorded */
	char		taxes[PP_TAX_TEXT];	/* its share, when recorded */
};

extern const struct pp_field	pp_payment_fields[];
extern const size_t		pp_payment_nfields;

/* "integration\x1forder\x1ftransaction": the record's key. */
size_t		pp_payment_key(const struct pp_payment *, char *out,
		    size_t size);
/* Its amount with the sign that books give it: money that left is below
 * zero. */
int64_t		pp_payment_signed(const struct pp_payment *);
/* Which part of the price it is: "deposit" (by its purpose), "instalment",
 * "balance" (nothing was left to pay after it); NULL for what is no payment.
 * A deposit's taxes are due once it counts as part of the price. */
const char	*pp_payment_stage(const struct pp_payment *);
/* Adds a payment to a task's sums (rule A1).  False, the task untouched, on
 * overflow or if more chargebacks were reversed than there are. */
bool		pp_task_take(struct pp_task *, const struct pp_payment *);
/* Where it stands with the accountant (rule B1). */
enum pp_accounting pp_payment_accounting(const struct pp_payment *,
		    const struct pp_task *);
/* The document of design.md section 6, o's members added; task may be NULL
 * for an orphan. */
void		pp_payment_show(const struct pp_payment *,
		    const struct pp_task *, bool live, struct json_object *o);

#endif

/*
 * A payment link: a request for money of a task, keyed by (task, purpose).
 * Pure: rules A1 (what it asks) and K1 (what create does when it exists).
 */
#ifndef PP_LINK_H
#define PP_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "doc.h"
#include "payment.h"
#include "task.h"
#include "time.h"

#define PP_PURPOSE	33
#define PP_ASK_AGAIN	PP_HOUR	/* a new address is asked for no oftener */
#define PP_LNK_ID	31	/* lnk_ and 26 characters */

enum pp_link_kind {
	PP_LINK_WHOLE,		/* all that is owed */
	PP_LINK_AMOUNT,
	PP_LINK_PERCENT,	/* of due */
	PP_LINK_OPEN		/* the customer chooses */
};
extern const char *const	pp_link_kinds[];

enum pp_link_state {
	PP_L_OPEN, PP_L_EXPIRED, PP_L_CANCELLED, PP_L_SUPERSEDED,
	PP_L_COMPLETED
};
extern const char *const	pp_link_states[];

struct pp_link {
	char	id[PP_LNK_ID];
	char	task[PP_TASK_ID];
	char	purpose[PP_PURPOSE];
	char	integration[PP_ID_MAX];
	char	currency[PP_CURRENCY];
	char	language[PP_LANG];	/* "" the customer's */
	int	kind;			/* enum pp_link_kind */
	int64_t	amount;			/* cents, PP_LINK_AMOUNT */
	int64_t	percent;		/* hundredths of a percent */
	int64_t	min;			/* cents, PP_LINK_OPEN */
	int64_t	frozen;			/* cents: what a percentage became */
	int64_t	created_at;
	int64_t	expires_at;		/* 0: never */
	int	state;			/* OPEN, CANCELLED or SUPERSEDED */
	char	reason[PP_ID_MAX];	/* why it was cancelled */
	char	successor[PP_LNK_ID];
	int64_t	epoch;			/* from 1; renew raises it */
	char	token_hash[65];
	char	address[17];		/* keyed hash of the mail address */
	int64_t	paid;			/* through it, less voids and
					 * chargebacks */
	/* When its customer asked for a new address, since it got one: first
	 * and last; 0 not at all. */
	int64_t	asked_at, asked_last;
};

extern const struct pp_field	pp_link_fields[];
extern const size_t		pp_link_nfields;

/* What pp-link create was asked for; compared with a link that exists. */
struct pp_link_want {
	char	purpose[PP_PURPOSE];
	char	integration[PP_ID_MAX];
	int	kind;
	int64_t	amount, percent, min;
};

enum pp_if_exists { PP_IF_REUSE, PP_IF_RENEW, PP_IF_SUPERSEDE, PP_IF_FAIL };
extern const char *const	pp_if_exists_words[];

/* What rule K1 decides. */
enum pp_link_verdict {
	PP_LINK_CREATE,		/* none yet, something owed */
	PP_LINK_REUSE,		/* this one, created false */
	PP_LINK_RENEW,		/* this one, new epoch */
	PP_LINK_REPLACE,	/* a new one; this one is superseded */
	PP_LINK_NOTHING,	/* nothing owed or asked: left alone */
	PP_LINK_REFUSE,		/* PP_STATE, why in err */
	PP_LINK_DIFFERS		/* PP_CONFLICT, the difference in err */
};

/* What the link asks for now, before the cap of what is owed; offline is the
 * money recorded outside for its purpose. */
int64_t		pp_link_asks(const struct pp_link *, const struct pp_task *,
		    int64_t offline);
/* What would be charged: min(asks, owed) (rule A1). */
int64_t		pp_link_charge(const struct pp_link *, const struct pp_task *,
		    int64_t offline);
/* Its state at an instant: expired and completed are computed. */
enum pp_link_state pp_link_state(const struct pp_link *,
		    const struct pp_task *, int64_t offline, int64_t now);
/* Rule K1 for the newest link of the purpose (NULL: none). */
enum pp_link_verdict pp_link_decide(const struct pp_link *,
		    const struct pp_link_want *, enum pp_if_exists,
		    const struct pp_task *, int64_t offline, int64_t now,
		    struct pp_err *err);
/* Does a customer wait for a new address: has one been asked for, and is the
 * link expired still? */
bool		pp_link_renewal_asked(const struct pp_link *,
		    const struct pp_task *, int64_t offline, int64_t now);
/* May a customer choose this amount (rule A1)?  PP_STATE names the range. */
enum pp_rc	pp_link_amount_ok(const struct pp_link *, int64_t charge,
		    int64_t cents, struct pp_err *err);
/* The link after a payment through it (task before the payment). */
void		pp_link_take(struct pp_link *, const struct pp_task *,
		    const struct pp_payment *);

/* A purpose is 1 to 32 of a-z 0-9 _ -; a percentage "30" or "33.33". */
enum pp_rc	pp_purpose_ok(const char *, struct pp_err *err);
enum pp_rc	pp_percent_parse(const char *, int64_t *basis,
		    struct pp_err *err);

#endif

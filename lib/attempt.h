/*
 * An attempt is one ticket at the processor: order number, link, integration,
 * amount, expiry.  Pure: what may be opened (rules N), how an answer is
 * applied (rules R, N5, D1), when to ask (rules L).
 */
#ifndef PP_ATTEMPT_H
#define PP_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "doc.h"
#include "payment.h"
#include "task.h"

#define PP_ATT_ID	31
#define PP_TICKET_MAX	65	/* opaque, 1 to 64 of A-Z a-z 0-9 */
#define PP_SEALED_MAX	161	/* a ticket, sealed, in base64 */
#define PP_SCRIPT_MAX	600
#define PP_REASON	49

/* Reasons of an attempt that never had a ticket, which the rules N read. */
#define PP_WHY_DUPLICATE	"duplicate_order"
#define PP_WHY_REFUSED		"refused"	/* not opened, otherwise */

#define PP_TICKET_LIFE	(30 * PP_MINUTE)
#define PP_NO_TICKET	(2 * PP_MINUTE)		/* rule L3 */
#define PP_ASK_GAP	(5 * PP_SECOND)		/* rule L1 */
#define PP_ASK_PAGE	(15 * PP_SECOND)
#define PP_ASK_LEASE	(60 * PP_SECOND)
#define PP_SKEW_MAX	(2 * PP_MINUTE)		/* rule D3 */
#define PP_LAPSE_AFTER	(15 * PP_MINUTE)	/* rule L2 */
#define PP_LAPSE_UNTIL	(24 * PP_HOUR)

enum pp_att_state {
	PP_T_OPENED, PP_T_PRESENTED, PP_T_PROCESSING, PP_T_APPROVED,
	PP_T_AUTHORIZED, PP_T_DECLINED, PP_T_CANCELLED, PP_T_LAPSED,
	PP_T_UNKNOWN
};
extern const char *const	pp_att_states[];

enum pp_att_flag {
	PP_TF_GONE		= 1 << 0, /* the ticket is not handed out again:
					   * cancelled or refused by the frame */
	PP_TF_REVERSAL		= 1 << 1, /* reversal expected */
	PP_TF_PREAUTH		= 1 << 2, /* the profile pre-authorizes */
	PP_TF_SETTLED		= 1 << 3, /* by a named person */
	PP_TF_ORPHAN		= 1 << 4, /* a receipt that is not ours */
	PP_TF_ASKED_DEAD	= 1 << 5, /* asked after its death (rule N5) */
	PP_TF_UNCLEAR		= 1 << 6  /* declined, but not by the issuer:
					   * resolves nothing (rule N2) */
};
extern const char *const	pp_att_flags[];

struct pp_attempt {
	char		id[PP_ATT_ID];
	char		task[PP_TASK_ID];
	char		link[PP_ATT_ID];
	char		integration[PP_ID_MAX];
	char		order_no[PP_ORDER_NO];
	char		currency[PP_CURRENCY];
	char		language[PP_LANG];
	int64_t		turn;			/* its place among the task's,
						 * from 1: ids of one instant
						 * do not tell */
	int64_t		amount;			/* cents */
	int		state;			/* enum pp_att_state */
	char		reason[PP_REASON];	/* a word: duplicate_order,
						 * declined, no_answer, ... */
	char		response_code[9];
	uint32_t	flags;
	int64_t		opened_at;
	int64_t		presented_at;		/* ticket recorded; 0: none */
	int64_t		expires_at;
	int64_t		submitted_at;		/* pay was seen pressed */
	int64_t		resolved_at;
	char		transaction_no[PP_ID_MAX];
	/* Not told by the journal. */
	char		ticket[PP_SEALED_MAX];	/* sealed */
	char		script[PP_SCRIPT_MAX];	/* JSON: what the page must load
						 * for this ticket */
	int64_t		asked_at;		/* a question was put */
	int64_t		answered_at;		/* a question with an answer */
	int64_t		next_check_at;		/* 0: never again */
};

extern const struct pp_field	pp_attempt_fields[];
extern const size_t		pp_attempt_nfields;

/* The state at an instant: an attempt without a ticket lapses two minutes
 * after it was opened (rule L3), one without an answer is unknown 24 hours
 * after expiry (rule L2). */
enum pp_att_state pp_attempt_state(const struct pp_attempt *, int64_t now);
/* Approved, declined by the issuer (three digits, 50 or more), lapsed, or not
 * paid as a person decided: rule N2's "resolved". */
bool		pp_attempt_resolved(const struct pp_attempt *, int64_t now);
/* Processing or unknown: its amount is pending and the page says that we are
 * checking. */
bool		pp_attempt_pending(const struct pp_attempt *, int64_t now);
/* May its ticket be handed to a browser? */
bool		pp_attempt_live(const struct pp_attempt *, int64_t now);

/*
 * Rules N1 to N3: what to do for a customer who wants to pay amount.
 */
enum pp_unique { PP_U_UNKNOWN, PP_U_NO, PP_U_AT_CHARGE, PP_U_AT_PRELOAD };
enum pp_tri { PP_TRI_UNKNOWN, PP_TRI_NO, PP_TRI_YES };
struct pp_features {
	enum pp_unique	unique;
	enum pp_tri	spent_by_decline;
	enum pp_tri	ticket_reload;
	enum pp_tri	retry_in_frame;
};

enum pp_step {
	PP_S_NOTHING,		/* nothing owed or asked */
	PP_S_REUSE,		/* hand out attempt i's ticket */
	PP_S_ASK,		/* ask the receipt of the attempts in ask[],
				 * then plan again; without an answer it stays
				 * at that */
	PP_S_OPEN,		/* open under the number of attempt i */
	PP_S_MINT,		/* open under a new number */
	PP_S_CHECKING,		/* attempt i is pending: do not pay again */
	PP_S_OPENING,		/* somebody is opening attempt i this moment */
	PP_S_OTHER,		/* attempt i is open for another amount: say
				 * so, go on only when the customer confirms */
	PP_S_ELSEWHERE		/* attempt i is unresolved at another
				 * integration */
};
#define PP_ASK_MAX	16
struct pp_plan {
	enum pp_step	step;
	size_t		i;
	size_t		ask[PP_ASK_MAX];
	size_t		nask;
};
/* atts: every attempt of the task, oldest first.  fresh_from: attempts whose
 * answered_at is at or after it count as just asked.  confirmed: the customer
 * was told of the other amount. */
void		pp_attempt_plan(const struct pp_attempt *atts, size_t n,
		    const char *integration, int64_t amount, bool confirmed,
		    const struct pp_features *, int64_t fresh_from,
		    int64_t now, struct pp_plan *);
/* Rule N3: the attempt, dead and without a clear end, because of which the
 * task's number, refused as duplicate, is not followed by another; n if there
 * is none.  atts as for pp_attempt_plan.  The unknown, which say so
 * themselves, are not told. */
size_t		pp_attempt_stuck(const struct pp_attempt *atts, size_t n,
		    int64_t now);
/* "T-1042-k7qx.a1" (rule N6).  incarnation and counter from 0. */
void		pp_order_no(const struct pp_task *, int64_t incarnation,
		    int64_t counter, char out[PP_ORDER_NO]);

/*
 * Answers.
 */
enum pp_outcome {
	PP_O_NONE,		/* no answer (rule R2) */
	PP_O_APPROVED, PP_O_AUTHORIZED, PP_O_DECLINED, PP_O_INCOMPLETE,
	PP_O_UNKNOWN
};
extern const char *const	pp_outcomes[];

struct pp_receipt {
	int64_t		amount, fee;
	char		order_no[PP_ORDER_NO];
	char		transaction_no[PP_ID_MAX];
	char		reference_no[PP_ID_MAX];
	char		terminal[17], batch[9];
	char		approval_code[17], response_code[9], iso_code[9];
	int		brand;
	char		last4[5];
	int64_t		paid_at;
};
struct pp_answer {
	enum pp_outcome		outcome;
	bool			orphan, amount_differs, reversal_expected;
	bool			preauth, time_doubtful, has_fee;
	struct pp_receipt	receipt;	/* approved, authorized,
						 * declined */
	int64_t			server_time;	/* the processor's Date, 0 none */
	bool			by_hand;	/* rule G5: a person's word */
	char			reason[PP_REASON];
};
/* Reads a driver's answer to query; what is not as the contract says is
 * PP_O_NONE with the reason. */
void		pp_answer_read(struct json_object *, struct pp_answer *);

/* What came of applying an answer. */
enum pp_applied {
	PP_APPLIED_NOTHING,	/* only asked_at and the schedule moved */
	PP_APPLIED_STATE,	/* the state changed */
	PP_APPLIED_MONEY	/* and pay is to be recorded */
};
/* Applies an answer to the attempt as it stands (rules R1, N5, L2): new is
 * the attempt after, pay (amount, numbers, flags; not yet seq, id, dates of
 * recording) is filled for money.  asked is when the question was put. */
enum pp_applied	pp_attempt_apply(const struct pp_attempt *old,
		    const struct pp_answer *, int64_t asked, int64_t now,
		    struct pp_attempt *new, struct pp_payment *pay);
/* What time alone does (rules L2, L3).  True if the state changed; new is
 * filled only then. */
bool		pp_attempt_tick(const struct pp_attempt *old, int64_t now,
		    struct pp_attempt *new);

/* The browser's hints (rule G6). */
enum pp_hint {
	PP_H_LOADED, PP_H_SUBMITTED, PP_H_COMPLETE, PP_H_CANCEL, PP_H_CLOSED,
	PP_H_REFUSED, PP_H_ERROR
};
extern const char *const	pp_hints[];
/* True if it changed something. */
bool		pp_attempt_hint(const struct pp_attempt *old, enum pp_hint,
		    int64_t now, struct pp_attempt *new);

/* When to ask next, after a question at asked_at (rule L1); 0: no more. */
int64_t		pp_attempt_next(const struct pp_attempt *);
/* May it be asked now, at least gap after the last question? */
bool		pp_attempt_may_ask(const struct pp_attempt *, int64_t gap,
		    int64_t now);

#endif

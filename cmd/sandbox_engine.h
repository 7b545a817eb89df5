/*
 * The offline Moneris as a state machine: tickets and charges, the order
 * numbers they use up, and the hypotheses about what the record leaves open.
 * No clock, no network, no file: the time comes in with each call.
 *
 *	minted -> presented -> submitted -> approved | declined
 *	               \-> cancelled
 *
 * A ticket that is not yet approved or declined is dead when its life is
 * over; a payment in flight (submitted) goes on.
 */
#ifndef SANDBOX_ENGINE_H
#define SANDBOX_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "sandbox_card.h"
#include "sandbox_fault.h"

#define SANDBOX_TICKET_LIFE	1800	/* seconds */

/* When is an order number used up? */
enum sandbox_unique {
	UNIQUE_AT_CHARGE,	/* once a charge of it was approved */
	UNIQUE_AT_PRELOAD,	/* once it was preloaded */
	UNIQUE_NO		/* never */
};

struct sandbox_assume {
	enum sandbox_unique	unique;
	bool	spent_by_decline;	/* a bank's decline uses it up too,
					 * for every other ticket */
	bool	ticket_reload;		/* the frame may be opened again */
	bool	retry_in_frame;		/* a declined ticket may try again */
};

/* The codes of Moneris's callbacks. */
enum sandbox_code {
	SANDBOX_GOOD = 1,
	SANDBOX_INVALID = 2001,
	SANDBOX_REUSED = 2002,
	SANDBOX_EXPIRED = 2003
};

enum sandbox_state {
	TICKET_MINTED,
	TICKET_PRESENTED,
	TICKET_SUBMITTED,
	TICKET_CANCELLED,
	TICKET_APPROVED,
	TICKET_DECLINED
};

/* What a preload asks for, checked. */
struct sandbox_order {
	char	 store[11];
	char	 checkout[31];
	char	 order_no[51];		/* "": one is made */
	char	 cust_id[51];
	char	 descriptor[21];
	char	 language[3];		/* "en" or "fr" */
	int64_t	 cents;
	char	*echo;			/* JSON of people's data that the
					 * receipt gives back, or NULL; the
					 * ticket takes it over */
};

struct sandbox_ticket {
	char			 id[41];
	struct sandbox_order	 order;
	int64_t			 minted_at;
	int64_t			 dies_at;
	enum sandbox_state	 state;
	bool			 mute;	/* callbacks lost */
	bool			 receipt_page;
	int64_t			 charge;	/* place of the newest, or -1 */
};

/* A card as typed, for the length of a call. */
struct sandbox_card {
	char	pan[24];
	char	expiry[5];	/* MMYY */
	char	holder[64];
};

enum sandbox_result {
	CHARGE_APPROVED,
	CHARGE_AUTHORIZED,	/* pre-authorization: no money */
	CHARGE_DECLINED,
	CHARGE_REFUSED		/* duplicate order number, never sent */
};

/* One try to charge a card; every one is kept. */
struct sandbox_charge {
	char			 ticket[41];
	char			 store[11];
	char			 order_no[51];
	enum sandbox_result	 result;
	bool			 accepted;	/* the receipt's "a" */
	int64_t			 cents;		/* the receipt's amount */
	int64_t			 fee;		/* cents, 0 none */
	int64_t			 taken;		/* cents that stay taken */
	int64_t			 at;
	int64_t			 visible_at;	/* in the receipt, from then */
	char			 code[4];	/* "" null */
	char			 iso[3];
	char			 approval[9];
	char			 cf_status[4];	/* "" none */
	char			 transaction_no[24];
	char			 ecr[9];
	char			 batch[4];
	char			 sequence[4];
	char			 type[3];	/* card type */
	char			 last4[5];
	char			 first6[7];	/* in memory only, as are ... */
	char			 expiry[5];
	char			 holder[64];
};

/* Money that went back, or a try: every one is kept. */
struct sandbox_back {
	char	store[11];
	char	order_no[51];
	char	of[24];			/* the charge's transaction number */
	bool	is_void;
	bool	done;			/* else declined */
	int64_t	cents;
	int64_t	at;
	char	code[4];
	char	iso[3];
	char	approval[9];
	char	transaction_no[24];
	char	ecr[9];
	char	batch[4];
	char	sequence[4];
	char	type[3];		/* card type */
};

struct sandbox {
	struct sandbox_assume	 assume;
	struct sandbox_fault_set faults;
	struct sandbox_penny	 penny;
	int64_t			 life;		/* of a ticket, milliseconds */
	uint64_t		 random;
	char			 ecr[9];
	int64_t			 transactions;	/* the next one's number */
	int64_t			 batch_day;	/* the open batch's */
	int64_t			 batch;
	int64_t			 sequence;	/* the last one of the batch */
	struct sandbox_ticket	**tickets;
	size_t			 ntickets;
	struct sandbox_charge	*charges;
	size_t			 ncharges;
	struct sandbox_back	*backs;
	size_t			 nbacks;
};

/* Empty, with the default assumptions; everything random follows seed. */
void	sandbox_init(struct sandbox *, uint64_t seed);
void	sandbox_release(struct sandbox *);

/* "unique=no,retry_in_frame=true"; PP_USAGE naming what is wrong. */
enum pp_rc	sandbox_assume_parse(struct sandbox_assume *,
		    const char *text, struct pp_err *err);

/* Mints a ticket.  PP_CONFLICT if the order number is used up. *t is the
 * sandbox's.  order->echo becomes the ticket's on success. */
enum pp_rc	sandbox_preload(struct sandbox *, struct sandbox_order *order,
		    int64_t now, const struct sandbox_ticket **t,
		    struct pp_err *err);
/* The frame is opened.  *t (may be NULL) is the ticket, NULL if invalid. */
enum sandbox_code	sandbox_present(struct sandbox *, const char *ticket,
			    int64_t now, const struct sandbox_ticket **t);
/* The customer pressed "pay": the bank is asked, and answers after *delay
 * seconds.  Then sandbox_settle with the same card. */
enum sandbox_code	sandbox_submit(struct sandbox *, const char *ticket,
			    const struct sandbox_card *, int64_t now,
			    unsigned *delay);
/* The bank's answer for a submitted ticket: never fails but for memory
 * (NULL).  The charge is the sandbox's, until the next one. */
const struct sandbox_charge	*sandbox_settle(struct sandbox *,
				    const char *ticket,
				    const struct sandbox_card *, int64_t now);
/* May it be paid now?  Changes nothing. */
enum sandbox_code	sandbox_peek(struct sandbox *, const char *ticket,
			    int64_t now);
/* Would a good card be charged by it now? */
bool	sandbox_payable(const struct sandbox *, const struct sandbox_ticket *,
	    int64_t now);
enum sandbox_code	sandbox_cancel(struct sandbox *, const char *ticket,
			    int64_t now);
/* The charge of this store's ticket, or NULL: not paid, unknown, expired,
 * cancelled, in flight or late are one answer.  *t as above. */
const struct sandbox_charge	*sandbox_receipt(struct sandbox *,
				    const char *store, const char *checkout,
				    const char *ticket, int64_t now,
				    const struct sandbox_ticket **t);
/* The ticket whatever its state, or NULL. */
struct sandbox_ticket	*sandbox_ticket_find(struct sandbox *,
			    const char *ticket);
/* Room for one more, zeroed, at the end; NULL out of memory. */
struct sandbox_ticket	*sandbox_ticket_add(struct sandbox *);
struct sandbox_charge	*sandbox_charge_add(struct sandbox *);
struct sandbox_back	*sandbox_back_add(struct sandbox *);

/* Rules of the XML gateway for a refund of cents or, is_void, for the whole
 * of a charge.  NULL: no charge has this order and transaction number, or no
 * memory. *b says what became of it; the sandbox's, until the next one. */
const struct sandbox_back	*sandbox_give_back(struct sandbox *,
				    const char *store, const char *order_no,
				    const char *txn, bool is_void,
				    int64_t cents, int64_t now);

/* Moneris's local time (Eastern, today's daylight saving rule) as
 * milliseconds since 1970 on its wall clock. */
int64_t	sandbox_eastern(int64_t at);

#endif

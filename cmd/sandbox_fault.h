/*
 * Faults that the offline Moneris plays on request: which are on, how often
 * and where.  Pure; the seeded generator is passed in.
 */
#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

#define SANDBOX_FAULT_ARG	16

enum sandbox_fault {
	FAULT_AMOUNT_DIFFERS,	/* [=AMOUNT] charged instead of the total */
	FAULT_BLANK,		/* an empty answer */
	FAULT_CALLBACK_LOST,	/* the frame tells its page nothing */
	FAULT_CF_STATUS,	/* =N in the receipt */
	FAULT_CLOCK_SKEW,	/* =SECONDS added to the Date header */
	FAULT_CUT,		/* no answer after the work is done */
	FAULT_DECLINED_LOW,	/* result d with a code below 50 */
	FAULT_DUPLICATE,	/* preload refused as duplicate */
	FAULT_DUPLICATE_SHAPE,	/* =string|data|nested|field */
	FAULT_FEE,		/* =AMOUNT, a convenience fee */
	FAULT_FULLSCREEN,	/* tickets that end in T */
	FAULT_HTML,		/* a maintenance page */
	FAULT_HTTP500,
	FAULT_NULL_CODE,	/* declined, never sent to the bank */
	FAULT_PARTIAL,		/* 010, half the amount */
	FAULT_PENNIES,		/* penny table for every amount */
	FAULT_PREAUTH,		/* the profile makes pre-authorizations */
	FAULT_RECEIPT_LATE,	/* =SECONDS until the receipt knows */
	FAULT_RECEIPT_PAGE,	/* the profile shows Moneris's own receipt */
	FAULT_REFUND_DECLINED,	/* [=CODE] by the gateway */
	FAULT_STALL,		/* =SECONDS before the answer */
	FAULT_TWO_CHARGES,	/* a spent order number is charged again */
	FAULT_COUNT
};

/* The requests at which a fault of the transport may strike. */
enum sandbox_where {
	WHERE_PRELOAD,
	WHERE_RECEIPT,
	WHERE_DISPLAY,
	WHERE_SUBMIT,		/* the card form's post */
	WHERE_GATEWAY,		/* refund and purchase correction */
	WHERE_OTHER,
	WHERE_ANY		/* not said: preload and receipt */
};

struct sandbox_fault_set {
	struct {
		bool			on;
		int64_t			left;	/* times; below 0 always */
		unsigned		chance;	/* percent */
		enum sandbox_where	where;
		char			arg[SANDBOX_FAULT_ARG];
	} fault[FAULT_COUNT];
};

/* The generator: splitmix64, so that a seed repeats a run anywhere. */
uint64_t	sandbox_random(uint64_t *state);

/* Switches one on from "NAME[=ARG][@WHERE][%CHANCE]", for ever.  "none"
 * switches all off.  PP_USAGE with the reason. */
enum pp_rc	sandbox_fault_parse(struct sandbox_fault_set *,
		    const char *text, struct pp_err *err);
/* The same from its parts; arg and where may be NULL; left 0 switches it
 * off, below 0 is for ever. */
enum pp_rc	sandbox_fault_switch(struct sandbox_fault_set *,
		    const char *name, const char *arg, const char *where,
		    unsigned chance, int64_t left, struct pp_err *err);
/* Does it strike here and now?  Uses one of its times up.  *arg (may be
 * NULL) is borrowed, "" if none was given. */
bool		sandbox_fault_take(struct sandbox_fault_set *,
		    enum sandbox_fault, enum sandbox_where, uint64_t *random,
		    const char **arg);
/* The argument as a number (seconds) or an amount (cents): checked when the
 * fault was switched on. */
int64_t		sandbox_fault_number(const char *arg);
int64_t		sandbox_fault_cents(const char *arg);
const char	*sandbox_fault_name(enum sandbox_fault);

#endif

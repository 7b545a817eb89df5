/*
 * The offline Moneris's bank: published test cards and what it answers for an
 * amount.  Pure functions over the penny table of share/sandbox.
 */
#ifndef SANDBOX_CARD_H
#define SANDBOX_CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/* Amounts above this are approved for a good card, whatever their cents:
 * Moneris says that QA amounts must not exceed 11.00, and an invoice of
 * 1149.75 could else never be tried. */
#define SANDBOX_PENNY_MAX	1100

struct sandbox_answer {
	char	 code[4];	/* three digits; "" never sent for it */
	char	 iso[3];
	unsigned delay;		/* seconds until the bank answers */
};

struct sandbox_penny {
	struct sandbox_answer	by_cents[100];	/* code "" not in the table */
};

/* Reads the table: cents, ISO code, response code, meaning, by tabs.
 * PP_DATA naming the line if it is none. */
enum pp_rc	sandbox_penny_read(const char *tsv, struct sandbox_penny *,
		    struct pp_err *err);

/* Is this one of the card numbers that Moneris publishes for tests? */
bool		sandbox_card_known(const char *pan);
/* The receipt's card_type ("V", "M", "AX", ...), by the number's start. */
const char	*sandbox_card_type(const char *pan);
/* What the bank says.  A number that is not published for tests is declined
 * with 477, and the cards that always decline with theirs.  pennies: the
 * cents decide for every amount, not only up to SANDBOX_PENNY_MAX. */
void		sandbox_card_decide(const struct sandbox_penny *,
		    const char *pan, int64_t cents, bool pennies,
		    struct sandbox_answer *);
/* Three digits below 50. */
bool		sandbox_code_approves(const char *code);

#endif

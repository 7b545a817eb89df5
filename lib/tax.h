/*
 * The taxes in a payment: what part of a task's TPS and TVQ a part payment
 * holds.  Pure.
 *
 * Shares are told by what is paid in all: after each payment the taxes of
 * everything paid so far are apportioned by largest remainder, and the payment
 * has what that adds to its predecessors'.  So the shares of any sequence of
 * payments, refunds and changes of the total add up to the cent, and when all
 * is paid they are the task's taxes.  Where three shares contend for a cent,
 * the largest remainder of all would let one of them fall while the sum rises
 * (the Alabama paradox); so the cents are split in two at a time, price from
 * taxes, then tax from tax, which never does.
 */
#ifndef PP_TAX_H
#define PP_TAX_H

#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#define PP_TAXES	6	/* of one task */
#define PP_TAX_NAME	25
#define PP_TAX_TEXT	544	/* their JSON, stored */

struct pp_tax {
	char	name[PP_TAX_NAME];
	int64_t	cents;
};
struct pp_taxes {
	struct pp_tax	v[PP_TAXES];
	size_t		n;
};

/* From stored text, [{"name":"TPS","amount_cents":5000}]; none if it is "" or
 * cannot be read. */
void		pp_taxes_read(const char *text, struct pp_taxes *);
/* To stored text, "" if there is none; returns out. */
const char	*pp_taxes_write(const struct pp_taxes *, char *out,
		    size_t size);
/* For people and scripts: amounts twice; the caller's. */
struct json_object *pp_taxes_doc(const struct pp_taxes *);
/* sum += more, by name.  What finds no room is left out: never with taxes of
 * one task. */
void		pp_taxes_add(struct pp_taxes *sum, const struct pp_taxes *more);

/* The taxes in the first cents of a task of this total (taxes included): none
 * below 0, all of them from total on.  None if the task's taxes make no sense
 * (negative, or more than the total). */
void		pp_taxes_part(const struct pp_taxes *task, int64_t total,
		    int64_t cents, struct pp_taxes *part);
/* The share of the payment after which net is paid in all; before is the sum
 * of the shares of those before it.  Below 0 for money that went back. */
void		pp_taxes_share(const struct pp_taxes *task, int64_t total,
		    int64_t net, const struct pp_taxes *before,
		    struct pp_taxes *share);

#endif

/*
 * What Moneris Checkout replies: the envelope that all replies share, with
 * every shape of refusal that has been seen, and the reply to a preload.
 * Pure functions; what a receipt says is in moneris_receipt.h.
 *
 * The body decides, not the HTTP status: the status of a refusal is not
 * documented.
 */
#ifndef PP_MONERIS_REPLY_H
#define PP_MONERIS_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

#include "driver.h"
#include "moneris_mco.h"

#define MCO_LIFE	(30 * 60 * 1000LL)	/* of a ticket, in ms [D] */
#define MCO_TEXT	240		/* bytes kept of a refusal's words */

/* Opens the envelope.  Returns the member "response", and the whole in *root,
 * which is the caller's; *success is what it says of itself.  NULL, *root
 * NULL and the answer in *error if the body is not what the protocol says. */
struct json_object	*mco_reply(const struct driver_reply *,
			    struct json_object **root, bool *success,
			    struct json_object **error);

/* A text member of o, folding the four forms of "no value" (absent, null, "",
 * "null" [R]) into *text NULL.  False, and NULL, if it is of another type.
 * o may be NULL.  The text is borrowed. */
bool	mco_text(struct json_object *o, const char *key, const char **text);

/* What a refusal says. */
struct mco_refusal {
	char	 text[MCO_TEXT + 1];	/* "order_no: Duplicate orderId" */
	bool	 duplicate;		/* of the order number */
	bool	 credentials;
	bool	 incomplete;		/* the one answer for a ticket that is
					 * unpaid, unknown or expired [R] */
};

/* Reads the member "error" of response, whatever its shape; secret (may be
 * NULL) and the account's token are cut out of the words.  False if it says
 * nothing at all. */
bool	mco_refusal_read(struct json_object *response,
	    const struct mco_account *, const char *secret,
	    struct mco_refusal *);
/* The answer for a refusal, or for one that says nothing. */
struct json_object	*mco_refused(struct json_object *response,
			    const struct mco_account *, const char *secret);

/* The answers to open and check. */
struct json_object	*mco_read_preload(const struct mco_account *,
			    const struct driver_reply *);
struct json_object	*mco_read_check(const struct mco_account *,
			    const struct driver_reply *);

/* Adds "server_time", the reply's Date or null. */
void	mco_add_server_time(struct json_object *, const struct driver_reply *);

#endif

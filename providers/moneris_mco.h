/*
 * Moneris Checkout v2: whose account it is, and the bodies that are sent.
 * Pure functions.
 *
 * Where a comment in this driver gives the ground of a fact: [D] documented by
 * Moneris, [R] recorded from its QA environment, [C] only seen in others'
 * code, [I] inferred.
 */
#ifndef PP_MONERIS_MCO_H
#define PP_MONERIS_MCO_H

#include <stdbool.h>

#include <json-c/json.h>

#define MCO_PATH	"/chktv2/request/request.php"
#define MCO_SCRIPT	"/chktv2/js/chkt_v2.01.js"
#define MCO_INTEGRITY	"sha384-jCchnHgslEZApz6/VsHOhc8KmLypSa5AnuZIAMkfPqAq" \
			"lFpJw+LR9Tion5O/3tz6"	/* of that script [D] */
#define MCO_ORIGIN	128
#define MCO_TICKET	64	/* longest; 40 in every recording [R] */
#define MCO_ORDER_NO	64	/* longest that is read; 45 are sent */

/* The request's "integration"; texts are borrowed from it. */
struct mco_account {
	const char	*store_id;
	const char	*checkout_id;
	const char	*api_token;
	const char	*mode;		/* "qa" or "prod", as sent */
	bool		 sandbox;
	bool		 people;	/* customers' data may be sent (I1) */
	char		 origin[MCO_ORIGIN];	/* "https://host[:port]" */
};

/* The answer to describe. */
struct json_object	*mco_describe(void);

/* Reads and checks the member "integration" of a request.  NULL, or the error
 * that is the answer. */
struct json_object	*mco_account_read(struct json_object *req,
			    struct mco_account *);

/* The body of a preload for a request of op open; NULL and *error if the
 * request is not fit to be sent. */
struct json_object	*mco_preload(const struct mco_account *,
			    struct json_object *req,
			    struct json_object **error);
/* The body of the preload with which op check tries the credentials. */
struct json_object	*mco_preload_check(const struct mco_account *,
			    const char *order_no);
/* The body of a receipt request. */
struct json_object	*mco_receipt(const struct mco_account *,
			    const char *ticket);
/* 1 to MCO_TICKET letters and digits: opaque, as the examples differ [D]. */
bool			 mco_ticket_ok(const char *);

#endif

/*
 * The bodies of Moneris Checkout: what request.php is asked, and the answers.
 * JSON in and out over the structs of sandbox_engine.h; no state.
 */
#ifndef SANDBOX_BODY_H
#define SANDBOX_BODY_H

#include <stdbool.h>

#include <json-c/json.h>

#include "err.h"
#include "sandbox_engine.h"

#define SANDBOX_BODY_MAX	(64 * 1024)

/* A request's common part, borrowed from the parsed body. */
struct sandbox_request {
	bool		 preload;	/* else receipt */
	const char	*store;
	const char	*checkout;
	const char	*ticket;	/* receipt only */
};

/* Called once for each member of a preload that the guide does not know. */
typedef void	sandbox_unknown_fn(const char *member, void *arg);

/* Checks action, environment and the published test credentials: PP_PERM
 * with the member for wrong ones, PP_DATA for what is malformed. */
enum pp_rc	sandbox_body_request(struct json_object *,
		    struct sandbox_request *, struct pp_err *err);
/* The published test credentials; PP_PERM with the member. */
enum pp_rc	sandbox_body_credentials(const char *store, const char *token,
		    struct pp_err *err);
/* Checks and copies a preload.  o->echo is the caller's. PP_DATA with the
 * member that is wrong. */
enum pp_rc	sandbox_body_order(struct json_object *,
		    struct sandbox_order *o, sandbox_unknown_fn *, void *arg,
		    struct pp_err *err);

/* The answers; the caller's (json_object_put). */
struct json_object	*sandbox_body_ticket(const char *ticket);
/* shape: NULL or "string", "data", "nested", "field" (protocol.md 1.3). */
struct json_object	*sandbox_body_error(const char *member,
			    const char *text, const char *shape);
struct json_object	*sandbox_body_incomplete(void);
struct json_object	*sandbox_body_receipt(const struct sandbox_ticket *,
			    const struct sandbox_charge *);
/* One line of /sandbox/tickets. */
struct json_object	*sandbox_body_open(const struct sandbox_ticket *);
/* One line of /sandbox/charges. */
struct json_object	*sandbox_body_charge(const struct sandbox_charge *);
/* One line of /sandbox/refunds. */
struct json_object	*sandbox_body_back(const struct sandbox_back *);
/* "approved", "authorized", "declined", "refused". */
const char	*sandbox_body_result(enum sandbox_result);

#endif

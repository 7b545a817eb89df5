/*
 * Adding, checking and changing integrations: the operations behind
 * pp-integration.  Credentials are checked with the provider, outside any
 * transaction, before they are saved.
 */
#ifndef PP_INTEGRATING_H
#define PP_INTEGRATING_H

#include <stdbool.h>

#include "conf.h"
#include "integration.h"
#include "store.h"

#define PP_API_TOKEN	129

/* One job.  The caller fills the upper part and wipes token. */
struct pp_integrating {
	const struct pp_store	*store;
	const struct pp_conf	*conf;
	const char		*cmd_dir;	/* of drivers; NULL: ours */
	bool			 check, dry_run;
	bool			 accept;	/* the script as it is now */
	struct pp_integration	 in;		/* name; for add also the rest */
	char			 token[PP_API_TOKEN];

	bool			 created, favourite, checked;
	int64_t			 server_time;	/* of a check: the
						 * processor's clock, 0 if
						 * it was not told */
};

/* Is there a driver of this name? */
bool		pp_integrating_known(const char *dir, const char *name);
/* What a driver says of itself; *o is the caller's. */
enum pp_rc	pp_integrating_describe(const char *dir, const char *name,
		    struct json_object **o, struct pp_err *err);
/* Everything about in that can be told without a token. PP_DATA. */
enum pp_rc	pp_integrating_ok(struct pp_integrating *, struct pp_err *err);
/* The first one becomes the favourite and makes the store live or test for
 * ever (rule I1). PP_CONFLICT if the name is taken by other credentials;
 * the same again is fine, created false. PP_CONF if the store is of the other
 * kind or, live, the configuration is not ready. */
enum pp_rc	pp_integrating_add(struct pp_integrating *,
		    struct pp_err *err);
enum pp_rc	pp_integrating_rotate(struct pp_integrating *,
		    struct pp_err *err);
/* Of the one named in in: a check document {"integration","ok","message",
 * "verify","script"}; PP_NO if the provider refuses the credentials, or if the
 * script that browsers load from it is not the one that was looked at last
 * (the first is taken, and so is any with accept), PP_RETRY if it cannot be
 * reached. *o may be NULL on other errors. */
enum pp_rc	pp_integrating_check(struct pp_integrating *,
		    struct json_object **o, struct pp_err *err);
/* Those not removed, or one by name, as an array of documents. */
enum pp_rc	pp_integrating_list(const struct pp_store *, const char *name,
		    struct json_object **rows, struct pp_err *err);

/* Changes to one: new is a copy of old to be changed; *type is the event. */
typedef enum pp_rc pp_integrating_fn(struct pp_txn *,
		    const struct pp_integration *old,
		    struct pp_integration *new, const char **type,
		    struct pp_err *err);
pp_integrating_fn	pp_integrating_favourite, pp_integrating_disable;
pp_integrating_fn	pp_integrating_enable;
/* Rule K4: PP_STATE while a ticket is unresolved or a payment may still be
 * refunded. */
pp_integrating_fn	pp_integrating_remove;
enum pp_rc	pp_integrating_change(struct pp_integrating *,
		    pp_integrating_fn *, struct pp_err *err);

/* The integration as shown; the caller's. */
struct json_object *pp_integrating_doc(const struct pp_integrating *);

#endif

/*
 * An integration: credentials at a payment provider, and what the provider
 * is known to do.
 */
#ifndef PP_INTEGRATION_H
#define PP_INTEGRATION_H

#include <stdbool.h>
#include <stdint.h>

#include "attempt.h"
#include "doc.h"
#include "task.h"

enum pp_environment { PP_ENV_QA, PP_ENV_PROD, PP_ENV_SANDBOX };
extern const char *const	pp_environments[];

struct pp_integration {
	char	name[PP_ID_MAX];
	char	provider[PP_ID_MAX];
	int	environment;
	char	store_id[PP_ID_MAX];
	char	checkout_id[PP_ID_MAX];
	char	gateway_url[256];	/* sandbox only */
	char	token_last4[5];
	int64_t	number;			/* its short name in the day index */
	bool	disabled;
	int64_t	created_at;
	int64_t	rotated_at;
	int64_t	favourite_at;		/* the favourite has the latest */
	int64_t	removed_at;
	char	currencies[256];	/* JSON array of what the driver takes */
	char	script[128];		/* digest of the processor's script
					 * that was looked at last, as in
					 * Subresource Integrity; or "" */
	int64_t	script_at;		/* since when it is that one */
	char	features[512];		/* JSON: the driver's, when added */
	char	token[257];		/* sealed; never shown */
};

extern const struct pp_field	pp_integration_fields[];
extern const size_t		pp_integration_nfields;

/* A name is 1 to 32 of a-z 0-9 - _, beginning with a letter. */
enum pp_rc	pp_integration_name_ok(const char *, struct pp_err *err);
/* Rule I1: live if prod, else test. */
bool		pp_integration_live(const struct pp_integration *);
/* features.order_number as the rules N need it; what is not said is
 * unknown. */
void		pp_integration_features(const struct pp_integration *,
		    struct pp_features *);
/* features.refund.void_until, the hour of the processor's day until which a
 * payment of that day may be voided: "22:00", or "never" if that is not
 * said. */
void		pp_integration_void_until(const struct pp_integration *,
		    char *out, size_t size);
/* Does its driver take the currency (rule A5)? */
bool		pp_integration_takes(const struct pp_integration *,
		    const char *currency);
/* For people and scripts: no token, not even sealed. */
void		pp_integration_show(const struct pp_integration *,
		    bool favourite, struct json_object *o);

#endif

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "integration.h"
#include "banned.h"

#define F(m, name, type, flags) \
	PP_FIELD(struct pp_integration, m, name, type, flags, NULL)

const char *const pp_environments[] = { "qa", "prod", "sandbox", NULL };

const struct pp_field pp_integration_fields[] = {
	F(name,		"integration",	PP_F_STR,	PP_FF_KEY),
	F(provider,	"provider",	PP_F_STR,	0),
	PP_FIELD(struct pp_integration, environment, "environment", PP_F_ENUM,
	    0, pp_environments),
	F(store_id,	"store_id",	PP_F_STR,	0),
	F(checkout_id,	"checkout_id",	PP_F_STR,	0),
	F(gateway_url,	"gateway_url",	PP_F_STR,	0),
	F(token_last4,	"token_last4",	PP_F_STR,	0),
	F(number,	"number",	PP_F_INT,	PP_FF_HIDDEN),
	F(disabled,	"disabled",	PP_F_BOOL,	0),
	F(created_at,	"created_at",	PP_F_TIME,	0),
	F(rotated_at,	"rotated_at",	PP_F_TIME,	0),
	F(favourite_at,	"favourite_at",	PP_F_TIME,	PP_FF_HIDDEN),
	F(removed_at,	"removed_at",	PP_F_TIME,	0),
	F(currencies,	"currencies",	PP_F_RAW,	0),
	F(script,	"script_integrity",	PP_F_STR,	0),
	F(script_at,	"script_seen_at",	PP_F_TIME,	0),
	F(features,	"features",	PP_F_RAW,	0),
	F(token,	"token",	PP_F_STR,	PP_FF_ASIDE |
							PP_FF_HIDDEN)
};
const size_t pp_integration_nfields =
    sizeof pp_integration_fields / sizeof pp_integration_fields[0];

static enum pp_tri	tri(struct json_object *, const char *);

enum pp_rc
pp_integration_name_ok(const char *s, struct pp_err *err)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	if (n == 0 || n > 32 || s[n] != '\0' || s[0] < 'a' || s[0] > 'z')
		return pp_err_member(err, PP_DATA, "integration", "a name is 1 "
		    "to 32 of a-z 0-9 - _, beginning with a letter, not %.40s",
		    s);
	return PP_OK;
}

bool
pp_integration_live(const struct pp_integration *in)
{
	return in->environment == PP_ENV_PROD;
}

/* true, false, or anything else, which is unknown. */
static enum pp_tri
tri(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_boolean))
		return PP_TRI_UNKNOWN;
	return json_object_get_boolean(v) ? PP_TRI_YES : PP_TRI_NO;
}

void
pp_integration_features(const struct pp_integration *in,
    struct pp_features *f)
{
	static const struct { const char *word; enum pp_unique u; } words[] = {
		{ "no", PP_U_NO }, { "at_charge", PP_U_AT_CHARGE },
		{ "at_preload", PP_U_AT_PRELOAD }
	};
	struct json_object *o = NULL, *n;
	const char *s;
	size_t i;

	memset(f, 0, sizeof *f);
	if (in->features[0] == '\0' || pp_json_parse(in->features,
	    strlen(in->features), &o, NULL) != PP_OK)
		return;
	if (json_object_object_get_ex(o, "order_number", &n) &&
	    json_object_is_type(n, json_type_object)) {
		if (pp_json_str(n, "unique", &s, NULL) == PP_OK)
			for (i = 0; i < sizeof words / sizeof words[0]; i++)
				if (strcmp(s, words[i].word) == 0)
					f->unique = words[i].u;
		f->spent_by_decline = tri(n, "spent_by_decline");
		f->ticket_reload = tri(n, "ticket_reload");
		f->retry_in_frame = tri(n, "retry_in_frame");
	}
	json_object_put(o);
}

void
pp_integration_void_until(const struct pp_integration *in, char *out,
    size_t size)
{
	struct json_object *o = NULL, *r;
	const char *s = "never";

	if (in->features[0] != '\0' && pp_json_parse(in->features,
	    strlen(in->features), &o, NULL) == PP_OK &&
	    json_object_is_type(o, json_type_object) &&
	    json_object_object_get_ex(o, "refund", &r) &&
	    json_object_is_type(r, json_type_object))
		(void)pp_json_str(r, "void_until", &s, NULL);
	(void)strlcpy(out, s, size);
	json_object_put(o);
}

bool
pp_integration_takes(const struct pp_integration *in, const char *currency)
{
	char quoted[8];	/* three letters, quotes, NUL */

	/* The list is an array of codes and nothing else. */
	return (size_t)snprintf(quoted, sizeof quoted, "\"%s\"", currency) <
	    sizeof quoted && strstr(in->currencies, quoted) != NULL;
}

void
pp_integration_show(const struct pp_integration *in, bool favourite,
    struct json_object *o)
{
	char masked[16];

	pp_doc_write(pp_integration_fields, pp_integration_nfields, in,
	    PP_DOC_SHOW, o);
	json_object_object_add(o, "favourite",
	    json_object_new_boolean(favourite));
	(void)strlcpy(masked, "****", sizeof masked);
	(void)strlcat(masked, in->token_last4, sizeof masked);
	json_object_object_add(o, "api_token", json_object_new_string(masked));
}

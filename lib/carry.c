#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "carry.h"
#include "json.h"
#include "json_scan.h"
#include "banned.h"

#define SPANS	64	/* members before memory is asked for */

static enum pp_rc	members(const char *, size_t, struct pp_span *,
			    struct pp_span **, size_t *, struct pp_err *);
static bool		is_name(const char *, const struct pp_span *,
			    const char *);

/* The places of the members: in few, or in memory that the caller frees. */
static enum pp_rc
members(const char *text, size_t len, struct pp_span *few,
    struct pp_span **all, size_t *n, struct pp_err *err)
{
	*all = few;
	*n = SPANS;
	if (pp_json_scan(text, len, few, n, NULL) == PP_OK)
		return PP_OK;
	if (*n <= SPANS)
		return pp_json_scan(text, len, NULL, NULL, err);
	if ((*all = reallocarray(NULL, *n, sizeof **all)) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	return pp_json_scan(text, len, *all, n, err);
}

static bool
is_name(const char *text, const struct pp_span *s, const char *name)
{
	struct json_object *o = NULL;
	bool is;

	if (memchr(text + s->key, '\\', s->klen) == NULL)
		return s->klen == strlen(name) &&
		    memcmp(text + s->key, name, s->klen) == 0;
	/* With its quotes it is a JSON text of its own. */
	is = pp_json_parse(text + s->key - 1, s->klen + 2, &o, NULL) ==
	    PP_OK && strcmp(json_object_get_string(o), name) == 0;
	json_object_put(o);
	return is;
}

enum pp_rc
pp_carry(const char *text, size_t len, const char *name, const char *value,
    char **out, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(4 * PP_JSON_LINE);
	struct pp_span few[SPANS], *s, *old = NULL;
	size_t n, i, from, to;
	enum pp_rc rc;

	if ((rc = members(text, len, few, &s, &n, err)) != PP_OK)
		goto out;
	if (text[strspn(text, " \t\r\n")] != '{') {
		rc = pp_err_set(err, PP_DATA, "not a JSON object");
		goto out;
	}
	for (i = 0; i < n && old == NULL; i++)
		if (is_name(text, &s[i], name))
			old = &s[i];
	if (old != NULL) {
		from = old->val;
		to = old->val + old->vlen;
	} else if (n > 0)
		from = to = s[n - 1].val + s[n - 1].vlen;
	else
		from = to = (size_t)(strchr(text, '{') + 1 - text);
	pp_buf_add(&b, text, from);
	if (old == NULL)
		pp_buf_printf(&b, "%s\"%s\":", n > 0 ? "," : "", name);
	pp_buf_puts(&b, value);
	pp_buf_add(&b, text + to, len - to);
	if ((*out = pp_buf_take(&b)) == NULL)
		rc = pp_err_set(err, PP_IO, "out of memory");
out:
	if (s != few)
		free(s);
	return rc;
}

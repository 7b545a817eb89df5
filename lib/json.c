#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "json_scan.h"
#include "money.h"
#include "time.h"
#include "banned.h"

#define TEXT_FLAGS	(JSON_C_TO_STRING_PLAIN | \
    JSON_C_TO_STRING_NOSLASHESCAPE)
#define CENTS		"_cents"

static enum pp_rc	no_memory(struct pp_err *);
static enum pp_rc	member(struct json_object *, const char *,
			    struct json_object **);
static bool		int_exact(struct json_object *, int64_t *);
static enum pp_rc	cents_get(struct json_object *, const char *, int64_t,
			    int64_t *, struct pp_err *);
static enum pp_rc	named(enum pp_rc, const char *, const struct pp_err *,
			    struct pp_err *);

static enum pp_rc
no_memory(struct pp_err *err)
{
	return pp_err_set(err, PP_IO, "out of memory");
}

enum pp_rc
pp_json_parse(const char *text, size_t len, struct json_object **out,
    struct pp_err *err)
{
	struct json_tokener *tok;
	struct json_object *o;
	enum json_tokener_error e;
	enum pp_rc rc;
	char place[32];

	if (len > PP_JSON_LINE)
		return pp_err_set(err, PP_DATA, "longer than %d bytes",
		    PP_JSON_LINE);
	if ((rc = pp_json_scan(text, len, NULL, NULL, err)) != PP_OK)
		return rc;
	/* The scan counts open brackets, json-c the value in them too. */
	if ((tok = json_tokener_new_ex(PP_JSON_DEPTH + 2)) == NULL)
		return no_memory(err);
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tok, text, (int)len);
	/* A bare number ends only at what follows it. */
	if ((e = json_tokener_get_error(tok)) == json_tokener_continue)
		o = json_tokener_parse_ex(tok, "", 1);
	e = json_tokener_get_error(tok);
	if (e != json_tokener_success) {
		(void)snprintf(place, sizeof place, "byte %zu",
		    json_tokener_get_parse_end(tok) + 1);
		rc = pp_err_member(err, PP_DATA, place, "%s",
		    json_tokener_error_desc(e));
	} else
		*out = o;
	json_tokener_free(tok);
	return rc;
}

const char *
pp_json_text(struct json_object *o)
{
	return json_object_to_json_string_ext(o, TEXT_FLAGS);
}

void
pp_json_quote(struct pp_buf *b, const char *s)
{
	static const char from[] = "\b\f\n\r\t\"\\", to[] = "bfnrt\"\\";
	const char *start = s, *c;

	pp_buf_add(b, "\"", 1);
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
			continue;
		pp_buf_add(b, start, (size_t)(s - start));
		start = s + 1;
		if ((c = strchr(from, *s)) != NULL) {
			pp_buf_add(b, "\\", 1);
			pp_buf_add(b, to + (c - from), 1);
		} else
			pp_buf_printf(b, "\\u%04x", (unsigned char)*s);
	}
	pp_buf_add(b, start, (size_t)(s - start));
	pp_buf_add(b, "\"", 1);
}

void
pp_json_next(struct pp_buf *b)
{
	if (b->len > 0 && b->p[b->len - 1] != '{')
		pp_buf_add(b, ",", 1);
}

void
pp_json_members(struct pp_buf *b, struct json_object *o)
{
	const char *text = pp_json_text(o);
	size_t len;

	if (text == NULL)
		b->failed = true;
	else if ((len = strlen(text)) > 2) {
		pp_json_next(b);
		pp_buf_add(b, text + 1, len - 2);
	}
}

/* PP_NOTFOUND if the member is absent or null. */
static enum pp_rc
member(struct json_object *o, const char *key, struct json_object **v)
{
	if (!json_object_object_get_ex(o, key, v) || *v == NULL)
		return PP_NOTFOUND;
	return PP_OK;
}

/*
 * What does not fit json-c clamps to INT64_MIN, or keeps as a uint64_t, so
 * INT64_MIN itself cannot be told from what was cut down to it.
 */
static bool
int_exact(struct json_object *v, int64_t *n)
{
	if (!json_object_is_type(v, json_type_int))
		return false;
	*n = json_object_get_int64(v);
	if (*n == INT64_MAX && json_object_get_uint64(v) > INT64_MAX)
		*n = INT64_MIN;
	return true;
}

/* Passes on what a plain parser said, with the member's name. */
static enum pp_rc
named(enum pp_rc rc, const char *key, const struct pp_err *bad,
    struct pp_err *err)
{
	if (rc == PP_OK)
		return PP_OK;
	return pp_err_member(err, rc, key, "%s", bad->msg);
}

enum pp_rc
pp_json_str(struct json_object *o, const char *key, const char **out,
    struct pp_err *err)
{
	struct json_object *v;
	const char *s;

	if (member(o, key, &v) != PP_OK)
		return PP_NOTFOUND;
	if (!json_object_is_type(v, json_type_string))
		return pp_err_member(err, PP_DATA, key, "not a string");
	s = json_object_get_string(v);
	if (strlen(s) != (size_t)json_object_get_string_len(v))
		return pp_err_member(err, PP_DATA, key, "has a NUL in it");
	*out = s;
	return PP_OK;
}

enum pp_rc
pp_json_bool(struct json_object *o, const char *key, bool *out,
    struct pp_err *err)
{
	struct json_object *v;

	if (member(o, key, &v) != PP_OK)
		return PP_NOTFOUND;
	if (!json_object_is_type(v, json_type_boolean))
		return pp_err_member(err, PP_DATA, key,
		    "neither true nor false");
	*out = json_object_get_boolean(v);
	return PP_OK;
}

enum pp_rc
pp_json_int(struct json_object *o, const char *key, int64_t min, int64_t max,
    int64_t *out, struct pp_err *err)
{
	struct json_object *v;
	int64_t n;

	if (member(o, key, &v) != PP_OK)
		return PP_NOTFOUND;
	if (!int_exact(v, &n))
		return pp_err_member(err, PP_DATA, key, "not an integer");
	if (n == INT64_MIN || n < min || n > max)
		return pp_err_member(err, PP_DATA, key, "out of range");
	*out = n;
	return PP_OK;
}

enum pp_rc
pp_json_time(struct json_object *o, const char *key, int64_t *out,
    struct pp_err *err)
{
	struct pp_err bad = { 0 };
	const char *s;
	enum pp_rc rc;

	if ((rc = pp_json_str(o, key, &s, err)) != PP_OK)
		return rc;
	return named(pp_time_parse(s, out, &bad), key, &bad, err);
}

const char *
pp_json_cents(const char *key, char buf[PP_JSON_CENTS])
{
	size_t n = strlen(key);

	if (n + sizeof CENTS > PP_JSON_CENTS)
		return NULL;
	memcpy(buf, key, n);
	memcpy(buf + n, CENTS, sizeof CENTS);
	return buf;
}

static enum pp_rc
cents_get(struct json_object *o, const char *key, int64_t max, int64_t *cents,
    struct pp_err *err)
{
	struct json_object *v;
	struct pp_err bad = { 0 };
	char name[PP_JSON_CENTS];
	const char *s;
	int64_t n = 0, m = 0;
	enum pp_rc beside, rc;

	if (pp_json_cents(key, name) == NULL)
		return pp_err_member(err, PP_BUG, key, "name too long");
	beside = pp_json_int(o, name, -max, max, &m, err);
	if (beside != PP_OK && beside != PP_NOTFOUND)
		return beside;
	if (member(o, key, &v) != PP_OK) {
		if (beside == PP_OK)
			*cents = m;
		return beside;
	}
	switch (json_object_get_type(v)) {
	case json_type_string:
		if ((rc = pp_json_str(o, key, &s, err)) != PP_OK)
			return rc;
		break;
	case json_type_double:
		/* json-c keeps the text that the sender wrote. */
		s = json_object_get_string(v);
		break;
	case json_type_int:
		if (!int_exact(v, &n) || n == INT64_MIN)
			return pp_err_member(err, PP_DATA, key,
			    "amount too large");
		s = json_object_get_string(v);
		break;
	default:
		return pp_err_member(err, PP_DATA, key, "not an amount");
	}
	if ((rc = named(pp_money_parse(s, true, &n, &bad), key, &bad,
	    err)) != PP_OK)
		return rc;
	if (beside == PP_OK && n != m)
		return pp_err_member(err, PP_DATA, key,
		    "%s, but %s is %" PRId64, s, name, m);
	*cents = n;
	return PP_OK;
}

enum pp_rc
pp_json_amount(struct json_object *o, const char *key, int64_t *cents,
    struct pp_err *err)
{
	return cents_get(o, key, PP_CENTS_MAX, cents, err);
}

enum pp_rc
pp_json_sum(struct json_object *o, const char *key, int64_t *cents,
    struct pp_err *err)
{
	return cents_get(o, key, PP_SUM_MAX, cents, err);
}

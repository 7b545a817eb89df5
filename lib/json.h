/*
 * JSON, read strictly.  json-c builds the trees; what it lets pass (a second
 * member of the same name, single quotes, NaN, control bytes, NUL, lone
 * surrogates) the scan before it refuses (json_scan.h), naming the byte; the
 * integers it clamps the getters refuse, naming the member.
 */
#ifndef PP_JSON_H
#define PP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "buf.h"
#include "err.h"

#define PP_JSON_LINE	(1024 * 1024)	/* a line, a document, an answer */

/* Scans and parses at most PP_JSON_LINE bytes.  *out is the caller's
 * (json_object_put); it is NULL for the text null. */
enum pp_rc	pp_json_parse(const char *text, size_t len,
		    struct json_object **out, struct pp_err *err);
/* One line of JSON, no newline, '/' not escaped; borrowed from o.  NULL if
 * memory was lacking, now or when pp_doc_write filled o. */
const char	*pp_json_text(struct json_object *o);
/* A string with its quotes, escaped as pp_json_text does. */
void		pp_json_quote(struct pp_buf *, const char *);
/* A comma, unless the text is empty or ends with an opening brace. */
void		pp_json_next(struct pp_buf *);
/* The members of an object after those of a text that has no closing brace
 * yet. */
void		pp_json_members(struct pp_buf *, struct json_object *);

/* Typed getters.  A member that is absent or null gives PP_NOTFOUND without
 * a message; of another type, PP_DATA naming the member.  o must be an
 * object (json_object_is_type).  An integer beyond int64_t is PP_DATA, as is
 * INT64_MIN, which json-c puts in the place of what lies below it. */
enum pp_rc	pp_json_str(struct json_object *o, const char *key,
		    const char **out, struct pp_err *err);	/* borrowed */
enum pp_rc	pp_json_bool(struct json_object *o, const char *key, bool *out,
		    struct pp_err *err);
enum pp_rc	pp_json_int(struct json_object *o, const char *key, int64_t min,
		    int64_t max, int64_t *out, struct pp_err *err);
enum pp_rc	pp_json_time(struct json_object *o, const char *key,
		    int64_t *out, struct pp_err *err);
/* An amount in cents: the member key as a string or as a number of at most
 * two decimals as its sender wrote it (no exponent, nothing rounded), or key
 * with "_cents" as an integer; both only if they agree.  Between -PP_CENTS_MAX
 * and PP_CENTS_MAX: which sign makes sense is the caller's to say. */
enum pp_rc	pp_json_amount(struct json_object *o, const char *key,
		    int64_t *cents, struct pp_err *err);
/* The same for a sum of amounts, which may go up to PP_SUM_MAX. */
enum pp_rc	pp_json_sum(struct json_object *o, const char *key,
		    int64_t *cents, struct pp_err *err);
/* The name of the integer beside the amount key, in buf; NULL without room. */
#define PP_JSON_CENTS	72
const char	*pp_json_cents(const char *key, char buf[PP_JSON_CENTS]);

#endif

/*
 * JSON, read strictly and written once.  json-c builds the trees; what it
 * lets pass (a second member of the same name, single quotes, NaN, control
 * bytes, NUL, lone surrogates, numbers it clamps) a scan before it refuses, naming the byte.
 *
 * A struct is mapped to a JSON object by a table of fields (struct pp_field):
 * the same table reads a stored document, writes one, and tells what differs
 * between two of them.
 */
#ifndef PP_JSON_H
#define PP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "err.h"

#define PP_JSON_DEPTH	16
#define PP_JSON_LINE	(1024 * 1024)	/* a line, a document, an answer */

/* Where the top-level members of a scanned object lie in its text. */
struct pp_span {
	size_t	key, klen;	/* without the quotes */
	size_t	val, vlen;
};

/* Is text one well-formed JSON value (I-JSON: no duplicate members)?  PP_DATA
 * naming "byte N" if not.  If spans is not NULL and the value is an object,
 * up to *nspans top-level members are told, and *nspans set to how many there
 * are (more than given room: PP_DATA). */
enum pp_rc	pp_json_scan(const char *text, size_t len,
		    struct pp_span *spans, size_t *nspans, struct pp_err *err);
/* Scans and parses.  *out is the caller's (json_object_put). */
enum pp_rc	pp_json_parse(const char *text, size_t len,
		    struct json_object **out, struct pp_err *err);
/* One line of JSON, no newline, '/' not escaped; borrowed from o. */
const char	*pp_json_text(struct json_object *o);

/* Typed getters.  A member that is absent or null gives PP_NOTFOUND without
 * a message; of another type, PP_DATA naming the member. */
enum pp_rc	pp_json_str(struct json_object *o, const char *key,
		    const char **out, struct pp_err *err);	/* borrowed */
enum pp_rc	pp_json_bool(struct json_object *o, const char *key, bool *out,
		    struct pp_err *err);
enum pp_rc	pp_json_int(struct json_object *o, const char *key, int64_t min,
		    int64_t max, int64_t *out, struct pp_err *err);
enum pp_rc	pp_json_time(struct json_object *o, const char *key,
		    int64_t *out, struct pp_err *err);
/* An amount: the member key as a string or as a number of at most two
 * decimals, or key with "_cents" as an integer; both only if they agree. */
enum pp_rc	pp_json_amount(struct json_object *o, const char *key,
		    int64_t *cents, struct pp_err *err);

enum pp_field_type {
	PP_F_STR,	/* char[size], NUL-terminated UTF-8 */
	PP_F_RAW,	/* char[size] holding JSON text, "" for none */
	PP_F_CENTS,	/* int64_t; "x" the decimal string, "x_cents" */
	PP_F_INT,	/* int64_t */
	PP_F_BOOL,	/* bool */
	PP_F_TIME,	/* int64_t milliseconds UTC */
	PP_F_DAY,	/* int32_t yyyymmdd */
	PP_F_ENUM,	/* int, a place in words */
	PP_F_FLAGS	/* uint32_t bits, an array of words */
};

#define PP_FF_ASIDE	0x01u	/* not told by the journal: schedules, sealed
				 * values, hashes of people's data */
#define PP_FF_HIDDEN	0x02u	/* stored, never shown */
#define PP_FF_CALC	0x04u	/* a sum over other records' events: in the
				 * stored document, not in events */
#define PP_FF_KEY	0x08u	/* names the record: in every event of it */

struct pp_field {
	const char		*name;
	enum pp_field_type	 type;
	unsigned int		 flags;
	size_t			 off;
	size_t			 size;	/* of char[] */
	const char *const	*words;	/* NULL-terminated, for ENUM, FLAGS */
};

#define PP_FIELD(s, m, name, type, flags, words) \
	{ name, type, flags, offsetof(s, m), sizeof(((s *)0)->m), words }

enum pp_doc_mode {
	PP_DOC_STORE,	/* compact: no empty member, cents as integers only */
	PP_DOC_EVENT,	/* the same without ASIDE and CALC */
	PP_DOC_SHOW	/* every member but HIDDEN, null where empty, amounts
			 * twice */
};

/* Reads the members that are there into the struct and leaves the rest as it
 * is; a null member empties its field. */
enum pp_rc	pp_doc_read(const struct pp_field *, size_t n,
		    struct json_object *, void *s, struct pp_err *err);
/* Adds the struct's members to o. */
void		pp_doc_write(const struct pp_field *, size_t n, const void *s,
		    enum pp_doc_mode, struct json_object *o);
/* Adds to o the EVENT members that differ between old and s (null for those
 * emptied), and those that are KEY.  Returns how many differ. */
size_t		pp_doc_diff(const struct pp_field *, size_t n, const void *old,
		    const void *s, struct json_object *o);
/* The place of word in words, or -1. */
int		pp_word(const char *const *words, const char *word);

#endif

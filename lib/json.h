/*
 * JSON, read strictly and written once.  json-c builds the trees; what it
 * lets pass (a second member of the same name, single quotes, NaN, control
 * bytes, NUL, lone surrogates) a scan before it refuses, naming the byte; the
 * integers it clamps the getters refuse, naming the member.
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

#define PP_JSON_DEPTH	16		/* objects and arrays in each other */
#define PP_JSON_LINE	(1024 * 1024)	/* a line, a document, an answer */

/* Where the top-level members of a scanned object lie in its text. */
struct pp_span {
	size_t	key, klen;	/* without the quotes, escapes as they are */
	size_t	val, vlen;
};

/* Is text one well-formed JSON value (RFC 8259, with RFC 7493's ban on a
 * second member of the same name and on half surrogates; no NUL)?  PP_DATA
 * naming "byte N", from 1, if not.  len may be anything; the scan allocates
 * only beyond 64 members.  If spans is not NULL up to *nspans top-level
 * members are told, in order, and *nspans set to how many there are (0 if the
 * value is no object; more than given room: PP_DATA). */
enum pp_rc	pp_json_scan(const char *text, size_t len,
		    struct pp_span *spans, size_t *nspans, struct pp_err *err);
/* Scans and parses at most PP_JSON_LINE bytes.  *out is the caller's
 * (json_object_put); it is NULL for the text null. */
enum pp_rc	pp_json_parse(const char *text, size_t len,
		    struct json_object **out, struct pp_err *err);
/* One line of JSON, no newline, '/' not escaped; borrowed from o.  NULL if
 * memory was lacking, now or when pp_doc_write filled o. */
const char	*pp_json_text(struct json_object *o);

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

enum pp_field_type {
	PP_F_STR,	/* char[size], NUL-terminated UTF-8 */
	PP_F_RAW,	/* char[size] holding JSON text, "" for none */
	PP_F_CENTS,	/* int64_t; "x" the decimal string, "x_cents"; a sum
			 * may go up to PP_SUM_MAX as x_cents */
	PP_F_INT,	/* int64_t */
	PP_F_BOOL,	/* bool */
	PP_F_TIME,	/* int64_t milliseconds UTC */
	PP_F_DAY,	/* int32_t yyyymmdd */
	PP_F_ENUM,	/* int, a place in words; empty if the word is "" */
	PP_F_FLAGS	/* uint32_t bits, an array of words */
};

#define PP_FF_ASIDE	0x01u	/* not told by the journal: schedules, sealed
				 * values, hashes of people's data */
#define PP_FF_HIDDEN	0x02u	/* stored, never shown */
#define PP_FF_CALC	0x04u	/* a sum over other records' events: in the
				 * stored document, not in events */
#define PP_FF_KEY	0x08u	/* names the record: in every event of it */
#define PP_FF_NONE	0x10u	/* 0 is none: shown as null, not as 0 or 0.00 */

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
	PP_DOC_SHOW	/* every member but HIDDEN, null where empty (0.00, 0,
			 * false, [] but for NONE), amounts twice */
};

/* Reads the members that are there into the struct and leaves the rest as it
 * is; a null member empties its field.  On failure the struct may be read in
 * part. */
enum pp_rc	pp_doc_read(const struct pp_field *, size_t n,
		    struct json_object *, void *s, struct pp_err *err);
/* Adds the struct's members to o, which must not outlive the table.  A lack
 * of memory spoils o: pp_json_text gives NULL. */
void		pp_doc_write(const struct pp_field *, size_t n, const void *s,
		    enum pp_doc_mode, struct json_object *o);
/* Adds to o the EVENT members that differ between old and s (null for those
 * emptied, or 0, false, [] as shown), and those that are KEY.  Returns how
 * many differ. */
size_t		pp_doc_diff(const struct pp_field *, size_t n, const void *old,
		    const void *s, struct json_object *o);
/* The place of word in words, or -1. */
int		pp_word(const char *const *words, const char *word);

#endif

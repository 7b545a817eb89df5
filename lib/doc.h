/*
 * A struct is mapped to a JSON object by a table of fields (struct pp_field):
 * the same table reads a stored document, writes one, and tells what differs
 * between two of them.
 */
#ifndef PP_DOC_H
#define PP_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "json.h"

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
/* Adds the members as PP_DOC_STORE has them to a text that is empty, or ends
 * with a member or an opening brace; no closing brace: what is stored needs
 * no tree. */
void		pp_doc_print(const struct pp_field *, size_t n, const void *s,
		    struct pp_buf *);
/* Adds in the same way the EVENT members that differ between old and s (null
 * for those emptied, or 0, false, [] as shown), and those that are KEY; not
 * the one named but, if it is not NULL.  Returns how many differ. */
size_t		pp_doc_diff(const struct pp_field *, size_t n, const void *old,
		    const void *s, const char *but, struct pp_buf *);
/* The place of word in words, or -1. */
int		pp_word(const char *const *words, const char *word);

#endif

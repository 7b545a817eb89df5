/*
 * Is a text JSON?  Asked before anything is built of it, and where the text
 * itself is what is wanted.
 */
#ifndef PP_JSON_SCAN_H
#define PP_JSON_SCAN_H

#include <stddef.h>

#include "err.h"

#define PP_JSON_DEPTH	16		/* objects and arrays in each other */

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

#endif

/*
 * The list in a mail to the house: documents of pp-status --attention or of
 * pp-ledger to-enter, as lines and as a table.
 */
#ifndef PP_MAIL_ROWS_H
#define PP_MAIL_ROWS_H

#include <stdint.h>

#include "buf.h"
#include "json.h"

/* Appends the documents (an array, or NULL) to text and html.  Returns the
 * sum of their amounts in cents, what went back taken off. */
int64_t	mail_rows(struct json_object *, const char *lang, struct pp_buf *text,
	    struct pp_buf *html);

#endif

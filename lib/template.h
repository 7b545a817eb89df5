/*
 * Text with places to fill: {{name}} is replaced by a value with HTML's five
 * characters escaped, {{&name}} by the value as it is (for what was composed
 * from other templates).  There is no logic.  Pure.
 */
#ifndef PP_TEMPLATE_H
#define PP_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"

#define PP_SLOT_NAME	32	/* longest name, with its NUL */

/* One value.  NULL text is the same as "". */
struct pp_slot {
	const char	*name;
	const char	*text;
};

/* Where a name that is no slot is looked up (sentences of a language); NULL:
 * there is none.  What it returns is borrowed until the end of the fill. */
typedef const char *pp_word_fn(const char *name, const void *arg);

/* What a template is filled from: slots first, then words.  All borrowed;
 * word may be NULL. */
struct pp_fill {
	const struct pp_slot	*slot;
	size_t			 n;
	pp_word_fn		*word;
	const void		*arg;
};

/* Appends text, filled, to out.  PP_CONF, naming the template (name) and the
 * line, for an unknown placeholder or one that is not closed; PP_BUG if out
 * is full.  On failure out holds a part. */
enum pp_rc	pp_template_fill(const char *name, const char *text,
		    const struct pp_fill *, struct pp_buf *out,
		    struct pp_err *err);
/* The same line by line: a line that has slots (words do not count), all of
 * them empty, is left out.  plain: the values go in as they are, for what is
 * no HTML. */
enum pp_rc	pp_template_lines(const char *name, const char *text,
		    const struct pp_fill *, bool plain, struct pp_buf *out,
		    struct pp_err *err);
/* Appends text with & < > " ' escaped. */
void		pp_template_escape(struct pp_buf *, const char *text);

#endif

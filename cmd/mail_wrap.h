/*
 * The text of a mail in lines of at most 78 columns (RFC 5322 section 2.1.1),
 * broken at spaces.
 */
#ifndef PP_MAIL_WRAP_H
#define PP_MAIL_WRAP_H

#include "buf.h"

#define MAIL_COLUMNS	78

/* Appends text, wrapped, to out; NULL is "".  What goes on of a line that
 * begins with "- " is indented by two.  Not broken: a line that begins with a
 * space, which is a command to paste; a word; and before an address, which
 * stays behind what it is. */
void	mail_wrap(const char *text, struct pp_buf *out);

#endif

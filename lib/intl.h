/*
 * Words for people, in their language: _() around a text that a command
 * shows; N_() around one in a table, which _() translates when it is shown.
 * Formats given to pp_err_set and its like are translated there.  Which
 * language is the command's affair (cmd/common.c), never the library's.
 */
#ifndef PP_INTL_H
#define PP_INTL_H

#include <libintl.h>

#define _(text)		gettext(text)
#define N_(text)	(text)

#endif

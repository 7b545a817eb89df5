/*
 * UTF-8, looked at strictly (RFC 3629): no overlong forms, no surrogates,
 * nothing above U+10FFFF.
 */
#ifndef PP_UTF8_H
#define PP_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes the character at p has, 0 if there is none before end. */
size_t	pp_utf8_len(const unsigned char *p, const unsigned char *end);
/* Are these len bytes UTF-8? */
bool	pp_utf8_valid(const char *s, size_t len);
/* Is it UTF-8 without control characters (C0, DEL, C1)?  A line of text that
 * may go into a header, a page, a terminal. */
bool	pp_utf8_printable(const char *s, size_t len);
/* The character at s, *len its bytes; for a byte that is none, U+FFFD and 1.
 * s is NUL-terminated and not empty. */
uint32_t	pp_utf8_next(const char *s, size_t *len);

#endif

/*
 * A growing piece of text with its maximum given at birth.  Appending past
 * the maximum, or out of memory, marks it failed; nothing later is appended
 * and pp_buf_ok says no, so that a run of appends needs one check.
 */
#ifndef PP_BUF_H
#define PP_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pp_buf {
	char	*p;		/* NUL-terminated once anything was appended */
	size_t	 len;
	size_t	 cap;
	size_t	 max;
	bool	 failed;
};

#define PP_BUF_INIT(max)	{ NULL, 0, 0, (max), false }

void	pp_buf_add(struct pp_buf *, const void *, size_t);
void	pp_buf_puts(struct pp_buf *, const char *);
void	pp_buf_int(struct pp_buf *, int64_t);	/* decimal */
void	pp_buf_printf(struct pp_buf *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
bool	pp_buf_ok(const struct pp_buf *);
/* Empties it, keeps its memory and its maximum, forgets a failure. */
void	pp_buf_reset(struct pp_buf *);
/* The text becomes the caller's (NULL if it failed); the buffer is empty. */
char	*pp_buf_take(struct pp_buf *);
void	pp_buf_release(struct pp_buf *);

#endif

#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "banned.h"

static bool	room(struct pp_buf *, size_t);

/* Makes room for n more bytes and a NUL. */
static bool
room(struct pp_buf *b, size_t n)
{
	size_t cap;
	char *p;

	if (b->failed || n > b->max || b->len > b->max - n) {
		b->failed = true;
		return false;
	}
	if (b->p != NULL && b->len + n < b->cap)
		return true;
	for (cap = b->cap == 0 ? 256 : b->cap; cap <= b->len + n; cap *= 2)
		continue;
	if ((p = realloc(b->p, cap)) == NULL) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void
pp_buf_add(struct pp_buf *b, const void *data, size_t n)
{
	if (!room(b, n))
		return;
	if (n > 0)
		memcpy(b->p + b->len, data, n);
	b->len += n;
	b->p[b->len] = '\0';
}

void
pp_buf_puts(struct pp_buf *b, const char *s)
{
	pp_buf_add(b, s, strlen(s));
}

void
pp_buf_int(struct pp_buf *b, int64_t n)
{
	char digits[24], *p = digits + sizeof digits;
	uint64_t u = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (n < 0)
		*--p = '-';
	pp_buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

void
pp_buf_printf(struct pp_buf *b, const char *fmt, ...)
{
	size_t left = b->p != NULL ? b->cap - b->len : 0;
	va_list ap;
	int n;

	/* Mostly there is room for it. */
	va_start(ap, fmt);
	n = vsnprintf(left > 0 ? b->p + b->len : NULL, left, fmt, ap);
	va_end(ap);
	if (n < 0 || !room(b, (size_t)n)) {
		b->failed = true;
		if (left > 0)
			b->p[b->len] = '\0';
		return;
	}
	if ((size_t)n >= left) {
		va_start(ap, fmt);
		(void)vsnprintf(b->p + b->len, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	b->len += (size_t)n;
}

bool
pp_buf_ok(const struct pp_buf *b)
{
	return !b->failed;
}

void
pp_buf_reset(struct pp_buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

char *
pp_buf_take(struct pp_buf *b)
{
	char *p;

	if (b->failed) {
		pp_buf_release(b);
		return NULL;
	}
	if (b->p == NULL)
		pp_buf_add(b, "", 0);
	p = b->p;
	b->p = NULL;
	b->len = b->cap = 0;
	return p;
}

void
pp_buf_release(struct pp_buf *b)
{
	free(b->p);
	b->p = NULL;
	b->len = b->cap = 0;
	b->failed = false;
}

#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"
#include "intl.h"
#include "banned.h"

static void	scrub(char *);

/* A foreign text must not move the cursor of whoever reads a message. */
static void
scrub(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
}

enum pp_rc
pp_err_set(struct pp_err *err, enum pp_rc rc, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL || err->msg[0] != '\0')
		return rc;
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof err->msg, gettext(fmt), ap);
	va_end(ap);
	scrub(err->msg);
	return rc;
}

enum pp_rc
pp_err_member(struct pp_err *err, enum pp_rc rc, const char *member,
    const char *fmt, ...)
{
	va_list ap;

	if (err == NULL || err->msg[0] != '\0')
		return rc;
	(void)snprintf(err->member, sizeof err->member, "%s", member);
	scrub(err->member);
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof err->msg, gettext(fmt), ap);
	va_end(ap);
	scrub(err->msg);
	return rc;
}

void
pp_err_hint(struct pp_err *err, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL || err->hint[0] != '\0')
		return;
	va_start(ap, fmt);
	(void)vsnprintf(err->hint, sizeof err->hint, gettext(fmt), ap);
	va_end(ap);
	scrub(err->hint);
}

const char *
pp_err_str(const struct pp_err *err, char *buf, size_t size)
{
	if (err->member[0] != '\0')
		(void)snprintf(buf, size, "%s: %s", err->member, err->msg);
	else
		(void)snprintf(buf, size, "%s", err->msg);
	return buf;
}

void
pp_err_clear(struct pp_err *err)
{
	memset(err, 0, sizeof *err);
}

enum pp_rc
pp_rc_worst(enum pp_rc a, enum pp_rc b)
{
	if (a == PP_UNKNOWN || b == PP_UNKNOWN)
		return PP_UNKNOWN;
	return a > b ? a : b;
}

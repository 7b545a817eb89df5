/*
 * The Test Anything Protocol for C tables: ok() counts and tells, done() ends
 * main.  Included by one file per program.
 */
#ifndef TAP_H
#define TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

static inline bool ok(bool, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static inline bool
ok(bool yes, const char *fmt, ...)
{
	char name[256], *p;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(name, sizeof name, fmt, ap);
	va_end(ap);
	/* A name is one line, and # would begin a directive. */
	for (p = name; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == '#')
			*p = '?';
	tap_count++;
	if (!yes)
		tap_failed++;
	printf("%sok %d - %s\n", yes ? "" : "not ", tap_count, name);
	(void)fflush(stdout);
	return yes;
}

/* Equal, or both texts are told. */
static inline bool
is_str(const char *got, const char *want, const char *name)
{
	bool yes = got != NULL && strcmp(got, want) == 0;

	if (!ok(yes, "%s", name))
		printf("# got  %s\n# want %s\n", got == NULL ? "(null)" : got,
		    want);
	return yes;
}

static inline bool
is_int(int64_t got, int64_t want, const char *name)
{
	if (!ok(got == want, "%s", name))
		printf("# got  %" PRId64 "\n# want %" PRId64 "\n", got, want);
	return got == want;
}

static inline int
done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif

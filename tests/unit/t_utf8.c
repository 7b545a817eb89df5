#include "config.h"

#include <string.h>

#include "tap.h"
#include "utf8.h"
#include "banned.h"

static const struct {
	const char	*s;
	bool		 valid;
	bool		 printable;
	uint32_t	 first;
	size_t		 len;	/* of the first */
} t[] = {
	{ "abc",		true,	true,	'a',		1 },
	{ "\xc3\xa9t\xc3\xa9",	true,	true,	0xe9,		2 },
	{ "\xe2\x82\xac",	true,	true,	0x20ac,		3 },
	{ "\xf0\x9f\x98\x80",	true,	true,	0x1f600,	4 },
	{ "\xf4\x8f\xbf\xbf",	true,	true,	0x10ffff,	4 },
	{ "\xed\x9f\xbf",	true,	true,	0xd7ff,		3 },
	{ "a\tb",		true,	false,	'a',		1 },
	{ "\x7f",		true,	false,	0x7f,		1 },
	{ "\xc2\x9b",		true,	false,	0x9b,		2 },
	{ "\xc2\xa0",		true,	true,	0xa0,		2 },
	{ "a\x80",		false,	false,	'a',		1 },
	{ "\xc1\xbf",		false,	false,	0xfffd,		1 },
	{ "\xe0\x80\x80",	false,	false,	0xfffd,		1 },
	{ "\xed\xa0\x80",	false,	false,	0xfffd,		1 },
	{ "\xf4\x90\x80\x80",	false,	false,	0xfffd,		1 },
	{ "\xff",		false,	false,	0xfffd,		1 },
	{ "\xe2\x82",		false,	false,	0xfffd,		1 },
};

int
main(void)
{
	size_t i, n;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		n = strlen(t[i].s);
		ok(pp_utf8_valid(t[i].s, n) == t[i].valid, "%zu valid", i);
		ok(pp_utf8_printable(t[i].s, n) == t[i].printable,
		    "%zu printable", i);
		is_int(pp_utf8_next(t[i].s, &n), t[i].first, "its first");
		is_int((int64_t)n, (int64_t)t[i].len, "of so many bytes");
	}
	ok(pp_utf8_valid("", 0) && pp_utf8_printable("", 0), "the empty text");
	ok(!pp_utf8_printable("a\0b", 3), "no NUL");
	return done();
}

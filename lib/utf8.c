#include "config.h"

#include <string.h>

#include "utf8.h"
#include "banned.h"

/* RFC 3629 section 4: the second byte's bounds depend on the first. */
size_t
pp_utf8_len(const unsigned char *p, const unsigned char *end)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t n, i;

	if (p >= end)
		return 0;
	if (*p < 0x80)
		return 1;
	if (*p >= 0xc2 && *p <= 0xdf)
		n = 2;
	else if (*p >= 0xe0 && *p <= 0xef)
		n = 3;
	else if (*p >= 0xf0 && *p <= 0xf4)
		n = 4;
	else
		return 0;
	if (*p == 0xe0)
		low = 0xa0;
	else if (*p == 0xed)
		high = 0x9f;
	else if (*p == 0xf0)
		low = 0x90;
	else if (*p == 0xf4)
		high = 0x8f;
	if ((size_t)(end - p) < n || p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

bool
pp_utf8_valid(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	size_t n;

	for (; p < end; p += n)
		if ((n = pp_utf8_len(p, end)) == 0)
			return false;
	return true;
}

bool
pp_utf8_printable(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	size_t n;

	for (; p < end; p += n)
		if ((n = pp_utf8_len(p, end)) == 0 || *p < 0x20 ||
		    *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0))
			return false;
	return true;
}

uint32_t
pp_utf8_next(const char *s, size_t *len)
{
	const unsigned char *p = (const unsigned char *)s;

	switch (*len = pp_utf8_len(p, p + strnlen(s, 4))) {
	case 1:
		return p[0];
	case 2:
		return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
	case 3:
		return (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 |
		    (p[2] & 0x3fu);
	case 4:
		return (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 |
		    (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
	default:
		*len = 1;
		return 0xfffd;
	}
}

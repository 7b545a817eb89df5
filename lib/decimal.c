#include "config.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>

#include "decimal.h"
#include "money.h"
#include "banned.h"

#define NANO		1000000000LL	/* what is read: billionths */
#define DECIMALS	9
#define NEAR		(NANO / PP_UNIT)	/* 0.00001 */
#define EXPONENT_MAX	40

static enum pp_rc	nanos(const char *, int64_t *, struct pp_err *);

int64_t
pp_div_down(int64_t n, int64_t d)
{
	return n / d - (n % d < 0);
}

int64_t
pp_div_up(int64_t n, int64_t d)
{
	return n / d + (n % d > 0);
}

int64_t
pp_div_half(int64_t n, int64_t d)
{
	return n < 0 ? -pp_div_half(-n, d) : (n + d / 2) / d;
}

/* Digits beyond a billionth are cut off: they are noise of a noise. */
static enum pp_rc
nanos(const char *s, int64_t *out, struct pp_err *err)
{
	const char *p = s;
	int64_t n = 0;
	long point = 0, e = 0;	/* decimals still lacking to a billionth */
	bool minus = *p == '-', digit = false, dot = false;
	char *end;

	p += minus;
	point = DECIMALS;
	for (; isdigit((unsigned char)*p) || (*p == '.' && !dot); p++) {
		if (*p == '.') {
			dot = true;
			continue;
		}
		digit = true;
		if (dot && --point < 0) {
			point = 0;
			continue;
		}
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, *p - '0', &n))
			goto large;
	}
	if (digit && (*p == 'e' || *p == 'E')) {
		e = strtol(p + 1, &end, 10);
		if (end == p + 1 || e > EXPONENT_MAX || e < -EXPONENT_MAX)
			goto bad;
		p = end;
	}
	if (!digit || *p != '\0')
		goto bad;
	for (e += point; e > 0; e--)
		if (__builtin_mul_overflow(n, 10, &n))
			goto large;
	for (; e < 0; e++)
		n /= 10;
	if (n > PP_CENTS_MAX * (NANO / 100))
		goto large;
	*out = minus ? -n : n;
	return PP_OK;
bad:
	return pp_err_set(err, PP_DATA, "not a number: %.40s", s);
large:
	return pp_err_set(err, PP_DATA, "%.40s: amount too large", s);
}

enum pp_rc
pp_decimal_units(const char *text, int64_t *units, struct pp_err *err)
{
	int64_t n;
	enum pp_rc rc;

	if ((rc = nanos(text, &n, err)) == PP_OK)
		*units = pp_div_half(n, NANO / PP_UNIT);
	return rc;
}

enum pp_rc
pp_decimal_cents(const char *text, int64_t *cents, struct pp_err *err)
{
	int64_t n, c, off;
	enum pp_rc rc;

	if ((rc = nanos(text, &n, err)) != PP_OK)
		return rc;
	c = pp_div_half(n, NANO / 100);
	off = n - c * (NANO / 100);
	if (off > NEAR || off < -NEAR)
		return pp_err_set(err, PP_DATA, "%.40s: not a whole cent",
		    text);
	*cents = c;
	return PP_OK;
}

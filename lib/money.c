#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "money.h"
#include "banned.h"

enum pp_rc
pp_money_parse(const char *s, bool neg, int64_t *cents, struct pp_err *err)
{
	const char *p = s, *mark;
	int64_t whole = 0, part = 0;
	size_t digits = 0, decimals;
	bool minus = false;

	if (neg && (*p == '-' || *p == '+'))
		minus = *p++ == '-';
	for (; isdigit((unsigned char)*p); p++, digits++)
		if ((whole = whole * 10 + (*p - '0')) > PP_CENTS_MAX)
			return pp_err_set(err, PP_DATA, "amount too large");
	mark = p;
	if (*p == '.' || *p == ',')
		p++;
	for (decimals = 0; isdigit((unsigned char)*p); p++, decimals++)
		if (decimals < 2)
			part = part * 10 + (*p - '0');
	if (*p != '\0' || digits == 0 || (*mark != '\0' && decimals == 0))
		return pp_err_set(err, PP_DATA, "not an amount: %.40s", s);
	if (*mark == ',' && decimals == 3)
		return pp_err_set(err, PP_DATA, "%.40s is ambiguous: write "
		    "%.*s%.3s, or two decimals", s, (int)(mark - s), s,
		    mark + 1);
	if (decimals > 2)
		return pp_err_set(err, PP_DATA, "%.40s: more than two decimals",
		    s);
	if (decimals == 1)
		part *= 10;
	whole = whole * 100 + part;
	if (whole > PP_CENTS_MAX)
		return pp_err_set(err, PP_DATA, "amount too large");
	*cents = minus ? -whole : whole;
	return PP_OK;
}

const char *
pp_money_str(int64_t cents, char *buf, size_t size)
{
	uint64_t n = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;

	(void)snprintf(buf, size, "%s%" PRIu64 ".%02" PRIu64,
	    cents < 0 ? "-" : "", n / 100, n % 100);
	return buf;
}

const char *
pp_money_human(int64_t cents, const char *currency, const char *lang,
    char *buf, size_t size)
{
	const char *group, *sign = cents < 0 ? "\u2212" : "";
	char whole[48];
	uint64_t n = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
	char digits[24];
	size_t i, len, at = 0, glen;
	bool fr = strncmp(lang, "fr", 2) == 0;
	bool cad = strcmp(currency, "CAD") == 0 || *currency == '\0';

	group = fr ? "\xc2\xa0" : ",";
	glen = strlen(group);
	(void)snprintf(digits, sizeof digits, "%" PRIu64, n / 100);
	len = strlen(digits);
	for (i = 0; i < len && at + glen + 2 < sizeof whole; i++) {
		if (i > 0 && (len - i) % 3 == 0) {
			memcpy(whole + at, group, glen);
			at += glen;
		}
		whole[at++] = digits[i];
	}
	whole[at] = '\0';
	if (fr)
		(void)snprintf(buf, size, "%s%s,%02" PRIu64 "\xc2\xa0%s", sign,
		    whole, n % 100, cad ? "$" : currency);
	else
		(void)snprintf(buf, size, "%s%s%s.%02" PRIu64 "%s%s", sign,
		    cad ? "$" : "", whole, n % 100, cad ? "" : "\xc2\xa0",
		    cad ? "" : currency);
	return buf;
}

bool
pp_money_add(int64_t *sum, int64_t cents)
{
	int64_t n;

	if (__builtin_add_overflow(*sum, cents, &n) || n > PP_SUM_MAX ||
	    n < -PP_SUM_MAX)
		return false;
	*sum = n;
	return true;
}

int64_t
pp_money_percent(int64_t cents, int32_t basis)
{
	/* PP_SUM_MAX * 10000 would overflow: split at the dollar-hundred. */
	return cents / 10000 * basis +
	    (cents % 10000 * basis + 5000) / 10000;
}

#include "config.h"

#include "money.h"
#include "tap.h"
#include "banned.h"

static const struct {
	const char	*s;
	bool		 neg;
	int64_t		 cents;	/* BAD if refused */
	const char	*msg;
} parse[] = {
#define BAD	INT64_MIN
	{ "1149.75",	false,	114975,		NULL },
	{ "500",	false,	50000,		NULL },
	{ "500.5",	false,	50050,		NULL },
	{ "0.01",	false,	1,		NULL },
	{ "0",		false,	0,		NULL },
	{ "007.10",	false,	710,		NULL },
	{ "500,00",	false,	50000,		NULL },
	{ "9999999.99",	false,	PP_CENTS_MAX,	NULL },
	{ "-3.5",	true,	-350,		NULL },
	{ "+3.5",	true,	350,		NULL },
	{ "-9999999.99", true,	-PP_CENTS_MAX,	NULL },
	{ "-3.5",	false,	BAD,	"not an amount: -3.5" },
	{ "10000000.00", false,	BAD,	"amount too large" },
	{ "999999999999999999999999999999", false, BAD, "amount too large" },
	{ "1.005",	false,	BAD,	"1.005: more than two decimals" },
	{ "1.000",	false,	BAD,	"1.000: more than two decimals" },
	{ "1,149",	false,	BAD,	"1,149 is ambiguous: write 1149, or "
	    "two decimals" },
	{ "1,149.75",	false,	BAD,	"not an amount: 1,149.75" },
	{ "1 149.75",	false,	BAD,	"not an amount: 1 149.75" },
	{ "",		false,	BAD,	"not an amount: " },
	{ ".50",	false,	BAD,	"not an amount: .50" },
	{ "5.",		false,	BAD,	"not an amount: 5." },
	{ "1e3",	false,	BAD,	"not an amount: 1e3" },
	{ "NaN",	false,	BAD,	"not an amount: NaN" },
	{ "0x10",	false,	BAD,	"not an amount: 0x10" },
	{ "$5",		false,	BAD,	"not an amount: $5" },
	{ "--5",	true,	BAD,	"not an amount: --5" },
	{ " 5",		false,	BAD,	"not an amount:  5" },
	{ "5\n",	false,	BAD,	"not an amount: 5?" },
};

static const struct {
	int64_t		 cents;
	const char	*currency;
	const char	*lang;
	const char	*want;
} human[] = {
	{ 114975,	"CAD",	"en",	"$1,149.75" },
	{ 114975,	"CAD",	"fr",	"1\xc2\xa0" "149,75\xc2\xa0$" },
	{ 5,		"",	"en",	"$0.05" },
	{ -350,		"CAD",	"en",	"\u2212$3.50" },
	{ -350,		"CAD",	"fr_CA", "\u22123,50\xc2\xa0$" },
	{ 100000000,	"USD",	"en",	"1,000,000.00\xc2\xa0USD" },
	{ 99900,	"USD",	"fr",	"999,00\xc2\xa0USD" },
};

static const struct {
	int64_t	cents;
	int32_t	basis;
	int64_t	want;
} percent[] = {
	{ 114975, 5000, 57488 },	/* half a cent goes up */
	{ 1, 5000, 1 },
	{ 1, 4999, 0 },
	{ 10000, 10000, 10000 },
	{ 10000, 0, 0 },
	{ 333, 3333, 111 },
	{ PP_SUM_MAX, 10000, PP_SUM_MAX },
	{ PP_SUM_MAX, 1, PP_SUM_MAX / 10000 },
};

int
main(void)
{
	struct pp_err err;
	char buf[64];
	int64_t n, sum;
	enum pp_rc rc;
	size_t i;

	for (i = 0; i < sizeof parse / sizeof parse[0]; i++) {
		pp_err_clear(&err);
		n = 77;
		rc = pp_money_parse(parse[i].s, parse[i].neg, &n, &err);
		if (parse[i].cents != BAD)
			ok(rc == PP_OK && n == parse[i].cents, "parse %s",
			    parse[i].s);
		else {
			ok(rc == PP_DATA && n == 77, "refuse %s", parse[i].s);
			is_str(err.msg, parse[i].msg, "and say why");
		}
	}
	is_str(pp_money_str(114975, buf, sizeof buf), "1149.75", "str");
	is_str(pp_money_str(-5, buf, sizeof buf), "-0.05", "str below 0");
	is_str(pp_money_str(INT64_MIN, buf, sizeof buf),
	    "-92233720368547758.08", "str of the least");
	for (i = 0; i < sizeof human / sizeof human[0]; i++)
		is_str(pp_money_human(human[i].cents, human[i].currency,
		    human[i].lang, buf, sizeof buf), human[i].want,
		    human[i].want);
	for (i = 0; i < sizeof percent / sizeof percent[0]; i++)
		is_int(pp_money_percent(percent[i].cents, percent[i].basis),
		    percent[i].want, "a percentage, half up");
	sum = PP_SUM_MAX - 1;
	ok(pp_money_add(&sum, 1) && sum == PP_SUM_MAX, "a sum to the cap");
	ok(!pp_money_add(&sum, 1) && sum == PP_SUM_MAX, "and not beyond");
	ok(!pp_money_add(&sum, INT64_MAX) && sum == PP_SUM_MAX, "no overflow");
	ok(pp_money_add(&sum, -2 * PP_SUM_MAX) && sum == -PP_SUM_MAX,
	    "down to the cap");
	ok(!pp_money_add(&sum, -1) && sum == -PP_SUM_MAX, "and not below");
	return done();
}

/*
 * What the processor's or the bank's reports say, read.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "stated.h"
#include "tap.h"
#include "banned.h"

static void	amounts(void);
static void	files(void);
static void	refused(void);
static enum pp_rc read_text(const char *, const char *, struct pp_stated *,
		    struct pp_err *);

static enum pp_rc
read_text(const char *text, const char *map, struct pp_stated *s,
    struct pp_err *err)
{
	const char *maps[2] = { map, NULL };

	memset(err, 0, sizeof *err);
	return pp_stated_read(text, strlen(text), maps, map != NULL, s, err);
}

static void
amounts(void)
{
	static const struct { const char *s; int64_t cents; } good[] = {
		{ "500.00", 50000 }, { "$1,149.75", 114975 },
		{ "1 149,75 $", 114975 }, { "1\xc2\xa0" "149,75\xc2\xa0$", 114975 },
		{ "(10.00)", -1000 }, { "-10", -1000 }, { "10.00-", -1000 },
		{ "1,234,567.89", 123456789 }, { "0.01", 1 }
	};
	static const char *const bad[] = {
		"", "1,149", "1.149,75", "1,14.75", "x", "10.005", "1e3",
		"99999999999.00"
	};
	int64_t cents;
	size_t i;

	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		cents = 0;
		ok(pp_stated_amount(good[i].s, &cents, NULL) == PP_OK &&
		    cents == good[i].cents, "%s", good[i].s);
	}
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ok(pp_stated_amount(bad[i], &cents, NULL) == PP_DATA,
		    "refused: %s", bad[i]);
}

static void
files(void)
{
	struct pp_stated s;
	struct pp_err err;

	ok(read_text("\xef\xbb\xbfOrder ID;Txn Number;Amount;Date;Type;Result;"
	    "Batch\r\nT-1.a1;66-1;\"1 149,75\";2026-11-23 15:04;Purchase;"
	    "Approved;069\r\nT-2.a1;66-2;10,00;2026-11-24;Refund;APPROVED;070"
	    "\r\nT-3.a1;66-3;5,00;2026-11-24;Purchase;Declined;070\r\n", NULL,
	    &s, &err) == PP_OK && s.n == 2 && s.left_out == 1,
	    "semicolons, a mark of byte order, CRLF, declines left out");
	is_str(s.v[0].order_no, "T-1.a1", "the order number");
	is_str(s.v[0].transaction_no, "66-1", "the transaction number");
	is_str(s.v[0].batch, "069", "the batch");
	is_int(s.v[0].cents, 114975, "the amount");
	is_int(s.v[1].cents, -1000, "a refund is below 0");
	is_int(s.first, 20261123, "the first day");
	is_int(s.last, 20261124, "the last day");
	is_int((int64_t)s.v[1].line, 3, "the row");
	pp_stated_release(&s);

	ok(read_text("what,when,paid\nx,11/23/2026,1\ny,11/02/2026,2\n",
	    "amount=Paid", &s, &err) == PP_OK && s.n == 2,
	    "a mapped column, whatever its capitals");
	pp_stated_release(&s);
	ok(read_text("date,amount\n11/23/2026,1\n11/02/2026,2\n", NULL, &s,
	    &err) == PP_OK && s.v[1].day == 20261102,
	    "one row tells which number is the month");
	pp_stated_release(&s);
	ok(read_text("date,amount\n02/11/2026,2\n23/11/2026,1\n", NULL, &s,
	    &err) == PP_OK && s.v[0].day == 20261102, "also for those before");
	pp_stated_release(&s);
	ok(read_text("date,amount\n02/11/2026,2\n", "date_order=mdy", &s,
	    &err) == PP_OK && s.v[0].day == 20260211, "or it is said");
	pp_stated_release(&s);
	ok(read_text("amount,\"note\nof two lines\"\n\"5,00\",\"a \"\"b\"\"\"\n",
	    NULL, &s, &err) == PP_OK && s.n == 1 && s.v[0].cents == 500,
	    "quotes, and a line's end within them");
	pp_stated_release(&s);
}

static void
refused(void)
{
	static const struct { const char *text, *map, *msg; } bad[] = {
		{ "", NULL, "an empty file" },
		{ "a,b\n1,2\n", NULL, "there is no column of amounts: say "
		    "--map amount=COLUMN" },
		{ "a,b\n1,2\n", "amount=c", "there is no column c" },
		{ "a,b\n1,2\n", "price=a", "map price=a: no such field" },
		{ "a,b\n1,2\n", "amount", "map amount: not FIELD=COLUMN" },
		{ "amount\nx\n", NULL, "row 2: amount: not an amount: x" },
		{ "amount\n1\n\"2\n", NULL, "after row 2: error parsing data "
		    "while strict checking enabled" },
		{ "amount,date\n1,02/11/2026\n", NULL, "row 2: date: which is "
		    "the month? say --map date_order=dmy or mdy" },
		{ "amount,date\n1,23/11/2026\n1,11/23/2026\n", NULL, "row 3: "
		    "date: days and months change places in this file" },
		{ "amount,date\n1,soon\n", NULL, "row 2: date: not a date" },
		{ "amount,date\n1,2026-02-30\n", NULL, "row 2: date: no such "
		    "day" }
	};
	struct pp_stated s;
	struct pp_err err;
	size_t i;

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ok(read_text(bad[i].text, bad[i].map, &s, &err) == PP_DATA,
		    "refused: %s", bad[i].msg);
		is_str(err.msg, bad[i].msg, "and why");
	}
}

int
main(void)
{
	amounts();
	files();
	refused();
	return done();
}

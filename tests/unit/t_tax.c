/*
 * Shares of taxes: exact over any sequence of payments, whatever happens to
 * the total in between.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "money.h"
#include "tax.h"
#include "tap.h"
#include "banned.h"

static const char quebec[] =
    "[{\"name\":\"TPS\",\"amount_cents\":5000},"
    "{\"name\":\"TVQ\",\"amount_cents\":9975}]";

static void	part(void);
static void	text(void);
static void	sequences(void);
static void	monotone(void);
static void	nonsense(void);
static uint32_t	rnd(uint32_t *, uint32_t);

/* Numbers that are the same in each run. */
static uint32_t
rnd(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

static void
part(void)
{
	static const struct { int64_t cents, tps, tvq; } rows[] = {
		{ 0, 0, 0 }, { -5, 0, 0 }, { 1, 0, 0 }, { 4, 0, 1 },
		{ 50000, 2174, 4338 }, { 57488, 2500, 4988 },
		{ 64975, 2826, 5637 }, { 114974, 5000, 9975 },
		{ 114975, 5000, 9975 }, { 200000, 5000, 9975 }
	};
	struct pp_taxes t, p;
	char name[64];
	size_t i;

	pp_taxes_read(quebec, &t);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pp_taxes_part(&t, 114975, rows[i].cents, &p);
		(void)snprintf(name, sizeof name, "TPS in %" PRId64,
		    rows[i].cents);
		is_int(p.v[0].cents, rows[i].tps, name);
		(void)snprintf(name, sizeof name, "TVQ in %" PRId64,
		    rows[i].cents);
		is_int(p.v[1].cents, rows[i].tvq, name);
	}
}

static void
text(void)
{
	struct pp_taxes t, none = { .n = 0 };
	struct json_object *o;
	char out[PP_TAX_TEXT];

	pp_taxes_read(quebec, &t);
	is_str(pp_taxes_write(&t, out, sizeof out), quebec, "read and written");
	o = pp_taxes_doc(&t);
	is_str(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN),
	    "[{\"name\":\"TPS\",\"amount\":\"50.00\",\"amount_cents\":5000},"
	    "{\"name\":\"TVQ\",\"amount\":\"99.75\",\"amount_cents\":9975}]",
	    "shown");
	json_object_put(o);
	is_str(pp_taxes_write(&none, out, sizeof out), "", "none is no text");
	pp_taxes_read("", &t);
	ok(t.n == 0, "no text is none");
	pp_taxes_read("{\"a\":1}", &t);
	ok(t.n == 0, "neither is what is no list");
	pp_taxes_read("[1,{\"name\":\"X\"},{\"name\":\"Y\",\"amount\":\"1.00\"}]",
	    &t);
	ok(t.n == 1 && t.v[0].cents == 100, "what is no tax is passed over");
}

/* Random payments and refunds; now and then the total and its taxes change,
 * or a tax goes away. */
static void
sequences(void)
{
	struct pp_taxes task, sum, share, all;
	uint32_t seed;
	int64_t total, net;
	size_t i, k, bad = 0;

	for (seed = 1; seed <= 200; seed++) {
		uint32_t r = seed;

		memset(&sum, 0, sizeof sum);
		pp_taxes_read(quebec, &task);
		total = 114975;
		net = 0;
		for (i = 0; i < 50; i++) {
			if (rnd(&r, 10) == 0) {
				total = 1 + rnd(&r, 300000);
				task.v[0].cents = total * 5 / 115;
				task.v[1].cents = total * 10 / 115;
			}
			net += (int64_t)rnd(&r, 20000) - 6000;
			pp_taxes_share(&task, total, net, &sum, &share);
			pp_taxes_add(&sum, &share);
			pp_taxes_part(&task, total, net, &all);
			for (k = 0; k < all.n; k++)
				if (all.v[k].cents != sum.v[k].cents)
					bad++;
		}
		net = total;
		pp_taxes_share(&task, total, net, &sum, &share);
		pp_taxes_add(&sum, &share);
		for (k = 0; k < task.n; k++)
			if (sum.v[k].cents != task.v[k].cents)
				bad++;
	}
	is_int((int64_t)bad, 0, "the shares of 200 histories add up, and are "
	    "the task's taxes when all is paid");
	memset(&task, 0, sizeof task);
	pp_taxes_share(&task, total, net, &sum, &share);
	pp_taxes_add(&sum, &share);
	ok(sum.n == 2 && sum.v[0].cents == 0 && sum.v[1].cents == 0,
	    "a tax that goes away is given back");
}

/* One cent more paid is one cent more of one of the three, never less of
 * another. */
static void
monotone(void)
{
	struct pp_taxes task, a, b;
	int64_t c, up0, up1, price;
	size_t bad = 0;

	pp_taxes_read(quebec, &task);
	pp_taxes_part(&task, 114975, 0, &a);
	for (c = 1; c <= 114975; c++) {
		pp_taxes_part(&task, 114975, c, &b);
		up0 = b.v[0].cents - a.v[0].cents;
		up1 = b.v[1].cents - a.v[1].cents;
		price = 1 - up0 - up1;
		if (up0 < 0 || up1 < 0 || price < 0)
			bad++;
		/* Each within a cent of its exact share. */
		if (llabs(b.v[0].cents * 114975 - c * 5000) > 114975 ||
		    llabs(b.v[1].cents * 114975 - c * 9975) > 114975)
			bad++;
		a = b;
	}
	is_int((int64_t)bad, 0, "no share falls while the sum rises");
}

static void
nonsense(void)
{
	struct pp_taxes t, p;

	pp_taxes_read(quebec, &t);
	pp_taxes_part(&t, 14974, 5000, &p);
	ok(p.n == 0, "taxes above the total are none");
	pp_taxes_part(&t, 0, 0, &p);
	ok(p.n == 0, "a total of nothing has none");
	t.v[1].cents = -1;
	pp_taxes_part(&t, 114975, 5000, &p);
	ok(p.n == 0, "neither are negative ones");
	t.v[0].cents = 0;
	t.v[1].cents = 0;
	pp_taxes_part(&t, 114975, 5000, &p);
	ok(p.n == 2 && p.v[0].cents == 0, "taxes of nothing are nothing");
	t.v[0].cents = t.v[1].cents = PP_CENTS_MAX / 2;
	pp_taxes_part(&t, PP_CENTS_MAX, PP_CENTS_MAX, &p);
	ok(p.v[0].cents == PP_CENTS_MAX / 2 && p.v[1].cents ==
	    PP_CENTS_MAX / 2, "the largest amounts do not overflow");
}

int
main(void)
{
	part();
	text();
	sequences();
	monotone();
	nonsense();
	return done();
}

/*
 * The table of sentences: every one in both languages, with the same places
 * to fill; what is said about each state of a task; every decline in words.
 */
#include "config.h"

#include <stdlib.h>

#include "attempt.h"
#include "say.h"
#include "time.h"
#include "tap.h"
#include "banned.h"

#define NOW	1795449600000LL		/* 2026-11-23T16:00:00Z */

static void	places(const char *, char *, size_t);
static void	languages(void);
static void	declines(void);
static void	states(void);
static void	fill(void);

/* The placeholders of a sentence, sorted, as one text. */
static void
places(const char *s, char *out, size_t size)
{
	static const char *const keys[] = { "{amount}", "{balance}", "{date}",
	    "{over}", "{paid}", "{refunded}", "{why}" };
	size_t i;

	out[0] = '\0';
	for (i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strstr(s, keys[i]) != NULL)
			(void)strlcat(out, keys[i], size);
}

static void
languages(void)
{
	const char *name, *en, *fr;
	char a[128], b[128];
	size_t i;

	for (i = 0; (name = pp_say_name(i)) != NULL; i++) {
		en = pp_say(name, "en");
		fr = pp_say(name, "fr");
		ok(en != NULL && fr != NULL && *en != '\0' && *fr != '\0' &&
		    strcmp(en, fr) != 0, "%s is said in two languages", name);
		places(en, a, sizeof a);
		places(fr, b, sizeof b);
		is_str(a, b, "with the same places");
		ok(strchr(fr, '\'') == NULL, "%s: no typewriter apostrophe",
		    name);
	}
	ok(i > 15, "there are sentences");
	ok(pp_say("nonsense", "fr") == NULL, "and no others");
	is_str(pp_say("paid", "fr_CA"), pp_say("paid", "fr"),
	    "a longer tag is its language");
}

static void
declines(void)
{
	static const struct { const char *code, *en; } codes[] = {
		{ "051", "the card is expired, or its expiry date was not right." },
		{ "076", "the card has insufficient funds." },
		{ "113", "the bank did not answer in time." },
		{ "421", "the card was reported lost or stolen." },
		{ "477", "the card number was not right." },
		{ "482", "the card is expired, or its expiry date was not right." },
		{ "483", "the bank asks you to call it." },
		{ "481", "the bank did not say why." },
		{ "599", "the bank did not say why." },
		{ "", "the payment could not be sent to the bank." },
		{ "null", "the payment could not be sent to the bank." },
		{ "4x1", "the payment could not be sent to the bank." }
	};
	char code[8];
	size_t i;
	int n, said = 0;

	for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
		is_str(pp_say_decline(codes[i].code, "en"), codes[i].en,
		    codes[i].code);
	for (n = 50; n < 1000; n++) {
		(void)snprintf(code, sizeof code, "%03d", n);
		said += pp_say_decline(code, "fr") != NULL;
	}
	is_int(said, 950, "every code of 50 or more has words");
}

static void
states(void)
{
	struct pp_attempt att = { .id = "att_1", .amount = 64975,
	    .currency = "CAD", .opened_at = NOW, .presented_at = NOW,
	    .expires_at = NOW + 30 * PP_MINUTE };
	struct pp_payment pay = { .id = "pay_1", .amount = 50000,
	    .paid_at = NOW - PP_HOUR, .type = PP_P_PAYMENT };
	struct pp_case c = { .task = { .id = "T-1", .currency = "CAD",
	    .total = 114975 } };
	char said[1024];

	is_str(pp_say_task(&c, "en", NOW, said, sizeof said), "We have not "
	    "received a payment yet. $1,149.75 is due.", "unpaid");
	c.atts = &att;
	c.natts = 1;
	att.state = PP_T_PROCESSING;
	att.submitted_at = NOW;
	ok(strncmp(pp_say_task(&c, "en", NOW, said, sizeof said),
	    "A payment of $649.75 is still being processed", 45) == 0,
	    "processing goes before unpaid");
	ok(strstr(said, "do not pay again") != NULL, "do not pay again");
	att.state = PP_T_UNKNOWN;
	ok(strstr(pp_say_task(&c, "fr", NOW, said, sizeof said),
	    "veuillez ne pas payer") != NULL, "unknown, in French");
	att.state = PP_T_AUTHORIZED;
	ok(strncmp(pp_say_task(&c, "en", NOW, said, sizeof said),
	    "Your card was authorized for $649.75", 36) == 0, "authorized");
	att.state = PP_T_DECLINED;
	att.resolved_at = NOW;
	(void)strlcpy(att.response_code, "481", sizeof att.response_code);
	is_str(pp_say_task(&c, "en", NOW, said, sizeof said), "Your payment "
	    "of $649.75 was declined: the bank did not say why. "
	    "$1,149.75 remains due.", "declined, and why");

	c.pays = &pay;
	c.npays = 1;
	c.task.paid = 50000;
	pay.paid_at = NOW + PP_MINUTE;
	ok(strncmp(pp_say_task(&c, "en", NOW, said, sizeof said),
	    "We received $500.00 on November 23, 2026", 40) == 0,
	    "a payment after the decline is what counts");
	c.task.total = 50000;
	ok(strncmp(pp_say_task(&c, "en", NOW, said, sizeof said),
	    "Everything is paid: we received $500.00", 39) == 0, "paid");
	c.task.total = 40000;
	ok(strstr(pp_say_task(&c, "en", NOW, said, sizeof said),
	    "which is $100.00 more than was due") != NULL, "overpaid");
	c.task.total = 50000;
	c.task.refunded = 50000;
	is_str(pp_say_task(&c, "en", NOW, said, sizeof said),
	    "Your payment of $500.00 was refunded.", "refunded");
	memset(&c, 0, sizeof c);
	is_str(pp_say_task(&c, "en", NOW, said, sizeof said),
	    "Nothing is due for this task.", "nothing due");
}

static void
fill(void)
{
	static const struct pp_said said[] = { { "a", "one" }, { "b", "" } };
	char out[16];

	is_str(pp_say_fill("{a} and {b}{c}", said, 2, out, sizeof out),
	    "one and {c}", "an unknown place stays");
	is_str(pp_say_fill("{a}{a}{a}{a}{a}{a}{a}", said, 2, out, sizeof out),
	    "oneoneoneoneone", "never beyond the room");
	is_str(pp_say_fill("{a", said, 2, out, sizeof out), "{a",
	    "an open brace is text");
}

int
main(void)
{
	(void)setenv("TZ", "America/Toronto", 1);
	languages();
	declines();
	states();
	fill();
	return done();
}

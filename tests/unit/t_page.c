/*
 * The customer's page, where it is pure: words, form values, bodies,
 * addresses, limits, routes' tokens, templates as installed.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "page_addr.h"
#include "page_body.h"
#include "page_colour.h"
#include "page_form.h"
#include "page_limit.h"
#include "page_site.h"
#include "page_shell.h"
#include "page_view.h"
#include "page_words.h"
#include "time.h"
#include "tap.h"
#include "banned.h"

static void	words(void);
static void	places(const char *, char *, size_t);
static void	french(void);
static void	forms(void);
static void	bodies(void);
static void	amounts(void);
static void	addresses(void);
static void	limits(void);
static void	site(void);
static void	literal(const char *, const char *);
static void	colours(void);
static void	lock(void);
static void	versions(void);

/* The {placeholders} of a sentence, in order of the alphabet. */
static void
places(const char *s, char *out, size_t size)
{
	char found[256] = "", one[32];
	size_t n;
	int c;

	for (; (s = strchr(s, '{')) != NULL; s++) {
		n = strcspn(s, "}") + 1;
		if (n < sizeof one) {
			memcpy(one, s, n);
			one[n] = '\0';
			(void)strlcat(found, one, sizeof found);
		}
	}
	*out = '\0';
	for (c = 'a'; c <= 'z'; c++)
		for (s = found; (s = strchr(s, '{')) != NULL; s++)
			if (s[1] == c) {
				n = strcspn(s, "}") + 1;
				memcpy(one, s, n);
				one[n] = '\0';
				(void)strlcat(out, one, size);
			}
}

static void
words(void)
{
	const struct page_word *w, *v;
	char en[256], fr[256];
	bool all = true, alike = true, once = true;

	for (w = page_words; w->name != NULL; w++) {
		if (w->en == NULL || w->fr == NULL || w->en[0] == '\0' ||
		    w->fr[0] == '\0') {
			all = false;
			printf("# %s lacks a language\n", w->name);
			continue;
		}
		places(w->en, en, sizeof en);
		places(w->fr, fr, sizeof fr);
		if (strcmp(en, fr) != 0) {
			alike = false;
			printf("# %s: %s in English, %s in French\n", w->name,
			    en, fr);
		}
		for (v = w + 1; v->name != NULL; v++)
			if (strcmp(w->name, v->name) == 0) {
				once = false;
				printf("# %s twice\n", w->name);
			}
	}
	ok(all, "every sentence has both languages");
	ok(alike, "both languages have the same places to fill");
	ok(once, "every name stands once");
	is_str(page_word("to_pay", "fr"), "\u00e0 payer", "French");
	is_str(page_word("to_pay", "en"), "to pay", "English");
	ok(page_word("no such", "fr") == NULL, "no such sentence");
}

/* As Quebec sets it: a no-break space before a colon and inside guillemets,
 * none before ; ! ?, no typewriter's apostrophe. */
static void
french(void)
{
	static const char *const bad[] = { "'", " :", " ;", " !", " ?",
	    "\u00ab ", " \u00bb", " $", "..." };
	const struct page_word *w;
	bool fine = true;
	size_t i;

	for (w = page_words; w->name != NULL; w++)
		for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
			if (strstr(w->fr, bad[i]) != NULL) {
				fine = false;
				printf("# %s: \"%s\" in %s\n", w->name, bad[i],
				    w->fr);
			}
	ok(fine, "French typography");
}

static void
forms(void)
{
	const unsigned char seal[32] = "a sealing key of thirty-two byte";
	const unsigned char other[32] = "a sealing key of thirty-two bite";
	const int64_t now = 1795460932000;
	unsigned char key[PAGE_FORM_KEY], key2[PAGE_FORM_KEY];
	char v[PAGE_FORM_LEN], w[PAGE_FORM_LEN];

	page_form_key(seal, key);
	page_form_key(other, key2);
	ok(memcmp(key, seal, sizeof key) != 0, "the key is not the sealing key");
	page_form_make(key, "hash-of-a-token", now, v);
	is_int((int64_t)strlen(v), 40, "a value's length");
	ok(page_form_ok(key, "hash-of-a-token", now, v), "taken at once");
	ok(page_form_ok(key, "hash-of-a-token", now + 12 * PP_HOUR, v),
	    "taken after 12 hours");
	ok(!page_form_ok(key, "hash-of-a-token", now + 13 * PP_HOUR, v),
	    "not after 13");
	ok(!page_form_ok(key, "hash-of-a-token", now - PP_HOUR, v),
	    "not from the future");
	ok(!page_form_ok(key, "another-link", now, v), "not for another link");
	ok(!page_form_ok(key2, "hash-of-a-token", now, v),
	    "not under another key");
	(void)strlcpy(w, v, sizeof w);
	w[39] = w[39] == '0' ? '1' : '0';
	ok(!page_form_ok(key, "hash-of-a-token", now, w), "not one bit off");
	w[39] = '\0';
	ok(!page_form_ok(key, "hash-of-a-token", now, w), "not shorter");
	ok(!page_form_ok(key, "hash-of-a-token", now, ""), "not empty");
	page_form_key(seal, key2);
	ok(page_form_ok(key2, "hash-of-a-token", now, v),
	    "taken after a restart");
}

static void
bodies(void)
{
	static const char full[] = "form=abc&lang=fr&amount=1%C2%A0149%2C75+"
	    "%24&choice=other&confirmed=1&attempt=att_1&hint=loaded&x=y";
	static const char json[] =
	    "{\"attempt\":\"att_1\",\"hint\":\"closed\",\"x\":[1]}";
	struct page_body b;
	char *big;

	ok(page_body_read(full, strlen(full), &b), "a form");
	is_str(b.form, "abc", "its value");
	is_str(b.amount, "1\u00a0149,75 $", "escapes and plus");
	is_str(b.choice, "other", "choice");
	is_str(b.hint, "loaded", "hint");
	ok(b.confirmed, "confirmed");
	ok(page_body_read(json, strlen(json), &b), "an object");
	is_str(b.attempt, "att_1", "its attempt");
	is_str(b.hint, "closed", "its hint");
	ok(!b.confirmed, "not confirmed");
	ok(!page_body_read("{\"a\":", 5, &b), "half an object");
	ok(page_body_read("form=a&form=b", 13, &b), "a name twice");
	is_str(b.form, "a", "the first is kept");
	ok(page_body_read("lang=french&hint=%zz&form=%00a", 30, &b),
	    "bad values");
	is_str(b.lang, "", "too long is none");
	is_str(b.hint, "", "a bad escape is none");
	is_str(b.form, "", "a NUL is none");
	ok(page_body_read("%66orm=a&=b&form", 16, &b), "odd names");
	is_str(b.form, "a", "an escaped name");
	ok(page_body_read("", 0, &b), "nothing");
	big = calloc(1, PAGE_BODY_MAX + 1);
	if (big != NULL) {
		memset(big, 'a', PAGE_BODY_MAX + 1);
		ok(!page_body_read(big, PAGE_BODY_MAX + 1, &b), "too much");
	}
	free(big);
}

static void
amounts(void)
{
	static const struct { const char *typed; int64_t cents; } t[] = {
		{ "500", 50000 }, { "1149.75", 114975 }, { "1149,75", 114975 },
		{ "1 149,75 $", 114975 }, { "1\u00a0149,75\u00a0$", 114975 },
		{ "1\u202f149,75", 114975 }, { "$12.50", 1250 },
		{ "$1,149.75", 114975 }, { "1,234,567.89", 123456789 },
		{ "1,14.75", 0 }, { ",149.75", 0 }, { "1,1499.75", 0 },
		{ "1.149,75", 0 }, { "1,149,75", 0 }, { "1,149.7512", 0 },
		{ "", 0 }, { "abc", 0 }, { "-5", 0 }, { "1,149", 0 },
		{ "1.234", 0 }, { "1e3", 0 }, { "0", 0 }, { "12.5.0", 0 },
		{ "99999999999999999999", 0 },
		{ "0000000000000000000000000000000000000000000000000000000001",
		    100 }
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		ok(page_body_amount(t[i].typed) == t[i].cents,
		    "amount \"%s\" is %lld", t[i].typed,
		    (long long)t[i].cents);
}

static void
addresses(void)
{
	static const struct {
		const char *trusted, *peer, *forwarded, *want;
	} t[] = {
		{ "", "192.0.2.1", NULL, "192.0.2.1" },
		{ "", "192.0.2.1", "198.51.100.7", "192.0.2.1" },
		{ "192.0.2.1", "192.0.2.1", "198.51.100.7", "198.51.100.7" },
		{ "192.0.2.9", "192.0.2.1", "198.51.100.7", "192.0.2.1" },
		{ "192.0.2.1", "192.0.2.1", "203.0.113.5, 198.51.100.7",
		    "198.51.100.7" },
		{ "192.0.2.1 198.51.100.7", "192.0.2.1",
		    "203.0.113.5, 198.51.100.7", "203.0.113.5" },
		{ "192.0.2.1 198.51.100.7 203.0.113.5", "192.0.2.1",
		    "203.0.113.5, 198.51.100.7", "203.0.113.5" },
		{ "192.0.2.1", "192.0.2.1", "unknown", "192.0.2.1" },
		{ "192.0.2.1", "192.0.2.1", "203.0.113.5, , ", "192.0.2.1" },
		{ "192.0.2.1", "192.0.2.1", "", "192.0.2.1" },
		{ "::1", "::1", "2001:db8::5", "2001:db8::5" },
		{ "::1,127.0.0.1", "127.0.0.1", " [2001:db8::5] ",
		    "2001:db8::5" }
	};
	unsigned char peer[PAGE_ADDR_LEN], got[PAGE_ADDR_LEN];
	char text[PAGE_ADDR_TEXT];
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		(void)page_addr_parse(t[i].peer, peer);
		page_addr_client(t[i].trusted, peer, t[i].forwarded, got);
		page_addr_text(got, text);
		is_str(text, t[i].want, "the client");
	}
	ok(!page_addr_parse("", got), "no address");
	ok(!page_addr_parse("192.0.2", got), "half an address");
	(void)page_addr_parse("2001:db8::5", got);
	is_int((int64_t)page_addr_whole(got), 8, "IPv6: a /64");
	(void)page_addr_parse("192.0.2.1", got);
	is_int((int64_t)page_addr_whole(got), 16, "IPv4: all of it");
}

static void
limits(void)
{
	static struct page_limit l;
	int64_t now = 1000000;
	int i, taken = 0;
	char who[16];

	page_limit_init(&l, 60);
	for (i = 0; i < 100; i++)
		taken += page_limit_take(&l, "a", 1, now) == 0;
	is_int(taken, 60, "a burst of a minute's worth");
	is_int(page_limit_take(&l, "a", 1, now), 1, "then a second's wait");
	is_int(page_limit_take(&l, "b", 1, now), 0, "somebody else may");
	is_int(page_limit_take(&l, "a", 1, now + 1000), 0, "after a second");
	ok(page_limit_take(&l, "a", 1, now + 1000) > 0, "but only once");
	is_int(page_limit_take(&l, "a", 1, now + 120000), 0,
	    "after a quiet while");
	for (i = 0; i < 100000; i++) {
		(void)snprintf(who, sizeof who, "%d", i);
		(void)page_limit_take(&l, who, strlen(who), now);
	}
	ok(true, "a hundred thousand others fit in the same table");
	page_limit_init(&l, 0);
	for (taken = i = 0; i < 1000; i++)
		taken += page_limit_take(&l, "a", 1, now) == 0;
	is_int(taken, 1000, "0 is no limit");
	page_limit_init(&l, 100000);
	is_int(page_limit_take(&l, "a", 1, now), 0, "more than one a ms");
}

/* A template holds no word of its own: all of them are in the tables, in both
 * languages. */
static void
literal(const char *name, const char *text)
{
	const char *p;
	bool in = false, fine = true;

	for (p = text; *p != '\0'; p++) {
		if (strncmp(p, "{{", 2) == 0 && (p = strstr(p, "}}")) != NULL)
			p++;
		else if (p == NULL)
			break;
		else if (*p == '<')
			in = true;
		else if (*p == '>')
			in = false;
		else if (!in && ((*p >= 'a' && *p <= 'z') ||
		    (*p >= 'A' && *p <= 'Z')))
			fine = false;
		else if (in && (strncmp(p, " alt=\"", 6) == 0 ||
		    strncmp(p, " title=\"", 8) == 0 ||
		    strncmp(p, " aria-label=\"", 13) == 0 ||
		    strncmp(p, " placeholder=\"", 14) == 0)) {
			p = strchr(p, '"');
			fine = fine && (p[1] == '"' || p[1] == '{');
		}
	}
	ok(fine, "%s has no words of its own", name);
}

static void
colours(void)
{
	static const struct { const char *a, *b; int tenths; } pairs[] = {
		{ "#000000", "#ffffff", 210 }, { "#ffffff", "#000000", 210 },
		{ "#777777", "#ffffff", 44 }, { "#767676", "#ffffff", 45 },
		{ "#1f5f99", "#ffffff", 66 }, { "#ffee00", "#ffffff", 12 },
		{ "#1f5f99", "#1f5f99", 10 }
	};
	const struct page_colour white = { 255, 255, 255 };
	const struct page_colour night = { 0x17, 0x1d, 0x25 };
	struct page_colour a, b;
	char text[PAGE_COLOUR_TEXT];
	bool edge = true, letters = true;
	size_t i;
	unsigned int n;

	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		ok(page_colour_read(pairs[i].a, &a) &&
		    page_colour_read(pairs[i].b, &b), "two colours");
		ok((int)(page_colour_contrast(a, b) * 10) == pairs[i].tenths,
		    "the contrast of %s and %s", pairs[i].a, pairs[i].b);
	}
	ok(!page_colour_read("1f5f99", &a), "no colour");
	(void)page_colour_read("#1f5f99", &a);
	is_str(page_colour_text(page_colour_on(a, white, PAGE_CONTRAST_EDGE),
	    text), "#1f5f99", "what is seen stays as it is");
	for (n = 0; n < 1u << 12; n++) {
		a.r = (unsigned char)((n & 15) * 17);
		a.g = (unsigned char)((n >> 4 & 15) * 17);
		a.b = (unsigned char)((n >> 8) * 17);
		edge = edge && page_colour_contrast(page_colour_on(a, white,
		    PAGE_CONTRAST_EDGE), white) >= PAGE_CONTRAST_EDGE &&
		    page_colour_contrast(page_colour_on(a, night,
		    PAGE_CONTRAST_EDGE), night) >= PAGE_CONTRAST_EDGE;
		letters = letters && page_colour_contrast(a,
		    page_colour_ink(a)) >= 4.5;
	}
	ok(edge, "every colour's edge is seen, by day and by night");
	ok(letters, "letters on every colour can be read");
}

static void
site(void)
{
	size_t i;
	static struct pp_conf conf;
	struct page_site s;
	struct pp_err err = { .msg = "" };
	const char *src = getenv("PP_TEST_SRCDIR");
	char dir[1024];

	(void)snprintf(dir, sizeof dir, "%s/share/page",
	    src != NULL ? src : ".");
	(void)strlcpy(conf.page.url, "https://pay.example.com/a/",
	    sizeof conf.page.url);
	(void)strlcpy(conf.business.colour, "#ffee00",
	    sizeof conf.business.colour);
	if (!ok(page_site_load(&s, dir, &conf, &err) == PP_OK,
	    "the templates load"))
		printf("# %s\n", err.msg);
	for (i = 0; i < PAGE_NTPL; i++)
		literal(page_site_name((enum page_tpl)i), s.tpl[i]);
	ok(strstr(s.asset[PAGE_F_CSS].data, "--card: #ffffff") != NULL &&
	    strstr(s.asset[PAGE_F_CSS].data, "--card: #171d25") != NULL,
	    "the grounds that contrasts are reckoned with");
	ok(strstr(s.remark, "#ffee00") != NULL, "a pale colour is remarked");
	is_str(s.root, "/a", "the path below which the proxy serves");
	ok(s.https, "https");
	ok(page_site_asset(&s, s.asset[PAGE_F_CSS].name) ==
	    &s.asset[PAGE_F_CSS], "an asset by its name");
	ok(page_site_asset(&s, "page.css") == NULL, "not without its hash");
	ok(s.asset[PAGE_F_CSS].data != NULL && strstr(
	    s.asset[PAGE_F_CSS].data, "--brand: #ffee00; --on-brand: #000"),
	    "dark letters on a light colour");
	page_site_release(&s);
	is_int(page_site_load(&s, "/nonexistent", &conf, &err), PP_CONF,
	    "no templates");
	page_site_release(&s);
}

/* n declines on the link, the last ago ms ago. */
static void
lock(void)
{
	struct pp_view v = { .now = 1795460932000 };
	struct pp_attempt a[PAGE_DECLINES + 1];
	size_t i;

	memset(a, 0, sizeof a);
	(void)strlcpy(v.link.id, "lnk_1", sizeof v.link.id);
	for (i = 0; i < PAGE_DECLINES + 1; i++) {
		(void)strlcpy(a[i].link, "lnk_1", sizeof a[i].link);
		a[i].state = PP_T_DECLINED;
		a[i].resolved_at = v.now - 59 * PP_MINUTE;
	}
	v.c.atts = a;
	v.c.natts = PAGE_DECLINES - 1;
	ok(!page_view_locked(&v), "nine declines do not lock");
	v.c.natts = PAGE_DECLINES;
	ok(page_view_locked(&v), "ten do");
	a[0].resolved_at -= 2 * PP_MINUTE;
	ok(!page_view_locked(&v), "not when one is an hour old");
	a[0].resolved_at = v.now;
	a[3].state = PP_T_APPROVED;
	ok(!page_view_locked(&v), "an approval is no decline");
	a[3].state = PP_T_DECLINED;
	(void)strlcpy(a[4].link, "lnk_2", sizeof a[4].link);
	ok(!page_view_locked(&v), "another link's do not count");
}

static void
versions(void)
{
	struct pp_view v = { .now = 1795460932000 };
	struct pp_attempt a;
	uint64_t before;

	memset(&a, 0, sizeof a);
	a.state = PP_T_PRESENTED;
	a.presented_at = v.now;
	a.expires_at = v.now + PP_HOUR;
	v.c.atts = &a;
	v.c.natts = 1;
	before = page_view_version(&v);
	ok(before < (uint64_t)1 << 48, "exact in a browser");
	a.asked_at = v.now;
	ok(page_view_version(&v) == before, "a question changes nothing");
	a.state = PP_T_PROCESSING;
	ok(page_view_version(&v) != before, "an attempt's state does");
	before = page_view_version(&v);
	v.sums.balance = 1;
	ok(page_view_version(&v) != before, "what remains does");
}

int
main(void)
{
	if (sodium_init() == -1)
		return 1;
	words();
	french();
	forms();
	bodies();
	amounts();
	addresses();
	limits();
	site();
	colours();
	lock();
	versions();
	return done();
}

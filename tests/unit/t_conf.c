#include "config.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "io.h"
#include "tap.h"
#include "time.h"
#include "banned.h"

static const struct {
	const char	*text;
	const char	*why;	/* after "FILE: " */
} bad[] = {
	{ "[busines]\nname = x\n", "line 2: there is no section [busines]" },
	{ "[business]\n\nnome = x\n", "line 3: [business] has no key nome" },
	{ "name = x\n", "line 1: name: before the first [section]" },
	{ "[business]\nname\n",
	    "line 2: neither [section] nor key = value" },
	{ "[business\n", "line 1: neither [section] nor key = value" },
	{ "[page]\nurl = https://a.example\nurl = https://b.example\n",
	    "line 3: url: given twice" },
	{ "[page]\nurl = pay.example\n",
	    "line 2: url: not an http or https address" },
	{ "[page]\nurl =\n", "line 2: url: empty" },
	{ "[page]\nurl = https://a.example/\"x\n",
	    "line 2: url: not an http or https address" },
	{ "[page]\nlimit_per_link = many\n",
	    "line 2: limit_per_link: not a number of requests a minute" },
	{ "[page]\nlimit_declines = few\n",
	    "line 2: limit_declines: not a number from 0 to 1000000" },
	{ "[page]\nlimit_per_link = -1\n",
	    "line 2: limit_per_link: not a number of requests a minute" },
	{ "[page]\nlisten = a b\n", "line 2: listen: has a blank in it" },
	{ "[store]\npath = here\n", "line 2: path: not an absolute path" },
	{ "[store]\nreserve = 64MB\n",
	    "line 2: reserve: not a size such as 64M" },
	{ "[store]\nreserve = M\n",
	    "line 2: reserve: not a size such as 64M" },
	{ "[store]\nkeep_logs = 99999999999999T\n",
	    "line 2: keep_logs: too large" },
	{ "[link]\nexpires = 90\n", "line 2: expires: not a length of time "
	    "(such as 90d) or never" },
	{ "[link]\nexpires = 0d\n", "line 2: expires: not a length of time "
	    "(such as 90d) or never" },
	{ "[business]\nlanguage = de\n",
	    "line 2: language: neither fr nor en" },
	{ "[business]\ncurrency = cad\n",
	    "line 2: currency: not a code of capital letters" },
	{ "[business]\ncountry = CAN\n",
	    "line 2: country: not a code of capital letters" },
	{ "[business]\ncolour = blue\n",
	    "line 2: colour: not a colour such as #1f5f99" },
	{ "[business]\nemail = me\n", "line 2: email: not a mail address" },
	{ "[business]\nname = \xff\n",
	    "line 2: name: not UTF-8, or a control character" },
	{ "[business]\nname = a\x1b[2Jb\n",
	    "line 2: name: not UTF-8, or a control character" },
	{ "[page]\nurl = https://a.example\n /b\n",
	    "line 3: url: cannot go on in another line" },
};

static void	say(const char *, const char *);
static void	t_bad(const char *);
static void	t_good(const char *);
static void	t_long(const char *);
static void	t_live(void);

static void
say(const char *path, const char *text)
{
	if (pp_io_replace(path, text, strlen(text), 0600, NULL) != PP_OK)
		err(1, "%s", path);
}

static void
t_bad(const char *path)
{
	struct pp_conf c;
	struct pp_err e;
	size_t i, n = strlen(path);

	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		say(path, bad[i].text);
		pp_err_clear(&e);
		ok(pp_conf_load(path, &c, &e) == PP_CONF, "refuse %s",
		    bad[i].text);
		ok(strncmp(e.msg, path, n) == 0, "naming the file");
		is_str(strlen(e.msg) > n + 2 ? e.msg + n + 2 : e.msg,
		    bad[i].why, "and say why");
	}
	(void)unlink(path);
	pp_err_clear(&e);
	ok(pp_conf_load(path, &c, &e) == PP_CONF, "a file that is not there");
	(void)pp_io_replace(path, "[page]\n\0", 8, 0600, NULL);
	ok(pp_conf_load(path, &c, NULL) == PP_CONF, "a NUL in it");
}

static void
t_good(const char *path)
{
	struct pp_conf c;
	struct pp_err e = { 0 };

	ok(pp_conf_load(NULL, &c, &e) == PP_OK, "no file at all");
	is_int(c.store.reserve, 64 << 20, "the reserve");
	is_int(c.store.keep_logs, 256 << 20, "the logs kept");
	is_int(c.link.expires, 90 * PP_DAY, "links live 90 days");
	is_str(c.page.url, "http://127.0.0.1:8080", "the page's address");
	is_str(c.business.time_zone, "America/Toronto", "the zone");
	is_str(c.business.currency, "CAD", "the currency");
	is_str(c.business.language, "fr", "the language");
	is_str(c.store.path, "", "no path");

	say(path, "; a comment\n# another\n[business]\n"
	    "name = Plomberie \xc3\x89lise ; et fils\n"
	    "address = 1, rue X\n\tMontr\xc3\xa9" "al (Qu\xc3\xa9" "bec)\n"
	    "    H2X 1Y4\n"
	    "phone: +1 514 555-0100\ncolour = #AABBCC\nemail =\n"
	    "[store]\npath=/srv/pp\nreserve = 10\nkeep_logs = 1G\n"
	    "[page]\nurl = https://pay.example.com///\nlimit_per_link = 0\n"
	    "[link]\nexpires = never\n"
	    "[progression]\ndeposit_lines = D\xc3\xa9p\xc3\xb4t*");
	ok(pp_conf_load(path, &c, &e) == PP_OK, "a whole file: %s", e.msg);
	is_str(c.business.name, "Plomberie \xc3\x89lise", "a comment behind");
	is_str(c.business.address, "1, rue X\nMontr\xc3\xa9" "al "
	    "(Qu\xc3\xa9" "bec)\nH2X 1Y4", "three lines");
	is_str(c.business.phone, "+1 514 555-0100", "with a colon");
	is_str(c.business.colour, "#AABBCC", "a colour is no comment");
	is_str(c.page.url, "https://pay.example.com", "no slash at the end");
	is_int(c.page.limit_per_link, 0, "no limit");
	is_int(c.link.expires, 0, "never");
	is_int(c.store.reserve, 10, "bytes");
	is_int(c.store.keep_logs, 1 << 30, "gigabytes");
	is_str(c.progression.deposit_lines, "D\xc3\xa9p\xc3\xb4t*",
	    "as given, the last line without its newline");
	say(path, "");
	ok(pp_conf_load(path, &c, &e) == PP_OK, "an empty file");
	ok(pp_conf_load("/dev/null", &c, &e) == PP_OK, "no file to speak of");
}

/* What libinih would cut in two, and what is longer than its place. */
static void
t_long(const char *path)
{
	struct pp_conf c;
	struct pp_err e = { 0 };
	char text[4096];
	size_t n;
	int i;

	n = (size_t)snprintf(text, sizeof text, "[business]\naddress = ");
	memset(text + n, 'x', 188);
	(void)snprintf(text + n + 188, 2, "\n");
	say(path, text);
	ok(pp_conf_load(path, &c, &e) == PP_OK && strlen(c.business.address)
	    == 188, "a line of 198 bytes: %s", e.msg);
	memset(text + n, 'x', 189);
	(void)snprintf(text + n + 189, 2, "\n");
	say(path, text);
	ok(pp_conf_load(path, &c, &e) == PP_CONF, "a line of 199");
	is_str(strstr(e.msg, "line 2"), "line 2: longer than 198 bytes; go on "
	    "in a line that begins with a blank", "and why");
	n = (size_t)snprintf(text, sizeof text, "[business]\naddress = a\n");
	for (i = 0; i < 11; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, " %0100d\n",
		    i);
	say(path, text);
	pp_err_clear(&e);
	ok(pp_conf_load(path, &c, &e) == PP_CONF, "a text of more lines than "
	    "there is room");
	is_str(strstr(e.msg, "line"), "line 13: address: too long", "and why");
}

static void
t_live(void)
{
	struct pp_conf c;
	struct pp_err e = { 0 };
	struct {
		char		*at;
		size_t		 size;
		const char	*value;
		const char	*lacks;
	} t[] = {
		{ c.page.url, sizeof c.page.url, "https://pay.example.com",
		    "[page] url, which must begin with https://" },
		{ c.business.name, sizeof c.business.name, "N",
		    "[business] name" },
		{ c.business.address, sizeof c.business.address, "A",
		    "[business] address" },
		{ c.business.phone, sizeof c.business.phone, "1",
		    "[business] phone or email" },
		{ c.business.refund_policy, sizeof c.business.refund_policy,
		    "R", "[business] refund_policy" },
	};
	char want[256];
	size_t i;

	(void)pp_conf_load(NULL, &c, &e);
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		pp_err_clear(&e);
		ok(pp_conf_live_ready(&c, &e) == PP_CONF, "not ready");
		(void)snprintf(want, sizeof want,
		    "real money needs a configuration with %s", t[i].lacks);
		is_str(e.msg, want, t[i].lacks);
		(void)strlcpy(t[i].at, t[i].value, t[i].size);
	}
	ok(pp_conf_live_ready(&c, &e) == PP_OK, "ready");
	c.business.phone[0] = '\0';
	(void)strlcpy(c.business.email, "a@b", sizeof c.business.email);
	ok(pp_conf_live_ready(&c, &e) == PP_OK, "a mail address will do too");
}

int
main(void)
{
	char dir[] = "/tmp/t_conf.XXXXXX", path[64];

	if (mkdtemp(dir) == NULL)
		err(1, "mkdtemp");
	(void)snprintf(path, sizeof path, "%s/pp.conf", dir);
	t_bad(path);
	t_good(path);
	t_long(path);
	t_live();
	(void)unlink(path);
	(void)rmdir(dir);
	return done();
}

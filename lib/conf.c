#include "config.h"

#include <ctype.h>
#include <ini.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "intl.h"
#include "io.h"
#include "time.h"
#include "utf8.h"
#include "workday.h"
#include "banned.h"

enum kind {
	TEXT,		/* char[], may go on in the next line */
	LINES,		/* the same, and stays in lines */
	WORD,		/* char[], no blank in it */
	URL,		/* char[], http or https */
	PATH,		/* char[], absolute */
	MAIL,		/* char[], with an @ */
	LETTERS,	/* char[], as many capital letters as the default has */
	COLOUR,		/* char[], #rrggbb */
	LANGUAGE,	/* char[], fr or en */
	HOUR,		/* char[], such as 22:00, or never */
	HOLIDAYS,	/* char[], lib/workday.h */
	BYTES,		/* int64_t, such as 64M */
	RATE,		/* int64_t, 0 to RATE_MAX */
	COUNT,		/* the same, not a minute */
	SPAN		/* int64_t milliseconds, such as 90d; 0 for never */
};

#define RATE_MAX	1000000

struct key {
	const char	*section;
	const char	*name;
	enum kind	 kind;
	size_t		 off;
	size_t		 size;
	const char	*dflt;
};

#define KEY(section, name, kind, dflt) \
	{ #section, #name, kind, offsetof(struct pp_conf, section.name), \
	    sizeof(((struct pp_conf *)0)->section.name), dflt }

static const struct key keys[] = {
	KEY(store, path, PATH, ""),
	KEY(store, reserve, BYTES, "64M"),
	KEY(store, keep_logs, BYTES, "256M"),
	KEY(business, name, TEXT, ""),
	KEY(business, legal_name, TEXT, ""),
	KEY(business, address, LINES, ""),
	KEY(business, country, LETTERS, "CA"),
	KEY(business, phone, TEXT, ""),
	KEY(business, email, MAIL, ""),
	KEY(business, website, URL, ""),
	KEY(business, gst_number, TEXT, ""),
	KEY(business, qst_number, TEXT, ""),
	KEY(business, statement_name, TEXT, ""),
	KEY(business, terms_url, URL, ""),
	KEY(business, terms_url_fr, URL, ""),
	KEY(business, terms_url_en, URL, ""),
	KEY(business, refund_policy, TEXT, ""),
	KEY(business, refund_policy_fr, TEXT, ""),
	KEY(business, refund_policy_en, TEXT, ""),
	KEY(business, privacy_url, URL, ""),
	KEY(business, privacy_url_fr, URL, ""),
	KEY(business, privacy_url_en, URL, ""),
	KEY(business, logo, TEXT, ""),
	KEY(business, colour, COLOUR, "#1f5f99"),
	KEY(business, time_zone, WORD, "America/Toronto"),
	KEY(business, language, LANGUAGE, "fr"),
	KEY(business, currency, LETTERS, "CAD"),
	KEY(business, holidays, HOLIDAYS, "quebec"),
	KEY(page, url, URL, "http://127.0.0.1:8080"),
	KEY(page, listen, WORD, "127.0.0.1:8080"),
	KEY(page, trusted_proxies, TEXT, ""),
	KEY(page, limit_per_address, RATE, "240"),
	KEY(page, limit_per_link, RATE, "120"),
	KEY(page, limit_declines, COUNT, "60"),
	KEY(page, other_ways, TEXT, ""),
	KEY(page, other_ways_fr, TEXT, ""),
	KEY(page, other_ways_en, TEXT, ""),
	KEY(link, expires, SPAN, "90d"),
	KEY(refund, void_until, HOUR, ""),
	KEY(mail, from, MAIL, ""),
	KEY(mail, reply_to, MAIL, ""),
	KEY(mail, bcc, MAIL, ""),
	KEY(mail, transport, WORD, "sendmail"),
	KEY(mail, user, WORD, ""),
	KEY(mail, password_file, PATH, ""),
	KEY(mail, ca_file, PATH, ""),
	KEY(mail, template_dir, PATH, ""),
	KEY(progression, url, URL, ""),
	KEY(progression, key_file, PATH, ""),
	KEY(progression, transferred_steps, TEXT, ""),
	KEY(progression, deposit_lines, TEXT, ""),
};

#define NKEYS	(sizeof keys / sizeof keys[0])

/* A file being read. */
struct reading {
	struct pp_conf	*conf;
	const char	*path;
	const char	*at;		/* what is not yet read of its text */
	int		 line;
	bool		 goes_on;	/* this line begins with a blank */
	bool		 toolong;
	bool		 seen[NKEYS];
	struct pp_err	*err;
	enum pp_rc	 rc;
};

static char		*next_line(char *, int, void *);
static int		on_key(void *, const char *, const char *,
			    const char *);
static int		complain(struct reading *, const char *, ...)
			    __attribute__((format(printf, 2, 3)));
static bool		known_section(const char *);
static const char	*set(const struct key *, struct pp_conf *,
			    const char *);
static const char	*set_text(const struct key *, char *, const char *);
static const char	*set_bytes(int64_t *, const char *);
static bool		is_url(const char *);
static bool		is_hour(const char *);
static const char	*go_on(const struct key *, struct pp_conf *,
			    const char *);

/* fgets over the text in memory; counts lines, which libinih's handler is
 * not told, and tells those it would cut in two. */
static char *
next_line(char *buf, int size, void *arg)
{
	struct reading *r = arg;
	size_t n;

	if (*r->at == '\0' || r->toolong)
		return NULL;
	r->line++;
	r->goes_on = *r->at == ' ' || *r->at == '\t';
	n = strcspn(r->at, "\n");
	if (n > (size_t)size - 2) {
		r->toolong = true;
		(void)complain(r, "longer than %d bytes; go on in a line that "
		    "begins with a blank", size - 2);
		return NULL;
	}
	memcpy(buf, r->at, n);
	buf[n] = '\0';
	r->at += n + (r->at[n] == '\n');
	return buf;
}

/* Returns 0, libinih's word for an error. */
static int
complain(struct reading *r, const char *fmt, ...)
{
	char what[PP_ERR_MSG];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof what, gettext(fmt), ap);
	va_end(ap);
	r->rc = pp_err_set(r->err, PP_CONF, "%s: line %d: %s", r->path,
	    r->line, what);
	return 0;
}

static bool
known_section(const char *section)
{
	size_t i;

	for (i = 0; i < NKEYS; i++)
		if (strcmp(keys[i].section, section) == 0)
			return true;
	return false;
}

static int
on_key(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	const struct key *k;
	const char *why;
	size_t i;

	if (r->rc != PP_OK)
		return 0;
	if (*section == '\0')
		return complain(r, "%s: before the first [section]", name);
	for (i = 0; i < NKEYS; i++)
		if (strcmp(keys[i].section, section) == 0 &&
		    strcmp(keys[i].name, name) == 0)
			break;
	if (i == NKEYS)
		return known_section(section) ?
		    complain(r, "[%s] has no key %s", section, name) :
		    complain(r, "there is no section [%s]", section);
	k = &keys[i];
	if (!pp_utf8_printable(value, strlen(value)))
		return complain(r, "%s: not UTF-8, or a control character",
		    name);
	if (r->goes_on && r->seen[i])
		why = go_on(k, r->conf, value);
	else if (r->seen[i])
		why = N_("given twice");
	else
		why = set(k, r->conf, value);
	r->seen[i] = true;
	if (why != NULL)
		return complain(r, "%s: %s", name, _(why));
	return 1;
}

/* Sets the value; says what is wrong with it, or NULL. */
static const char *
set(const struct key *k, struct pp_conf *c, const char *value)
{
	void *p = (char *)c + k->off;
	const char *e;

	switch (k->kind) {
	case BYTES:
		return set_bytes(p, value);
	case RATE:
	case COUNT:
		*(int64_t *)p = strtonum(value, 0, RATE_MAX, &e);
		return e == NULL ? NULL : k->kind == RATE ?
		    N_("not a number of requests a minute") :
		    N_("not a number from 0 to 1000000");
	case SPAN:
		if (strcmp(value, "never") == 0)
			*(int64_t *)p = 0;
		else if (pp_time_span(value, p, NULL) != PP_OK ||
		    *(int64_t *)p == 0)
			return N_("not a length of time (such as 90d) or never");
		return NULL;
	default:
		return set_text(k, p, value);
	}
}

static const char *
set_text(const struct key *k, char *p, const char *value)
{
	size_t n = strlen(value);

	if (n >= k->size)
		return N_("too long");
	/* An empty value stands for none, where none is the default. */
	if (n == 0 && k->dflt[0] != '\0')
		return N_("empty");
	if (n != 0)
		switch (k->kind) {
		case WORD:
			if (strpbrk(value, " \t") != NULL)
				return N_("has a blank in it");
			break;
		case URL:
			if (!is_url(value))
				return N_("not an http or https address");
			while (value[n - 1] == '/')
				n--;
			break;
		case PATH:
			if (*value != '/')
				return N_("not an absolute path");
			break;
		case MAIL:
			if (strchr(value, '@') == NULL)
				return N_("not a mail address");
			break;
		case LETTERS:
			if (n != strlen(k->dflt) || strspn(value,
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != n)
				return N_("not a code of capital letters");
			break;
		case COLOUR:
			if (n != 7 || *value != '#' || strspn(value + 1,
			    "0123456789abcdefABCDEF") != 6)
				return N_("not a colour such as #1f5f99");
			break;
		case LANGUAGE:
			if (strcmp(value, "fr") != 0 &&
			    strcmp(value, "en") != 0)
				return N_("neither fr nor en");
			break;
		case HOUR:
			if (strcmp(value, "never") != 0 && !is_hour(value))
				return N_("neither an hour such as 22:00 nor "
				    "never");
			break;
		case HOLIDAYS:
			if (!pp_holidays_ok(value))
				return N_("not quebec, none, or days such as "
				    "2026-12-24 and 12-26");
			break;
		default:
			break;
		}
	memcpy(p, value, n);
	p[n] = '\0';
	return NULL;
}

static const char *
set_bytes(int64_t *p, const char *value)
{
	static const char units[] = "KMGT";
	size_t n = strspn(value, "0123456789");
	const char *u = units;
	char digits[16];
	int64_t bytes;

	if (n == 0 || n >= sizeof digits)
		return N_("not a size such as 64M");
	memcpy(digits, value, n);
	digits[n] = '\0';
	bytes = strtoll(digits, NULL, 10);
	if (value[n] != '\0' && ((u = strchr(units, value[n])) == NULL ||
	    value[n + 1] != '\0'))
		return N_("not a size such as 64M");
	if (value[n] != '\0')
		for (; u >= units; u--)
			if (__builtin_mul_overflow(bytes, 1024, &bytes))
				return N_("too large");
	*p = bytes;
	return NULL;
}

static bool
is_url(const char *s)
{
	size_t n = strncmp(s, "https://", 8) == 0 ? 8 :
	    strncmp(s, "http://", 7) == 0 ? 7 : 0;

	return n > 0 && (isalnum((unsigned char)s[n]) || s[n] == '[') &&
	    strpbrk(s, " \t\"'<>\\?#") == NULL;
}

static bool
is_hour(const char *s)
{
	return strlen(s) == 5 && strspn(s, "0123456789") == 2 &&
	    s[2] == ':' && strspn(s + 3, "0123456789") == 2 &&
	    strncmp(s, "24", 2) < 0 && s[3] < '6';
}

static const char *
go_on(const struct key *k, struct pp_conf *c, const char *value)
{
	char *p = (char *)c + k->off;
	size_t n = strlen(value);

	if (k->kind != TEXT && k->kind != LINES)
		return N_("cannot go on in another line");
	if (strlen(p) + 1 + n >= k->size)
		return N_("too long");
	if (*p != '\0')
		(void)strlcat(p, k->kind == LINES ? "\n" : " ", k->size);
	(void)strlcat(p, value, k->size);
	return NULL;
}

enum pp_rc
pp_conf_load(const char *path, struct pp_conf *c, struct pp_err *err)
{
	struct reading r = { .conf = c, .path = path, .err = err };
	struct pp_err why = { 0 };
	char *text = NULL;
	size_t i, len;
	int line;

	memset(c, 0, sizeof *c);
	for (i = 0; i < NKEYS; i++)
		(void)set(&keys[i], c, keys[i].dflt);
	if (path == NULL)
		return PP_OK;
	if (pp_io_read_file(path, PP_CONF_FILE_MAX, &text, &len, &why) !=
	    PP_OK)
		return pp_err_set(err, PP_CONF, "%s", why.msg);
	r.at = text;
	if (strlen(text) != len) {
		r.line = 1;
		(void)complain(&r, "a NUL somewhere in the file");
	} else if ((line = ini_parse_stream(next_line, &r, on_key, &r)) != 0 &&
	    r.rc == PP_OK) {
		r.line = line;
		(void)complain(&r, line < 0 ? N_("out of memory") :
		    N_("neither [section] nor key = value"));
	}
	free(text);
	return r.rc;
}

const char *
pp_conf_said(const char *any, const char *fr, const char *en,
    const char *lang)
{
	const char *own = strcmp(lang, "fr") == 0 ? fr : en;

	return *own != '\0' ? own : any;
}

enum pp_rc
pp_conf_live_ready(const struct pp_conf *c, struct pp_err *err)
{
	const struct pp_conf_business *b = &c->business;
	const char *lacks = NULL;

	if (strncmp(c->page.url, "https://", 8) != 0)
		lacks = N_("[page] url, which must begin with https://");
	else if (b->name[0] == '\0')
		lacks = N_("[business] name");
	else if (b->address[0] == '\0')
		lacks = N_("[business] address");
	else if (b->phone[0] == '\0' && b->email[0] == '\0')
		lacks = N_("[business] phone or email");
	else if (b->refund_policy[0] == '\0')
		lacks = N_("[business] refund_policy");
	if (lacks == NULL)
		return PP_OK;
	return pp_err_set(err, PP_CONF,
	    "real money needs a configuration with %s", _(lacks));
}

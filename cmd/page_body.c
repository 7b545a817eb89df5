#include "config.h"

#include <stdint.h>
#include <string.h>

#include "json.h"
#include "money.h"
#include "page_body.h"
#include "banned.h"

struct place {
	const char	*name;
	char		*to;
	size_t		 size;
};

#define NPLACES	7

static void	places(struct page_body *, char *, size_t, struct place *);
static int	hex(char);
static bool	decode(const char *, size_t, char *, size_t);
static bool	read_form(const char *, size_t, const struct place *);
static bool	read_json(const char *, size_t, const struct place *);
static void	ungroup(char *);

static void
places(struct page_body *b, char *confirmed, size_t size, struct place *p)
{
	const struct place all[NPLACES] = {
		{ "form", b->form, sizeof b->form },
		{ "lang", b->lang, sizeof b->lang },
		{ "amount", b->amount, sizeof b->amount },
		{ "choice", b->choice, sizeof b->choice },
		{ "attempt", b->attempt, sizeof b->attempt },
		{ "hint", b->hint, sizeof b->hint },
		{ "confirmed", confirmed, size }
	};

	memcpy(p, all, sizeof all);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* False, out "", if it does not fit or is not well formed. */
static bool
decode(const char *s, size_t len, char *out, size_t size)
{
	size_t i, n = 0;
	int c;

	for (i = 0; i < len && n + 1 < size; i++) {
		c = (unsigned char)s[i];
		if (c == '+')
			c = ' ';
		else if (c == '%') {
			if (len - i < 3 || hex(s[i + 1]) < 0 ||
			    hex(s[i + 2]) < 0)
				break;
			c = hex(s[i + 1]) * 16 + hex(s[i + 2]);
			i += 2;
		}
		if (c == '\0')
			break;
		out[n++] = (char)c;
	}
	out[i == len ? n : 0] = '\0';
	return i == len;
}

static bool
read_form(const char *text, size_t len, const struct place *p)
{
	const char *end = text + len, *next, *eq;
	char name[16];
	size_t i;

	for (; text < end; text = next + 1) {
		if ((next = memchr(text, '&', (size_t)(end - text))) == NULL)
			next = end;
		if ((eq = memchr(text, '=', (size_t)(next - text))) == NULL)
			continue;
		if (!decode(text, (size_t)(eq - text), name, sizeof name))
			continue;
		for (i = 0; i < NPLACES; i++)
			if (strcmp(p[i].name, name) == 0 && p[i].to[0] == '\0')
				(void)decode(eq + 1, (size_t)(next - eq - 1),
				    p[i].to, p[i].size);
	}
	return true;
}

static bool
read_json(const char *text, size_t len, const struct place *p)
{
	struct json_object *o = NULL;
	const char *s;
	size_t i;

	if (pp_json_parse(text, len, &o, NULL) != PP_OK)
		return false;
	for (i = 0; i < NPLACES; i++)
		if (pp_json_str(o, p[i].name, &s, NULL) == PP_OK &&
		    strlcpy(p[i].to, s, p[i].size) >= p[i].size)
			p[i].to[0] = '\0';
	json_object_put(o);
	return true;
}

bool
page_body_read(const char *text, size_t len, struct page_body *b)
{
	struct place p[NPLACES];
	char confirmed[4] = "";
	bool ok;

	memset(b, 0, sizeof *b);
	if (len > PAGE_BODY_MAX)
		return false;
	places(b, confirmed, sizeof confirmed, p);
	ok = len > 0 && *text == '{' ? read_json(text, len, p) :
	    read_form(text, len, p);
	b->confirmed = strcmp(confirmed, "1") == 0;
	return ok;
}

/* "1,149.75" as the English page writes it: a comma with three digits behind
 * it, and a point after that, can only group them. */
static void
ungroup(char *s)
{
	char *p = s;

	while ((p = strchr(p, ',')) != NULL && p > s &&
	    strspn(p + 1, "0123456789") == 3 && strchr(p, '.') != NULL) {
		memmove(p, p + 1, strlen(p));
		p += 3;
	}
}

int64_t
page_body_amount(const char *typed)
{
	/* Blanks that group digits or stand before the sign: space, no-break
	 * space, narrow no-break space. */
	static const char *const blanks[] = { " ", "\u00a0", "\u202f", "$" };
	char plain[64];
	int64_t cents;
	size_t i, n = 0;

	while (*typed != '\0' && n + 1 < sizeof plain) {
		for (i = 0; i < sizeof blanks / sizeof blanks[0]; i++)
			if (strncmp(typed, blanks[i], strlen(blanks[i])) == 0)
				break;
		if (i < sizeof blanks / sizeof blanks[0])
			typed += strlen(blanks[i]);
		else
			plain[n++] = *typed++;
	}
	plain[n] = '\0';
	ungroup(plain);
	if (*typed != '\0' || pp_money_parse(plain, false, &cents, NULL) !=
	    PP_OK)
		return 0;
	return cents;
}

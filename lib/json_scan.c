#include "config.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intl.h"
#include "json_scan.h"
#include "utf8.h"
#include "banned.h"

#define KEYS_INSIDE	64	/* members before the scan allocates */
#define KEYS_PAIRWISE	16	/* more are sorted to find a duplicate */

/* A member's name as it stands in the text, without its quotes. */
struct key {
	uint64_t		 hash;	/* of the name with escapes undone */
	const unsigned char	*p;
	size_t			 len;
	bool			 escaped;
};

struct scan {
	const unsigned char	*start;
	const unsigned char	*p;
	const unsigned char	*end;
	struct key		*keys;	/* of the objects now open, a stack */
	size_t			 nkeys;
	size_t			 cap;
	struct key		 inside[KEYS_INSIDE];
	struct pp_span		*spans;
	size_t			 room;
	size_t			 nspans;
	const unsigned char	*at;	/* where it is wrong */
	const char		*what;	/* what is wrong, NULL while nothing */
	bool			 nomem;
};

/* Walks over a name, escapes undone, a byte at a time. */
struct walk {
	const unsigned char	*p;
	const unsigned char	*end;
	unsigned char		 out[4];
	unsigned int		 n;
	unsigned int		 i;
};

static bool	plain(unsigned char);
static bool	wrong(struct scan *, const unsigned char *, const char *);
static void	space(struct scan *);
static bool	value(struct scan *, int);
static bool	object(struct scan *, int);
static bool	array(struct scan *, int);
static bool	string(struct scan *, bool *);
static bool	escape(struct scan *);
static bool	hex4(const unsigned char *, const unsigned char *,
		    unsigned int *);
static bool	number(struct scan *);
static bool	word(struct scan *, const char *, size_t);
static bool	key_push(struct scan *, const unsigned char *, size_t, bool);
static bool	keys_differ(struct scan *, size_t);
static int	key_cmp(const struct key *, const struct key *);
static int	key_cmp_sort(const void *, const void *);
static int	walk_next(struct walk *);

/* May it stand in a string as it is, without a further look? */
static bool
plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static bool
wrong(struct scan *s, const unsigned char *at, const char *what)
{
	if (s->what == NULL) {
		s->at = at;
		s->what = what;
	}
	return false;
}

static void
space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
	    *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static bool
value(struct scan *s, int depth)
{
	if (s->p == s->end)
		return wrong(s, s->p, "ends too early");
	switch (*s->p) {
	case '{':
		return object(s, depth + 1);
	case '[':
		return array(s, depth + 1);
	case '"':
		return string(s, NULL);
	case 't':
		return word(s, "true", 4);
	case 'f':
		return word(s, "false", 5);
	case 'n':
		return word(s, "null", 4);
	case '\'':
		return wrong(s, s->p, "a single quote");
	default:
		if (*s->p == '-' || isdigit(*s->p))
			return number(s);
		return wrong(s, s->p, *s->p < 0x20 ? "a control byte" :
		    "not a JSON value");
	}
}

static bool
object(struct scan *s, int depth)
{
	size_t base = s->nkeys, vbegin, key, klen;
	bool escaped;

	if (depth > PP_JSON_DEPTH)
		return wrong(s, s->p, "nested too deeply");
	s->p++;
	space(s);
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		return true;
	}
	for (;;) {
		space(s);
		if (s->p == s->end)
			return wrong(s, s->p, "ends too early");
		if (*s->p != '"')
			return wrong(s, s->p, "not the name of a member");
		key = (size_t)(s->p + 1 - s->start);
		if (!string(s, &escaped))
			return false;
		klen = (size_t)(s->p - 1 - s->start) - key;
		if (!key_push(s, s->start + key, klen, escaped))
			return false;
		space(s);
		if (s->p == s->end || *s->p != ':')
			return wrong(s, s->p, s->p == s->end ?
			    "ends too early" : "no colon");
		s->p++;
		space(s);
		vbegin = (size_t)(s->p - s->start);
		if (!value(s, depth))
			return false;
		if (depth == 1 && s->nspans++ < s->room) {
			s->spans[s->nspans - 1].key = key;
			s->spans[s->nspans - 1].klen = klen;
			s->spans[s->nspans - 1].val = vbegin;
			s->spans[s->nspans - 1].vlen =
			    (size_t)(s->p - s->start) - vbegin;
		}
		space(s);
		if (s->p == s->end)
			return wrong(s, s->p, "ends too early");
		if (*s->p == '}')
			break;
		if (*s->p != ',')
			return wrong(s, s->p, "neither comma nor brace");
		s->p++;
	}
	s->p++;
	if (!keys_differ(s, base))
		return false;
	s->nkeys = base;
	return true;
}

static bool
array(struct scan *s, int depth)
{
	if (depth > PP_JSON_DEPTH)
		return wrong(s, s->p, "nested too deeply");
	s->p++;
	space(s);
	if (s->p < s->end && *s->p == ']') {
		s->p++;
		return true;
	}
	for (;;) {
		space(s);
		if (!value(s, depth))
			return false;
		space(s);
		if (s->p == s->end)
			return wrong(s, s->p, "ends too early");
		if (*s->p == ']')
			break;
		if (*s->p != ',')
			return wrong(s, s->p, "neither comma nor bracket");
		s->p++;
	}
	s->p++;
	return true;
}

/* From the opening quote to behind the closing one. */
static bool
string(struct scan *s, bool *escaped)
{
	size_t n;

	if (escaped != NULL)
		*escaped = false;
	for (s->p++;;) {
		while (s->p < s->end && plain(*s->p))
			s->p++;
		if (s->p == s->end)
			return wrong(s, s->p, "ends within a string");
		if (*s->p == '"') {
			s->p++;
			return true;
		}
		if (*s->p == '\\') {
			if (escaped != NULL)
				*escaped = true;
			if (!escape(s))
				return false;
		} else if (*s->p < 0x20)
			return wrong(s, s->p, "a control byte in a string");
		else if ((n = pp_utf8_len(s->p, s->end)) == 0)
			return wrong(s, s->p, "not UTF-8");
		else
			s->p += n;
	}
}

static bool
escape(struct scan *s)
{
	const unsigned char *at = s->p;
	unsigned int u, low;

	if (s->end - at < 2)
		return wrong(s, s->end, "ends within a string");
	if (at[1] != 'u') {
		if (strchr("\"\\/bfnrt", at[1]) == NULL || at[1] == '\0')
			return wrong(s, at, "no such escape");
		s->p += 2;
		return true;
	}
	if (!hex4(at + 2, s->end, &u))
		return wrong(s, at, "no such escape");
	if (u == 0)
		return wrong(s, at, "a NUL in a string");
	s->p += 6;
	if (u < 0xd800 || u > 0xdfff)
		return true;
	if (u > 0xdbff || s->end - s->p < 6 || s->p[0] != '\\' ||
	    s->p[1] != 'u' || !hex4(s->p + 2, s->end, &low) || low < 0xdc00 ||
	    low > 0xdfff)
		return wrong(s, at, "half of a surrogate pair");
	s->p += 6;
	return true;
}

static bool
hex4(const unsigned char *p, const unsigned char *end, unsigned int *u)
{
	int i;

	if (end - p < 4)
		return false;
	for (*u = 0, i = 0; i < 4; i++) {
		if (!isxdigit(p[i]))
			return false;
		*u = *u << 4 | (unsigned int)(isdigit(p[i]) ? p[i] - '0' :
		    (p[i] | 0x20) - 'a' + 10);
	}
	return true;
}

static bool
number(struct scan *s)
{
	const unsigned char *from = s->p;

	if (*s->p == '-')
		s->p++;
	if (s->p == s->end || !isdigit(*s->p))
		return wrong(s, from, "not a number");
	if (*s->p++ == '0') {
		if (s->p < s->end && isdigit(*s->p))
			return wrong(s, from, "a number with a leading zero");
	} else
		while (s->p < s->end && isdigit(*s->p))
			s->p++;
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (s->p == s->end || !isdigit(*s->p))
			return wrong(s, from, "not a number");
		while (s->p < s->end && isdigit(*s->p))
			s->p++;
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (s->p == s->end || !isdigit(*s->p))
			return wrong(s, from, "not a number");
		while (s->p < s->end && isdigit(*s->p))
			s->p++;
	}
	return true;
}

static bool
word(struct scan *s, const char *w, size_t n)
{
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, w, n) != 0)
		return wrong(s, s->p, "not a JSON value");
	s->p += n;
	return true;
}

static bool
key_push(struct scan *s, const unsigned char *p, size_t len, bool escaped)
{
	struct key *k;
	struct walk w = { .p = p, .end = p + len };
	uint64_t h = 14695981039346656037u;	/* FNV-1a */
	size_t i;
	int c;

	if (s->nkeys == s->cap) {
		k = s->keys == s->inside ? NULL : s->keys;
		if ((k = reallocarray(k, s->cap * 2, sizeof *k)) == NULL) {
			s->nomem = true;
			return false;
		}
		if (s->keys == s->inside)
			memcpy(k, s->inside, sizeof s->inside);
		s->keys = k;
		s->cap *= 2;
	}
	if (!escaped)
		for (i = 0; i < len; i++)
			h = (h ^ p[i]) * 1099511628211u;
	else
		while ((c = walk_next(&w)) != -1)
			h = (h ^ (uint64_t)c) * 1099511628211u;
	k = &s->keys[s->nkeys++];
	k->hash = h;
	k->p = p;
	k->len = len;
	k->escaped = escaped;
	return true;
}

/* Do the names from base on differ?  Many are sorted, so that a megabyte of
 * short names does not take a minute. */
static bool
keys_differ(struct scan *s, size_t base)
{
	struct key *k = s->keys + base;
	size_t n = s->nkeys - base, i, j;

	if (n > KEYS_PAIRWISE) {
		qsort(k, n, sizeof *k, key_cmp_sort);
		for (i = 1; i < n; i++)
			if (key_cmp(&k[i - 1], &k[i]) == 0)
				return wrong(s, k[i].p - 1,
				    "a second member of this name");
		return true;
	}
	for (i = 1; i < n; i++)
		for (j = 0; j < i; j++)
			if (k[i].hash == k[j].hash && key_cmp(&k[i],
			    &k[j]) == 0)
				return wrong(s, k[i].p - 1,
				    "a second member of this name");
	return true;
}

static int
key_cmp(const struct key *a, const struct key *b)
{
	struct walk wa = { .p = a->p, .end = a->p + a->len };
	struct walk wb = { .p = b->p, .end = b->p + b->len };
	int ca, cb;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (!a->escaped && !b->escaped)
		return a->len != b->len ? (a->len < b->len ? -1 : 1) :
		    memcmp(a->p, b->p, a->len);
	do {
		ca = walk_next(&wa);
		cb = walk_next(&wb);
	} while (ca == cb && ca != -1);
	return ca - cb;
}

/* Of two alike the one that stands first in the text goes first. */
static int
key_cmp_sort(const void *va, const void *vb)
{
	const struct key *a = va, *b = vb;
	int r;

	if ((r = key_cmp(a, b)) == 0)
		r = a->p < b->p ? -1 : a->p > b->p;
	return r;
}

/* The name was found well-formed before. */
static int
walk_next(struct walk *w)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *c;
	unsigned int u, low;

	if (w->i < w->n)
		return w->out[w->i++];
	if (w->p == w->end)
		return -1;
	if (*w->p != '\\')
		return *w->p++;
	if (w->p[1] != 'u') {
		c = strchr(from, w->p[1]);
		w->p += 2;
		return c == NULL ? w->p[-1] : (unsigned char)to[c - from];
	}
	(void)hex4(w->p + 2, w->end, &u);
	w->p += 6;
	if (u >= 0xd800 && u <= 0xdbff) {
		(void)hex4(w->p + 2, w->end, &low);
		w->p += 6;
		u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
	}
	w->n = w->i = 0;
	if (u < 0x80)
		return (int)u;
	if (u < 0x800)
		w->out[w->n++] = (unsigned char)(0xc0 | u >> 6);
	else {
		if (u < 0x10000)
			w->out[w->n++] = (unsigned char)(0xe0 | u >> 12);
		else {
			w->out[w->n++] = (unsigned char)(0xf0 | u >> 18);
			w->out[w->n++] = (unsigned char)(0x80 |
			    (u >> 12 & 0x3f));
		}
		w->out[w->n++] = (unsigned char)(0x80 | (u >> 6 & 0x3f));
	}
	w->out[w->n++] = (unsigned char)(0x80 | (u & 0x3f));
	return w->out[w->i++];
}
enum pp_rc
pp_json_scan(const char *text, size_t len, struct pp_span *spans,
    size_t *nspans, struct pp_err *err)
{
	struct scan s;
	enum pp_rc rc = PP_OK;
	char place[32];

	s.start = s.p = (const unsigned char *)text;
	s.end = s.start + len;
	s.keys = s.inside;
	s.nkeys = s.nspans = 0;
	s.cap = KEYS_INSIDE;
	s.spans = spans;
	s.room = spans == NULL ? 0 : *nspans;
	s.at = NULL;
	s.what = NULL;
	s.nomem = false;

	space(&s);
	if (value(&s, 0)) {
		space(&s);
		if (s.p < s.end)
			(void)wrong(&s, s.p, "text after the JSON value");
	}
	if (s.keys != s.inside)
		free(s.keys);
	if (s.nomem)
		return pp_err_set(err, PP_IO, "out of memory");
	if (s.what != NULL) {
		(void)snprintf(place, sizeof place, "byte %zu",
		    (size_t)(s.at - s.start) + 1);
		return pp_err_member(err, PP_DATA, place, "%s",
		    _(s.what));
	}
	if (spans != NULL) {
		if (s.nspans > s.room)
			rc = pp_err_set(err, PP_DATA,
			    "more than %zu members", s.room);
		*nspans = s.nspans;
	}
	return rc;
}

#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "money.h"
#include "time.h"
#include "utf8.h"
#include "banned.h"

#define KEYS_INSIDE	64	/* members before the scan allocates */
#define KEYS_PAIRWISE	16	/* more are sorted to find a duplicate */
#define TEXT_FLAGS	(JSON_C_TO_STRING_PLAIN | \
    JSON_C_TO_STRING_NOSLASHESCAPE)
#define CENTS		"_cents"
#define CENTS_NAME	72	/* room for a member's name and CENTS */

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
static enum pp_rc	no_memory(struct pp_err *);

static enum pp_rc	member(struct json_object *, const char *,
			    struct json_object **);
static bool		int_exact(struct json_object *, int64_t *);
static const char	*cents_name(const char *, char *, size_t);
static enum pp_rc	cents_get(struct json_object *, const char *, int64_t,
			    int64_t *, struct pp_err *);
static enum pp_rc	named(enum pp_rc, const char *, const struct pp_err *,
			    struct pp_err *);

static int		spoilt(struct json_object *, struct printbuf *, int,
			    int);
static void		put(struct json_object *, const char *,
			    struct json_object *, bool);
static void		field_clear(const struct pp_field *, void *);
static enum pp_rc	field_copy(const struct pp_field *, const char *,
			    size_t, char *, struct pp_err *);
static enum pp_rc	field_flags(const struct pp_field *,
			    struct json_object *, uint32_t *, struct pp_err *);
static enum pp_rc	field_read(const struct pp_field *,
			    struct json_object *, void *, struct pp_err *);
static bool		field_empty(const struct pp_field *, const void *);
static bool		field_same(const struct pp_field *, const void *,
			    const void *);
static void		field_write(const struct pp_field *, const void *,
			    bool, struct json_object *);
static bool		field_has_zero(const struct pp_field *);

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

static enum pp_rc
no_memory(struct pp_err *err)
{
	return pp_err_set(err, PP_IO, "out of memory");
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
		return no_memory(err);
	if (s.what != NULL) {
		(void)snprintf(place, sizeof place, "byte %zu",
		    (size_t)(s.at - s.start) + 1);
		return pp_err_member(err, PP_DATA, place, "%s", s.what);
	}
	if (spans != NULL) {
		if (s.nspans > s.room)
			rc = pp_err_set(err, PP_DATA,
			    "more than %zu members", s.room);
		*nspans = s.nspans;
	}
	return rc;
}

enum pp_rc
pp_json_parse(const char *text, size_t len, struct json_object **out,
    struct pp_err *err)
{
	struct json_tokener *tok;
	struct json_object *o;
	enum json_tokener_error e;
	enum pp_rc rc;
	char place[32];

	if (len > PP_JSON_LINE)
		return pp_err_set(err, PP_DATA, "longer than %d bytes",
		    PP_JSON_LINE);
	if ((rc = pp_json_scan(text, len, NULL, NULL, err)) != PP_OK)
		return rc;
	/* The scan counts open brackets, json-c the value in them too. */
	if ((tok = json_tokener_new_ex(PP_JSON_DEPTH + 2)) == NULL)
		return no_memory(err);
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(tok, text, (int)len);
	/* A bare number ends only at what follows it. */
	if ((e = json_tokener_get_error(tok)) == json_tokener_continue)
		o = json_tokener_parse_ex(tok, "", 1);
	e = json_tokener_get_error(tok);
	if (e != json_tokener_success) {
		(void)snprintf(place, sizeof place, "byte %zu",
		    json_tokener_get_parse_end(tok) + 1);
		rc = pp_err_member(err, PP_DATA, place, "%s",
		    json_tokener_error_desc(e));
	} else
		*out = o;
	json_tokener_free(tok);
	return rc;
}

const char *
pp_json_text(struct json_object *o)
{
	return json_object_to_json_string_ext(o, TEXT_FLAGS);
}

/* PP_NOTFOUND if the member is absent or null. */
static enum pp_rc
member(struct json_object *o, const char *key, struct json_object **v)
{
	if (!json_object_object_get_ex(o, key, v) || *v == NULL)
		return PP_NOTFOUND;
	return PP_OK;
}

/*
 * What does not fit json-c clamps to INT64_MIN, or keeps as a uint64_t, so
 * INT64_MIN itself cannot be told from what was cut down to it.
 */
static bool
int_exact(struct json_object *v, int64_t *n)
{
	if (!json_object_is_type(v, json_type_int))
		return false;
	*n = json_object_get_int64(v);
	if (*n == INT64_MAX && json_object_get_uint64(v) > INT64_MAX)
		*n = INT64_MIN;
	return true;
}

/* Passes on what a plain parser said, with the member's name. */
static enum pp_rc
named(enum pp_rc rc, const char *key, const struct pp_err *bad,
    struct pp_err *err)
{
	if (rc == PP_OK)
		return PP_OK;
	return pp_err_member(err, rc, key, "%s", bad->msg);
}

enum pp_rc
pp_json_str(struct json_object *o, const char *key, const char **out,
    struct pp_err *err)
{
	struct json_object *v;
	const char *s;

	if (member(o, key, &v) != PP_OK)
		return PP_NOTFOUND;
	if (!json_object_is_type(v, json_type_string))
		return pp_err_member(err, PP_DATA, key, "not a string");
	s = json_object_get_string(v);
	if (strlen(s) != (size_t)json_object_get_string_len(v))
		return pp_err_member(err, PP_DATA, key, "has a NUL in it");
	*out = s;
	return PP_OK;
}

enum pp_rc
pp_json_bool(struct json_object *o, const char *key, bool *out,
    struct pp_err *err)
{
	struct json_object *v;

	if (member(o, key, &v) != PP_OK)
		return PP_NOTFOUND;
	if (!json_object_is_type(v, json_type_boolean))
		return pp_err_member(err, PP_DATA, key,
		    "neither true nor false");
	*out = json_object_get_boolean(v);
	return PP_OK;
}

enum pp_rc
pp_json_int(struct json_object *o, const char *key, int64_t min, int64_t max,
    int64_t *out, struct pp_err *err)
{
	struct json_object *v;
	int64_t n;

	if (member(o, key, &v) != PP_OK)
		return PP_NOTFOUND;
	if (!int_exact(v, &n))
		return pp_err_member(err, PP_DATA, key, "not an integer");
	if (n == INT64_MIN || n < min || n > max)
		return pp_err_member(err, PP_DATA, key, "out of range");
	*out = n;
	return PP_OK;
}

enum pp_rc
pp_json_time(struct json_object *o, const char *key, int64_t *out,
    struct pp_err *err)
{
	struct pp_err bad = { 0 };
	const char *s;
	enum pp_rc rc;

	if ((rc = pp_json_str(o, key, &s, err)) != PP_OK)
		return rc;
	return named(pp_time_parse(s, out, &bad), key, &bad, err);
}

/* The member's name for integer cents; NULL if it has no room. */
static const char *
cents_name(const char *key, char *buf, size_t size)
{
	size_t n = strlen(key);

	if (n + sizeof CENTS > size)
		return NULL;
	memcpy(buf, key, n);
	memcpy(buf + n, CENTS, sizeof CENTS);
	return buf;
}

static enum pp_rc
cents_get(struct json_object *o, const char *key, int64_t max, int64_t *cents,
    struct pp_err *err)
{
	struct json_object *v;
	struct pp_err bad = { 0 };
	char name[CENTS_NAME];
	const char *s;
	int64_t n = 0, m = 0;
	enum pp_rc beside, rc;

	if (cents_name(key, name, sizeof name) == NULL)
		return pp_err_member(err, PP_BUG, key, "name too long");
	beside = pp_json_int(o, name, -max, max, &m, err);
	if (beside != PP_OK && beside != PP_NOTFOUND)
		return beside;
	if (member(o, key, &v) != PP_OK) {
		if (beside == PP_OK)
			*cents = m;
		return beside;
	}
	switch (json_object_get_type(v)) {
	case json_type_string:
		if ((rc = pp_json_str(o, key, &s, err)) != PP_OK)
			return rc;
		break;
	case json_type_double:
		/* json-c keeps the text that the sender wrote. */
		s = json_object_get_string(v);
		break;
	case json_type_int:
		if (!int_exact(v, &n) || n == INT64_MIN)
			return pp_err_member(err, PP_DATA, key,
			    "amount too large");
		s = json_object_get_string(v);
		break;
	default:
		return pp_err_member(err, PP_DATA, key, "not an amount");
	}
	if ((rc = named(pp_money_parse(s, true, &n, &bad), key, &bad,
	    err)) != PP_OK)
		return rc;
	if (beside == PP_OK && n != m)
		return pp_err_member(err, PP_DATA, key,
		    "%s, but %s is %" PRId64, s, name, m);
	*cents = n;
	return PP_OK;
}

enum pp_rc
pp_json_amount(struct json_object *o, const char *key, int64_t *cents,
    struct pp_err *err)
{
	return cents_get(o, key, PP_CENTS_MAX, cents, err);
}

int
pp_word(const char *const *words, const char *w)
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], w) == 0)
			return i;
	return -1;
}

/* The serializer of an object that lacked memory while it was filled. */
static int
spoilt(struct json_object *o, struct printbuf *pb, int level, int flags)
{
	(void)o;
	(void)pb;
	(void)level;
	(void)flags;
	return -1;
}

/* Adds a member; v NULL is a lack of memory, unless null is meant.  The name
 * must live as long as o. */
static void
put(struct json_object *o, const char *name, struct json_object *v, bool null)
{
	if ((v == NULL && !null) || json_object_object_add_ex(o, name, v,
	    JSON_C_OBJECT_KEY_IS_CONSTANT) != 0) {
		json_object_put(v);
		json_object_set_serializer(o, spoilt, NULL, NULL);
	}
}

static void
field_clear(const struct pp_field *f, void *p)
{
	switch (f->type) {
	case PP_F_STR:
	case PP_F_RAW:
		*(char *)p = '\0';
		break;
	case PP_F_CENTS:
	case PP_F_INT:
	case PP_F_TIME:
		*(int64_t *)p = 0;
		break;
	case PP_F_BOOL:
		*(bool *)p = false;
		break;
	case PP_F_DAY:
		*(int32_t *)p = 0;
		break;
	case PP_F_ENUM:
		*(int *)p = 0;
		break;
	case PP_F_FLAGS:
		*(uint32_t *)p = 0;
		break;
	}
}

static enum pp_rc
field_copy(const struct pp_field *f, const char *s, size_t n, char *p,
    struct pp_err *err)
{
	if (n >= f->size)
		return pp_err_member(err, PP_DATA, f->name,
		    "longer than %zu bytes", f->size - 1);
	memcpy(p, s, n);
	p[n] = '\0';
	return PP_OK;
}

static enum pp_rc
field_flags(const struct pp_field *f, struct json_object *v, uint32_t *bits,
    struct pp_err *err)
{
	uint32_t all = 0;
	size_t i, n;
	const char *s;
	int w;

	if (!json_object_is_type(v, json_type_array))
		return pp_err_member(err, PP_DATA, f->name, "not an array");
	n = json_object_array_length(v);
	for (i = 0; i < n; i++) {
		s = json_object_get_string(json_object_array_get_idx(v, i));
		if (s == NULL || (w = pp_word(f->words, s)) == -1)
			return pp_err_member(err, PP_DATA, f->name,
			    "unknown word %.40s", s == NULL ? "null" : s);
		all |= UINT32_C(1) << w;
	}
	*bits = all;
	return PP_OK;
}

/* A PP_NOTFOUND means that the member is absent. */
static enum pp_rc
field_read(const struct pp_field *f, struct json_object *o, void *p,
    struct pp_err *err)
{
	struct json_object *v;
	struct pp_err bad = { 0 };
	const char *s;
	size_t n;
	enum pp_rc rc;
	int w;

	switch (f->type) {
	case PP_F_STR:
		if ((rc = pp_json_str(o, f->name, &s, err)) != PP_OK)
			return rc;
		return field_copy(f, s, strlen(s), p, err);
	case PP_F_RAW:
		if (member(o, f->name, &v) != PP_OK)
			return PP_NOTFOUND;
		if ((s = json_object_to_json_string_length(v, TEXT_FLAGS,
		    &n)) == NULL)
			return no_memory(err);
		return field_copy(f, s, n, p, err);
	case PP_F_CENTS:
		return cents_get(o, f->name, PP_SUM_MAX, p, err);
	case PP_F_INT:
		return pp_json_int(o, f->name, -INT64_MAX, INT64_MAX, p, err);
	case PP_F_BOOL:
		return pp_json_bool(o, f->name, p, err);
	case PP_F_TIME:
		return pp_json_time(o, f->name, p, err);
	case PP_F_DAY:
		if ((rc = pp_json_str(o, f->name, &s, err)) != PP_OK)
			return rc;
		return named(pp_time_day_parse(s, p, &bad), f->name, &bad,
		    err);
	case PP_F_ENUM:
		if ((rc = pp_json_str(o, f->name, &s, err)) != PP_OK)
			return rc;
		if ((w = pp_word(f->words, s)) == -1)
			return pp_err_member(err, PP_DATA, f->name,
			    "unknown word %.40s", s);
		*(int *)p = w;
		return PP_OK;
	case PP_F_FLAGS:
		if (member(o, f->name, &v) != PP_OK)
			return PP_NOTFOUND;
		return field_flags(f, v, p, err);
	}
	return pp_err_member(err, PP_BUG, f->name, "field of no known type");
}

enum pp_rc
pp_doc_read(const struct pp_field *f, size_t n, struct json_object *o, void *s,
    struct pp_err *err)
{
	char name[CENTS_NAME];
	enum pp_rc rc;
	void *p;

	for (; n > 0; n--, f++) {
		p = (char *)s + f->off;
		rc = field_read(f, o, p, err);
		if (rc == PP_NOTFOUND) {
			if (json_object_object_get_ex(o, f->name, NULL) ||
			    (f->type == PP_F_CENTS &&
			    json_object_object_get_ex(o, cents_name(f->name,
			    name, sizeof name), NULL)))
				field_clear(f, p);
		} else if (rc != PP_OK)
			return rc;
	}
	return PP_OK;
}

static bool
field_empty(const struct pp_field *f, const void *p)
{
	int w;

	switch (f->type) {
	case PP_F_STR:
	case PP_F_RAW:
		return *(const char *)p == '\0';
	case PP_F_CENTS:
	case PP_F_INT:
	case PP_F_TIME:
		return *(const int64_t *)p == 0;
	case PP_F_BOOL:
		return !*(const bool *)p;
	case PP_F_DAY:
		return *(const int32_t *)p == 0;
	case PP_F_ENUM:
		w = *(const int *)p;
		return w < 0 || f->words[w][0] == '\0';
	case PP_F_FLAGS:
		return *(const uint32_t *)p == 0;
	}
	return true;
}

static bool
field_same(const struct pp_field *f, const void *a, const void *b)
{
	switch (f->type) {
	case PP_F_STR:
	case PP_F_RAW:
		return strcmp(a, b) == 0;
	case PP_F_CENTS:
	case PP_F_INT:
	case PP_F_TIME:
		return *(const int64_t *)a == *(const int64_t *)b;
	case PP_F_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case PP_F_DAY:
		return *(const int32_t *)a == *(const int32_t *)b;
	case PP_F_ENUM:
		return *(const int *)a == *(const int *)b;
	case PP_F_FLAGS:
		return *(const uint32_t *)a == *(const uint32_t *)b;
	}
	return true;
}

/* Adds the member, whatever its value; both forms of an amount if show. */
static void
field_write(const struct pp_field *f, const void *p, bool show,
    struct json_object *o)
{
	struct json_object *v;
	char buf[64];
	int64_t n;
	int i;

	switch (f->type) {
	case PP_F_STR:
		put(o, f->name, json_object_new_string(p), false);
		return;
	case PP_F_RAW:
		/* json_tokener_parse gives NULL for null too: written null. */
		put(o, f->name, json_tokener_parse(p), strcmp(p, "null") == 0);
		return;
	case PP_F_CENTS:
		n = *(const int64_t *)p;
		if (show)
			put(o, f->name, json_object_new_string(
			    pp_money_str(n, buf, sizeof buf)), false);
		if (cents_name(f->name, buf, sizeof buf) == NULL ||
		    (v = json_object_new_int64(n)) == NULL ||
		    json_object_object_add(o, buf, v) != 0)
			json_object_set_serializer(o, spoilt, NULL, NULL);
		return;
	case PP_F_INT:
		put(o, f->name, json_object_new_int64(*(const int64_t *)p),
		    false);
		return;
	case PP_F_BOOL:
		put(o, f->name, json_object_new_boolean(*(const bool *)p),
		    false);
		return;
	case PP_F_TIME:
		n = *(const int64_t *)p;
		put(o, f->name, json_object_new_string(pp_time_str(n,
		    n % PP_SECOND != 0, buf, sizeof buf)), false);
		return;
	case PP_F_DAY:
		put(o, f->name, json_object_new_string(pp_time_day_str(
		    *(const int32_t *)p, buf, sizeof buf)), false);
		return;
	case PP_F_ENUM:
		put(o, f->name, json_object_new_string(
		    f->words[*(const int *)p]), false);
		return;
	case PP_F_FLAGS:
		v = json_object_new_array();
		for (i = 0; v != NULL && f->words[i] != NULL; i++)
			if (*(const uint32_t *)p & UINT32_C(1) << i)
				(void)json_object_array_add(v,
				    json_object_new_string(f->words[i]));
		put(o, f->name, v, false);
		return;
	}
}

/* Is its empty value a value to tell (0.00, 0, false, no flags), or null? */
static bool
field_has_zero(const struct pp_field *f)
{
	if (f->flags & PP_FF_NONE)
		return false;
	return f->type == PP_F_CENTS || f->type == PP_F_INT ||
	    f->type == PP_F_BOOL || f->type == PP_F_FLAGS;
}

void
pp_doc_write(const struct pp_field *f, size_t n, const void *s,
    enum pp_doc_mode mode, struct json_object *o)
{
	unsigned int skip = mode == PP_DOC_EVENT ? PP_FF_ASIDE | PP_FF_CALC :
	    mode == PP_DOC_SHOW ? PP_FF_HIDDEN : 0;
	bool show = mode == PP_DOC_SHOW;
	const void *p;

	for (; n > 0; n--, f++) {
		if (f->flags & skip)
			continue;
		p = (const char *)s + f->off;
		if (!field_empty(f, p) || (show && field_has_zero(f)))
			field_write(f, p, show, o);
		else if (show)
			put(o, f->name, NULL, true);
	}
}

size_t
pp_doc_diff(const struct pp_field *f, size_t n, const void *old, const void *s,
    struct json_object *o)
{
	const void *was, *is;
	size_t differ = 0;
	bool same;

	for (; n > 0; n--, f++) {
		if (f->flags & (PP_FF_ASIDE | PP_FF_CALC))
			continue;
		was = (const char *)old + f->off;
		is = (const char *)s + f->off;
		same = field_same(f, was, is);
		if (!same)
			differ++;
		else if (!(f->flags & PP_FF_KEY))
			continue;
		if (!field_empty(f, is) || (!same && field_has_zero(f)))
			field_write(f, is, false, o);
		else if (!same)
			put(o, f->name, NULL, true);
	}
	return differ;
}

/*
 * json FILTER: what "jq -c -r FILTER" prints, for the plain filters that most
 * tests ask: paths, lists of them, "| length", "| type", comparisons with
 * null.  Any other is left to jq, which takes longer to start than the command
 * under test takes to run.
 *
 *	list = term, {",", term}
 *	term = ("[" list "]" | "(" term ")" | path), ["|" function | "!= null"]
 *	path = "." | {".", name | "[" [number] "]"}
 */
#include "config.h"

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "io.h"
#include "banned.h"

#define INPUT_MAX	(64 * 1024 * 1024)

/* Reads a part of the filter at *p and appends to out what it says of in; out
 * is NULL when only the filter is looked at.  False: a filter for jq. */
typedef bool	part(const char **p, struct json_object *in,
		    struct json_object *out);

static part	list;
static part	term;
static part	path;

/* Whether the next word is this one, which is passed over. */
static bool
next(const char **p, const char *word)
{
	size_t len = strlen(word);

	while (**p == ' ')
		(*p)++;
	if (strncmp(*p, word, len) != 0 || (isalpha((unsigned char)*word) &&
	    isalnum((unsigned char)(*p)[len])))
		return false;
	*p += len;
	return true;
}

static void
add(struct json_object *out, struct json_object *o)
{
	if (json_object_is_type(o, json_type_double))
		errx(5, "%s: numbers with fractions are for jq",
		    json_object_get_string(o));
	json_object_array_add(out, json_object_get(o));
}

static struct json_object *
member(struct json_object *in, const char *name, size_t len)
{
	char key[64];

	if (in != NULL && !json_object_is_type(in, json_type_object))
		errx(5, "%s has no member %.*s", json_object_get_string(in),
		    (int)len, name);
	(void)snprintf(key, sizeof key, "%.*s", (int)len, name);
	return json_object_object_get(in, key);
}

static struct json_object *
element(struct json_object *in, size_t i)
{
	if (in != NULL && !json_object_is_type(in, json_type_array))
		errx(5, "%s has no elements", json_object_get_string(in));
	return in == NULL ? NULL : json_object_array_get_idx(in, i);
}

/* Each element of in, by the rest of the path. */
static bool
each(const char **p, struct json_object *in, struct json_object *out)
{
	const char *rest = *p;
	bool ok;
	size_t i;

	if (out == NULL)
		return path(p, NULL, NULL);
	if (!json_object_is_type(in, json_type_array))
		errx(5, "%s has no elements", json_object_get_string(in));
	ok = path(p, NULL, NULL);
	for (i = 0; ok && i < json_object_array_length(in); i++) {
		*p = rest;
		ok = path(p, json_object_array_get_idx(in, i), out);
	}
	return ok;
}

static bool
path(const char **p, struct json_object *in, struct json_object *out)
{
	const char *name;
	char *end;
	size_t i;

	for (;;) {
		if (**p == '.' && (isalpha((unsigned char)(*p)[1]) ||
		    (*p)[1] == '_')) {
			name = ++*p;
			while (isalnum((unsigned char)**p) || **p == '_')
				(*p)++;
			if (*p - name >= 64)
				return false;
			in = member(in, name, (size_t)(*p - name));
		} else if (strncmp(*p, "[]", 2) == 0) {
			*p += 2;
			return each(p, in, out);
		} else if (**p == '[') {
			if (!isdigit((unsigned char)(*p)[1]))
				return false;
			i = strtoul(*p + 1, &end, 10);
			if (*end != ']')
				return false;
			*p = end + 1;
			in = element(in, i);
		} else
			break;
	}
	if (out != NULL)
		add(out, in);
	return true;
}

static struct json_object *
length(struct json_object *o)
{
	const char *s;
	size_t n = 0;

	switch (json_object_get_type(o)) {
	case json_type_null:
		break;
	case json_type_array:
		n = json_object_array_length(o);
		break;
	case json_type_object:
		n = (size_t)json_object_object_length(o);
		break;
	case json_type_string:
		for (s = json_object_get_string(o); *s != '\0'; s++)
			n += ((unsigned char)*s & 0xc0) != 0x80;
		break;
	default:
		errx(5, "the length of %s is for jq", json_object_get_string(o));
	}
	return json_object_new_int64((int64_t)n);
}

static struct json_object *
type(struct json_object *o)
{
	switch (json_object_get_type(o)) {
	case json_type_int:
		return json_object_new_string("number");
	default:
		return json_object_new_string(json_type_to_name(
		    json_object_get_type(o)));
	}
}

static struct json_object *
is_null(struct json_object *o)
{
	return json_object_new_boolean(o == NULL);
}

static struct json_object *
is_not_null(struct json_object *o)
{
	return json_object_new_boolean(o != NULL);
}

static const struct {
	const char *sign, *word;
	struct json_object *(*fn)(struct json_object *);
} functions[] = {
	{ "|",	"length",	length },
	{ "|",	"type",		type },
	{ "==",	"null",		is_null },
	{ "!=",	"null",		is_not_null },
};

/* What follows a term: the values it had are replaced. */
static bool
apply(const char **p, struct json_object *had, struct json_object *out)
{
	const char *start = *p;
	size_t i, f;

	for (f = 0; f < sizeof functions / sizeof *functions; f++) {
		*p = start;
		if (next(p, functions[f].sign) && next(p, functions[f].word))
			break;
		*p = start;
	}
	for (i = 0; out != NULL && i < json_object_array_length(had); i++) {
		struct json_object *o = json_object_array_get_idx(had, i);

		json_object_array_add(out,
		    f < sizeof functions / sizeof *functions ?
		    functions[f].fn(o) : json_object_get(o));
	}
	return true;
}

static bool
term(const char **p, struct json_object *in, struct json_object *out)
{
	struct json_object *had = json_object_new_array();
	struct json_object *values = out == NULL ? NULL : had;
	struct json_object *inner;
	bool ok;

	if (next(p, "[")) {
		inner = json_object_new_array();
		ok = list(p, in, out == NULL ? NULL : inner) && next(p, "]");
		json_object_array_add(had, inner);
	} else if (next(p, "("))
		ok = term(p, in, values) && next(p, ")");
	else if (**p == '.') {
		*p += (*p)[1] != '_' && !isalpha((unsigned char)(*p)[1]);
		ok = path(p, in, values);
	} else
		ok = false;
	ok = ok && apply(p, had, out);
	json_object_put(had);
	return ok;
}

static bool
list(const char **p, struct json_object *in, struct json_object *out)
{
	do
		if (!term(p, in, out))
			return false;
	while (next(p, ","));
	return true;
}

static void
say(struct json_object *o)
{
	puts(json_object_is_type(o, json_type_string) ?
	    json_object_get_string(o) : json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void
print(const char *filter, struct json_object *in)
{
	struct json_object *out = json_object_new_array();
	size_t i;

	(void)list(&filter, in, out);
	for (i = 0; i < json_object_array_length(out); i++)
		say(json_object_array_get_idx(out, i));
	json_object_put(out);
}

int
main(int argc, char **argv)
{
	struct json_tokener *tokener = json_tokener_new();
	struct pp_err error = { 0 };
	struct json_object *in;
	const char *p, *end;
	char *text;
	size_t len;

	if (argc != 2)
		errx(2, "usage: json filter");
	p = argv[1];
	if (!list(&p, NULL, NULL) || *p != '\0') {
		(void)execlp("jq", "jq", "-cr", argv[1], (char *)NULL);
		err(127, "jq");
	}
	if (pp_io_read_fd(STDIN_FILENO, "input", INPUT_MAX, &text, &len,
	    &error) != PP_OK)
		errx(2, "%s", error.msg);
	for (p = text, end = text + len; p < end;) {
		if (isspace((unsigned char)*p)) {
			p++;
			continue;
		}
		in = json_tokener_parse_ex(tokener, p, (int)(end - p));
		if (json_tokener_get_error(tokener) != json_tokener_success)
			errx(2, "input: byte %td: %s", p - text,
			    json_tokener_error_desc(json_tokener_get_error(
			    tokener)));
		p += json_tokener_get_parse_end(tokener);
		print(argv[1], in);
		json_object_put(in);
	}
	json_tokener_free(tokener);
	free(text);
	return 0;
}

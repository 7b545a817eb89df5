#include "config.h"

#include <stdio.h>
#include <string.h>

#include "doc.h"
#include "money.h"
#include "time.h"
#include "banned.h"

/* A field's value, whichever way it is written. */
struct value {
	enum { V_STR, V_RAW, V_INT, V_BOOL, V_WORDS } type;
	const char	*s;		/* V_STR; V_RAW: a JSON text */
	int64_t		 n;		/* V_WORDS: their bits */
	char		 room[PP_TIME_STR];
};

static int		spoilt(struct json_object *, struct printbuf *, int,
			    int);
static void		put(struct json_object *, const char *,
			    struct json_object *, bool);
static void		field_clear(const struct pp_field *, void *);
static enum pp_rc	field_copy(const struct pp_field *, const char *,
			    char *, struct pp_err *);
static enum pp_rc	field_flags(const struct pp_field *,
			    struct json_object *, uint32_t *, struct pp_err *);
static enum pp_rc	field_read(const struct pp_field *,
			    struct json_object *, void *, struct pp_err *);
static bool		field_empty(const struct pp_field *, const void *);
static bool		field_same(const struct pp_field *, const void *,
			    const void *);
static void		field_value(const struct pp_field *, const void *,
			    struct value *);
static void		field_write(const struct pp_field *, const void *,
			    bool, struct json_object *);
static void		name_print(const struct pp_field *, const char *,
			    struct pp_buf *);
static void		field_print(const struct pp_field *, const void *,
			    struct pp_buf *);
static bool		field_has_zero(const struct pp_field *);

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
field_copy(const struct pp_field *f, const char *s, char *p,
    struct pp_err *err)
{
	size_t n = strlen(s);

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
	enum pp_rc rc;
	int w;

	switch (f->type) {
	case PP_F_STR:
		if ((rc = pp_json_str(o, f->name, &s, err)) != PP_OK)
			return rc;
		return field_copy(f, s, p, err);
	case PP_F_RAW:
		if (!json_object_object_get_ex(o, f->name, &v) || v == NULL)
			return PP_NOTFOUND;
		if ((s = pp_json_text(v)) == NULL)
			return pp_err_set(err, PP_IO, "out of memory");
		return field_copy(f, s, p, err);
	case PP_F_CENTS:
		return pp_json_sum(o, f->name, p, err);
	case PP_F_INT:
		return pp_json_int(o, f->name, -INT64_MAX, INT64_MAX, p, err);
	case PP_F_BOOL:
		return pp_json_bool(o, f->name, p, err);
	case PP_F_TIME:
		return pp_json_time(o, f->name, p, err);
	case PP_F_DAY:
		if ((rc = pp_json_str(o, f->name, &s, err)) != PP_OK)
			return rc;
		if ((rc = pp_time_day_parse(s, p, &bad)) != PP_OK)
			return pp_err_member(err, rc, f->name, "%s", bad.msg);
		return PP_OK;
	case PP_F_ENUM:
		if ((rc = pp_json_str(o, f->name, &s, err)) != PP_OK)
			return rc;
		if ((w = pp_word(f->words, s)) == -1)
			return pp_err_member(err, PP_DATA, f->name,
			    "unknown word %.40s", s);
		*(int *)p = w;
		return PP_OK;
	case PP_F_FLAGS:
		if (!json_object_object_get_ex(o, f->name, &v) || v == NULL)
			return PP_NOTFOUND;
		return field_flags(f, v, p, err);
	}
	return pp_err_member(err, PP_BUG, f->name, "field of no known type");
}

enum pp_rc
pp_doc_read(const struct pp_field *f, size_t n, struct json_object *o, void *s,
    struct pp_err *err)
{
	char name[PP_JSON_CENTS];
	enum pp_rc rc;
	void *p;

	for (; n > 0; n--, f++) {
		p = (char *)s + f->off;
		rc = field_read(f, o, p, err);
		if (rc == PP_NOTFOUND) {
			if (json_object_object_get_ex(o, f->name, NULL) ||
			    (f->type == PP_F_CENTS &&
			    json_object_object_get_ex(o, pp_json_cents(f->name,
			    name), NULL)))
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

/* What a field says, as JSON has it. */
static void
field_value(const struct pp_field *f, const void *p, struct value *v)
{
	v->s = v->room;
	switch (f->type) {
	case PP_F_STR:
	case PP_F_RAW:
		v->type = f->type == PP_F_STR ? V_STR : V_RAW;
		v->s = p;
		break;
	case PP_F_CENTS:
	case PP_F_INT:
		v->type = V_INT;
		v->n = *(const int64_t *)p;
		break;
	case PP_F_BOOL:
		v->type = V_BOOL;
		v->n = *(const bool *)p;
		break;
	case PP_F_TIME:
		v->type = V_STR;
		v->n = *(const int64_t *)p;
		(void)pp_time_str(v->n, v->n % PP_SECOND != 0, v->room,
		    sizeof v->room);
		break;
	case PP_F_DAY:
		v->type = V_STR;
		(void)pp_time_day_str(*(const int32_t *)p, v->room,
		    sizeof v->room);
		break;
	case PP_F_ENUM:
		v->type = V_STR;
		v->s = f->words[*(const int *)p];
		break;
	case PP_F_FLAGS:
		v->type = V_WORDS;
		v->n = *(const uint32_t *)p;
		break;
	}
}

/* Adds the member, whatever its value; both forms of an amount if show. */
static void
field_write(const struct pp_field *f, const void *p, bool show,
    struct json_object *o)
{
	char buf[PP_JSON_CENTS];
	struct json_object *j;
	struct value v;
	int i;

	field_value(f, p, &v);
	switch (v.type) {
	case V_STR:
		put(o, f->name, json_object_new_string(v.s), false);
		return;
	case V_RAW:
		/* json_tokener_parse gives NULL for null too: written null. */
		put(o, f->name, json_tokener_parse(v.s),
		    strcmp(v.s, "null") == 0);
		return;
	case V_INT:
		if (f->type == PP_F_INT) {
			put(o, f->name, json_object_new_int64(v.n), false);
			return;
		}
		if (show)
			put(o, f->name, json_object_new_string(
			    pp_money_str(v.n, buf, sizeof buf)), false);
		if (pp_json_cents(f->name, buf) == NULL ||
		    (j = json_object_new_int64(v.n)) == NULL ||
		    json_object_object_add(o, buf, j) != 0)
			json_object_set_serializer(o, spoilt, NULL, NULL);
		return;
	case V_BOOL:
		put(o, f->name, json_object_new_boolean(v.n != 0), false);
		return;
	case V_WORDS:
		j = json_object_new_array();
		for (i = 0; j != NULL && f->words[i] != NULL; i++)
			if (v.n & INT64_C(1) << i)
				(void)json_object_array_add(j,
				    json_object_new_string(f->words[i]));
		put(o, f->name, j, false);
		return;
	}
}

/* A member's name, after a comma unless it is the first. */
static void
name_print(const struct pp_field *f, const char *more, struct pp_buf *b)
{
	pp_json_next(b);
	pp_buf_add(b, "\"", 1);
	pp_buf_puts(b, f->name);
	pp_buf_puts(b, more);
	pp_buf_add(b, "\":", 2);
}

/* The member as text; an amount in cents. */
static void
field_print(const struct pp_field *f, const void *p, struct pp_buf *b)
{
	const char *comma = "";
	struct value v;
	int i;

	name_print(f, f->type == PP_F_CENTS ? "_cents" : "", b);
	field_value(f, p, &v);
	switch (v.type) {
	case V_STR:
		pp_json_quote(b, v.s);
		return;
	case V_RAW:
		pp_buf_puts(b, v.s);
		return;
	case V_INT:
		pp_buf_int(b, v.n);
		return;
	case V_BOOL:
		pp_buf_puts(b, v.n != 0 ? "true" : "false");
		return;
	case V_WORDS:
		pp_buf_add(b, "[", 1);
		for (i = 0; f->words[i] != NULL; i++)
			if (v.n & INT64_C(1) << i) {
				pp_buf_puts(b, comma);
				pp_json_quote(b, f->words[i]);
				comma = ",";
			}
		pp_buf_add(b, "]", 1);
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

void
pp_doc_print(const struct pp_field *f, size_t n, const void *s,
    struct pp_buf *b)
{
	const void *p;

	for (; n > 0; n--, f++) {
		p = (const char *)s + f->off;
		if (!field_empty(f, p))
			field_print(f, p, b);
	}
}

size_t
pp_doc_diff(const struct pp_field *f, size_t n, const void *old, const void *s,
    const char *but, struct pp_buf *b)
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
		if (but != NULL && strcmp(f->name, but) == 0)
			continue;
		if (!field_empty(f, is) || (!same && field_has_zero(f)))
			field_print(f, is, b);
		else if (!same) {
			name_print(f, "", b);
			pp_buf_puts(b, "null");
		}
	}
	return differ;
}

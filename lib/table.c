#include "config.h"

#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "buf.h"
#include "intl.h"
#include "json.h"
#include "table.h"
#include "time.h"
#include "utf8.h"
#include "banned.h"

#define CELL_MAX	(1024 * 1024)	/* bytes, as a line of JSON */
#define GAP		2		/* blanks between columns */

struct pp_table {
	FILE			*fp;
	enum pp_output		 form;
	const struct pp_column	*cols;
	size_t			 ncols;
	bool			 titled;
	locale_t		 utf8;		/* for wcwidth */
	/* A table's rows until its widths are known, a cell each. */
	char			**held;
	size_t			 nheld;		/* rows */
	bool			 fixed;		/* widths are known */
	size_t			 width[PP_TABLE_COLUMNS];
};

static enum pp_rc	no_memory(struct pp_err *);
static struct json_object	*find(struct json_object *, const char *);
static bool	cell_when(struct json_object *, struct pp_buf *);
static void	cell_text(const struct pp_table *, enum pp_align,
		    struct json_object *, struct pp_buf *);
static void	cell_array(struct json_object *, bool, struct pp_buf *);
static const char	*word(const char *);
static char	*clean(const char *);
static bool	hostile(uint32_t);
static size_t	width(const struct pp_table *, const char *);
static void	titles(struct pp_table *);
static void	write_cell(struct pp_table *, size_t, const char *);
static void	write_csv(FILE *, const char *);
static void	write_tsv(FILE *, const char *);
static bool	is_number(const char *);
static void	write_line(struct pp_table *, const char *const *);
static void	blanks(FILE *, size_t);
static void	release_held(struct pp_table *);
static enum pp_rc	hold(struct pp_table *, struct json_object *,
			    struct pp_err *);

static enum pp_rc
no_memory(struct pp_err *err)
{
	return pp_err_set(err, PP_IO, "out of memory");
}

enum pp_rc
pp_table_new(FILE *fp, enum pp_output form, const struct pp_column *cols,
    size_t n, struct pp_table **out, struct pp_err *err)
{
	struct pp_table *t;
	size_t i;

	if (n > PP_TABLE_COLUMNS)
		return pp_err_set(err, PP_BUG, "too many columns");
	if ((t = calloc(1, sizeof *t)) == NULL)
		return no_memory(err);
	t->fp = fp;
	t->form = form;
	t->cols = cols;
	t->ncols = n;
	if (form == PP_OUT_TABLE) {
		/* Not the user's locale: the same output everywhere. */
		t->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
		t->held = calloc(PP_TABLE_ROWS * n, sizeof *t->held);
		if (t->held == NULL) {
			(void)pp_table_end(t, NULL);
			return no_memory(err);
		}
		for (i = 0; i < n; i++)
			t->width[i] = width(t, word(cols[i].title));
	}
	*out = t;
	return PP_OK;
}

/* The member that a path such as "card.last4" names, or NULL. */
static struct json_object *
find(struct json_object *o, const char *path)
{
	char name[64];
	size_t n;

	for (;; path += n + 1) {
		n = strcspn(path, ".");
		if (n >= sizeof name ||
		    !json_object_is_type(o, json_type_object))
			return NULL;
		memcpy(name, path, n);
		name[n] = '\0';
		if (!json_object_object_get_ex(o, name, &o))
			return NULL;
		if (path[n] == '\0')
			return o;
	}
}

/* gettext tells of an empty text who translated it. */
static const char *
word(const char *s)
{
	return *s != '\0' ? _(s) : s;
}

static void
cell_array(struct json_object *a, bool words, struct pp_buf *b)
{
	size_t i, n = json_object_array_length(a);
	struct json_object *v;

	for (i = 0; i < n; i++)
		if (!json_object_is_type(json_object_array_get_idx(a, i),
		    json_type_string)) {
			pp_buf_puts(b, pp_json_text(a));
			return;
		}
	for (i = 0; i < n; i++) {
		v = json_object_array_get_idx(a, i);
		pp_buf_puts(b, i == 0 ? "" : ",");
		pp_buf_puts(b, words ? word(json_object_get_string(v)) :
		    json_object_get_string(v));
	}
}

static bool
cell_when(struct json_object *v, struct pp_buf *b)
{
	char text[PP_TIME_STR];
	int64_t at;

	if (!json_object_is_type(v, json_type_string) ||
	    pp_time_parse(json_object_get_string(v), &at, NULL) != PP_OK)
		return false;
	pp_buf_puts(b, pp_time_short(at, text, sizeof text));
	return true;
}

/* What stands in the cell, before the form's own rules. */
static void
cell_text(const struct pp_table *t, enum pp_align align,
    struct json_object *v, struct pp_buf *b)
{
	bool people = t->form == PP_OUT_TABLE;
	bool words = people && align == PP_WORD;

	switch (json_object_get_type(v)) {
	case json_type_null:
		pp_buf_puts(b, "");
		break;
	case json_type_boolean:
		if (json_object_get_boolean(v))
			pp_buf_puts(b, people ? _("yes") : "true");
		else
			pp_buf_puts(b, people ? _("no") : "false");
		break;
	case json_type_array:
		pp_buf_puts(b, "");
		cell_array(v, words, b);
		break;
	case json_type_object:
		pp_buf_puts(b, pp_json_text(v));
		break;
	default:
		pp_buf_puts(b, words ? word(json_object_get_string(v)) :
		    json_object_get_string(v));
		break;
	}
}

/* Characters that make a text look like another: line and paragraph breaks,
 * and those that turn the direction of writing. */
static bool
hostile(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e ||
	    c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* A copy of s that may be shown; the caller's. */
static char *
clean(const char *s)
{
	char *out = malloc(strlen(s) + 1);
	size_t at = 0, n;
	uint32_t c;

	if (out == NULL)
		return NULL;
	for (; *s != '\0'; s += n) {
		c = pp_utf8_next(s, &n);
		if (hostile(c) || (n == 1 && c == 0xfffd))
			out[at++] = '?';
		else {
			memcpy(out + at, s, n);
			at += n;
		}
	}
	out[at] = '\0';
	return out;
}

/* How many places s takes on a terminal. */
static size_t
width(const struct pp_table *t, const char *s)
{
	locale_t before = (locale_t)0;
	size_t all = 0, n;
	int w;

	if (t->utf8 != (locale_t)0)
		before = uselocale(t->utf8);
	for (; *s != '\0'; s += n) {
		w = wcwidth((wchar_t)pp_utf8_next(s, &n));
		all += w < 0 ? 1 : (size_t)w;
	}
	if (t->utf8 != (locale_t)0)
		(void)uselocale(before);
	return all;
}

static void
blanks(FILE *fp, size_t n)
{
	for (; n > 0; n--)
		(void)putc(' ', fp);
}

/* A line of a table, without blanks at its end. */
static void
write_line(struct pp_table *t, const char *const *cells)
{
	size_t i, w, gap = 0;

	for (i = 0; i < t->ncols; i++) {
		if (*cells[i] == '\0') {
			gap += t->width[i] + GAP;
			continue;
		}
		w = width(t, cells[i]);
		w = w < t->width[i] ? t->width[i] - w : 0;
		if (t->cols[i].align == PP_RIGHT) {
			gap += w;
			w = 0;
		}
		blanks(t->fp, gap);
		(void)fputs(cells[i], t->fp);
		gap = w + GAP;
	}
	(void)putc('\n', t->fp);
}

static bool
is_number(const char *s)
{
	size_t n;

	if (*s == '+' || *s == '-')
		s++;
	n = strspn(s, "0123456789");
	if (n == 0)
		return false;
	s += n;
	if (*s == '.' || *s == ',') {
		n = strspn(++s, "0123456789");
		s += n;
	}
	return n > 0 && *s == '\0';
}

static void
write_csv(FILE *fp, const char *s)
{
	const char *guard = strchr("=+-@\t\r", *s) != NULL && *s != '\0' &&
	    !is_number(s) ? "'" : "";

	if (*guard == '\0' && strpbrk(s, "\",\r\n") == NULL) {
		(void)fputs(s, fp);
		return;
	}
	(void)fprintf(fp, "\"%s", guard);
	for (; *s != '\0'; s++) {
		if (*s == '"')
			(void)putc('"', fp);
		(void)putc(*s, fp);
	}
	(void)putc('"', fp);
}

static void
write_tsv(FILE *fp, const char *s)
{
	for (; *s != '\0'; s++)
		(void)putc((unsigned char)*s < 0x20 || *s == 0x7f ? ' ' : *s,
		    fp);
}

static void
write_cell(struct pp_table *t, size_t i, const char *s)
{
	bool csv = t->form == PP_OUT_CSV;

	if (i > 0)
		(void)putc(csv ? ',' : '\t', t->fp);
	if (csv)
		write_csv(t->fp, s);
	else
		write_tsv(t->fp, s);
	if (i == t->ncols - 1)
		(void)fputs(csv ? "\r\n" : "\n", t->fp);
}

static void
titles(struct pp_table *t)
{
	const char *cells[PP_TABLE_COLUMNS];
	size_t i;

	if (t->titled)
		return;
	t->titled = true;
	for (i = 0; i < t->ncols; i++)
		if (t->form == PP_OUT_TABLE)
			cells[i] = word(t->cols[i].title);
		else
			write_cell(t, i, t->cols[i].title);
	if (t->form == PP_OUT_TABLE)
		write_line(t, cells);
}

/* The widths are known from here on. */
static void
release_held(struct pp_table *t)
{
	size_t i;

	if (!t->fixed)
		titles(t);
	t->fixed = true;
	for (i = 0; i < t->nheld; i++)
		write_line(t, (const char *const *)(t->held +
		    i * t->ncols));
	for (i = 0; i < t->nheld * t->ncols; i++)
		free(t->held[i]);
	t->nheld = 0;
}

/* A table's row. */
static enum pp_rc
hold(struct pp_table *t, struct json_object *row, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(CELL_MAX);
	char **cells = t->held + t->nheld * t->ncols;
	struct json_object *v;
	size_t i, w;

	for (i = 0; i < t->ncols; i++) {
		pp_buf_reset(&b);
		v = find(row, t->cols[i].member);
		if (t->cols[i].align != PP_WHEN || !cell_when(v, &b))
			cell_text(t, t->cols[i].align, v, &b);
		cells[i] = pp_buf_ok(&b) ? clean(b.p) : NULL;
		if (cells[i] == NULL) {
			while (i > 0)
				free(cells[--i]);
			pp_buf_release(&b);
			return no_memory(err);
		}
		if (!t->fixed && (w = width(t, cells[i])) > t->width[i])
			t->width[i] = w;
	}
	pp_buf_release(&b);
	t->nheld++;
	if (t->fixed || t->nheld == PP_TABLE_ROWS)
		release_held(t);
	return PP_OK;
}

enum pp_rc
pp_table_row(struct pp_table *t, struct json_object *row, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(CELL_MAX);
	enum pp_rc rc = PP_OK;
	const char *s;
	size_t i;

	switch (t->form) {
	case PP_OUT_TABLE:
		rc = hold(t, row, err);
		break;
	case PP_OUT_CSV:
	case PP_OUT_TSV:
		titles(t);
		for (i = 0; rc == PP_OK && i < t->ncols; i++) {
			pp_buf_reset(&b);
			cell_text(t, t->cols[i].align, find(row,
			    t->cols[i].member), &b);
			if (pp_buf_ok(&b))
				write_cell(t, i, b.p);
			else
				rc = no_memory(err);
		}
		pp_buf_release(&b);
		break;
	default:
		if ((s = pp_json_text(row)) == NULL)
			return no_memory(err);
		(void)fprintf(t->fp, "%s\n", s);
		break;
	}
	if (rc == PP_OK && ferror(t->fp))
		rc = pp_err_set(err, PP_IO, "cannot write the output");
	return rc;
}

enum pp_rc
pp_table_end(struct pp_table *t, struct pp_err *err)
{
	enum pp_rc rc = PP_OK;

	if (t == NULL)
		return PP_OK;
	if (t->form == PP_OUT_TABLE && t->held != NULL)
		release_held(t);
	else if (t->form == PP_OUT_CSV || t->form == PP_OUT_TSV)
		titles(t);
	if (ferror(t->fp))
		rc = pp_err_set(err, PP_IO, "cannot write the output");
	if (t->utf8 != (locale_t)0)
		freelocale(t->utf8);
	free(t->held);
	free(t);
	return rc;
}

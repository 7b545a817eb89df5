#include "config.h"

#include <string.h>

#include "template.h"
#include "banned.h"

static const char	*find(const struct pp_fill *, const char *);
static size_t		 line_of(const char *, const char *);
static const char	*place(const char *, char [PP_SLOT_NAME], bool *);
static enum pp_rc	 fill(const char *, const char *, const char *,
			    const char *, const struct pp_fill *, bool,
			    struct pp_buf *, struct pp_err *);
static bool		 is_void(const char *, const char *,
			    const struct pp_fill *);

static const char *
find(const struct pp_fill *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (strcmp(f->slot[i].name, name) == 0)
			return f->slot[i].text != NULL ? f->slot[i].text : "";
	return f->word != NULL ? f->word(name, f->arg) : NULL;
}

static size_t
line_of(const char *text, const char *at)
{
	size_t line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

void
pp_template_escape(struct pp_buf *b, const char *text)
{
	const char *p;
	size_t n;

	for (p = text; *p != '\0'; p++) {
		if ((n = strcspn(p, "&<>\"'")) > 0) {
			pp_buf_add(b, p, n);
			p += n;
		}
		switch (*p) {
		case '&':
			pp_buf_puts(b, "&amp;");
			break;
		case '<':
			pp_buf_puts(b, "&lt;");
			break;
		case '>':
			pp_buf_puts(b, "&gt;");
			break;
		case '"':
			pp_buf_puts(b, "&quot;");
			break;
		case '\'':
			pp_buf_puts(b, "&#39;");
			break;
		default:
			return;
		}
	}
}

/* The placeholder after {{ at p, its name into slot: what follows its }}, or
 * NULL. */
static const char *
place(const char *p, char slot[PP_SLOT_NAME], bool *raw)
{
	const char *end;
	size_t len;

	if ((*raw = *p == '&'))
		p++;
	len = (end = strstr(p, "}}")) != NULL ? (size_t)(end - p) : 0;
	if (len == 0 || len >= PP_SLOT_NAME || memchr(p, '\n', len))
		return NULL;
	memcpy(slot, p, len);
	slot[len] = '\0';
	return end + 2;
}

/* Fills what lies before end. */
static enum pp_rc
fill(const char *name, const char *text, const char *p, const char *stop,
    const struct pp_fill *f, bool plain, struct pp_buf *out,
    struct pp_err *err)
{
	char slot[PP_SLOT_NAME];
	const char *open, *value;
	bool raw;

	while ((open = strstr(p, "{{")) != NULL && open < stop) {
		pp_buf_add(out, p, (size_t)(open - p));
		if ((p = place(open + 2, slot, &raw)) == NULL)
			return pp_err_set(err, PP_CONF, "%s: line %zu: {{ "
			    "without a name and }}", name, line_of(text, open));
		if ((value = find(f, slot)) == NULL)
			return pp_err_set(err, PP_CONF, "%s: line %zu: unknown "
			    "placeholder {{%s}}", name, line_of(text, open),
			    slot);
		if (raw || plain)
			pp_buf_puts(out, value);
		else
			pp_template_escape(out, value);
		/* "2:23 p.m." ends the sentence itself. */
		if (*p == '.' && p < stop && *value != '\0' &&
		    value[strlen(value) - 1] == '.')
			p++;
	}
	pp_buf_add(out, p, (size_t)(stop - p));
	return pp_buf_ok(out) ? PP_OK : pp_err_set(err, PP_BUG,
	    "%s: filled, it is longer than %zu bytes", name, out->max);
}

/* Has this line slots, and nothing in any of them? */
static bool
is_void(const char *p, const char *stop, const struct pp_fill *f)
{
	char slot[PP_SLOT_NAME];
	bool raw, any = false;
	size_t i;

	while ((p = strstr(p, "{{")) != NULL && p < stop) {
		if ((p = place(p + 2, slot, &raw)) == NULL)
			return false;
		for (i = 0; i < f->n; i++)
			if (strcmp(f->slot[i].name, slot) == 0)
				break;
		if (i == f->n)
			continue;
		any = true;
		if (f->slot[i].text != NULL && f->slot[i].text[0] != '\0')
			return false;
	}
	return any;
}

enum pp_rc
pp_template_fill(const char *name, const char *text, const struct pp_fill *f,
    struct pp_buf *out, struct pp_err *err)
{
	return fill(name, text, text, text + strlen(text), f, false, out, err);
}

enum pp_rc
pp_template_lines(const char *name, const char *text,
    const struct pp_fill *f, bool plain, struct pp_buf *out,
    struct pp_err *err)
{
	const char *p, *stop;
	enum pp_rc rc = PP_OK;

	for (p = text; *p != '\0' && rc == PP_OK; p = stop) {
		stop = p + strcspn(p, "\n");
		stop += *stop == '\n';
		if (!is_void(p, stop, f))
			rc = fill(name, text, p, stop, f, plain, out, err);
	}
	return rc;
}

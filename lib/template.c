#include "config.h"

#include <string.h>

#include "template.h"
#include "banned.h"

static const char	*find(const struct pp_fill *, const char *);
static size_t		 line_of(const char *, const char *);

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

enum pp_rc
pp_template_fill(const char *name, const char *text, const struct pp_fill *f,
    struct pp_buf *out, struct pp_err *err)
{
	char slot[PP_SLOT_NAME];
	const char *p = text, *open, *end, *value;
	size_t len;
	bool raw;

	while ((open = strstr(p, "{{")) != NULL) {
		pp_buf_add(out, p, (size_t)(open - p));
		p = open + 2;
		if ((raw = *p == '&'))
			p++;
		len = (end = strstr(p, "}}")) != NULL ? (size_t)(end - p) : 0;
		if (len == 0 || len >= sizeof slot || memchr(p, '\n', len))
			return pp_err_set(err, PP_CONF, "%s: line %zu: {{ "
			    "without a name and }}", name, line_of(text, open));
		memcpy(slot, p, len);
		slot[len] = '\0';
		p = end + 2;
		if ((value = find(f, slot)) == NULL)
			return pp_err_set(err, PP_CONF, "%s: line %zu: unknown "
			    "placeholder {{%s}}", name, line_of(text, open),
			    slot);
		if (raw)
			pp_buf_puts(out, value);
		else
			pp_template_escape(out, value);
	}
	pp_buf_puts(out, p);
	return pp_buf_ok(out) ? PP_OK : pp_err_set(err, PP_BUG,
	    "%s: filled, it is longer than %zu bytes", name, out->max);
}

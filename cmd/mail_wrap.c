#include "config.h"

#include <string.h>

#include "mail_wrap.h"
#include "banned.h"

static size_t	columns(const char *, size_t);
static void	wrap_line(const char *, size_t, struct pp_buf *);

/* A column for each character: nothing in our mails is wider. */
static size_t
columns(const char *s, size_t n)
{
	size_t i, c = 0;

	for (i = 0; i < n; i++)
		c += ((unsigned char)s[i] & 0xc0) != 0x80;
	return c;
}

static void
wrap_line(const char *s, size_t n, struct pp_buf *out)
{
	size_t indent = n > 1 && s[0] == '-' && s[1] == ' ' ? 2 : 0;
	size_t at = 0, gap, word, col = 0;

	if (n > 0 && s[0] == ' ')
		at = n;
	pp_buf_add(out, s, at);
	while (at < n) {
		for (gap = at; gap < n && s[gap] == ' '; gap++)
			;
		for (word = gap; word < n && s[word] != ' '; word++)
			;
		/* Not behind the dash alone. */
		if (col > indent && col + columns(s + at, word - at) >
		    MAIL_COLUMNS && strncmp(s + gap, "http", 4) != 0) {
			pp_buf_printf(out, "\n%*s", (int)indent, "");
			col = indent;
		} else {
			pp_buf_add(out, s + at, gap - at);
			col += gap - at;
		}
		pp_buf_add(out, s + gap, word - gap);
		col += columns(s + gap, word - gap);
		at = word;
	}
}

void
mail_wrap(const char *text, struct pp_buf *out)
{
	const char *end;

	for (; text != NULL && *text != '\0'; text = end + (*end != '\0')) {
		end = text + strcspn(text, "\n");
		wrap_line(text, (size_t)(end - text), out);
		if (*end != '\0')
			pp_buf_puts(out, "\n");
	}
}

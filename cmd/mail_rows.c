#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail_rows.h"
#include "money.h"
#include "name.h"
#include "say.h"
#include "template.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])

/* Where in the HTML of a row a value stands. */
enum place { NOWHERE, HEAD, SMALL, AMOUNT, WHAT, NEXT };

/* What is shown of a document, in this order where it has it; in small print
 * with its name before it, if it has one. */
static const struct {
	const char	*name, *fr, *en;
	enum place	 place;
} columns[] = {
	{ "kind",		NULL,	NULL,		NOWHERE },
	{ "business_date",	NULL,	NULL,		SMALL },
	{ "batch",		"Lot ",	"Batch ",	SMALL },
	{ "invoice",		NULL,	NULL,		HEAD },
	{ "client",		NULL,	NULL,		HEAD },
	{ "type",		NULL,	NULL,		SMALL },
	{ "task",		NULL,	NULL,		HEAD },
	{ "amount",		NULL,	NULL,		AMOUNT },
	{ "transaction_no",	"Transaction ", "Transaction ", SMALL },
	{ "what",		NULL,	NULL,		WHAT },
	{ "next",		NULL,	NULL,		NEXT }
};
#define NCOLUMNS	N(columns)

static bool		 went_back(struct json_object *);
static int64_t		 cents_of(struct json_object *);
static const char	*attention(struct json_object *, const char *, char *,
			    size_t);
static const char	*text_of(struct json_object *, size_t, const char *,
			    char *, size_t);
static void		 text_row(char *const [NCOLUMNS], struct pp_buf *);
static void		 html_place(char *const [NCOLUMNS], enum place, bool,
			    const char *, const char *, struct pp_buf *);
static void		 html_row(char *const [NCOLUMNS], bool, struct pp_buf *);

static bool
went_back(struct json_object *o)
{
	static const char *const back[] = { "refund", "void", "chargeback" };
	const char *s;
	size_t i;

	for (i = 0; i < N(back); i++)
		if (pp_json_str(o, "type", &s, NULL) == PP_OK &&
		    strcmp(s, back[i]) == 0)
			return true;
	return false;
}

/* Its amount, below zero for what went back; 0 if it has none. */
static int64_t
cents_of(struct json_object *o)
{
	int64_t cents;

	if (pp_json_amount(o, "amount", &cents, NULL) != PP_OK)
		return 0;
	return cents > 0 && went_back(o) ? -cents : cents;
}

/* What needs a person has its sentence by its kind, in every language; NULL
 * for one that has places to fill. */
static const char *
attention(struct json_object *o, const char *lang, char *buf, size_t size)
{
	const char *kind, *s;

	if (pp_json_str(o, "kind", &kind, NULL) != PP_OK)
		return NULL;
	(void)snprintf(buf, size, "attention_%.60s", kind);
	s = pp_say(buf, lang);
	return s != NULL && strchr(s, '{') == NULL ? s : NULL;
}

/* A value for people; "" if it is not there. */
static const char *
text_of(struct json_object *o, size_t i, const char *lang, char *buf,
    size_t size)
{
	const char *s, *cur = "CAD";
	int64_t cents;

	if (strcmp(columns[i].name, "amount") == 0) {
		(void)pp_json_str(o, "currency", &cur, NULL);
		return (cents = cents_of(o)) != 0 ? pp_money_human(cents, cur,
		    lang, buf, size) : "";
	}
	if (strcmp(columns[i].name, "what") == 0 &&
	    (s = attention(o, lang, buf, size)) != NULL)
		return s;
	if (pp_json_str(o, columns[i].name, &s, NULL) != PP_OK)
		return "";
	return strcmp(columns[i].name, "type") == 0 ? pp_name(s, lang) : s;
}

static void
text_row(char *const v[NCOLUMNS], struct pp_buf *text)
{
	bool first = true;
	size_t i;

	for (i = 0; i < NCOLUMNS; i++) {
		if (*v[i] == '\0')
			continue;
		pp_buf_printf(text, "%s%s", first ? "- " :
		    columns[i].place == NEXT ? "\n  " : "  ", v[i]);
		first = false;
	}
	pp_buf_puts(text, "\n");
}

/* The values of one place, escaped, between before and after. */
static void
html_place(char *const v[NCOLUMNS], enum place place, bool fr,
    const char *before, const char *after, struct pp_buf *html)
{
	bool first = true;
	size_t i;

	for (i = 0; i < NCOLUMNS; i++) {
		if (columns[i].place != place || *v[i] == '\0')
			continue;
		pp_buf_puts(html, first ? before : " \u00b7 ");
		if (columns[i].fr != NULL)
			pp_buf_puts(html, fr ? columns[i].fr : columns[i].en);
		pp_template_escape(html, v[i]);
		first = false;
	}
	if (!first)
		pp_buf_puts(html, after);
}

/* Two cells, which a phone has room for: what it is, and how much. */
static void
html_row(char *const v[NCOLUMNS], bool fr, struct pp_buf *html)
{
#define CELL	"border-bottom:1px solid #e3e6eb;font-size:15px;" \
	    "line-height:1.5;vertical-align:top"
#define SUB	"<br><span style=\"font-size:14px;color:#4b5263;" \
	    "overflow-wrap:anywhere\">"
	pp_buf_puts(html, "<tr><td style=\"padding:10px 12px 10px 0;" CELL
	    "\">");
	html_place(v, HEAD, fr, "<strong>", "</strong>", html);
	html_place(v, SMALL, fr, SUB, "</span>", html);
	html_place(v, WHAT, fr, SUB, "</span>", html);
	html_place(v, NEXT, fr, "<br><code style=\"font-size:13px;"
	    "overflow-wrap:anywhere\">", "</code>", html);
	pp_buf_puts(html, "</td><td style=\"padding:10px 0;" CELL
	    ";text-align:right;white-space:nowrap;font-weight:600\">");
	html_place(v, AMOUNT, fr, "", "", html);
	pp_buf_puts(html, "</td></tr>\n");
#undef CELL
#undef SUB
}

int64_t
mail_rows(struct json_object *rows, const char *lang, struct pp_buf *text,
    struct pp_buf *html)
{
	size_t i, r, n = rows != NULL ? json_object_array_length(rows) : 0;
	bool fr = strcmp(lang, "fr") == 0, failed = false;
	char *v[NCOLUMNS], buf[96];
	struct json_object *o;
	int64_t sum = 0;

	if (n > 0)
		pp_buf_puts(html, "<table width=\"100%\" cellspacing=\"0\" "
		    "cellpadding=\"0\" style=\"margin:0 0 16px;"
		    "border-collapse:collapse\">\n");
	for (r = 0; r < n; r++) {
		o = json_object_array_get_idx(rows, r);
		(void)pp_money_add(&sum, cents_of(o));
		for (i = 0; i < NCOLUMNS; i++)
			failed |= (v[i] = strdup(text_of(o, i, lang, buf,
			    sizeof buf))) == NULL;
		if (!failed) {
			text_row(v, text);
			html_row(v, fr, html);
		}
		for (i = 0; i < NCOLUMNS; i++)
			free(v[i]);
	}
	if (n > 0)
		pp_buf_puts(html, "</table>\n");
	text->failed |= failed;
	return sum;
}

#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mail_rows.h"
#include "money.h"
#include "say.h"
#include "template.h"
#include "banned.h"

#define N(a)	(sizeof (a) / sizeof (a)[0])

/* What is shown of a document, where it has it. */
static const struct {
	const char	*name, *fr, *en;
	bool		 right;
} columns[] = {
	{ "kind",		"Genre",	"Kind",		false },
	{ "business_date",	"Date",		"Date",		false },
	{ "batch",		"Lot",		"Batch",	false },
	{ "invoice",		"Facture",	"Invoice",	false },
	{ "client",		"Client",	"Customer",	false },
	{ "type",		"Type",		"Type",		false },
	{ "task",		"Tâche",	"Task",		false },
	{ "amount",		"Montant",	"Amount",	true },
	{ "transaction_no",	"Transaction",	"Transaction",	false },
	{ "what",		"Quoi",		"What",		false },
	{ "next",		"À faire",	"Next",		false }
};

/* Kinds of payments, and whether the money went back. */
static const struct {
	const char	*word, *fr, *en;
	bool		 back;
} types[] = {
	{ "payment",	"Paiement",		"Payment",	false },
	{ "offline",	"Autre mode",		"Other means",	false },
	{ "refund",	"Remboursement",	"Refund",	true },
	{ "void",	"Annulation",		"Void",		true },
	{ "chargeback",	"Rétrofacturation",	"Chargeback",	true },
	{ "chargeback_reversal", "Rétrofacturation annulée",
	    "Chargeback reversed", false }
};

static size_t		 type_of(struct json_object *);
static int64_t		 cents_of(struct json_object *);
static const char	*attention(struct json_object *, const char *, char *,
			    size_t);
static const char	*text_of(struct json_object *, size_t, const char *,
			    char *, size_t);

/* Its place in types, or their number. */
static size_t
type_of(struct json_object *o)
{
	const char *s;
	size_t i;

	if (pp_json_str(o, "type", &s, NULL) != PP_OK)
		return N(types);
	for (i = 0; i < N(types); i++)
		if (strcmp(types[i].word, s) == 0)
			break;
	return i;
}

/* Its amount, below zero for what went back; 0 if it has none. */
static int64_t
cents_of(struct json_object *o)
{
	size_t t = type_of(o);
	int64_t cents;

	if (pp_json_amount(o, "amount", &cents, NULL) != PP_OK)
		return 0;
	return t < N(types) && types[t].back && cents > 0 ? -cents : cents;
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
	size_t t;

	if (strcmp(columns[i].name, "amount") == 0) {
		(void)pp_json_str(o, "currency", &cur, NULL);
		return (cents = cents_of(o)) != 0 ? pp_money_human(cents, cur,
		    lang, buf, size) : "";
	}
	if (strcmp(columns[i].name, "type") == 0 &&
	    (t = type_of(o)) < N(types))
		return strcmp(lang, "fr") == 0 ? types[t].fr : types[t].en;
	if (strcmp(columns[i].name, "what") == 0 &&
	    (s = attention(o, lang, buf, size)) != NULL)
		return s;
	return pp_json_str(o, columns[i].name, &s, NULL) == PP_OK ? s : "";
}

int64_t
mail_rows(struct json_object *rows, const char *lang, struct pp_buf *text,
    struct pp_buf *html)
{
	bool used[N(columns)] = { false }, fr = strcmp(lang, "fr") == 0;
	size_t i, r, n = rows != NULL ? json_object_array_length(rows) : 0;
	char money[96];
	struct json_object *o;
	const char *s;
	int64_t sum = 0;
	bool first;

	for (r = 0; r < n; r++)
		for (i = 0; i < N(columns); i++)
			used[i] |= *text_of(json_object_array_get_idx(rows, r),
			    i, lang, money, sizeof money) != '\0';
	if (n > 0)
		pp_buf_puts(html, "<table width=\"100%\" cellspacing=\"0\" "
		    "cellpadding=\"6\" style=\"border-collapse:collapse;"
		    "font-size:13px\">\n<tr>");
	for (i = 0; i < N(columns) && n > 0; i++)
		if (used[i])
			pp_buf_printf(html, "<th scope=\"col\" align=\"%s\" "
			    "style=\"border-bottom:2px solid #4b5263\">%s"
			    "</th>", columns[i].right ? "right" : "left",
			    fr ? columns[i].fr : columns[i].en);
	if (n > 0)
		pp_buf_puts(html, "</tr>\n");
	for (r = 0; r < n; r++) {
		o = json_object_array_get_idx(rows, r);
		(void)pp_money_add(&sum, cents_of(o));
		pp_buf_puts(html, "<tr>");
		for (i = 0, first = true; i < N(columns); i++) {
			if (!used[i])
				continue;
			s = text_of(o, i, lang, money, sizeof money);
			if (*s != '\0') {
				pp_buf_printf(text, "%s%s", first ? "- " :
				    strcmp(columns[i].name, "next") == 0 ?
				    "\n  " : "  ", s);
				first = false;
			}
			pp_buf_printf(html, "<td align=\"%s\" valign=\"top\" "
			    "style=\"border-bottom:1px solid #e3e6eb\">",
			    columns[i].right ? "right" : "left");
			pp_template_escape(html, s);
			pp_buf_puts(html, "</td>");
		}
		pp_buf_puts(text, "\n");
		pp_buf_puts(html, "</tr>\n");
	}
	if (n > 0)
		pp_buf_puts(html, "</table>\n");
	return sum;
}

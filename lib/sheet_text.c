#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "money.h"
#include "name.h"
#include "sheet_text.h"
#include "template.h"
#include "time.h"
#include "banned.h"

#define KEY	(PP_ID_MAX + 8)
#define NB	"\xc2\xa0"	/* no-break space */

enum word {
	W_SHEET, W_PREVIEW, W_TEST, W_FROZEN, W_BY, W_ENTERED, W_REFERENCE,
	W_EXCEPTED, W_NOT_ENTERED, W_TOTAL, W_PAYMENT, W_PAYMENTS,
	W_BY_BATCH, W_BY_DATE, W_BY_CARD, W_TAXES, W_RECEIVED, W_KEYED, W_TO_ENTER, W_WAITING,
	W_HEAD, W_SIGNATURE, W_DATES, W_ENTER, W_COLON, W_DATE, W_BATCH, W_INVOICE,
	W_CLIENT, W_TYPE, W_AMOUNT, W_CARD, W_TRANSACTION, W_REF_NO, W_TASK,
	W_NWORDS
};

static const char *const words[][2] = {
	[W_SHEET] = { "Keying sheet", "Feuille de saisie" },
	[W_PREVIEW] = { "To enter, not frozen", "\xc3\x80 saisir, non fig\xc3\xa9" },
	[W_TEST] = { "TEST: no real money", "ESSAI" NB ": aucun argent r\xc3\xa9" "el" },
	[W_FROZEN] = { "frozen", "fig\xc3\xa9" "e le" },
	[W_BY] = { "by", "par" },
	[W_ENTERED] = { "entered", "saisie le" },
	[W_REFERENCE] = { "reference", "r\xc3\xa9" "f\xc3\xa9rence" },
	[W_EXCEPTED] = { "left out", "laiss\xc3\xa9 de c\xc3\xb4t\xc3\xa9" },
	[W_NOT_ENTERED] = { "not entered yet", "pas encore saisie" },
	[W_TOTAL] = { "Total", "Total" },
	[W_PAYMENT] = { "payment", "paiement" },
	[W_PAYMENTS] = { "payments", "paiements" },
	[W_BY_BATCH] = { "By batch (the bank's deposit)", "Par lot (d\xc3\xa9p\xc3\xb4t bancaire)" },
	[W_BY_DATE] = { "By date", "Par date" },
	[W_BY_CARD] = { "By card", "Par carte" },
	[W_TAXES] = { "Taxes included", "Taxes comprises" },
	[W_RECEIVED] = { "received", "re\xc3\xa7u" },
	[W_KEYED] = { "entered", "saisi" },
	[W_TO_ENTER] = { "to enter", "\xc3\xa0 saisir" },
	[W_WAITING] = { "waiting for the transfer", "en attente du transfert" },
	[W_HEAD] = { "Journal", "Journal" },
	[W_SIGNATURE] = { "Signature", "Signature" },
	[W_DATES] = { "Dates are those of the payments, in the business's time zone.",
	    "Les dates sont celles des paiements, dans le fuseau de l\xe2\x80\x99" "entreprise." },
	[W_ENTER] = { "Once keyed", "Apr\xc3\xa8s la saisie" },
	[W_COLON] = { ":", NB ":" },
	[W_DATE] = { "DATE", "DATE" },
	[W_BATCH] = { "BATCH", "LOT" },
	[W_INVOICE] = { "INVOICE", "FACTURE" },
	[W_CLIENT] = { "CUSTOMER", "CLIENT" },
	[W_TYPE] = { "TYPE", "TYPE" },
	[W_AMOUNT] = { "AMOUNT", "MONTANT" },
	[W_CARD] = { "CARD", "CARTE" },
	[W_TRANSACTION] = { "TRANSACTION", "TRANSACTION" },
	[W_REF_NO] = { "REFERENCE", "R\xc3\x89" "F\xc3\x89RENCE" },
	[W_TASK] = { "TASK", "T\xc3\x82" "CHE" },
};

/* Control totals of one kind. */
struct line {
	char	key[KEY];
	int64_t	n, sum;
};
struct lines {
	struct line	*v;
	size_t		 n;
};
enum by { BY_BATCH, BY_DATE, BY_CARD, BY_N };

static const char	*w(const struct pp_sheet_view *, enum word);
static const char	*payments(const struct pp_sheet_view *);
static const char	*amount(int64_t, bool, char *, size_t);
static const char	*card(const struct pp_payment *, const char *, bool,
			    char *, size_t);
static const char	*batch(const struct pp_payment *, char *, size_t);
static int		by_key(const void *, const void *);
static enum pp_rc	control(const struct pp_sheet_view *, enum by,
			    struct lines *, struct pp_err *);
static int64_t		total(const struct pp_sheet_view *);
static void		taxes(const struct pp_sheet_view *, struct pp_taxes *);
static void		title(const struct pp_sheet_view *, struct pp_buf *);
static void		state(const struct pp_sheet_view *, struct pp_buf *);
static void		heaps(const struct pp_sheet_view *, struct pp_buf *);
static void		how(const struct pp_sheet_view *, struct pp_buf *);
static enum pp_rc	html(const struct pp_sheet_view *, struct pp_buf *,
			    struct pp_err *);
static void		html_rows(const struct pp_sheet_view *,
			    struct pp_buf *);

static const enum word by_titles[] = { W_BY_BATCH, W_BY_DATE, W_BY_CARD };

static bool
is_fr(const char *lang)
{
	return strncmp(lang, "fr", 2) == 0;
}

static const char *
w(const struct pp_sheet_view *v, enum word i)
{
	return words[i][is_fr(v->language)];
}

/* The word after how many there are. */
static const char *
payments(const struct pp_sheet_view *v)
{
	return w(v, pp_name_many((int64_t)v->list->n, v->language) ?
	    W_PAYMENTS : W_PAYMENT);
}

/* As it is typed: digits, and the decimal mark of the language. */
static const char *
amount(int64_t cents, bool comma, char *buf, size_t size)
{
	char *dot;

	(void)pp_money_str(cents, buf, size);
	if (comma && (dot = strchr(buf, '.')) != NULL)
		*dot = ',';
	return buf;
}

static const char *
card(const struct pp_payment *p, const char *lang, bool digits, char *buf,
    size_t size)
{
	const char *what = p->method[0] != '\0' ? p->method :
	    p->brand != PP_B_NONE ? pp_brands[p->brand] : "";

	(void)snprintf(buf, size, "%s%s%s", pp_name(what, lang),
	    digits && *what != '\0' && p->last4[0] != '\0' ? " " : "",
	    digits ? p->last4 : "");
	return buf;
}

static const char *
batch(const struct pp_payment *p, char *buf, size_t size)
{
	if (p->terminal[0] == '\0' && p->batch[0] == '\0')
		buf[0] = '\0';
	else
		(void)snprintf(buf, size, "%s-%s", p->terminal, p->batch);
	return buf;
}

void
pp_sheet_columns(const char *lang, struct pp_column out[PP_SHEET_COLUMNS])
{
	static const struct { enum word title; const char *member; } c[] = {
		{ W_DATE, "business_date" }, { W_BATCH, "batch" },
		{ W_INVOICE, "invoice" }, { W_CLIENT, "client" },
		{ W_TYPE, "type" }, { W_AMOUNT, "amount" },
		{ W_CARD, "card" }, { W_TRANSACTION, "transaction_no" },
		{ W_REF_NO, "reference_no" }, { W_TASK, "task" },
		{ W_NWORDS, "id" }
	};
	size_t i;

	for (i = 0; i < PP_SHEET_COLUMNS; i++) {
		out[i].title = c[i].title == W_NWORDS ? "ID" :
		    words[c[i].title][is_fr(lang)];
		out[i].member = c[i].member;
		out[i].align = c[i].title == W_AMOUNT ? PP_RIGHT : PP_LEFT;
	}
}

struct json_object *
pp_sheet_cells(const struct pp_entry *e, const char *lang, bool comma)
{
	const struct pp_payment *p = &e->p;
	const char *stage = pp_payment_stage(p);
	struct json_object *o = json_object_new_object();
	char day[PP_TIME_STR], lot[32], money[PP_MONEY_STR], brand[64];
	const struct { const char *member, *text; } cells[] = {
		{ "business_date", pp_time_day_str(p->business_date, day,
		    sizeof day) },
		{ "batch", batch(p, lot, sizeof lot) },
		{ "invoice", e->invoice }, { "client", e->client },
		{ "type", pp_name(stage != NULL ? stage :
		    pp_pay_types[p->type], lang) },
		{ "amount", amount(pp_payment_signed(p), comma, money,
		    sizeof money) },
		{ "card", card(p, lang, true, brand, sizeof brand) },
		{ "transaction_no", p->transaction_no },
		{ "reference_no", p->reference_no },
		{ "task", p->task }, { "id", p->id }
	};
	size_t i;

	for (i = 0; i < sizeof cells / sizeof cells[0]; i++)
		json_object_object_add(o, cells[i].member,
		    json_object_new_string(cells[i].text));
	return o;
}

static int
by_key(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return strcmp(x->key, y->key);
}

/* One line a key, in order. */
static enum pp_rc
control(const struct pp_sheet_view *v, enum by by, struct lines *out,
    struct pp_err *err)
{
	const struct pp_payment *p;
	struct line *l;
	char key[KEY];
	size_t i, k;

	out->n = 0;
	out->v = calloc(v->list->n + 1, sizeof out->v[0]);
	if (out->v == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	for (i = 0; i < v->list->n; i++) {
		p = &v->list->v[i].p;
		if (by == BY_BATCH)
			(void)batch(p, key, sizeof key);
		else if (by == BY_DATE)
			(void)pp_time_day_str(p->business_date, key,
			    sizeof key);
		else
			(void)card(p, v->language, false, key, sizeof key);
		/* Neighbours mostly have the same. */
		for (k = out->n; k > 0; k--)
			if (strcmp(out->v[k - 1].key, key) == 0)
				break;
		l = k > 0 ? &out->v[k - 1] : &out->v[out->n++];
		(void)strlcpy(l->key, key, sizeof l->key);
		l->n++;
		l->sum += pp_payment_signed(p);
	}
	qsort(out->v, out->n, sizeof out->v[0], by_key);
	return PP_OK;
}

static int64_t
total(const struct pp_sheet_view *v)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < v->list->n; i++)
		sum += pp_payment_signed(&v->list->v[i].p);
	return sum;
}

static void
taxes(const struct pp_sheet_view *v, struct pp_taxes *sum)
{
	struct pp_taxes one;
	size_t i;

	memset(sum, 0, sizeof *sum);
	for (i = 0; i < v->list->n; i++) {
		pp_taxes_read(v->list->v[i].p.taxes, &one);
		pp_taxes_add(sum, &one);
	}
}

enum pp_rc
pp_sheet_totals(const struct pp_sheet_view *v, struct json_object *o,
    struct pp_err *err)
{
	static const char *const members[BY_N] = {
		"by_batch", "by_date", "by_card"
	};
	struct json_object *list, *one;
	struct pp_taxes t;
	struct lines l;
	char text[PP_MONEY_STR];
	enum pp_rc rc;
	size_t i, k;

	for (k = 0; k < BY_N; k++) {
		if ((rc = control(v, (enum by)k, &l, err)) != PP_OK)
			return rc;
		list = json_object_new_array();
		for (i = 0; i < l.n; i++) {
			one = json_object_new_object();
			json_object_object_add(one, "key", l.v[i].key[0] !=
			    '\0' ? json_object_new_string(l.v[i].key) : NULL);
			json_object_object_add(one, "count",
			    json_object_new_int64(l.v[i].n));
			json_object_object_add(one, "amount",
			    json_object_new_string(pp_money_str(l.v[i].sum,
			    text, sizeof text)));
			json_object_object_add(one, "amount_cents",
			    json_object_new_int64(l.v[i].sum));
			json_object_array_add(list, one);
		}
		free(l.v);
		json_object_object_add(o, members[k], list);
	}
	taxes(v, &t);
	json_object_object_add(o, "taxes", pp_taxes_doc(&t));
	return PP_OK;
}

/* Lines that text and page share. */

static void
title(const struct pp_sheet_view *v, struct pp_buf *b)
{
	if (v->business[0] != '\0')
		pp_buf_printf(b, "%s - ", v->business);
	if (v->sheet->number == 0)
		pp_buf_puts(b, w(v, W_PREVIEW));
	else
		pp_buf_printf(b, "%s %" PRId64, w(v, W_SHEET),
		    v->sheet->number);
}

static void
state(const struct pp_sheet_view *v, struct pp_buf *b)
{
	const struct pp_sheet *s = v->sheet;
	char text[64];

	if (s->number == 0)
		return;
	pp_buf_printf(b, "%s %s", w(v, W_FROZEN), pp_time_human(s->frozen_at,
	    v->language, text, sizeof text));
	if (s->frozen_by[0] != '\0')
		pp_buf_printf(b, " %s %s", w(v, W_BY), s->frozen_by);
	if (s->entered_at == 0) {
		pp_buf_printf(b, ", %s", w(v, W_NOT_ENTERED));
		return;
	}
	pp_buf_printf(b, ", %s %s", w(v, W_ENTERED), pp_time_human(
	    s->entered_at, v->language, text, sizeof text));
	if (s->entered_by[0] != '\0')
		pp_buf_printf(b, " %s %s", w(v, W_BY), s->entered_by);
	if (s->reference[0] != '\0')
		pp_buf_printf(b, ", %s %s", w(v, W_REFERENCE), s->reference);
	if (s->excepted != 0)
		pp_buf_printf(b, ", %s %s", w(v, W_EXCEPTED), amount(
		    s->excepted, is_fr(v->language), text, sizeof text));
}

/* Rule B1. */
static void
heaps(const struct pp_sheet_view *v, struct pp_buf *b)
{
	const struct pp_heaps *h = &v->sheet->heaps;
	bool comma = is_fr(v->language);
	char a[PP_MONEY_STR], c[PP_MONEY_STR], d[PP_MONEY_STR];
	char e[PP_MONEY_STR];

	pp_buf_printf(b, "%s %s (%" PRId64 ") = %s %s (%" PRId64 ") + %s %s "
	    "(%" PRId64 ") + %s %s (%" PRId64 ")",
	    w(v, W_RECEIVED), amount(h->received, comma, a, sizeof a),
	    h->n_received,
	    w(v, W_KEYED), amount(h->entered, comma, c, sizeof c),
	    h->n_entered,
	    w(v, W_TO_ENTER), amount(h->to_enter, comma, d, sizeof d),
	    h->n_to_enter,
	    w(v, W_WAITING), amount(h->waiting, comma, e, sizeof e),
	    h->n_waiting);
}

/* The command that follows, to be pasted: without the total, which is to be
 * read from the accounting system. */
static void
how(const struct pp_sheet_view *v, struct pp_buf *b)
{
	if (v->sheet->number != 0 && v->sheet->entered_at == 0)
		pp_buf_printf(b, "%s%s pp-ledger enter --sheet %" PRId64
		    " --total ", w(v, W_ENTER), w(v, W_COLON),
		    v->sheet->number);
}

enum pp_rc
pp_sheet_print(const struct pp_sheet_view *v, FILE *fp, struct pp_err *err)
{
	struct pp_column columns[PP_SHEET_COLUMNS];
	struct pp_buf b = PP_BUF_INIT(64 * 1024);
	struct pp_table *table = NULL;
	struct json_object *row;
	struct pp_taxes t;
	struct lines l;
	char text[PP_MONEY_STR];
	bool comma = is_fr(v->language);
	enum pp_rc rc;
	size_t i;
	int by;

	title(v, &b);
	if (!v->live)
		pp_buf_printf(&b, " - %s", w(v, W_TEST));
	pp_buf_puts(&b, "\n");
	if (v->sheet->number != 0) {
		state(v, &b);
		pp_buf_puts(&b, "\n");
	}
	pp_buf_puts(&b, "\n");
	if (!pp_buf_ok(&b))
		goto memory;
	fputs(b.p, fp);
	pp_buf_reset(&b);

	pp_sheet_columns(v->language, columns);
	if ((rc = pp_table_new(fp, PP_OUT_TABLE, columns, PP_SHEET_COLUMNS,
	    &table, err)) != PP_OK)
		goto out;
	for (i = 0; i < v->list->n && rc == PP_OK; i++) {
		row = pp_sheet_cells(&v->list->v[i], v->language, comma);
		rc = pp_table_row(table, row, err);
		json_object_put(row);
	}
	if (rc == PP_OK)
		rc = pp_table_end(table, err);
	else
		(void)pp_table_end(table, NULL);
	if (rc != PP_OK)
		goto out;

	fprintf(fp, "\n%s %s, %zu %s\n", w(v, W_TOTAL), amount(total(v), comma,
	    text, sizeof text), v->list->n, payments(v));
	taxes(v, &t);
	for (i = 0; i < t.n; i++)
		fprintf(fp, "%s%s %s %s%s", i == 0 ? w(v, W_TAXES) : "",
		    i == 0 ? w(v, W_COLON) : ";", t.v[i].name, amount(t.v[i].cents,
		    comma, text, sizeof text), i + 1 == t.n ? "\n" : "");
	for (by = 0; by < BY_N; by++) {
		if ((rc = control(v, (enum by)by, &l, err)) != PP_OK)
			goto out;
		fprintf(fp, "\n%s\n", w(v, by_titles[by]));
		for (i = 0; i < l.n; i++)
			fprintf(fp, "  %14s  %5" PRId64 "  %s\n", amount(
			    l.v[i].sum, comma, text, sizeof text), l.v[i].n,
			    l.v[i].key[0] != '\0' ? l.v[i].key : "-");
		free(l.v);
	}
	heaps(v, &b);
	pp_buf_printf(&b, "\n%s %" PRId64 " %s\n%s %s\n%s\n", w(v, W_HEAD),
	    v->sheet->head_seq, v->sheet->head_hash, w(v, W_SIGNATURE),
	    v->signature, w(v, W_DATES));
	how(v, &b);
	if (!pp_buf_ok(&b))
		goto memory;
	fprintf(fp, "\n%s%s", b.p, b.p[b.len - 1] == '\n' ? "" : "\n");
	goto out;
memory:
	rc = pp_err_set(err, PP_IO, "out of memory");
out:
	pp_buf_release(&b);
	return rc;
}

/* The page. */

static const char style[] =
    "@page{size:letter landscape;margin:12mm}"
    "body{font:12px/1.4 system-ui,sans-serif;color:#111;background:#fff;"
    "margin:1.5rem}"
    "h1{font-size:1.4rem;margin:0}p{margin:.3rem 0}"
    ".test{display:inline-block;border:2px solid #b00;color:#b00;"
    "padding:0 .4rem;font-weight:700}"
    "table{border-collapse:collapse;margin:.8rem 0}"
    "th,td{padding:.2rem .5rem;border-bottom:1px solid #ccc;text-align:left;"
    "white-space:nowrap}"
    "td.client{white-space:normal}"
    "th{border-bottom:2px solid #111;font-size:.75rem;"
    "letter-spacing:.03em}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
    "td.n{font-weight:600}"
    ".id{font-family:ui-monospace,monospace;font-size:.7rem;color:#555}"
    ".box{width:1rem;border:1px solid #111;display:inline-block;"
    "height:.8rem}"
    "tfoot td{border-top:2px solid #111;font-weight:700}"
    ".totals{display:flex;flex-wrap:wrap;gap:2rem;align-items:flex-start}"
    ".totals caption{text-align:left;font-weight:700}"
    "footer{font-size:.75rem;color:#333;overflow-wrap:anywhere}";

static void
html_rows(const struct pp_sheet_view *v, struct pp_buf *b)
{
	struct pp_column c[PP_SHEET_COLUMNS];
	struct json_object *row, *cell;
	char text[PP_MONEY_STR];
	bool comma = is_fr(v->language);
	size_t i, k;

	pp_sheet_columns(v->language, c);
	pp_buf_puts(b, "<table><thead><tr><th></th>");
	for (k = 0; k < PP_SHEET_COLUMNS; k++)
		pp_buf_printf(b, "<th%s>%s</th>", c[k].align == PP_RIGHT ?
		    " class=\"n\"" : "", c[k].title);
	pp_buf_puts(b, "</tr></thead>\n<tbody>\n");
	for (i = 0; i < v->list->n; i++) {
		row = pp_sheet_cells(&v->list->v[i], v->language, comma);
		pp_buf_puts(b, "<tr><td><span class=\"box\"></span></td>");
		for (k = 0; k < PP_SHEET_COLUMNS; k++) {
			pp_buf_printf(b, "<td class=\"%s\">",
			    c[k].align == PP_RIGHT ? "n" : c[k].member);
			if (json_object_object_get_ex(row, c[k].member, &cell))
				pp_template_escape(b,
				    json_object_get_string(cell));
			pp_buf_puts(b, "</td>");
		}
		pp_buf_puts(b, "</tr>\n");
		json_object_put(row);
	}
	/* The amount is the sixth column, after the box. */
	pp_buf_printf(b, "</tbody>\n<tfoot><tr><td></td><td colspan=\"5\">%s "
	    "(%zu %s)</td><td class=\"n\">%s</td><td colspan=\"5\"></td></tr>"
	    "</tfoot></table>\n", w(v, W_TOTAL), v->list->n, payments(v),
	    amount(total(v), comma, text, sizeof text));
}

static enum pp_rc
html(const struct pp_sheet_view *v, struct pp_buf *b, struct pp_err *err)
{
	struct pp_buf line = PP_BUF_INIT(64 * 1024);
	void (*const lines[])(const struct pp_sheet_view *, struct pp_buf *) =
	    { state, heaps, how };
	struct pp_taxes t;
	struct lines l;
	char text[PP_MONEY_STR];
	bool comma = is_fr(v->language);
	enum pp_rc rc = PP_OK;
	size_t i, k;

	title(v, &line);
	pp_buf_printf(b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>"
	    "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\""
	    "width=device-width\"><title>", comma ? "fr" : "en");
	pp_template_escape(b, line.p != NULL ? line.p : "");
	pp_buf_printf(b, "</title><style>%s</style></head>\n<body>\n<h1>",
	    style);
	pp_template_escape(b, line.p != NULL ? line.p : "");
	pp_buf_puts(b, "</h1>\n");
	if (!v->live)
		pp_buf_printf(b, "<p class=\"test\">%s</p>\n", w(v, W_TEST));
	for (k = 0; k < sizeof lines / sizeof lines[0]; k++) {
		pp_buf_reset(&line);
		lines[k](v, &line);
		if (line.len == 0)
			continue;
		pp_buf_puts(b, "<p>");
		pp_template_escape(b, line.p);
		pp_buf_puts(b, "</p>\n");
		if (k == 0)
			html_rows(v, b);
	}
	if (v->sheet->number == 0)
		html_rows(v, b);
	pp_buf_puts(b, "<div class=\"totals\">\n");
	for (k = 0; k < BY_N; k++) {
		if ((rc = control(v, (enum by)k, &l, err)) != PP_OK)
			goto out;
		pp_buf_printf(b, "<table><caption>%s</caption>",
		    w(v, by_titles[k]));
		for (i = 0; i < l.n; i++) {
			pp_buf_puts(b, "<tr><td>");
			pp_template_escape(b, l.v[i].key[0] != '\0' ?
			    l.v[i].key : "-");
			pp_buf_printf(b, "</td><td class=\"n\">%" PRId64
			    "</td><td class=\"n\">%s</td></tr>", l.v[i].n,
			    amount(l.v[i].sum, comma, text, sizeof text));
		}
		pp_buf_puts(b, "</table>\n");
		free(l.v);
	}
	taxes(v, &t);
	if (t.n > 0) {
		pp_buf_printf(b, "<table><caption>%s</caption>",
		    w(v, W_TAXES));
		for (i = 0; i < t.n; i++) {
			pp_buf_puts(b, "<tr><td>");
			pp_template_escape(b, t.v[i].name);
			pp_buf_printf(b, "</td><td class=\"n\">%s</td></tr>",
			    amount(t.v[i].cents, comma, text, sizeof text));
		}
		pp_buf_puts(b, "</table>\n");
	}
	pp_buf_printf(b, "</div>\n<footer><p>%s %" PRId64 " %s</p><p>%s "
	    "%s</p><p>%s</p></footer>\n</body></html>\n", w(v, W_HEAD),
	    v->sheet->head_seq, v->sheet->head_hash, w(v, W_SIGNATURE),
	    v->signature, w(v, W_DATES));
	if (!pp_buf_ok(b))
		rc = pp_err_set(err, PP_IO, "out of memory");
out:
	pp_buf_release(&line);
	return rc;
}

enum pp_rc
pp_sheet_html(const struct pp_sheet_view *v, FILE *fp, struct pp_err *err)
{
	/* A row is some 700 bytes, a name at most 1200 when escaped. */
	struct pp_buf b = PP_BUF_INIT(64 * 1024 + v->list->n * 4096);
	enum pp_rc rc;

	if ((rc = html(v, &b, err)) == PP_OK)
		fputs(b.p, fp);
	pp_buf_release(&b);
	return rc;
}

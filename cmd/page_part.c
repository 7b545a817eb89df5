#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "money.h"
#include "name.h"
#include "page_part.h"
#include "page_words.h"
#include "tax.h"
#include "time.h"
#include "banned.h"

#define LINES_SHOWN	8	/* more are folded */

#define N(a)	(sizeof (a) / sizeof (a)[0])

static const char	*word(const char *, const void *);
static enum pp_rc	row(const struct page_ctx *, const struct pp_view *,
			    const char *, const char *, const char *, int64_t,
			    struct pp_buf *, struct pp_err *);
static enum pp_rc	table(const struct page_ctx *, const char *,
			    struct pp_buf *, struct pp_buf *, struct pp_err *);
static enum pp_rc	lines(const struct page_ctx *, const struct pp_view *,
			    struct pp_buf *, struct pp_buf *, struct pp_err *);
static enum pp_rc	taxes(const struct page_ctx *, const struct pp_view *,
			    struct pp_buf *, struct pp_err *);
static enum pp_rc	link_to(const struct page_ctx *, const char *,
			    const char *, const char *, const char *,
			    struct pp_buf *, struct pp_err *);
static const char	*quantity_of(const struct page_ctx *, const char *, char *,
			    size_t);

static const char *
word(const char *name, const void *lang)
{
	return page_word(name, lang);
}

enum pp_rc
page_fill(const struct page_ctx *x, enum page_tpl t, const struct pp_slot *s,
    size_t n, struct pp_buf *out, struct pp_err *err)
{
	struct pp_fill f = { s, n, word, x->lang };

	return pp_template_fill(page_site_name(t), x->site->tpl[t], &f, out,
	    err);
}

enum pp_rc
page_fill_lines(const struct page_ctx *x, enum page_tpl t,
    const struct pp_slot *s, size_t n, struct pp_buf *out, struct pp_err *err)
{
	struct pp_fill f = { s, n, word, x->lang };

	return pp_template_lines(page_site_name(t), x->site->tpl[t], &f,
	    false, out, err);
}

const char *
page_say(const struct page_ctx *x, const char *name, const struct pp_said *said,
    size_t n, char *out, size_t size)
{
	return pp_say_fill(page_word(name, x->lang), said, n, out, size);
}

const char *
page_money(const struct page_ctx *x, const struct pp_view *v, int64_t cents,
    char *out, size_t size)
{
	return pp_money_human(cents, v->c.task.currency, x->lang, out, size);
}

const char *
page_time(const struct page_ctx *x, int64_t at, char *out, size_t size)
{
	time_t t = (time_t)(at / PP_SECOND);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	if (strcmp(x->lang, "fr") == 0)
		(void)snprintf(out, size, "%d\u00a0h\u00a0%02d", tm.tm_hour,
		    tm.tm_min);
	else
		(void)snprintf(out, size, "%d:%02d\u00a0%s",
		    tm.tm_hour % 12 == 0 ? 12 : tm.tm_hour % 12, tm.tm_min,
		    tm.tm_hour < 12 ? "a.m." : "p.m.");
	return out;
}

const char *
page_here(const struct page_ctx *x, char *out, size_t size)
{
	(void)snprintf(out, size, "%s%s", x->site->root, x->addr);
	return x->addr[0] != '\0' ? out : "";
}

const char *
page_person(const struct pp_view *v, const char *member)
{
	const char *s;

	if (v->person == NULL || pp_json_str(v->person, member, &s, NULL) !=
	    PP_OK)
		return "";
	return s;
}

enum pp_rc
page_part_fact(const struct page_ctx *x, const char *label, const char *value,
    struct pp_buf *out, struct pp_err *err)
{
	const struct pp_slot s[] = {
		{ "label", page_word(label, x->lang) }, { "value", value }
	};

	return *value == '\0' ? PP_OK : page_fill(x, PAGE_T_FACT, s, N(s), out,
	    err);
}

/* number: a business's, for this tax. */
static enum pp_rc
row(const struct page_ctx *x, const struct pp_view *v, const char *class,
    const char *label, const char *number, int64_t cents, struct pp_buf *out,
    struct pp_err *err)
{
	struct pp_buf no = PP_BUF_INIT(2 * PP_CONF_SHORT * 6);
	char money[PP_MONEY_STR];
	enum pp_rc rc;

	if (*number != '\0') {
		pp_buf_puts(&no, " <span class=\"no\">");
		pp_template_escape(&no, number);
		pp_buf_puts(&no, "</span>");
	}
	rc = page_fill(x, PAGE_T_ROW, (const struct pp_slot[]){
	    { "class", class }, { "label", label }, { "number", no.p },
	    { "value", page_money(x, v, cents, money, sizeof money) } }, 4,
	    out, err);
	pp_buf_release(&no);
	return rc;
}

static enum pp_rc
table(const struct page_ctx *x, const char *caption, struct pp_buf *rows,
    struct pp_buf *out, struct pp_err *err)
{
	const struct pp_slot s[] = {
		{ "caption", page_word(caption, x->lang) }, { "rows", rows->p }
	};

	if (rows->len == 0)
		return PP_OK;
	return page_fill(x, PAGE_T_TABLE, s, N(s), out, err);
}

enum pp_rc
page_part_what(const struct page_ctx *x, const struct pp_view *v,
    struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf facts = PP_BUF_INIT(PAGE_MAX);
	const struct { const char *label, *value; } rows[] = {
		{ "customer", page_person(v, "name") },
		{ "place", page_person(v, "address") },
		{ "task", v->c.task.id },
		{ "invoice", v->c.task.invoice }
	};
	enum pp_rc rc = PP_OK;
	size_t i;

	for (i = 0; i < N(rows) && rc == PP_OK; i++)
		rc = page_part_fact(x, rows[i].label, rows[i].value, &facts,
		    err);
	if (rc == PP_OK)
		rc = page_fill_lines(x, PAGE_T_WHAT, (const struct pp_slot[]){
		    { "description", page_person(v, "description") },
		    { "facts", facts.p } }, 2, out, err);
	pp_buf_release(&facts);
	return rc;
}

/* A number of a document, "2.5", with the page's decimal mark. */
static const char *
quantity_of(const struct page_ctx *x, const char *q, char *out, size_t size)
{
	char *dot;

	(void)strlcpy(out, q, size);
	if (strcmp(x->lang, "fr") == 0 && strspn(q, "0123456789.") ==
	    strlen(q) && (dot = strchr(out, '.')) != NULL)
		*dot = ',';
	return out;
}

/* The task's lines: into rows, or folded into out if there are many. */
static enum pp_rc
lines(const struct page_ctx *x, const struct pp_view *v, struct pp_buf *rows,
    struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf many = PP_BUF_INIT(PAGE_MAX), in = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf *to = rows;
	struct pp_slot s[] = { { "summary", NULL }, { "table", NULL } };
	struct json_object *a, *l;
	char label[300], text[PAGE_SENTENCE], count[16], often[24];
	const struct pp_said said[] = { { "count", count } };
	const char *name, *quantity;
	enum pp_rc rc = PP_OK;
	int64_t cents;
	size_t i, n;

	if (v->person == NULL || !json_object_object_get_ex(v->person, "lines",
	    &a) || !json_object_is_type(a, json_type_array))
		return PP_OK;
	n = json_object_array_length(a);
	(void)snprintf(count, sizeof count, "%zu", n);
	if (n > LINES_SHOWN)
		to = &many;
	for (i = 0; i < n && rc == PP_OK; i++) {
		l = json_object_array_get_idx(a, i);
		if (!json_object_is_type(l, json_type_object) ||
		    pp_json_str(l, "label", &name, NULL) != PP_OK ||
		    pp_json_amount(l, "total", &cents, NULL) != PP_OK)
			continue;
		if (pp_json_str(l, "quantity", &quantity, NULL) == PP_OK &&
		    strcmp(quantity, "1") != 0)
			(void)snprintf(label, sizeof label, "%.200s × %s",
			    name, quantity_of(x, quantity, often,
			    sizeof often));
		else
			(void)snprintf(label, sizeof label, "%.250s", name);
		rc = row(x, v, "", label, "", cents, to, err);
	}
	if (rc == PP_OK && n > LINES_SHOWN &&
	    (rc = table(x, "details", &many, &in, err)) == PP_OK) {
		s[0].text = page_say(x, "all_lines", said, 1, text,
		    sizeof text);
		s[1].text = in.p;
		rc = page_fill(x, PAGE_T_LINES, s, N(s), out, err);
	}
	pp_buf_release(&many);
	pp_buf_release(&in);
	return rc;
}

const char *
page_tax(const struct page_ctx *x, const char *name, const char **number)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	const struct { const char *name, *number; } known[] = {
		{ "TPS", b->gst_number }, { "TVQ", b->qst_number },
		{ "TVH", b->gst_number }
	};
	size_t i;

	*number = "";
	for (i = 0; i < N(known); i++)
		if (strcmp(pp_name(name, "fr"), known[i].name) == 0)
			*number = known[i].number;
	return pp_name(name, x->lang);
}

static enum pp_rc
taxes(const struct page_ctx *x, const struct pp_view *v, struct pp_buf *rows,
    struct pp_err *err)
{
	const char *name, *number;
	struct pp_taxes t;
	enum pp_rc rc = PP_OK;
	size_t i;

	pp_taxes_read(v->c.task.taxes, &t);
	for (i = 0; i < t.n && rc == PP_OK; i++) {
		name = page_tax(x, t.v[i].name, &number);
		rc = row(x, v, " class=\"soft\"", name, number, t.v[i].cents,
		    rows, err);
	}
	return rc;
}

enum pp_rc
page_part_sums(const struct page_ctx *x, const struct pp_view *v,
    struct pp_buf *out, struct pp_err *err)
{
	static const char total[] = " class=\"total\"";
	struct pp_buf rows = PP_BUF_INIT(PAGE_MAX);
	const struct pp_sums *s = &v->sums;
	enum pp_rc rc;

#define ROW(when, class, name, cents) do { \
	if (rc == PP_OK && (when)) \
		rc = row(x, v, class, page_word(name, x->lang), "", cents, \
		    &rows, err); \
} while (0)
	if ((rc = lines(x, v, &rows, out, err)) == PP_OK)
		rc = taxes(x, v, &rows, err);
	ROW(v->c.task.adjusted != 0, "", "adjusted", v->c.task.adjusted);
	ROW(true, total, "total", s->due);
	ROW(s->paid > 0, "", "paid_so_far", -s->paid);
	ROW(s->refunded > 0, "", "refunded_so_far", s->refunded);
	ROW(s->net != 0 && s->balance >= 0, total, "remaining", s->balance);
	ROW(s->balance < 0, total, "overpaid", -s->balance);
	ROW(v->state == PP_V_PAYABLE && v->charge != s->balance, total,
	    "asked_now", v->charge);
#undef ROW
	if (rc == PP_OK)
		rc = table(x, "details", &rows, out, err);
	pp_buf_release(&rows);
	return rc;
}

void
page_part_small(const struct page_ctx *x, const char *name,
    const struct pp_said *said, size_t n, struct pp_buf *out)
{
	char text[PAGE_SENTENCE];

	pp_buf_puts(out, "<p class=\"small\">");
	pp_template_escape(out, page_say(x, name, said, n, text,
	    sizeof text));
	pp_buf_puts(out, "</p>\n");
}

void
page_part_own(const struct page_ctx *x, const char *text, const char *any,
    struct pp_buf *out)
{
	const char *lang = x->site->conf->business.language;
	bool other = text == any && strcmp(lang, x->lang) != 0;

	if (other)
		pp_buf_printf(out, "<span lang=\"%s\">", lang);
	pp_template_escape(out, text);
	if (other)
		pp_buf_puts(out, "</span>");
}

void
page_part_seller(const struct page_ctx *x, bool full, struct pp_buf *out)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	const struct { const char *label, *value; } lines[] = {
		{ "", b->legal_name[0] != '\0' ? b->legal_name : b->name },
		{ "", b->address }, { "", full ? b->phone : "" },
		{ pp_name("TPS", x->lang), full ? b->gst_number : "" },
		{ pp_name("TVQ", x->lang), full ? b->qst_number : "" }
	};
	size_t i;

	for (i = 0; i < N(lines); i++)
		if (lines[i].value[0] != '\0')
			pp_buf_printf(out, "%s%s%s%s", out->len > 0 ? "\n" :
			    "", lines[i].label, lines[i].label[0] != '\0' ?
			    " " : "", lines[i].value);
}

/* <a href="SCHEME VALUE">, the words of name with {key} being the value. */
static enum pp_rc
link_to(const struct page_ctx *x, const char *scheme, const char *value,
    const char *name, const char *key, struct pp_buf *out, struct pp_err *err)
{
	const struct pp_said said[] = { { key, value } };
	char href[PP_CONF_URL + 16], label[PAGE_SENTENCE];
	size_t n;

	n = strlcpy(href, scheme, sizeof href);
	for (; *value != '\0' && n + 1 < sizeof href; value++)
		if (strcmp(scheme, "tel:") != 0 || *value == '+' ||
		    isdigit((unsigned char)*value)) {
			href[n++] = *value;
			href[n] = '\0';
		}
	return page_fill(x, PAGE_T_LINK, (const struct pp_slot[]){
	    { "href", href }, { "label", page_say(x, name, said, 1, label,
	    sizeof label) } }, 2, out, err);
}

enum pp_rc
page_part_ways(const struct page_ctx *x, struct pp_buf *out,
    struct pp_err *err)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	enum pp_rc rc = PP_OK;

	if (b->phone[0] != '\0')
		rc = link_to(x, "tel:", b->phone, "call", "phone", out, err);
	if (rc == PP_OK && b->email[0] != '\0')
		rc = link_to(x, "mailto:", b->email, "write", "email", out,
		    err);
	return rc;
}

enum pp_rc
page_part_policies(const struct page_ctx *x, struct pp_buf *out,
    struct pp_err *err)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	const char *refund = PP_CONF_SAID(b, refund_policy, x->lang);
	bool url = strncmp(refund, "https://", 8) == 0;
	const struct { const char *name, *href; } links[] = {
		{ "terms", PP_CONF_SAID(b, terms_url, x->lang) },
		{ "privacy", PP_CONF_SAID(b, privacy_url, x->lang) },
		{ "refunds", url ? refund : "" }
	};
	struct pp_buf row = PP_BUF_INIT(8192);
	enum pp_rc rc = PP_OK;
	size_t i;

	if (*refund != '\0' && !url) {
		pp_buf_puts(out, "<p class=\"small\">");
		page_part_own(x, refund, b->refund_policy, out);
		pp_buf_puts(out, "</p>\n");
	}
	for (i = 0; i < N(links) && rc == PP_OK; i++)
		if (links[i].href[0] != '\0')
			rc = page_fill(x, PAGE_T_LINK,
			    (const struct pp_slot[]){
			    { "href", links[i].href }, { "label",
			    page_word(links[i].name, x->lang) } }, 2, &row,
			    err);
	if (row.len > 0) {
		pp_buf_puts(out, "<p class=\"policies\">");
		pp_buf_add(out, row.p, row.len);
		pp_buf_puts(out, "</p>\n");
	}
	pp_buf_release(&row);
	return rc;
}

enum pp_rc
page_part_terms(const struct page_ctx *x, const struct pp_view *v,
    struct pp_buf *out, struct pp_err *err)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	struct pp_buf ways = PP_BUF_INIT(8192), fine = PP_BUF_INIT(32768);
	struct pp_buf from = PP_BUF_INIT(8192);
	char date[80];
	const struct pp_said said[] = {
		{ "name", b->statement_name },
		{ "date", pp_time_human(v->link.expires_at, x->lang, date,
		    sizeof date) }
	};
	enum pp_rc rc;

	if (b->statement_name[0] != '\0')
		page_part_small(x, "statement", said, N(said), &fine);
	if (v->link.expires_at != 0)
		page_part_small(x, "until", said, N(said), &fine);
	page_part_seller(x, false, &from);
	if ((rc = page_part_policies(x, &fine, err)) == PP_OK &&
	    (rc = page_part_ways(x, &ways, err)) == PP_OK &&
	    from.len + ways.len + fine.len > 0)
		rc = page_fill_lines(x, PAGE_T_TERMS, (const struct
		    pp_slot[]){ { "seller", from.p }, { "ways", ways.p },
		    { "fine", fine.p } }, 3, out, err);
	pp_buf_release(&from);
	pp_buf_release(&ways);
	pp_buf_release(&fine);
	return rc;
}

#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "money.h"
#include "name.h"
#include "report_html.h"
#include "report_words.h"
#include "say.h"
#include "template.h"
#include "time.h"
#include "banned.h"

/* The longest page: PP_REPORT_BARS rows and bars, and some 40 rows more. */
#define PAGE_MAX	(512 * 1024)
#define TICKS		6
#define X_LABELS	6
#define THIN		0.6
#define HEIGHT		100.0		/* of the drawing, in its own units */

/* What is written, and for whom. */
struct page {
	const struct report_view	*v;
	struct pp_buf			*b;
	bool				 fr;
};

/* A scale from below zero to above, in steps that are easily read. */
struct scale {
	int64_t	low, high, step;
};

static const char	*w(const struct page *, enum report_word);
static void		money(const struct page *, int64_t);
static void		text(const struct page *, const char *);
static void		counted(const struct page *, int64_t,
			    enum report_word);
static void		day_short(const struct page *, int32_t, bool);
static void		span(const struct page *, int64_t);
static void		share(const struct page *, int64_t, int64_t);
static struct scale	scale_of(const struct pp_report *);
static void		dollars(const struct page *, int64_t);
static double		y_of(const struct scale *, int64_t);
static void		tile(const struct page *, enum report_word);
static void		tiles(const struct page *);
static void		section(const struct page *, const char *,
			    enum report_word, enum report_word);
static void		bar_of(const struct page *, const char *, size_t,
			    double, double);
static void		drawing(const struct page *, const struct scale *);
static void		figures(const struct page *);
static void		payments(const struct page *);
static void		row_open(const struct page *, const char *);
static void		row_close(const struct page *, int, double,
			    const struct pp_report_sum *);
static void		bars_open(const struct page *, enum report_word,
			    enum report_word);
static void		owed(const struct page *);
static void		top(const struct page *);
static void		delays(const struct page *);
static void		declines(const struct page *);
static void		cards(const struct page *);
static void		books(const struct page *);
static void		header(const struct page *);

static const char *
w(const struct page *p, enum report_word i)
{
	return report_words[i][p->fr];
}

static void
money(const struct page *p, int64_t cents)
{
	char buf[PP_MONEY_STR + 8];

	pp_buf_puts(p->b, pp_money_human(cents, p->v->currency,
	    p->v->language, buf, sizeof buf));
}

static void
text(const struct page *p, const char *s)
{
	pp_template_escape(p->b, s);
}

/* "1 payment", "2 payments": the plural's word stands after the singular's. */
static void
counted(const struct page *p, int64_t n, enum report_word one)
{
	int many = pp_name_many(n, p->v->language);

	pp_buf_printf(p->b, "%" PRId64 "\xc2\xa0%s", n, w(p,
	    (enum report_word)((int)one + many)));
}

/* A stretch's first day, as an axis has room for: "23 nov.", "nov. 2026". */
static void
day_short(const struct page *p, int32_t day, bool whole)
{
	int year = day / 10000, month = day / 100 % 100;
	const char *name = report_months[p->fr][month > 0 ? month - 1 : 0];

	switch (p->v->report->unit) {
	case PP_REPORT_YEAR:
		pp_buf_printf(p->b, "%d", year);
		return;
	case PP_REPORT_MONTH:
		pp_buf_printf(p->b, "%s\xc2\xa0%d", name, year);
		return;
	default:
		break;
	}
	if (p->fr)
		pp_buf_printf(p->b, "%d%s\xc2\xa0%s", day % 100,
		    day % 100 == 1 ? "er" : "", name);
	else
		pp_buf_printf(p->b, "%s\xc2\xa0%d", name, day % 100);
	if (whole)
		pp_buf_printf(p->b, p->fr ? "\xc2\xa0%d" : ", %d", year);
}

static void
span(const struct page *p, int64_t ms)
{
	int64_t minutes = ms / PP_MINUTE, hours = minutes / 60;

	if (hours == 0)
		pp_buf_printf(p->b, "%" PRId64 "\xc2\xa0min", minutes);
	else if (hours < 24)
		pp_buf_printf(p->b, "%" PRId64 "\xc2\xa0h\xc2\xa0%02" PRId64,
		    hours, minutes % 60);
	else
		pp_buf_printf(p->b, "%" PRId64 "\xc2\xa0%s\xc2\xa0%" PRId64
		    "\xc2\xa0h", hours / 24, w(p, RW_D), hours % 24);
}

static void
share(const struct page *p, int64_t part, int64_t of)
{
	int64_t tenths = of > 0 ? (part * 1000 + of / 2) / of : 0;

	pp_buf_printf(p->b, "%" PRId64 "%c%" PRId64 "%s", tenths / 10,
	    p->fr ? ',' : '.', tenths % 10, p->fr ? "\xc2\xa0%" : "%");
}

static struct scale
scale_of(const struct pp_report *r)
{
	static const int64_t steps[] = { 1, 2, 5 };
	struct scale s = { 0, 0, 0 };
	int64_t high = 0, low = 0, ten = 100;
	size_t i;

	for (i = 0; i < r->nbars; i++) {
		if (r->bars[i].received > high)
			high = r->bars[i].received;
		if (-r->bars[i].back < low)
			low = -r->bars[i].back;
	}
	/* Dollars; the least step that leaves few enough. */
	for (i = 0; s.step == 0 || (high - low) / s.step >= TICKS - 1; i++) {
		if (i == sizeof steps / sizeof steps[0]) {
			i = 0;
			ten *= 10;
		}
		s.step = steps[i] * ten;
	}
	s.high = (high + s.step - 1) / s.step * s.step;
	s.low = low;
	return s;
}

/* An amount on the axis: whole dollars. */
static void
dollars(const struct page *p, int64_t cents)
{
	char buf[PP_MONEY_STR + 8], *mark;

	(void)pp_money_human(cents, p->v->currency, p->v->language, buf,
	    sizeof buf);
	if ((mark = strstr(buf, p->fr ? ",00" : ".00")) != NULL)
		memmove(mark, mark + 3, strlen(mark + 3) + 1);
	pp_buf_puts(p->b, buf);
}

static double
y_of(const struct scale *s, int64_t cents)
{
	return HEIGHT * (double)(s->high - cents) / (double)(s->high - s->low);
}

/* The figures that are looked for first. */

static void
tile(const struct page *p, enum report_word title)
{
	pp_buf_printf(p->b, "<div><dt>%s</dt><dd><b>", w(p, title));
}

static void
tiles(const struct page *p)
{
	const struct pp_report *r = p->v->report;

	pp_buf_puts(p->b, "<dl class=\"tiles\">\n");
	tile(p, RW_RECEIVED);
	money(p, r->sum.received);
	pp_buf_puts(p->b, "</b> ");
	counted(p, r->sum.n, RW_PAYMENT);
	pp_buf_puts(p->b, "</dd></div>\n");
	tile(p, RW_BACK);
	money(p, r->sum.back);
	pp_buf_printf(p->b, "</b> %s ", w(p, RW_NET));
	money(p, r->sum.received - r->sum.back);
	pp_buf_puts(p->b, "</dd></div>\n");
	tile(p, RW_OWED_NOW);
	money(p, r->owed.cents);
	pp_buf_puts(p->b, "</b> ");
	counted(p, r->owed.n, RW_TASK);
	pp_buf_puts(p->b, "</dd></div>\n");
	tile(p, RW_MEDIAN);
	if (r->ndelays > 0)
		span(p, pp_report_median(r));
	else
		pp_buf_puts(p->b, "\xe2\x80\x93");
	pp_buf_printf(p->b, "</b> %s</dd></div>\n", w(p, RW_MEDIAN_SMALL));
	tile(p, RW_DECLINED);
	if (r->declined.n + r->charged > 0)
		share(p, r->declined.n, r->declined.n + r->charged);
	else
		pp_buf_puts(p->b, "\xe2\x80\x93");
	pp_buf_puts(p->b, "</b> ");
	counted(p, r->declined.n, RW_TRY);
	pp_buf_puts(p->b, "</dd></div>\n</dl>\n");
}

/* Sections. */

static void
section(const struct page *p, const char *id, enum report_word title,
    enum report_word lead)
{
	pp_buf_printf(p->b, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">"
	    "%s</h2>\n<p class=\"lead\">%s</p>\n", id, id, w(p, title),
	    w(p, lead));
}

/* One side of a bar, from the line of zero to y; what is there is seen. */
static void
bar_of(const struct page *p, const char *side, size_t i, double zero, double y)
{
	double top = y < zero ? y : zero, height = y < zero ? zero - y :
	    y - zero;

	if (height > 0)
		pp_buf_printf(p->b, "<rect class=\"%s\" x=\"%zu.5\" "
		    "y=\"%.2f\" width=\"7\" height=\"%.2f\"/>", side,
		    i * 10 + 1, top, height > THIN ? height : THIN);
}

/* Stretched to whatever width there is; its words stand beside it, so that
 * they keep their size. */
static void
drawing(const struct page *p, const struct scale *s)
{
	const struct pp_report *r = p->v->report;
	const struct pp_report_bar *bar;
	int64_t at, lowest;
	size_t i, k;

	pp_buf_puts(p->b, "<div class=\"chart\"><div class=\"y\" "
	    "aria-hidden=\"true\">");
	lowest = s->low / s->step * s->step;
	for (at = lowest; at <= s->high; at += s->step) {
		pp_buf_printf(p->b, "<span style=\"top:%.2f%%\">",
		    y_of(s, at));
		dollars(p, at);
		pp_buf_puts(p->b, "</span>");
	}
	pp_buf_printf(p->b, "</div>\n<svg viewBox=\"0 0 %zu 100\" "
	    "preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"pay "
	    "alt\"><title id=\"alt\">", r->nbars * 10);
	pp_buf_printf(p->b, "%s ", w(p, RW_CHART_ALT));
	money(p, r->sum.received);
	pp_buf_puts(p->b, ", ");
	counted(p, r->sum.n, RW_PAYMENT);
	pp_buf_puts(p->b, "</title>\n");
	for (at = lowest; at <= s->high; at += s->step)
		pp_buf_printf(p->b, "<path class=\"%s\" d=\"M0 %.2fH%zu\"/>",
		    at == 0 ? "zero" : "grid", y_of(s, at), r->nbars * 10);
	for (i = 0; i < r->nbars; i++) {
		bar = &r->bars[i];
		pp_buf_printf(p->b, "\n<g><title>");
		day_short(p, bar->day, true);
		pp_buf_printf(p->b, "%s ", w(p, RW_COLON));
		money(p, bar->received);
		pp_buf_puts(p->b, ", ");
		counted(p, bar->n, RW_PAYMENT);
		if (bar->back != 0) {
			pp_buf_printf(p->b, ", %s ", w(p, RW_GIVEN_BACK));
			money(p, bar->back);
		}
		pp_buf_printf(p->b, "</title><rect class=\"hit\" x=\"%zu\" "
		    "y=\"0\" width=\"10\" height=\"100\"/>", i * 10);
		bar_of(p, "in", i, y_of(s, 0), y_of(s, bar->received));
		bar_of(p, "back", i, y_of(s, 0), y_of(s, -bar->back));
		pp_buf_puts(p->b, "</g>");
	}
	pp_buf_puts(p->b, "</svg>\n<div class=\"x\" aria-hidden=\"true\">");
	k = (r->nbars + X_LABELS - 1) / X_LABELS;
	for (i = 0; i < r->nbars; i += k) {
		/* A label that would hang over the edge is left out. */
		if (i > 0 && (double)i / (double)r->nbars > 0.93)
			break;
		pp_buf_printf(p->b, "<span style=\"left:%.2f%%\">",
		    100.0 * (double)i / (double)r->nbars);
		day_short(p, r->bars[i].day, false);
		pp_buf_puts(p->b, "</span>");
	}
	pp_buf_printf(p->b, "</div></div>\n<p class=\"key\"><span><i "
	    "class=\"in\"></i>%s</span><span><i class=\"back\"></i>%s</span>"
	    "</p>\n", w(p, RW_RECEIVED), w(p, RW_BACK_LONG));
}

/* The same in numbers; what is empty is left out. */
static void
figures(const struct page *p)
{
	const struct pp_report *r = p->v->report;
	const struct pp_report_bar *bar;
	size_t i;

	pp_buf_printf(p->b, "<details><summary>%s</summary>\n<table><thead>"
	    "<tr><th scope=\"col\">%s</th><th scope=\"col\" class=\"n\">%s"
	    "</th><th scope=\"col\" class=\"n\">%s</th><th scope=\"col\" "
	    "class=\"n\">%s</th><th scope=\"col\" class=\"n\">%s</th></tr>"
	    "</thead>\n<tbody>\n", w(p, RW_FIGURES), w(p, (enum report_word)
	    (RW_DAY + (int)r->unit)), w(p, RW_PAYMENTS), w(p, RW_RECEIVED),
	    w(p, RW_BACK), w(p, RW_NET_TITLE));
	for (i = 0; i < r->nbars; i++) {
		bar = &r->bars[i];
		if (bar->n == 0 && bar->received == 0 && bar->back == 0)
			continue;
		pp_buf_puts(p->b, "<tr><th scope=\"row\">");
		day_short(p, bar->day, true);
		pp_buf_printf(p->b, "</th><td class=\"n\">%" PRId64
		    "</td><td class=\"n\">", bar->n);
		money(p, bar->received);
		pp_buf_puts(p->b, "</td><td class=\"n\">");
		money(p, bar->back);
		pp_buf_puts(p->b, "</td><td class=\"n\">");
		money(p, bar->received - bar->back);
		pp_buf_puts(p->b, "</td></tr>\n");
	}
	pp_buf_printf(p->b, "</tbody>\n<tfoot><tr><th scope=\"row\">%s</th>"
	    "<td class=\"n\">%" PRId64 "</td><td class=\"n\">",
	    w(p, RW_TOTAL), r->sum.n);
	money(p, r->sum.received);
	pp_buf_puts(p->b, "</td><td class=\"n\">");
	money(p, r->sum.back);
	pp_buf_puts(p->b, "</td><td class=\"n\">");
	money(p, r->sum.received - r->sum.back);
	pp_buf_puts(p->b, "</td></tr></tfoot></table></details>\n");
}

static void
payments(const struct page *p)
{
	const struct pp_report *r = p->v->report;
	struct scale s;

	section(p, "pay", RW_PAY_TITLE, (enum report_word)(RW_PAY_LEAD_DAY +
	    (int)r->unit));
	if (r->sum.n == 0 && r->sum.back == 0)
		pp_buf_printf(p->b, "<p class=\"none\">%s</p>\n",
		    w(p, RW_NO_PAYMENT));
	else {
		s = scale_of(r);
		drawing(p, &s);
		figures(p);
	}
	pp_buf_puts(p->b, "</section>\n");
}

/* Tables that are their own charts: a bar in each row. */

static void
bars_open(const struct page *p, enum report_word what, enum report_word n)
{
	pp_buf_printf(p->b, "<table class=\"bars\"><thead><tr>"
	    "<th scope=\"col\">%s</th><td></td><th scope=\"col\" class=\"n\">"
	    "%s</th><th scope=\"col\" class=\"n\">%s</th></tr></thead>\n"
	    "<tbody>\n", w(p, what), w(p, n), w(p, RW_AMOUNT));
}

static void
row_open(const struct page *p, const char *name)
{
	pp_buf_puts(p->b, "<tr><th scope=\"row\">");
	text(p, name);
	pp_buf_puts(p->b, "</th>");
}

/* percent of the longest bar; shade which of its colours. */
static void
row_close(const struct page *p, int shade, double percent,
    const struct pp_report_sum *s)
{
	pp_buf_printf(p->b, "<td class=\"bar\"><svg viewBox=\"0 0 100 10\" "
	    "preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
	    "class=\"s%d\" width=\"%.2f\" height=\"10\"/></svg></td>"
	    "<td class=\"n\">%" PRId64 "</td><td class=\"n\">", shade,
	    percent, s->n);
	money(p, s->cents);
	pp_buf_puts(p->b, "</td></tr>\n");
}

static void
top(const struct page *p)
{
	const struct pp_report *r = p->v->report;
	char day[PP_TIME_STR];
	size_t i;

	pp_buf_printf(p->b, "<h3>%s</h3>\n<table><thead><tr>"
	    "<th scope=\"col\">%s</th><th scope=\"col\">%s</th>"
	    "<th scope=\"col\">%s</th><th scope=\"col\" class=\"n\">%s</th>"
	    "</tr></thead>\n<tbody>\n", w(p, RW_TOP), w(p, RW_TASK_TITLE),
	    w(p, RW_INVOICE), w(p, RW_ASKED), w(p, RW_OWED));
	for (i = 0; i < r->ntop; i++) {
		row_open(p, r->top[i].task);
		pp_buf_puts(p->b, "<td>");
		text(p, r->top[i].invoice);
		pp_buf_printf(p->b, "</td><td>%s</td><td class=\"n\">",
		    r->top[i].asked_at == 0 ? w(p, RW_NEVER) :
		    pp_time_day_str(pp_time_day(r->top[i].asked_at), day,
		    sizeof day));
		money(p, r->top[i].owed);
		pp_buf_puts(p->b, "</td></tr>\n");
	}
	pp_buf_puts(p->b, "</tbody></table>\n");
}

static void
owed(const struct page *p)
{
	const struct pp_report *r = p->v->report;
	int64_t most = 1;
	int i;

	section(p, "owed", RW_OWED_TITLE, RW_OWED_LEAD);
	for (i = 0; i < PP_AGE_N; i++)
		if (r->ages[i].cents > most)
			most = r->ages[i].cents;
	if (r->owed.n == 0)
		pp_buf_printf(p->b, "<p class=\"none\">%s</p>\n",
		    w(p, RW_NOTHING_OWED));
	else {
		bars_open(p, RW_AGE, RW_TASKS_TITLE);
		for (i = 0; i < PP_AGE_N; i++) {
			row_open(p, w(p, (enum report_word)(RW_AGE_7 + i)));
			row_close(p, i < PP_AGE_UNASKED ? i : 9, 100.0 *
			    (double)r->ages[i].cents / (double)most,
			    &r->ages[i]);
		}
		pp_buf_printf(p->b, "</tbody>\n<tfoot><tr><th scope=\"row\">%s"
		    "</th><td></td><td class=\"n\">%" PRId64 "</td>"
		    "<td class=\"n\">", w(p, RW_TOTAL), r->owed.n);
		money(p, r->owed.cents);
		pp_buf_puts(p->b, "</td></tr></tfoot></table>\n");
		top(p);
	}
	pp_buf_puts(p->b, "</section>\n");
}

static void
delays(const struct page *p)
{
	const struct pp_report *r = p->v->report;
	int64_t most = 1;
	int i;

	section(p, "delay", RW_DELAY_TITLE, RW_DELAY_LEAD);
	for (i = 0; i < PP_DELAY_N; i++)
		if (r->delays[i].n > most)
			most = r->delays[i].n;
	if (r->ndelays == 0)
		pp_buf_printf(p->b, "<p class=\"none\">%s</p>\n",
		    w(p, RW_NO_DELAY));
	else {
		bars_open(p, RW_DELAY, RW_PAYMENTS);
		for (i = 0; i < PP_DELAY_N; i++) {
			row_open(p, w(p, (enum report_word)(RW_DELAY_HOUR +
			    i)));
			row_close(p, 0, 100.0 * (double)r->delays[i].n /
			    (double)most, &r->delays[i]);
		}
		pp_buf_puts(p->b, "</tbody></table>\n");
	}
	pp_buf_puts(p->b, "</section>\n");
}

static void
declines(const struct page *p)
{
	const struct pp_report *r = p->v->report;
	const char *why;
	char label[200];
	size_t i, len;

	section(p, "declined", RW_DECLINE_TITLE, RW_DECLINE_LEAD);
	if (r->nreasons == 0)
		pp_buf_printf(p->b, "<p class=\"none\">%s</p>\n",
		    w(p, RW_NO_DECLINE));
	else {
		bars_open(p, RW_REASON, RW_TRIES);
		for (i = 0; i < r->nreasons; i++) {
			/* The end of a sentence, as a line of a table. */
			why = pp_say(r->reasons[i].name, p->v->language);
			(void)strlcpy(label, why != NULL ? why :
			    r->reasons[i].name, sizeof label);
			label[0] = (char)toupper((unsigned char)label[0]);
			len = strlen(label);
			if (len > 0 && label[len - 1] == '.')
				label[len - 1] = '\0';
			row_open(p, label);
			row_close(p, 5, 100.0 * (double)r->reasons[i].sum.n /
			    (double)r->reasons[0].sum.n, &r->reasons[i].sum);
		}
		pp_buf_puts(p->b, "</tbody></table>\n");
	}
	pp_buf_puts(p->b, "</section>\n");
}

static void
cards(const struct page *p)
{
	const struct pp_report *r = p->v->report;
	const char *name;
	int64_t most = 1;
	size_t i, k;

	if (r->ncards == 0)
		return;
	section(p, "cards", RW_CARD_TITLE, RW_CARD_LEAD);
	bars_open(p, RW_CARD, RW_PAYMENTS);
	for (i = 0; i < r->ncards; i++)
		if (r->cards[i].sum.cents > most)
			most = r->cards[i].sum.cents;
	for (i = 0; i < r->ncards; i++) {
		name = r->cards[i].name;
		for (k = 0; report_cards[k].is != NULL; k++)
			if (strcmp(report_cards[k].is, name) == 0)
				break;
		row_open(p, report_cards[k].is != NULL ?
		    report_cards[k].word[p->fr] : name);
		row_close(p, 0, 100.0 * (double)r->cards[i].sum.cents /
		    (double)most, &r->cards[i].sum);
	}
	pp_buf_puts(p->b, "</tbody></table>\n</section>\n");
}

/* Rule B1. */
static void
books(const struct page *p)
{
	const struct pp_heaps *h = p->v->heaps;
	const struct { enum report_word name; int64_t cents, n; } part[] = {
		{ RW_ALL_RECEIVED, h->received, h->n_received },
		{ RW_ENTERED, h->entered, h->n_entered },
		{ RW_TO_ENTER, h->to_enter, h->n_to_enter },
		{ RW_WAITING, h->waiting, h->n_waiting }
	};
	static const char *const sign[] = { "", "=", "+", "+" };
	size_t i;

	section(p, "books", RW_BOOKS_TITLE, RW_BOOKS_LEAD);
	pp_buf_puts(p->b, "<dl class=\"sum\">\n");
	for (i = 0; i < sizeof part / sizeof part[0]; i++) {
		pp_buf_printf(p->b, "<div><dt>%s</dt><dd>", w(p,
		    part[i].name));
		if (*sign[i] != '\0')
			pp_buf_printf(p->b, "<i>%s</i>", sign[i]);
		pp_buf_puts(p->b, "<b>");
		money(p, part[i].cents);
		pp_buf_puts(p->b, "</b> ");
		counted(p, part[i].n, RW_ENTRY);
		pp_buf_puts(p->b, "</dd></div>\n");
	}
	pp_buf_puts(p->b, "</dl>\n</section>\n");
}

static void
header(const struct page *p)
{
	const struct report_view *v = p->v;
	char day[PP_TIME_STR], when[64];

	pp_buf_printf(p->b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\""
	    "width=device-width,initial-scale=1\">\n<meta name=\"color-scheme"
	    "\" content=\"light dark\">\n<meta name=\"robots\" content=\""
	    "noindex\">\n<title>%s", p->fr ? "fr" : "en", w(p, RW_TITLE));
	if (v->business[0] != '\0') {
		pp_buf_printf(p->b, "%s ", w(p, RW_COLON));
		text(p, v->business);
	}
	pp_buf_printf(p->b, "</title>\n<style>\n%s</style></head>\n<body>\n"
	    "<header>\n", report_style);
	if (!v->live)
		pp_buf_printf(p->b, "<p class=\"test\">%s</p>\n",
		    w(p, RW_TEST));
	if (v->business[0] != '\0') {
		pp_buf_puts(p->b, "<p class=\"who\">");
		text(p, v->business);
		pp_buf_puts(p->b, "</p>\n");
	}
	pp_buf_printf(p->b, "<h1>%s</h1>\n<p>%s <b>%s</b> ", w(p, RW_TITLE),
	    w(p, RW_FROM), pp_time_day_str(v->report->since, day, sizeof day));
	pp_buf_printf(p->b, "%s <b>%s</b>. %s ", w(p, RW_TO), pp_time_day_str(
	    v->report->until, day, sizeof day), w(p, RW_MADE));
	text(p, pp_time_human(v->now, v->language, when, sizeof when));
	/* "3:04 p.m." ends the sentence itself. */
	pp_buf_puts(p->b, when[strlen(when) - 1] == '.' ? "</p>\n" :
	    ".</p>\n");
	pp_buf_puts(p->b, "</header>\n<main>\n");
}

enum pp_rc
report_html(const struct report_view *v, FILE *fp, struct pp_err *err)
{
	struct pp_buf b = PP_BUF_INIT(PAGE_MAX);
	const struct page p = { v, &b, strncmp(v->language, "fr", 2) == 0 };
	enum pp_rc rc = PP_OK;

	header(&p);
	tiles(&p);
	payments(&p);
	owed(&p);
	pp_buf_puts(&b, "<div class=\"two\">\n");
	delays(&p);
	declines(&p);
	pp_buf_puts(&b, "</div>\n");
	cards(&p);
	books(&p);
	pp_buf_printf(&b, "</main>\n<footer><p>%s ", w(&p, RW_DATES));
	text(&p, v->zone);
	pp_buf_printf(&b, ".</p>\n<p>%s %" PRId64 " <code>%s</code></p>"
	    "</footer>\n</body></html>\n", w(&p, RW_JOURNAL), v->head->seq,
	    v->head->hash);
	if (pp_buf_ok(&b))
		(void)fwrite(b.p, 1, b.len, fp);
	else
		rc = pp_err_set(err, PP_IO, "out of memory");
	pp_buf_release(&b);
	return rc;
}

#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "money.h"
#include "page_shell.h"
#include "page_till.h"
#include "page_words.h"
#include "time.h"
#include "banned.h"

#define SENTENCE	PAGE_SENTENCE
#define PLACE		PAGE_PLACE

#define N(a)	(sizeof (a) / sizeof (a)[0])
#define W(name)	page_word(name, x->lang)

static enum pp_rc	choice(const struct page_ctx *, const struct pp_view *,
			    const char *, bool, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	option(const struct page_ctx *, const char *,
			    const char *, const char *, bool, struct pp_buf *,
			    struct pp_err *);
static const char	*min_word(const struct pp_view *);
static enum pp_rc	resume(const struct page_ctx *, const struct pp_view *,
			    const struct pp_attempt *, const char *,
			    struct pp_buf *, struct pp_err *);
static enum pp_rc	open_now(const struct page_ctx *,
			    const struct pp_view *, bool, struct pp_buf *,
			    struct pp_err *);

static enum pp_rc
option(const struct page_ctx *x, const char *value, const char *label,
    const char *sum, bool checked, struct pp_buf *out, struct pp_err *err)
{
	return page_fill(x, PAGE_T_OPTION, (const struct pp_slot[]){
	    { "value", value }, { "label", label }, { "sum", sum },
	    { "checked", checked ? " checked" : "" } }, 4, out, err);
}

/* The least that is asked: the deposit, if that is what the link is for. */
static const char *
min_word(const struct pp_view *v)
{
	const char *p = v->link.purpose;

	return v->sums.net <= 0 && (strncmp(p, "deposit", 7) == 0 ||
	    strncmp(p, "depot", 5) == 0 || strncmp(p, "acompte", 7) == 0) ?
	    "choose_deposit" : "choose_min";
}

/* The choice of an amount, for a link that leaves it to the customer. */
static enum pp_rc
choice(const struct page_ctx *x, const struct pp_view *v, const char *typed,
    bool wrong, struct pp_buf *out, struct pp_err *err)
{
	char min[PP_MONEY_STR], max[PP_MONEY_STR], example[PP_MONEY_STR];
	char range[SENTENCE], bad[SENTENCE];
	struct pp_buf error = PP_BUF_INIT(8192), opts = PP_BUF_INIT(16384);
	const struct pp_said said[] = {
		{ "min", page_money(x, v, v->min, min, sizeof min) },
		{ "max", page_money(x, v, v->charge, max, sizeof max) },
		{ "example", pp_money_str(v->charge, example, sizeof example) }
	};
	char *comma;
	enum pp_rc rc;

	if (strcmp(x->lang, "fr") == 0 && (comma = strchr(example, '.')))
		*comma = ',';
	if (wrong) {
		pp_buf_puts(&error, "<p id=\"wrong\" class=\"error\" "
		    "role=\"alert\">");
		pp_template_escape(&error, page_say(x, "amount_bad", said,
		    N(said), bad, sizeof bad));
		pp_buf_puts(&error, "</p>\n");
	}
	rc = option(x, "all", W(v->sums.net > 0 ? "choose_rest" :
	    "choose_all"), max, !wrong, &opts, err);
	if (rc == PP_OK && v->link.min > 0)
		rc = option(x, "min", W(min_word(v)), min, false, &opts, err);
	if (rc == PP_OK)
		rc = page_fill(x, PAGE_T_CHOICE, (const struct pp_slot[]){
		    { "options", opts.p },
		    { "other", wrong ? " checked" : "" },
		    { "described", wrong ? " wrong" : "" },
		    { "invalid", wrong ? " aria-invalid=\"true\" autofocus" : "" },
		    { "typed", typed },
		    { "range", page_say(x, "choose_range", said, N(said),
		    range, sizeof range) },
		    { "error", error.p } }, 7, out, err);
	pp_buf_release(&error);
	pp_buf_release(&opts);
	return rc;
}

void
page_till_ways(const struct page_ctx *x, struct pp_buf *out)
{
	const struct pp_conf_page *p = &x->site->conf->page;
	const char *text = PP_CONF_SAID(p, other_ways, x->lang);

	if (*text == '\0')
		return;
	pp_buf_puts(out, "<div class=\"ways-else\">\n<h2>");
	pp_template_escape(out, W("other_ways"));
	pp_buf_puts(out, "</h2>\n<p class=\"about\">");
	page_part_own(x, text, p->other_ways, out);
	pp_buf_puts(out, "</p>\n</div>\n");
}

/* The button that goes on with an open frame; none where this link may not ask
 * for as much. */
static enum pp_rc
resume(const struct page_ctx *x, const struct pp_view *v,
    const struct pp_attempt *a, const char *look, struct pp_buf *out,
    struct pp_err *err)
{
	char button[SENTENCE], at[PLACE], money[PP_MONEY_STR];
	char plain[PP_MONEY_STR];
	const struct pp_said said[] = {
		{ "amount", page_money(x, v, a->amount, money, sizeof money) }
	};

	if (a->amount < v->min || a->amount > v->charge)
		return PP_OK;
	return page_fill(x, PAGE_T_RESUME, (const struct pp_slot[]){
	    { "page", page_here(x, at, sizeof at) }, { "value", x->form },
	    { "lang", x->lang }, { "look", look },
	    { "amount", pp_money_str(a->amount, plain, sizeof plain) },
	    { "button", page_say(x, "other_continue", said, N(said), button,
	    sizeof button) } }, 6, out, err);
}

/* The newest frame that is open on the task, if one is: whoever presses "pay"
 * for as much is given it again (rule N1). */
static enum pp_rc
open_now(const struct page_ctx *x, const struct pp_view *v, bool free,
    struct pp_buf *out, struct pp_err *err)
{
	char lead[SENTENCE], time[32], money[PP_MONEY_STR];
	struct pp_buf form = PP_BUF_INIT(8192);
	const struct pp_attempt *a;
	enum pp_rc rc = PP_OK;
	size_t i = v->c.natts;

	while (i > 0 && !pp_attempt_live(&v->c.atts[i - 1], v->now))
		i--;
	if (i == 0)
		return PP_OK;
	a = &v->c.atts[i - 1];
	/* Where there is no choice the page's own button does it. */
	if (free)
		rc = resume(x, v, a, "go second", &form, err);
	if (rc == PP_OK) {
		const struct pp_said said[] = {
			{ "amount", page_money(x, v, a->amount, money,
			    sizeof money) },
			{ "time", page_time(x, a->opened_at, time,
			    sizeof time) }
		};

		rc = page_fill(x, PAGE_T_OPEN, (const struct pp_slot[]){
		    { "text", page_say(x, "open_lead", said, N(said), lead,
		    sizeof lead) },
		    { "go_on", form.p } }, 2, out, err);
	}
	pp_buf_release(&form);
	return rc;
}

enum pp_rc
page_till_form(const struct page_ctx *x, const struct pp_view *v,
    const char *typed, bool wrong, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf pick = PP_BUF_INIT(32768), after = PP_BUF_INIT(32768);
	struct pp_buf now = PP_BUF_INIT(16384);
	char money[PP_MONEY_STR], text[SENTENCE], at[PLACE];
	const struct pp_said said[] = {
		{ "amount", page_money(x, v, v->charge, money, sizeof money) }
	};
	bool open = v->min < v->charge;
	const char *button;
	enum pp_rc rc;

	button = open ? W("go_on_button") : page_say(x, v->sums.net > 0 &&
	    v->charge == v->sums.balance ? "pay_rest_button" : "pay_button",
	    said, N(said), text, sizeof text);
	rc = open_now(x, v, open, &now, err);
	if (rc == PP_OK && open)
		rc = choice(x, v, typed, wrong, &pick, err);
	page_till_ways(x, &after);
	if (rc == PP_OK)
		rc = page_fill(x, PAGE_T_FORM, (const struct pp_slot[]){
		    { "open", now.p },
		    { "page", page_here(x, at, sizeof at) },
		    { "step", open ? "review" : "pay" },
		    { "value", x->form }, { "lang", x->lang },
		    { "choice", pick.p }, { "button", button },
		    { "after", after.p } }, 8, out, err);
	pp_buf_release(&now);
	pp_buf_release(&pick);
	pp_buf_release(&after);
	return rc;
}

enum pp_rc
page_view_review(const struct page_ctx *x, const struct pp_view *v,
    int64_t cents, struct pp_buf *out, struct pp_err *err)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf facts = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf fine = PP_BUF_INIT(32768);
	char money[PP_MONEY_STR], rest[PP_MONEY_STR], plain[PP_MONEY_STR];
	char text[SENTENCE], at[PLACE], query[64];
	const struct pp_said said[] = {
		{ "amount", page_money(x, v, cents, money, sizeof money) }
	};
	const struct page_shell sh = { .title = W("review_title"),
	    .query = query, .told = true };
	enum pp_rc rc = PP_OK;
	size_t i;

	(void)snprintf(query, sizeof query, "&amount=%s",
	    pp_money_str(cents, plain, sizeof plain));
	{
		const struct { const char *label, *value; } rows[] = {
			{ "to", b->legal_name[0] != '\0' ? b->legal_name :
			    b->name },
			{ "description", page_person(v, "description") },
			{ "task", v->c.task.id },
			{ "invoice", v->c.task.invoice },
			{ "r_remains", page_money(x, v, v->sums.balance -
			    cents, rest, sizeof rest) }
		};

		for (i = 0; i < N(rows) && rc == PP_OK; i++)
			rc = page_part_fact(x, rows[i].label, rows[i].value,
			    &facts, err);
	}
	if (rc == PP_OK && (rc = page_part_terms(x, v, &fine, err)) == PP_OK &&
	    (rc = page_fill(x, PAGE_T_REVIEW, (const struct pp_slot[]){
	    { "page", page_here(x, at, sizeof at) }, { "value", x->form },
	    { "lang", x->lang }, { "money", money }, { "amount", plain },
	    { "facts", facts.p }, { "terms", fine.p },
	    { "button", page_say(x, "pay_button", said, N(said), text,
	    sizeof text) } }, 8, &body, err)) == PP_OK)
		rc = page_wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	pp_buf_release(&facts);
	pp_buf_release(&fine);
	return rc;
}

enum pp_rc
page_view_frame(const struct page_ctx *x, const struct pp_view *v,
    const struct pp_ticket *t, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf speaks = PP_BUF_INIT(1024);
	char money[PP_MONEY_STR], title[SENTENCE], until[SENTENCE], at[PLACE];
	char time[32], amount[PP_MONEY_STR], left[24];
	const struct pp_said said[] = {
		{ "amount", page_money(x, v, t->amount, money, sizeof money) },
		{ "time", page_time(x, t->expires_at, time, sizeof time) }
	};
	const struct page_shell sh = { .script_url = t->script_url,
	    .integrity = t->integrity,
	    .title = page_say(x, "frame_title", said, N(said), title,
	    sizeof title) };
	enum pp_rc rc;

	(void)snprintf(left, sizeof left, "%" PRId64,
	    (int64_t)((t->expires_at - v->now) / PP_SECOND));
	/* The processor takes a language with the ticket only. */
	if (strcmp(t->language, x->lang) != 0)
		pp_buf_printf(&speaks, "<p class=\"note info before\">%s</p>\n",
		    W("frame_speaks"));
	if ((rc = page_fill(x, PAGE_T_FRAME, (const struct pp_slot[]){
	    { "task_id", v->c.task.id }, { "title", title },
	    { "speaks", speaks.p },
	    { "ticket", t->ticket }, { "mode", t->mode },
	    { "attempt", t->attempt }, { "page", page_here(x, at, sizeof at) },
	    { "lang", x->lang }, { "value", x->form }, { "left", left },
	    { "amount", pp_money_str(t->amount, amount, sizeof amount) },
	    { "until_text", page_say(x, "frame_until", said, N(said), until,
	    sizeof until) } }, 12, &body, err)) == PP_OK)
		rc = page_wrap(x, &sh, &body, out, err);
	pp_buf_release(&speaks);
	if (body.p != NULL)
		explicit_bzero(body.p, body.len);
	pp_buf_release(&body);
	return rc;
}

enum pp_rc
page_view_other(const struct page_ctx *x, const struct pp_view *v,
    const struct pp_attempt *a, int64_t want, struct pp_buf *out,
    struct pp_err *err)
{
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX), form = PP_BUF_INIT(8192);
	char lead[SENTENCE], swap[SENTENCE], at[PLACE], time[32];
	char open[PP_MONEY_STR], wanted[PP_MONEY_STR];
	char want_amount[PP_MONEY_STR];
	const struct pp_said is[] = {
		{ "amount", page_money(x, v, a->amount, open, sizeof open) },
		{ "time", page_time(x, a->opened_at, time, sizeof time) }
	};
	const struct pp_said wish[] = {
		{ "amount", page_money(x, v, want, wanted, sizeof wanted) }
	};
	const struct page_shell sh = { .title = W("other_title") };
	enum pp_rc rc;

	if ((rc = resume(x, v, a, "go", &form, err)) == PP_OK &&
	    (rc = page_fill(x, PAGE_T_OTHER, (const struct pp_slot[]){
	    { "lead", page_say(x, "other_lead", is, N(is), lead,
	    sizeof lead) },
	    { "page", page_here(x, at, sizeof at) }, { "value", x->form },
	    { "lang", x->lang }, { "go_on", form.p },
	    { "want_amount", pp_money_str(want, want_amount,
	    sizeof want_amount) },
	    { "replace", page_say(x, "other_replace", wish, N(wish), swap,
	    sizeof swap) } }, 7, &body, err)) == PP_OK)
		rc = page_wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	pp_buf_release(&form);
	return rc;
}

enum pp_rc
page_view_busy(const struct page_ctx *x, int64_t cents, bool confirmed,
    struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	char at[PLACE], amount[PP_MONEY_STR];
	const struct page_shell sh = { .title = W("busy_title"),
	    .page_js = true };
	enum pp_rc rc;

	(void)pp_money_str(cents, amount, sizeof amount);
	if ((rc = page_fill(x, PAGE_T_BUSY, (const struct pp_slot[]){
	    { "page", page_here(x, at, sizeof at) }, { "value", x->form },
	    { "lang", x->lang }, { "wish", cents != 0 ? amount : "" },
	    { "confirmed", confirmed ? "<input type=\"hidden\" "
	    "name=\"confirmed\" value=\"1\">\n" : "" } }, 5, &body,
	    err)) == PP_OK)
		rc = page_wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	return rc;
}

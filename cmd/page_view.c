#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "money.h"
#include "page_part.h"
#include "page_view.h"
#include "page_words.h"
#include "time.h"
#include "banned.h"

#define SENTENCE	512
#define PLACE		(PP_CONF_URL + PAGE_ADDR)
#define FRESH		PP_DAY		/* a payment is told as news so long */
#define DECLINE_TOLD	PP_HOUR

#define N(a)	(sizeof (a) / sizeof (a)[0])
#define W(name)	page_word(name, x->lang)

/* What a page has beside its body. */
struct shell {
	const char	*title;
	bool		 refresh;	/* looks again without script */
	bool		 page_js;
	const char	*script_url;	/* of the processor, or NULL */
	const char	*integrity;
};

static enum pp_rc	wrap(const struct page_ctx *, const struct shell *,
			    const struct pp_buf *, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	policies(const struct page_ctx *, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	script(const struct page_ctx *, const char *,
			    const char *, struct pp_buf *, struct pp_err *);
static enum pp_rc	short_page(const struct page_ctx *, const char *,
			    const char *, const char *, struct pp_buf *,
			    struct pp_buf *, struct pp_err *);
static enum pp_rc	form(const struct page_ctx *, const struct pp_view *,
			    const char *, bool, struct pp_buf *,
			    struct pp_err *);
static void	small(const struct page_ctx *, const char *,
			    const struct pp_said *, size_t, struct pp_buf *);
static enum pp_rc	choice(const struct page_ctx *, const struct pp_view *,
			    const char *, bool, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	note(const struct page_ctx *, const struct pp_view *,
			    enum page_note, struct pp_buf *, struct pp_err *);
static enum pp_rc	due(const struct page_ctx *, const struct pp_view *,
			    enum page_note, const char *, bool,
			    struct pp_buf *, struct pp_err *);
static enum pp_rc	paid(const struct page_ctx *, const struct pp_view *,
			    const char *, bool, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	message(const struct page_ctx *, const char *,
			    const char *, const char *, const struct pp_buf *,
			    struct pp_buf *, struct pp_err *);
static const char	*here(const struct page_ctx *, char *, size_t);
static bool		declined(const struct pp_view *);

/* The link's page, as an address. */
static const char *
here(const struct page_ctx *x, char *out, size_t size)
{
	(void)snprintf(out, size, "%s%s", x->site->root, x->addr);
	return x->addr[0] != '\0' ? out : "";
}

static enum pp_rc
script(const struct page_ctx *x, const char *src, const char *guard,
    struct pp_buf *out, struct pp_err *err)
{
	return page_fill(x, PAGE_T_SCRIPT, (const struct pp_slot[]){
	    { "src", src }, { "guard", guard } }, 2, out, err);
}

static enum pp_rc
policies(const struct page_ctx *x, struct pp_buf *out, struct pp_err *err)
{
	const struct pp_conf_business *b = &x->site->conf->business;
	bool url = strncmp(b->refund_policy, "https://", 8) == 0;
	const struct { const char *name, *href; } links[] = {
		{ "terms", b->terms_url }, { "privacy", b->privacy_url },
		{ "refunds", url ? b->refund_policy : "" }
	};
	struct pp_buf row = PP_BUF_INIT(8192);
	enum pp_rc rc = PP_OK;
	size_t i;

	if (b->refund_policy[0] != '\0' && !url) {
		pp_buf_puts(out, "<p class=\"policies\">");
		pp_template_escape(out, b->refund_policy);
		pp_buf_puts(out, "</p>\n");
	}
	for (i = 0; i < N(links) && rc == PP_OK; i++)
		if (links[i].href[0] != '\0')
			rc = page_fill(x, PAGE_T_LINK,
			    (const struct pp_slot[]){
			    { "href", links[i].href },
			    { "label", W(links[i].name) } }, 2, &row, err);
	if (row.len > 0) {
		pp_buf_puts(out, "<p class=\"policies\">");
		pp_buf_add(out, row.p, row.len);
		pp_buf_puts(out, "</p>\n");
	}
	pp_buf_release(&row);
	return rc;
}

/* Puts a body into its page. */
static enum pp_rc
wrap(const struct page_ctx *x, const struct shell *sh,
    const struct pp_buf *body, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf head = PP_BUF_INIT(4096), contact = PP_BUF_INIT(32768);
	struct pp_buf foot = PP_BUF_INIT(32768), scripts = PP_BUF_INIT(4096);
	struct pp_buf banner = PP_BUF_INIT(4096);
	char at[PLACE], src[PP_CONF_URL + 64], guard[256];
	const char *name = x->site->conf->business.name;
	const struct page_asset *js;
	enum pp_rc rc = PP_OK;

	if (sh->refresh)
		rc = page_fill(x, PAGE_T_REFRESH, (const struct pp_slot[]){
		    { "page", here(x, at, sizeof at) }, { "lang", x->lang } },
		    2, &head, err);
	if (rc == PP_OK && !x->live)
		rc = page_fill(x, PAGE_T_BANNER, NULL, 0, &banner, err);
	if (rc == PP_OK && sh->script_url != NULL) {
		guard[0] = '\0';
		if (sh->integrity[0] != '\0')
			(void)snprintf(guard, sizeof guard, " integrity=\"%s\""
			    " crossorigin=\"anonymous\"", sh->integrity);
		rc = script(x, sh->script_url, guard, &scripts, err);
	}
	if (rc == PP_OK && (sh->page_js || sh->script_url != NULL)) {
		js = &x->site->asset[sh->script_url != NULL ? PAGE_F_PAY_JS :
		    PAGE_F_PAGE_JS];
		(void)snprintf(src, sizeof src, "%s/assets/%s", x->site->root,
		    js->name);
		rc = script(x, src, "", &scripts, err);
	}
	if (rc == PP_OK && (rc = page_part_contact(x, &contact, err)) == PP_OK)
		rc = policies(x, &foot, err);
	if (rc == PP_OK)
		rc = page_fill(x, PAGE_T_BASE, (const struct pp_slot[]){
		    { "lang", x->lang },
		    { "title", sh->title },
		    { "business", name[0] != '\0' ? name : W("our_customer") },
		    { "css", x->site->asset[PAGE_F_CSS].name },
		    { "root", x->site->root },
		    { "head", head.p },
		    { "banner", banner.p },
		    { "here", here(x, at, sizeof at) },
		    { "other_code", strcmp(x->lang, "fr") == 0 ? "en" : "fr" },
		    { "body", body->p },
		    { "contact", contact.p },
		    { "policies", foot.p },
		    { "scripts", scripts.p } }, 13, out, err);
	pp_buf_release(&head);
	pp_buf_release(&banner);
	pp_buf_release(&contact);
	pp_buf_release(&foot);
	pp_buf_release(&scripts);
	return rc;
}

static enum pp_rc
message(const struct page_ctx *x, const char *title, const char *role,
    const char *text, const struct pp_buf *more, struct pp_buf *body,
    struct pp_err *err)
{
	return page_fill(x, PAGE_T_MESSAGE, (const struct pp_slot[]){
	    { "title", title }, { "role", role }, { "text", text },
	    { "more", more != NULL ? more->p : "" } }, 4, body, err);
}

/* A page of one message, with how to reach us. */
static enum pp_rc
short_page(const struct page_ctx *x, const char *title, const char *text,
    const char *role, struct pp_buf *more, struct pp_buf *out,
    struct pp_err *err)
{
	const struct shell sh = { .title = title };
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	enum pp_rc rc;

	if ((rc = message(x, title, role, text, more, &body, err)) == PP_OK)
		rc = wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	return rc;
}

/* The choice of an amount, for a link that leaves it to the customer. */
static enum pp_rc
choice(const struct page_ctx *x, const struct pp_view *v, const char *typed,
    bool wrong, struct pp_buf *out, struct pp_err *err)
{
	char min[PP_MONEY_STR], max[PP_MONEY_STR], example[PP_MONEY_STR];
	char range[SENTENCE], all[SENTENCE], bad[SENTENCE];
	struct pp_buf error = PP_BUF_INIT(8192);
	const struct pp_said said[] = {
		{ "min", page_money(x, v, v->min, min, sizeof min) },
		{ "max", page_money(x, v, v->charge, max, sizeof max) },
		{ "amount", max },
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
	rc = page_fill(x, PAGE_T_CHOICE, (const struct pp_slot[]){
	    { "all", wrong ? "" : " checked" },
	    { "other", wrong ? " checked" : "" },
	    { "all_label", page_say(x, "choose_all", said, N(said), all,
	    sizeof all) },
	    { "described", wrong ? " wrong" : "" },
	    { "invalid", wrong ? " aria-invalid=\"true\"" : "" },
	    { "typed", typed },
	    { "range", page_say(x, "choose_range", said, N(said), range,
	    sizeof range) },
	    { "error", error.p } }, 8, out, err);
	pp_buf_release(&error);
	return rc;
}

/* A sentence in small print. */
static void
small(const struct page_ctx *x, const char *name, const struct pp_said *said,
    size_t n, struct pp_buf *out)
{
	char text[SENTENCE];

	pp_buf_puts(out, "<p class=\"small\">");
	pp_template_escape(out, page_say(x, name, said, n, text,
	    sizeof text));
	pp_buf_puts(out, "</p>\n");
}

static enum pp_rc
form(const struct page_ctx *x, const struct pp_view *v, const char *typed,
    bool wrong, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf pick = PP_BUF_INIT(32768), after = PP_BUF_INIT(32768);
	const char *other = x->site->conf->page.other_ways, *button;
	char money[PP_MONEY_STR], text[SENTENCE], at[PLACE], date[80];
	const struct pp_said said[] = {
		{ "amount", page_money(x, v, v->charge, money, sizeof money) },
		{ "name", x->site->conf->business.statement_name },
		{ "date", pp_time_human(v->link.expires_at, x->lang, date,
		    sizeof date) }
	};
	bool open = v->min < v->charge;
	enum pp_rc rc = PP_OK;

	button = open ? W("go_on_button") : page_say(x, v->sums.net > 0 &&
	    v->charge == v->sums.balance ? "pay_rest_button" : "pay_button",
	    said, N(said), text, sizeof text);
	if (open)
		rc = choice(x, v, typed, wrong, &pick, err);
	if (said[1].text[0] != '\0')
		small(x, "statement", said, N(said), &after);
	if (v->link.expires_at != 0)
		small(x, "until", said, N(said), &after);
	if (other[0] != '\0') {
		pp_buf_puts(&after, "<h2>");
		pp_template_escape(&after, W("other_ways"));
		pp_buf_puts(&after, "</h2>\n<p class=\"about\">");
		pp_template_escape(&after, other);
		pp_buf_puts(&after, "</p>\n");
	}
	if (rc == PP_OK)
		rc = page_fill(x, PAGE_T_FORM, (const struct pp_slot[]){
		    { "page", here(x, at, sizeof at) }, { "value", x->form },
		    { "lang", x->lang }, { "choice", pick.p },
		    { "button", button }, { "after", after.p } }, 6, out, err);
	pp_buf_release(&pick);
	pp_buf_release(&after);
	return rc;
}

/* Was the newest attempt declined, with no payment since? */
static bool
declined(const struct pp_view *v)
{
	const struct pp_attempt *a = v->last;
	int64_t at;

	if (a == NULL || a->state != PP_T_DECLINED)
		return false;
	at = a->resolved_at != 0 ? a->resolved_at : a->opened_at;
	return v->now - at < DECLINE_TOLD &&
	    (v->payment == NULL || v->payment->recorded_at < at);
}

static enum pp_rc
note(const struct page_ctx *x, const struct pp_view *v, enum page_note what,
    struct pp_buf *out, struct pp_err *err)
{
	bool bad = declined(v), left = what == PAGE_N_CANCELLED;
	char why[2 * SENTENCE];
	const char *text;

	if (bad)
		text = page_say(x, v->last->flags & PP_TF_REVERSAL ?
		    "declined_reversal" : "declined_why",
		    (const struct pp_said[]){ { "why", pp_say_decline(
		    v->last->response_code, x->lang) } }, 1, why, sizeof why);
	else if (left || what == PAGE_N_REFUSED)
		text = W(left ? "note_cancelled" : "note_refused");
	else
		return PP_OK;
	return page_fill(x, PAGE_T_NOTE, (const struct pp_slot[]){
	    { "kind", bad ? "bad" : "" }, { "role", bad ? "alert" : "status" },
	    { "title", W(bad ? "declined_title" : left ?
	    "note_cancelled_title" : "note_refused_title") },
	    { "text", text } }, 4, out, err);
}

/* Something is asked. */
static enum pp_rc
due(const struct page_ctx *x, const struct pp_view *v, enum page_note n,
    const char *typed, bool locked, struct pp_buf *body, struct pp_err *err)
{
	struct pp_buf say = PP_BUF_INIT(32768), what = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf sums = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf pay = PP_BUF_INIT(PAGE_MAX);
	char money[PP_MONEY_STR];
	enum pp_rc rc;

	if (locked)
		rc = page_fill(x, PAGE_T_NOTE, (const struct pp_slot[]){
		    { "kind", "bad" }, { "role", "alert" },
		    { "title", W("m_locked_title") },
		    { "text", W("m_locked") } }, 4, &say, err);
	else
		rc = note(x, v, n, &say, err);
	if (rc == PP_OK && (rc = page_part_what(x, v, &what, err)) == PP_OK &&
	    (rc = page_part_sums(x, v, &sums, err)) == PP_OK &&
	    (rc = page_part_history(x, v, &sums, err)) == PP_OK && !locked)
		rc = form(x, v, typed, n == PAGE_N_AMOUNT, &pay, err);
	if (rc == PP_OK)
		rc = page_fill(x, PAGE_T_DUE, (const struct pp_slot[]){
		    { "note", say.p }, { "charge", page_money(x, v, v->charge,
		    money, sizeof money) },
		    { "what", what.p }, { "table", sums.p },
		    { "form", pay.p } }, 5, body, err);
	pp_buf_release(&say);
	pp_buf_release(&what);
	pp_buf_release(&sums);
	pp_buf_release(&pay);
	return rc;
}

/* Something was paid: the receipt, and the rest if it is asked. */
static enum pp_rc
paid(const struct page_ctx *x, const struct pp_view *v, const char *typed,
    bool locked, struct pp_buf *body, struct pp_err *err)
{
	struct pp_buf what = PP_BUF_INIT(PAGE_MAX), sums = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf slip = PP_BUF_INIT(PAGE_MAX), pay = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf past = PP_BUF_INIT(PAGE_MAX);
	char amount[PP_MONEY_STR], balance[PP_MONEY_STR], over[PP_MONEY_STR];
	char text[SENTENCE];
	bool rest = v->sums.balance > 0;
	const char *lead;
	enum pp_rc rc;

	if (v->sums.balance < 0)
		lead = "overpaid_lead";
	else if (rest)
		lead = v->payment != NULL && v->state == PP_V_PAYABLE ?
		    "part_lead" : "asked_done_lead";
	else
		lead = v->payment != NULL ? "paid_lead" : "paid_other_lead";
	{
		const struct pp_said said[] = {
			{ "amount", v->sums.balance < 0 ? page_money(x, v,
			    -v->sums.balance, over, sizeof over) :
			    page_money(x, v, v->payment != NULL ?
			    v->payment->amount : 0, amount, sizeof amount) },
			{ "balance", page_money(x, v, v->sums.balance, balance,
			    sizeof balance) }
		};

		(void)page_say(x, lead, said, N(said), text, sizeof text);
	}
	if ((rc = page_part_receipt(x, v, &slip, err)) == PP_OK &&
	    (rc = page_part_what(x, v, &what, err)) == PP_OK &&
	    (rc = page_part_sums(x, v, &sums, err)) == PP_OK &&
	    (v->c.npays > 1 || v->payment == NULL))
		rc = page_part_history(x, v, &past, err);
	if (rc == PP_OK && v->state == PP_V_PAYABLE && !locked)
		rc = form(x, v, typed, false, &pay, err);
	if (rc == PP_OK)
		rc = page_fill(x, PAGE_T_PAID, (const struct pp_slot[]){
		    { "kind", "good" },
		    { "title", W(rest ? "part_title" : "paid_title") },
		    { "text", text }, { "receipt", slip.p },
		    { "what", what.p }, { "table", sums.p },
		    { "history", past.p }, { "form", pay.p } }, 8, body, err);
	pp_buf_release(&what);
	pp_buf_release(&sums);
	pp_buf_release(&slip);
	pp_buf_release(&pay);
	pp_buf_release(&past);
	return rc;
}

enum pp_rc
page_view_link(const struct page_ctx *x, const struct pp_view *v,
    enum page_note n, const char *typed, bool locked, struct pp_buf *out,
    struct pp_err *err)
{
	static const struct { const char *title, *lead; } ends[] = {
		[PP_V_NOTHING] = { "nothing_title", "nothing_lead" },
		[PP_V_EXPIRED] = { "expired_title", "expired_lead" },
		[PP_V_CANCELLED] = { "cancelled_title", "cancelled_lead" },
		[PP_V_SUPERSEDED] = { "superseded_title", "superseded_lead" },
		[PP_V_REFUNDED] = { "refunded_title", "refunded_lead" }
	};
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX), more = PP_BUF_INIT(PAGE_MAX);
	struct shell sh = { .page_js = true };
	char title[SENTENCE], money[PP_MONEY_STR];
	const struct pp_said said[] = {
		{ "amount", page_money(x, v, v->charge, money, sizeof money) }
	};
	enum pp_rc rc = PP_OK;

	switch (v->state) {
	case PP_V_CHECKING:
		pp_buf_release(&body);
		return page_view_checking(x, v, false, out, err);
	case PP_V_PAYABLE:
		if (v->payment != NULL && n == PAGE_N_NONE && !declined(v) &&
		    v->now - v->payment->recorded_at < FRESH) {
			sh.title = W("part_title");
			rc = paid(x, v, typed, locked, &body, err);
			break;
		}
		sh.title = page_say(x, "payable_title", said, 1, title,
		    sizeof title);
		rc = due(x, v, n, typed, locked, &body, err);
		break;
	case PP_V_PAID:
		sh.title = W(v->sums.balance > 0 ? "part_title" :
		    "paid_title");
		rc = paid(x, v, typed, true, &body, err);
		break;
	default:
		sh.title = W(ends[v->state].title);
		/* What was paid stays to be read; what was owed does not. */
		if (v->state == PP_V_EXPIRED || v->state == PP_V_REFUNDED)
			rc = page_part_receipt(x, v, &more, err);
		if (rc == PP_OK && (v->state == PP_V_REFUNDED ||
		    (v->state == PP_V_EXPIRED && v->c.npays > 1)))
			rc = page_part_history(x, v, &more, err);
		if (rc == PP_OK)
			rc = message(x, sh.title, "status",
			    W(ends[v->state].lead), &more, &body, err);
		break;
	}
	if (rc == PP_OK)
		rc = wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	pp_buf_release(&more);
	return rc;
}

enum pp_rc
page_view_checking(const struct page_ctx *x, const struct pp_view *v,
    bool elsewhere, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	struct shell sh = { .refresh = true, .page_js = true };
	char at[PLACE], version[32];
	enum pp_rc rc;

	sh.title = W(elsewhere ? "elsewhere_title" : "checking_title");
	(void)snprintf(version, sizeof version, "%" PRIu64,
	    page_view_version(v));
	if ((rc = page_fill(x, PAGE_T_CHECKING, (const struct pp_slot[]){
	    { "title", sh.title },
	    { "text", W(elsewhere ? "elsewhere_lead" : "checking_lead") },
	    { "page", here(x, at, sizeof at) }, { "lang", x->lang },
	    { "version", version } }, 5, &body, err)) == PP_OK)
		rc = wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	return rc;
}

enum pp_rc
page_view_frame(const struct page_ctx *x, const struct pp_view *v,
    const struct pp_ticket *t, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	char money[PP_MONEY_STR], title[SENTENCE], until[SENTENCE], at[PLACE];
	char time[32];
	const struct pp_said said[] = {
		{ "amount", page_money(x, v, t->amount, money, sizeof money) },
		{ "time", page_time(x, t->expires_at, time, sizeof time) }
	};
	const struct shell sh = { .script_url = t->script_url,
	    .integrity = t->integrity,
	    .title = page_say(x, "frame_title", said, N(said), title,
	    sizeof title) };
	enum pp_rc rc;

	if ((rc = page_fill(x, PAGE_T_FRAME, (const struct pp_slot[]){
	    { "task_id", v->c.task.id }, { "title", title },
	    { "ticket", t->ticket }, { "mode", t->mode },
	    { "attempt", t->attempt }, { "page", here(x, at, sizeof at) },
	    { "lang", x->lang }, { "value", x->form },
	    { "until_text", page_say(x, "frame_until", said, N(said), until,
	    sizeof until) } }, 9, &body, err)) == PP_OK)
		rc = wrap(x, &sh, &body, out, err);
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
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	char lead[SENTENCE], go_on[SENTENCE], swap[SENTENCE], at[PLACE];
	char open[PP_MONEY_STR], wanted[PP_MONEY_STR], time[32];
	char open_amount[PP_MONEY_STR], want_amount[PP_MONEY_STR];
	const struct pp_said is[] = {
		{ "amount", page_money(x, v, a->amount, open, sizeof open) },
		{ "time", page_time(x, a->opened_at, time, sizeof time) }
	};
	const struct pp_said wish[] = {
		{ "amount", page_money(x, v, want, wanted, sizeof wanted) }
	};
	const struct shell sh = { .title = W("other_title") };
	enum pp_rc rc;

	if ((rc = page_fill(x, PAGE_T_OTHER, (const struct pp_slot[]){
	    { "lead", page_say(x, "other_lead", is, N(is), lead,
	    sizeof lead) },
	    { "page", here(x, at, sizeof at) }, { "value", x->form },
	    { "lang", x->lang },
	    { "open_amount", pp_money_str(a->amount, open_amount,
	    sizeof open_amount) },
	    { "want_amount", pp_money_str(want, want_amount,
	    sizeof want_amount) },
	    { "continue", page_say(x, "other_continue", is, N(is), go_on,
	    sizeof go_on) },
	    { "replace", page_say(x, "other_replace", wish, N(wish), swap,
	    sizeof swap) } }, 8, &body, err)) == PP_OK)
		rc = wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	return rc;
}

enum pp_rc
page_view_busy(const struct page_ctx *x, int64_t cents, bool confirmed,
    struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	char at[PLACE], amount[PP_MONEY_STR];
	const struct shell sh = { .title = W("busy_title"), .page_js = true };
	enum pp_rc rc;

	(void)pp_money_str(cents, amount, sizeof amount);
	if ((rc = page_fill(x, PAGE_T_BUSY, (const struct pp_slot[]){
	    { "page", here(x, at, sizeof at) }, { "value", x->form },
	    { "lang", x->lang }, { "wish", cents != 0 ? amount : "" },
	    { "confirmed", confirmed ? "<input type=\"hidden\" "
	    "name=\"confirmed\" value=\"1\">\n" : "" } }, 5, &body,
	    err)) == PP_OK)
		rc = wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	return rc;
}

static const struct {
	const char	*title;
	const char	*text;
	unsigned int	 status;
	bool		 back;		/* the page itself is still there */
} messages[PAGE_NMESSAGE] = {
	[PAGE_M_UNKNOWN] = { "m_unknown_title", "m_unknown", 404, false },
	[PAGE_M_METHOD] = { "m_method_title", "m_method", 405, false },
	[PAGE_M_LARGE] = { "m_large_title", "m_large", 413, false },
	[PAGE_M_BAD] = { "m_bad_title", "m_bad", 400, true },
	[PAGE_M_STALE] = { "m_stale_title", "m_stale", 403, true },
	[PAGE_M_MANY] = { "m_many_title", "m_many", 429, true },
	[PAGE_M_LOCKED] = { "m_locked_title", "m_locked", 429, false },
	[PAGE_M_BRAKE] = { "m_brake_title", "m_brake", 429, false },
	[PAGE_M_DOWN] = { "m_down_title", "m_down", 503, true },
	[PAGE_M_BUSY] = { "m_busy_title", "m_busy", 503, true },
	[PAGE_M_FAULT] = { "m_fault_title", "m_fault", 500, true }
};

unsigned int
page_message_status(enum page_message m)
{
	return messages[m].status;
}

enum pp_rc
page_view_message(const struct page_ctx *x, enum page_message m,
    struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf more = PP_BUF_INIT(PAGE_MAX);
	char at[PLACE];
	enum pp_rc rc = PP_OK;

	if (messages[m].back && x->addr[0] != '\0')
		rc = page_fill(x, PAGE_T_AGAIN, (const struct pp_slot[]){
		    { "page", here(x, at, sizeof at) }, { "lang", x->lang } },
		    2, &more, err);
	if (rc == PP_OK)
		rc = short_page(x, W(messages[m].title), W(messages[m].text),
		    "alert", &more, out, err);
	pp_buf_release(&more);
	return rc;
}

uint64_t
page_view_version(const struct pp_view *v)
{
	crypto_generichash_state st;
	unsigned char hash[16];
	int64_t n[4];
	uint64_t version = 0;
	size_t i;

	(void)crypto_generichash_init(&st, NULL, 0, sizeof hash);
	n[0] = (int64_t)v->state;
	n[1] = v->charge;
	n[2] = v->sums.balance;
	n[3] = v->sums.net;
	(void)crypto_generichash_update(&st, (unsigned char *)n, sizeof n);
	for (i = 0; i < v->c.natts; i++) {
		n[0] = (int64_t)i;
		n[1] = (int64_t)pp_attempt_state(&v->c.atts[i], v->now);
		n[2] = v->c.atts[i].resolved_at;
		n[3] = v->c.atts[i].amount;
		(void)crypto_generichash_update(&st, (unsigned char *)n,
		    sizeof n);
	}
	n[0] = (int64_t)v->c.npays;
	(void)crypto_generichash_update(&st, (unsigned char *)n, sizeof n[0]);
	(void)crypto_generichash_final(&st, hash, sizeof hash);
	/* 48 bits: exact in a browser's numbers. */
	for (i = 0; i < 6; i++)
		version = version << 8 | hash[i];
	return version;
}

bool
page_view_locked(const struct pp_view *v)
{
	const struct pp_attempt *a;
	size_t i, n = 0;

	for (i = 0; i < v->c.natts; i++) {
		a = &v->c.atts[i];
		n += a->state == PP_T_DECLINED &&
		    strcmp(a->link, v->link.id) == 0 &&
		    v->now - (a->resolved_at != 0 ? a->resolved_at :
		    a->opened_at) < PP_HOUR;
	}
	return n >= PAGE_DECLINES;
}

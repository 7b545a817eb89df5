#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "money.h"
#include "page_shell.h"
#include "page_slip.h"
#include "page_till.h"
#include "page_words.h"
#include "time.h"
#include "banned.h"

#define SENTENCE	PAGE_SENTENCE
#define FRESH		PP_DAY		/* a payment is told as news so long */
#define DECLINE_TOLD	PP_HOUR

#define N(a)	(sizeof (a) / sizeof (a)[0])
#define W(name)	page_word(name, x->lang)

static bool		declined(const struct pp_view *);
static bool		news(const struct pp_view *, enum page_note);
static enum pp_rc	note(const struct page_ctx *, const struct pp_view *,
			    enum page_note, bool, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	changed(const struct page_ctx *,
			    const struct pp_view *, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	due(const struct page_ctx *, const struct pp_view *,
			    enum page_note, const char *, bool,
			    struct pp_buf *, struct pp_err *);
static const char	*paid_lead(const struct page_ctx *,
			    const struct pp_view *, char *, size_t);
static enum pp_rc	paid(const struct page_ctx *, const struct pp_view *,
			    const char *, bool, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	renewal(const struct page_ctx *,
			    const struct pp_view *, struct pp_buf *,
			    struct pp_err *);
static enum pp_rc	ended(const struct page_ctx *, const struct pp_view *,
			    const char **, struct pp_buf *, struct pp_err *);

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

/* Is what the customer wants to know first that a payment arrived? */
static bool
news(const struct pp_view *v, enum page_note n)
{
	return v->payment != NULL && n == PAGE_N_NONE && !declined(v) &&
	    v->now - v->payment->recorded_at < FRESH;
}

static enum pp_rc
note(const struct page_ctx *x, const struct pp_view *v, enum page_note what,
    bool locked, struct pp_buf *out, struct pp_err *err)
{
	bool left = what == PAGE_N_CANCELLED;
	char why[2 * SENTENCE];

	if (locked)
		return page_note(x, PAGE_S_BAD, W("m_locked_title"),
		    W("m_locked"), out, err);
	if (declined(v))
		return page_note(x, PAGE_S_BAD, W("declined_title"),
		    page_say(x, v->last->flags & PP_TF_REVERSAL ?
		    "declined_reversal" : "declined_why",
		    (const struct pp_said[]){ { "why", pp_say_decline(
		    v->last->response_code, x->lang) } }, 1, why,
		    sizeof why), out, err);
	if (left || what == PAGE_N_REFUSED)
		return page_note(x, PAGE_S_INFO, W(left ?
		    "note_cancelled_title" : "note_refused_title"), W(left ?
		    "note_cancelled" : "note_refused"), out, err);
	return PP_OK;
}

/* The amount is another than the one that our mail told. */
static enum pp_rc
changed(const struct page_ctx *x, const struct pp_view *v, struct pp_buf *out,
    struct pp_err *err)
{
	char was[PP_MONEY_STR], is[PP_MONEY_STR], date[80], text[SENTENCE];
	const struct pp_said said[] = {
		{ "date", pp_time_human(v->mailed_at, x->lang, date,
		    sizeof date) },
		{ "was", page_money(x, v, v->mailed, was, sizeof was) },
		{ "is", page_money(x, v, v->charge, is, sizeof is) }
	};

	if (v->mailed == 0)
		return PP_OK;
	return page_note(x, PAGE_S_INFO, W("changed_title"), page_say(x,
	    "changed", said, N(said), text, sizeof text), out, err);
}

/* Something is asked. */
static enum pp_rc
due(const struct page_ctx *x, const struct pp_view *v, enum page_note n,
    const char *typed, bool locked, struct pp_buf *body, struct pp_err *err)
{
	struct pp_buf say = PP_BUF_INIT(32768), what = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf sums = PP_BUF_INIT(PAGE_MAX), fine = PP_BUF_INIT(65536);
	struct pp_buf pay = PP_BUF_INIT(PAGE_MAX), jump = PP_BUF_INIT(1024);
	char money[PP_MONEY_STR];
	enum pp_rc rc;

	if ((rc = note(x, v, n, locked, &say, err)) == PP_OK &&
	    (rc = changed(x, v, &say, err)) == PP_OK &&
	    (rc = page_part_what(x, v, &what, err)) == PP_OK &&
	    (rc = page_part_sums(x, v, &sums, err)) == PP_OK &&
	    (rc = page_slip_history(x, v, &sums, err)) == PP_OK &&
	    (rc = page_part_terms(x, v, &fine, err)) == PP_OK && !locked)
		rc = page_till_form(x, v, typed, n == PAGE_N_AMOUNT, &pay,
		    err);
	if (locked)
		page_till_ways(x, &sums);
	else	/* on a phone the button is far below */
		pp_buf_printf(&jump, "<p><a class=\"jump\" href=\"#pay\">%s"
		    "</a></p>\n", W("to_payment"));
	if (rc == PP_OK)
		rc = page_fill(x, PAGE_T_DUE, (const struct pp_slot[]){
		    { "note", say.p }, { "charge", page_money(x, v, v->charge,
		    money, sizeof money) },
		    { "jump", jump.p }, { "what", what.p },
		    { "table", sums.p }, { "terms", fine.p },
		    { "form", pay.p } }, 7, body, err);
	pp_buf_release(&say);
	pp_buf_release(&what);
	pp_buf_release(&sums);
	pp_buf_release(&fine);
	pp_buf_release(&pay);
	pp_buf_release(&jump);
	return rc;
}

static const char *
paid_lead(const struct page_ctx *x, const struct pp_view *v, char *out,
    size_t size)
{
	int64_t balance = v->sums.balance;
	char amount[PP_MONEY_STR], rest[PP_MONEY_STR];
	const struct pp_said said[] = {
		{ "amount", page_money(x, v, balance < 0 ? -balance :
		    v->payment != NULL ? v->payment->amount : 0, amount,
		    sizeof amount) },
		{ "balance", page_money(x, v, balance, rest, sizeof rest) }
	};
	const char *name;

	if (balance < 0)
		name = "overpaid_lead";
	else if (balance > 0)
		name = v->payment != NULL && v->state == PP_V_PAYABLE ?
		    "part_lead" : "asked_done_lead";
	else
		name = v->payment != NULL ? "paid_lead" : "paid_other_lead";
	return page_say(x, name, said, N(said), out, size);
}

/* Something was paid: the receipt, and the rest if it is asked. */
static enum pp_rc
paid(const struct page_ctx *x, const struct pp_view *v, const char *typed,
    bool locked, struct pp_buf *body, struct pp_err *err)
{
	struct pp_buf what = PP_BUF_INIT(PAGE_MAX), sums = PP_BUF_INIT(PAGE_MAX);
	struct pp_buf slip = PP_BUF_INIT(PAGE_MAX), pay = PP_BUF_INIT(PAGE_MAX);
	char text[SENTENCE];
	enum pp_rc rc;

	if ((rc = page_slip_receipt(x, v, &slip, err)) == PP_OK &&
	    (rc = page_part_what(x, v, &what, err)) == PP_OK &&
	    (rc = page_part_sums(x, v, &sums, err)) == PP_OK &&
	    (v->c.npays > 1 || v->payment == NULL))
		rc = page_slip_history(x, v, &sums, err);
	if (rc == PP_OK && v->state == PP_V_PAYABLE && !locked)
		rc = page_till_form(x, v, typed, false, &pay, err);
	if (rc == PP_OK)
		rc = page_fill(x, PAGE_T_PAID, (const struct pp_slot[]){
		    { "title", W(v->sums.balance > 0 ? "part_title" :
		    "paid_title") },
		    { "text", paid_lead(x, v, text, sizeof text) },
		    { "receipt", slip.p }, { "what", what.p },
		    { "table", sums.p }, { "form", pay.p } }, 6, body, err);
	pp_buf_release(&what);
	pp_buf_release(&sums);
	pp_buf_release(&slip);
	pp_buf_release(&pay);
	return rc;
}

/* The button that asks for a new address, or that it was asked for. */
static enum pp_rc
renewal(const struct page_ctx *x, const struct pp_view *v, struct pp_buf *out,
    struct pp_err *err)
{
	char date[80], text[SENTENCE], at[PAGE_PLACE];
	const struct pp_said said[] = {
		{ "date", pp_time_human(v->link.asked_last, x->lang, date,
		    sizeof date) }
	};
	enum pp_rc rc = PP_OK;

	if (v->link.asked_last != 0)
		rc = page_note(x, PAGE_S_GOOD, W("asked_title"), page_say(x,
		    "asked", said, N(said), text, sizeof text), out, err);
	if (rc == PP_OK && v->now - v->link.asked_last >= PP_ASK_AGAIN)
		rc = page_fill(x, PAGE_T_RENEW, (const struct pp_slot[]){
		    { "page", page_here(x, at, sizeof at) },
		    { "value", x->form }, { "lang", x->lang } }, 3, out, err);
	return rc;
}

/* Nothing can be paid here any more.  What was paid stays to be read; what
 * was owed does not. */
static enum pp_rc
ended(const struct page_ctx *x, const struct pp_view *v, const char **title,
    struct pp_buf *body, struct pp_err *err)
{
	static const struct { const char *title, *lead; } ends[] = {
		[PP_V_NOTHING] = { "nothing_title", "nothing_lead" },
		[PP_V_EXPIRED] = { "expired_title", "expired_lead" },
		[PP_V_CANCELLED] = { "cancelled_title", "cancelled_lead" },
		[PP_V_SUPERSEDED] = { "superseded_title", "superseded_lead" },
		[PP_V_REFUNDED] = { "refunded_title", "refunded_lead" }
	};
	struct pp_buf more = PP_BUF_INIT(PAGE_MAX);
	const struct page_told told = { v->state == PP_V_REFUNDED ?
	    PAGE_S_INFO : PAGE_S_OFF, W(ends[v->state].title),
	    W(ends[v->state].lead), "status", &more };
	enum pp_rc rc = PP_OK;

	if (v->state == PP_V_EXPIRED)
		rc = renewal(x, v, &more, err);
	if (rc == PP_OK && (v->state == PP_V_EXPIRED ||
	    v->state == PP_V_REFUNDED))
		rc = page_slip_receipt(x, v, &more, err);
	if (rc == PP_OK && (v->state == PP_V_REFUNDED ||
	    (v->state == PP_V_EXPIRED && v->c.npays > 1)))
		rc = page_slip_history(x, v, &more, err);
	if (rc == PP_OK)
		rc = page_tell(x, &told, body, err);
	pp_buf_release(&more);
	*title = told.title;
	return rc;
}

enum pp_rc
page_view_link(const struct page_ctx *x, const struct pp_view *v,
    enum page_note n, const char *typed, bool locked, struct pp_buf *out,
    struct pp_err *err)
{
	struct page_shell sh = { .page_js = true, .wide = true };
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	char title[SENTENCE], money[PP_MONEY_STR];
	enum pp_rc rc;

	switch (v->state) {
	case PP_V_CHECKING:
		return page_view_checking(x, v, false, out, err);
	case PP_V_PAYABLE:
		if (news(v, n)) {
			sh.title = W("part_title");
			rc = paid(x, v, typed, locked, &body, err);
			break;
		}
		sh.title = page_say(x, "payable_title",
		    (const struct pp_said[]){ { "amount", page_money(x, v,
		    v->charge, money, sizeof money) } }, 1, title,
		    sizeof title);
		sh.told = true;
		sh.wide = !locked;	/* else there is no second column */
		rc = due(x, v, n, typed, locked, &body, err);
		break;
	case PP_V_PAID:
		sh.title = W(v->sums.balance > 0 ? "part_title" :
		    "paid_title");
		rc = paid(x, v, typed, true, &body, err);
		break;
	default:
		sh.wide = false;
		rc = ended(x, v, &sh.title, &body, err);
		break;
	}
	if (rc == PP_OK)
		rc = page_wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
	return rc;
}

enum pp_rc
page_view_checking(const struct page_ctx *x, const struct pp_view *v,
    bool elsewhere, struct pp_buf *out, struct pp_err *err)
{
	struct pp_buf body = PP_BUF_INIT(PAGE_MAX);
	struct page_shell sh = { .refresh = true, .page_js = true };
	char at[PAGE_PLACE], version[32];
	enum pp_rc rc;

	sh.title = W(elsewhere ? "elsewhere_title" : "checking_title");
	(void)snprintf(version, sizeof version, "%" PRIu64,
	    page_view_version(v));
	if ((rc = page_fill(x, PAGE_T_CHECKING, (const struct pp_slot[]){
	    { "title", sh.title },
	    { "text", W(elsewhere ? "elsewhere_lead" : "checking_lead") },
	    { "page", page_here(x, at, sizeof at) }, { "lang", x->lang },
	    { "version", version } }, 5, &body, err)) == PP_OK)
		rc = page_wrap(x, &sh, &body, out, err);
	pp_buf_release(&body);
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

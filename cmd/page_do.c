#include "config.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "brake.h"
#include "intl.h"
#include "money.h"
#include "page_do.h"
#include "page_till.h"
#include "time.h"
#include "banned.h"

#define RESULT_WAIT	3000	/* ms that a browser waits for the processor */
#define POLL_WAIT	1500
#define BUSY_TRIES	8	/* seconds that a click waits inside */
#define BUSY_RETRY	60	/* seconds, told to who met a held store */
#define DOWN_RETRY	120
#define LOCK_RETRY	3600

typedef void	do_fn(struct page *, const struct page_ask *,
		    struct pp_view *, struct page_reply *);

static do_fn	show, review, pay, result, state, event, renewal;
static void	context(struct page *, const struct page_ask *,
		    const struct pp_view *, struct page_ctx *, char *, char *);
static void	message(struct page *, const struct page_ask *,
		    const struct pp_view *, enum page_message,
		    struct page_reply *);
static void	finish(struct page *, const struct page_ask *, enum pp_rc,
		    struct pp_err *, struct page_reply *);
static void	failed(struct page *, const struct page_ask *, enum pp_rc,
		    const struct pp_err *, struct page_reply *);
static void	go_to_page(struct page *, const struct page_ask *,
		    const struct pp_view *, struct page_reply *);
static bool	limited(struct page *, const struct page_ask *,
		    struct page_reply *);
static bool	form_ok(struct page *, const struct page_ask *);
static const struct pp_attempt	*attempt_of(const struct pp_view *,
		    const char *);
static bool	braked(struct page *, const struct pp_view *, struct pp_err *,
		    int *);
static bool	wish(const struct page_ask *, const struct pp_view *,
		    int64_t *);
static bool	refused(struct page *, const struct page_ask *,
		    struct pp_view *, int64_t *, struct page_reply *);
static void	opened(struct page *, const struct page_ask *,
		    struct pp_view *, enum pp_open, struct pp_ticket *,
		    const struct pp_attempt *, int64_t, struct page_reply *);
static void	poll_due(struct page *, const struct page_ask *,
		    const struct pp_view *);
static void	plain(struct page_reply *, unsigned int, const char *,
		    const char *);

static do_fn	*const fns[] = {
	[PAGE_R_SHOW] = show, [PAGE_R_REVIEW] = review, [PAGE_R_PAY] = pay,
	[PAGE_R_RESULT] = result, [PAGE_R_STATE] = state,
	[PAGE_R_EVENT] = event, [PAGE_R_RENEWAL] = renewal
};

void
page_reply_release(struct page_reply *r)
{
	pp_buf_release(&r->body);
}

/* For whom the page is made.  addr and value are the caller's room. */
static void
context(struct page *pg, const struct page_ask *q, const struct pp_view *v,
    struct page_ctx *x, char *addr, char *value)
{
	char hash[PP_TOKEN_HASH];

	x->site = pg->site;
	x->lang = q->lang[0] != '\0' ? q->lang : v != NULL &&
	    v->language[0] != '\0' ? v->language : pg->site->conf->
	    business.language[0] != '\0' ? pg->site->conf->business.language :
	    "fr";
	addr[0] = value[0] = '\0';
	if (v != NULL) {
		(void)snprintf(addr, PAGE_ADDR, "/p/%s", q->token);
		pp_token_hash(q->token, PP_TOKEN_LEN, hash);
		page_form_make(pg->form_key, hash, q->wall, value);
	}
	x->addr = addr;
	x->form = value;
	x->live = atomic_load(&pg->live);
}

static void
plain(struct page_reply *r, unsigned int status, const char *type,
    const char *text)
{
	r->status = status;
	r->type = type;
	pp_buf_puts(&r->body, text);
}

static void
message(struct page *pg, const struct page_ask *q, const struct pp_view *v,
    enum page_message m, struct page_reply *r)
{
	char addr[PAGE_ADDR], value[PAGE_FORM_LEN];
	struct pp_err err = { .msg = "" };
	struct page_ctx x;

	context(pg, q, v, &x, addr, value);
	/* Back to what was asked for, known or not; but what is unknown has
	 * one answer. */
	if (v == NULL && q->token_ok && m != PAGE_M_UNKNOWN)
		(void)snprintf(addr, sizeof addr, "/p/%s", q->token);
	pp_buf_reset(&r->body);
	r->status = page_message_status(m);
	r->type = "text/html; charset=utf-8";
	if (page_view_message(&x, m, &r->body, &err) != PP_OK) {
		warnx("%s", err.msg);
		pp_buf_reset(&r->body);
		plain(r, 500, "text/plain; charset=utf-8", "500\n");
	}
}

void
page_do_message(struct page *pg, const struct page_ask *q,
    enum page_message m, struct page_reply *r)
{
	message(pg, q, NULL, m, r);
}

/* The store, or a page, could not be had: true words, and when to return. */
static void
failed(struct page *pg, const struct page_ask *q, enum pp_rc rc,
    const struct pp_err *err, struct page_reply *r)
{
	if (err->msg[0] != '\0')
		warnx("%s", err->msg);
	if (rc == PP_RETRY) {
		r->retry_after = BUSY_RETRY;
		message(pg, q, NULL, PAGE_M_BUSY, r);
	} else
		message(pg, q, NULL, PAGE_M_FAULT, r);
}

/* A page was made, or could not be. */
static void
finish(struct page *pg, const struct page_ask *q, enum pp_rc rc,
    struct pp_err *err, struct page_reply *r)
{
	if (rc != PP_OK || !pp_buf_ok(&r->body)) {
		failed(pg, q, PP_BUG, err, r);
		return;
	}
	if (r->status == 0)
		r->status = 200;
	r->type = "text/html; charset=utf-8";
}

static void
go_to_page(struct page *pg, const struct page_ask *q, const struct pp_view *v,
    struct page_reply *r)
{
	(void)v;
	(void)snprintf(r->location, sizeof r->location, "%s/p/%s%s%s",
	    pg->site->root, q->token, q->lang[0] != '\0' ? "?lang=" : "",
	    q->lang);
	plain(r, 303, "text/plain; charset=utf-8", "");
}

static bool
limited(struct page *pg, const struct page_ask *q, struct page_reply *r)
{
	int wait;

	wait = page_limit_take(&pg->by_addr, q->who, q->wholen, q->tick);
	if (wait == 0 && q->token_ok)
		wait = page_limit_take(&pg->by_link, q->token, PP_TOKEN_LEN,
		    q->tick);
	if (wait == 0)
		return false;
	r->retry_after = wait;
	message(pg, q, NULL, PAGE_M_MANY, r);
	return true;
}

static bool
form_ok(struct page *pg, const struct page_ask *q)
{
	char hash[PP_TOKEN_HASH];

	pp_token_hash(q->token, PP_TOKEN_LEN, hash);
	return !q->foreign && page_form_ok(pg->form_key, hash, q->wall,
	    q->body.form);
}

void
page_do(struct page *pg, const struct page_ask *q, struct page_reply *r)
{
	const struct page_asset *a;
	struct pp_err err = { .msg = "" };
	struct pp_view v;
	enum pp_rc rc;

	switch (q->route) {
	case PAGE_R_HEALTH:
		plain(r, 200, "text/plain; charset=utf-8", "ok\n");
		return;
	case PAGE_R_ROBOTS:
		plain(r, 200, "text/plain; charset=utf-8",
		    "User-agent: *\nDisallow: /\n");
		return;
	case PAGE_R_ASSET:
		if ((a = page_site_asset(pg->site, q->asset)) == NULL)
			break;
		r->status = 200;
		r->type = a->type;
		r->keep = true;
		pp_buf_add(&r->body, a->data, a->len);
		return;
	default:
		break;
	}
	if (limited(pg, q, r))
		return;
	rc = page_look(&pg->look, q->token, &v, &err);
	if (rc == PP_OK || rc == PP_NOTFOUND)
		atomic_store(&pg->live, v.live);
	if (rc == PP_NOTFOUND || (rc == PP_OK && (!q->token_ok ||
	    q->route < PAGE_R_SHOW || q->route > PAGE_R_RENEWAL)))
		message(pg, q, NULL, PAGE_M_UNKNOWN, r);
	else if (rc != PP_OK)
		failed(pg, q, rc, &err, r);
	else
		fns[q->route](pg, q, &v, r);
	pp_view_release(&v);
}

static void
show(struct page *pg, const struct page_ask *q, struct pp_view *v,
    struct page_reply *r)
{
	char addr[PAGE_ADDR], value[PAGE_FORM_LEN];
	struct pp_err err = { .msg = "" };
	bool locked = page_view_locked(v);
	struct page_ctx x;
	int64_t cents;

	context(pg, q, v, &x, addr, value);
	/* An amount in the address is a choice to be looked at; nonsense in
	 * it is none. */
	cents = q->amount[0] != '\0' ? page_body_amount(q->amount) : 0;
	if (cents > 0 && v->state == PP_V_PAYABLE && !locked &&
	    v->min < v->charge && cents >= v->min && cents <= v->charge)
		finish(pg, q, page_view_review(&x, v, cents, &r->body, &err),
		    &err, r);
	else
		finish(pg, q, page_view_link(&x, v, q->note, "", locked,
		    &r->body, &err), &err, r);
}

/* How much the customer wants to pay: 0 for all that is asked. */
static bool
wish(const struct page_ask *q, const struct pp_view *v, int64_t *cents)
{
	*cents = 0;
	if (strcmp(q->body.choice, "all") == 0 ||
	    (q->body.choice[0] == '\0' && q->body.amount[0] == '\0'))
		return true;
	*cents = strcmp(q->body.choice, "min") == 0 ? v->min :
	    page_body_amount(q->body.amount);
	return *cents >= (v->min > 0 ? v->min : 1) && *cents <= v->charge;
}

/* Is the brake on, for somebody who has no ticket yet?  A brake that cannot be
 * read stops nobody. */
static bool
braked(struct page *pg, const struct pp_view *v, struct pp_err *err,
    int *wait)
{
	int64_t until;
	size_t i;

	for (i = 0; i < v->c.natts; i++)
		if (pp_attempt_live(&v->c.atts[i], v->now))
			return false;
	if (pp_brake_look(&pg->store, pg->site->conf->page.limit_declines,
	    &until, err) != PP_OK) {
		warnx("%s", err->msg);
		pp_err_clear(err);
		return false;
	}
	if (until == 0)
		return false;
	*wait = (int)((until - v->now) / PP_SECOND) + 1;
	warnx(_("too many declined payments: no new one is opened for %d s"),
	    *wait);
	return true;
}

/* Answers a form that cannot be served, or reads what it wishes. */
static bool
refused(struct page *pg, const struct page_ask *q, struct pp_view *v,
    int64_t *cents, struct page_reply *r)
{
	char addr[PAGE_ADDR], value[PAGE_FORM_LEN];
	struct pp_err err = { .msg = "" };
	struct page_ctx x;

	*cents = 0;
	if (!form_ok(pg, q)) {
		message(pg, q, v, PAGE_M_STALE, r);
		return true;
	}
	if (v->state == PP_V_PAYABLE && page_view_locked(v)) {
		r->retry_after = LOCK_RETRY;
		message(pg, q, v, PAGE_M_LOCKED, r);
		return true;
	}
	if (v->state == PP_V_PAYABLE && braked(pg, v, &err, &r->retry_after)) {
		message(pg, q, v, PAGE_M_BRAKE, r);
		return true;
	}
	if (v->state != PP_V_PAYABLE || wish(q, v, cents))
		return false;
	context(pg, q, v, &x, addr, value);
	r->status = 422;
	finish(pg, q, page_view_link(&x, v, PAGE_N_AMOUNT, q->body.amount,
	    false, &r->body, &err), &err, r);
	return true;
}

/* What was chosen is shown once more before anything is opened: on a page of
 * its own, which may be loaded again. */
static void
review(struct page *pg, const struct page_ask *q, struct pp_view *v,
    struct page_reply *r)
{
	char amount[PP_MONEY_STR], more[PP_MONEY_STR + 16] = "";
	int64_t cents;

	if (refused(pg, q, v, &cents, r))
		return;
	if (v->state == PP_V_PAYABLE)
		(void)snprintf(more, sizeof more, "%camount=%s",
		    q->lang[0] != '\0' ? '&' : '?', pp_money_str(cents != 0 ?
		    cents : v->charge, amount, sizeof amount));
	go_to_page(pg, q, v, r);
	(void)strlcat(r->location, more, sizeof r->location);
}

/* The customer of an expired link asks us for a new one. */
static void
renewal(struct page *pg, const struct page_ask *q, struct pp_view *v,
    struct page_reply *r)
{
	struct pp_err err = { .msg = "" };
	enum pp_rc rc;

	if (!form_ok(pg, q)) {
		message(pg, q, v, PAGE_M_STALE, r);
		return;
	}
	rc = pp_checkout_ask_renewal(pg->drivers->store, q->token, &err);
	if (rc == PP_OK || rc == PP_STATE)
		go_to_page(pg, q, v, r);
	else if (rc == PP_NOTFOUND)
		message(pg, q, NULL, PAGE_M_UNKNOWN, r);
	else
		failed(pg, q, rc, &err, r);
}

static void
pay(struct page *pg, const struct page_ask *q, struct pp_view *v,
    struct page_reply *r)
{
	char addr[PAGE_ADDR], value[PAGE_FORM_LEN];
	const struct timespec second = { 1, 0 };
	struct pp_err err = { .msg = "" };
	struct pp_attempt other = { .id = "" };
	struct pp_ticket ticket = { .ticket = "" };
	enum pp_open open = PP_OPEN_BUSY;
	struct page_ctx x;
	enum pp_rc rc = PP_OK;
	int64_t cents;
	int i;

	context(pg, q, v, &x, addr, value);
	if (refused(pg, q, v, &cents, r))
		return;
	for (i = 0; i <= BUSY_TRIES && rc == PP_OK && open == PP_OPEN_BUSY;
	    i++) {
		if (i > 0)
			(void)nanosleep(&second, NULL);
		pp_err_clear(&err);
		rc = pp_checkout_open(pg->drivers, q->token, cents,
		    q->body.confirmed, x.lang, &open, &ticket, &other, &err);
	}
	if (rc == PP_STATE)	/* what is asked changed under the click */
		go_to_page(pg, q, v, r);
	else if (rc == PP_NOTFOUND)
		message(pg, q, NULL, PAGE_M_UNKNOWN, r);
	else if (rc != PP_OK)
		failed(pg, q, rc, &err, r);
	else {
		if (open == PP_OPEN_DOWN && err.msg[0] != '\0')
			warnx(_("opening a payment: %s"), err.msg);
		opened(pg, q, v, open, &ticket, &other, cents, r);
	}
	explicit_bzero(&ticket, sizeof ticket);
}

/* Each outcome of a click has its page. */
static void
opened(struct page *pg, const struct page_ask *q, struct pp_view *v,
    enum pp_open open, struct pp_ticket *t, const struct pp_attempt *other,
    int64_t cents, struct page_reply *r)
{
	char addr[PAGE_ADDR], value[PAGE_FORM_LEN];
	struct pp_err err = { .msg = "" };
	struct page_ctx x;
	enum pp_rc rc = PP_OK;

	context(pg, q, v, &x, addr, value);
	switch (open) {
	case PP_OPEN_TICKET:
		r->frame = true;
		(void)strlcpy(r->origin, t->origin, sizeof r->origin);
		rc = page_view_frame(&x, v, t, &r->body, &err);
		break;
	case PP_OPEN_CHECKING:
	case PP_OPEN_ELSEWHERE:
		rc = page_view_checking(&x, v, open == PP_OPEN_ELSEWHERE,
		    &r->body, &err);
		break;
	case PP_OPEN_OTHER:
		rc = page_view_other(&x, v, other, cents != 0 ? cents :
		    v->charge, &r->body, &err);
		break;
	case PP_OPEN_BUSY:
		r->status = 503;
		r->retry_after = 2;
		rc = page_view_busy(&x, cents, q->body.confirmed, &r->body,
		    &err);
		break;
	case PP_OPEN_CLOSED:
		go_to_page(pg, q, v, r);
		return;
	case PP_OPEN_DOWN:
		r->retry_after = DOWN_RETRY;
		message(pg, q, v, PAGE_M_DOWN, r);
		return;
	}
	finish(pg, q, rc, &err, r);
}

/* The task's attempt of this id, or NULL. */
static const struct pp_attempt *
attempt_of(const struct pp_view *v, const char *id)
{
	size_t i;

	for (i = 0; i < v->c.natts; i++)
		if (strcmp(v->c.atts[i].id, id) == 0)
			return &v->c.atts[i];
	return NULL;
}

static void
result(struct page *pg, const struct page_ask *q, struct pp_view *v,
    struct page_reply *r)
{
	struct page_job job = { .hint = PP_H_COMPLETE };

	if (!form_ok(pg, q)) {
		message(pg, q, v, PAGE_M_STALE, r);
		return;
	}
	(void)strlcpy(job.token, q->token, sizeof job.token);
	if (attempt_of(v, q->body.attempt) != NULL)
		(void)strlcpy(job.attempt, q->body.attempt,
		    sizeof job.attempt);
	/* Too many questions at once: this one is asked by the next poll or
	 * sweep; the page tells the truth as it is. */
	if (!page_work_ask(pg->work, &job, RESULT_WAIT))
		warnx("%s", _("too many questions to the processor at once"));
	go_to_page(pg, q, v, r);
}

/* Asks about attempts that a page is open on, if one may be asked now. */
static void
poll_due(struct page *pg, const struct page_ask *q, const struct pp_view *v)
{
	struct page_job job = { .hint = PP_H_LOADED };
	const struct pp_attempt *a;
	size_t i;

	for (i = 0; i < v->c.natts; i++) {
		a = &v->c.atts[i];
		if (a->presented_at != 0 && a->resolved_at == 0 &&
		    pp_attempt_may_ask(a, PP_ASK_PAGE, v->now))
			break;
	}
	if (i == v->c.natts)
		return;
	(void)strlcpy(job.token, q->token, sizeof job.token);
	(void)page_work_ask(pg->work, &job, POLL_WAIT);
}

static void
state(struct page *pg, const struct page_ask *q, struct pp_view *v,
    struct page_reply *r)
{
	const struct pp_attempt *a;
	struct pp_err err = { .msg = "" };
	enum pp_rc rc;

	poll_due(pg, q, v);
	pp_view_release(v);
	if ((rc = page_look(&pg->look, q->token, v, &err)) != PP_OK) {
		failed(pg, q, rc, &err, r);
		return;
	}
	r->status = 200;
	r->type = "application/json";
	pp_buf_printf(&r->body, "{\"state\":\"%s\",\"version\":%" PRIu64,
	    pp_view_states[v->state], page_view_version(v));
	if ((a = attempt_of(v, q->attempt)) != NULL)
		pp_buf_printf(&r->body, ",\"attempt\":\"%s\"",
		    pp_att_states[pp_attempt_state(a, v->now)]);
	pp_buf_puts(&r->body, "}\n");
}

static void
event(struct page *pg, const struct page_ask *q, struct pp_view *v,
    struct page_reply *r)
{
	struct page_job job = { .hint = PP_H_LOADED };
	struct pp_err err = { .msg = "" };
	enum pp_rc rc = PP_OK;
	int hint;

	if (q->foreign) {
		message(pg, q, v, PAGE_M_STALE, r);
		return;
	}
	hint = pp_word(pp_hints, q->body.hint);
	if (hint < 0 || attempt_of(v, q->body.attempt) == NULL) {
		message(pg, q, v, PAGE_M_BAD, r);
		return;
	}
	/* The hint is noted before we answer; the processor is asked behind
	 * the browser's back, for what may have moved money. */
	rc = pp_checkout_hint(pg->drivers, q->token, q->body.attempt,
	    (enum pp_hint)hint, false, &err);
	if (rc != PP_OK) {
		failed(pg, q, rc, &err, r);
		return;
	}
	if (hint == PP_H_SUBMITTED || hint == PP_H_COMPLETE ||
	    hint == PP_H_CLOSED || hint == PP_H_ERROR) {
		(void)strlcpy(job.token, q->token, sizeof job.token);
		(void)strlcpy(job.attempt, q->body.attempt,
		    sizeof job.attempt);
		job.hint = (enum pp_hint)hint;
		(void)page_work_ask(pg->work, &job, 0);
	}
	plain(r, 204, "text/plain; charset=utf-8", "");
}

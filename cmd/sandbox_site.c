#include "config.h"

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "json.h"
#include "money.h"
#include "sandbox_assets.h"
#include "sandbox_body.h"
#include "sandbox_mpg.h"
#include "sandbox_page.h"
#include "sandbox_site.h"
#include "sandbox_state.h"
#include "time.h"
#include "banned.h"

#define REPLY_MAX	(64 * 1024 * 1024)
#define PAN_MIN		12
#define PAN_MAX		19
#define COUNT_MAX	1000000

/* One request on its way through a route. */
struct trip {
	struct sandbox_site		*site;
	const struct sandbox_ask	*ask;
	struct sandbox_reply		*reply;
	enum sandbox_where		 where;
	int64_t				 now;
	bool				 dirty;	/* the state changed */
};

typedef void	route_fn(struct trip *);

static bool	card_read(const struct trip *, struct sandbox_card *);
static void	digits_only(char *);
static void	error_json(struct trip *, unsigned, const char *);
static bool	form_get(const struct trip *, const char *, char *, size_t);
static int	hex(char);
static void	page_bad(struct trip *, const struct sandbox_ticket *,
		    const char *, enum sandbox_code);
static void	put_json(struct trip *, struct json_object *);
static void	put_text(struct trip *, unsigned, const char *, const char *);
static void	receipt(struct trip *, const struct sandbox_request *);
static void	preload(struct trip *, struct json_object *);
static void	strike(struct trip *);
static void	unknown_member(const char *, void *);
static void	wait_for(struct sandbox_site *, int64_t);

static route_fn	route_cancel;
static route_fn	route_charges;
static route_fn	route_display;
static route_fn	route_fault;
static route_fn	route_faults;
static route_fn	route_frame_css;
static route_fn	route_frame_js;
static route_fn	route_gateway;
static route_fn	route_home;
static route_fn	route_pay;
static route_fn	route_post;
static route_fn	route_refunds;
static route_fn	route_request;
static route_fn	route_script;
static route_fn	route_spinner;
static route_fn	route_tickets;

static const struct {
	const char	*method;
	const char	*path;
	route_fn	*fn;
} routes[] = {
	{ "GET", "/", route_home },
	{ "POST", "/chktv2/request/request.php", route_request },
	{ "GET", "/chktv2/js/chkt_v2.01.js", route_script },
	{ "GET", "/chktv2/style/loading-spinner.css", route_spinner },
	{ "GET", "/chktv2/display/index.php", route_display },
	{ "POST", "/chktv2/display/index.php", route_post },
	{ "GET", "/chktv2/display/frame.js", route_frame_js },
	{ "GET", "/chktv2/display/frame.css", route_frame_css },
	{ "POST", "/gateway2/servlet/MpgRequest", route_gateway },
	{ "GET", "/sandbox/tickets", route_tickets },
	{ "GET", "/sandbox/charges", route_charges },
	{ "GET", "/sandbox/refunds", route_refunds },
	{ "GET", "/sandbox/fault", route_faults },
	{ "POST", "/sandbox/fault", route_fault }
};

enum pp_rc
sandbox_site_init(struct sandbox_site *site, struct pp_err *err)
{
	pthread_condattr_t attr;
	int r;

	if ((r = pthread_mutex_init(&site->lock, NULL)) != 0 ||
	    (r = pthread_condattr_init(&attr)) != 0 ||
	    (r = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC)) != 0 ||
	    (r = pthread_cond_init(&site->wake, &attr)) != 0)
		return pp_err_set(err, PP_IO, "threads: %s", strerror(r));
	(void)pthread_condattr_destroy(&attr);
	site->stopping = false;
	return PP_OK;
}

void
sandbox_site_release(struct sandbox_site *site)
{
	(void)pthread_cond_destroy(&site->wake);
	(void)pthread_mutex_destroy(&site->lock);
}

void
sandbox_site_stop(struct sandbox_site *site)
{
	(void)pthread_mutex_lock(&site->lock);
	site->stopping = true;
	(void)pthread_cond_broadcast(&site->wake);
	(void)pthread_mutex_unlock(&site->lock);
}

/* Real seconds, whatever the tests' clock says; gives the lock away
 * meanwhile. */
static void
wait_for(struct sandbox_site *site, int64_t seconds)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)seconds;
	while (!site->stopping && pthread_cond_timedwait(&site->wake,
	    &site->lock, &until) != ETIMEDOUT)
		;
}

static void
put_text(struct trip *tr, unsigned status, const char *type, const char *text)
{
	tr->reply->status = status;
	tr->reply->type = type;
	pp_buf_reset(&tr->reply->body);
	pp_buf_puts(&tr->reply->body, text);
}

/* Takes o. */
static void
put_json(struct trip *tr, struct json_object *o)
{
	put_text(tr, 200, "application/json", pp_json_text(o));
	json_object_put(o);
}

static void
error_json(struct trip *tr, unsigned status, const char *words)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "error", json_object_new_string(words));
	put_json(tr, o);
	tr->reply->status = status;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A member of a posted form, decoded; false if it is not there, too long or
 * holds a control byte. */
static bool
form_get(const struct trip *tr, const char *key, char *out, size_t size)
{
	const char *p = tr->ask->body, *end = p + tr->ask->len, *stop;
	size_t n = strlen(key), len = 0;
	char c;

	for (; p < end; p = stop + 1) {
		if ((stop = memchr(p, '&', (size_t)(end - p))) == NULL)
			stop = end;
		if ((size_t)(stop - p) > n && p[n] == '=' &&
		    strncmp(p, key, n) == 0)
			break;
	}
	if (p >= end)
		return false;
	for (p += n + 1; p < stop; p++) {
		if ((c = *p) == '+')
			c = ' ';
		else if (c == '%' && stop - p > 2 && hex(p[1]) != -1 &&
		    hex(p[2]) != -1) {
			c = (char)(hex(p[1]) * 16 + hex(p[2]));
			p += 2;
		}
		if (iscntrl((unsigned char)c) || len + 1 >= size)
			return false;
		out[len++] = c;
	}
	out[len] = '\0';
	return true;
}

static void
digits_only(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++)
		if (isdigit((unsigned char)*s))
			*to++ = *s;
	*to = '\0';
}

static bool
card_read(const struct trip *tr, struct sandbox_card *card)
{
	char expiry[16];

	if (!form_get(tr, "pan", card->pan, sizeof card->pan) ||
	    !form_get(tr, "expiry", expiry, sizeof expiry))
		return false;
	if (!form_get(tr, "holder", card->holder, sizeof card->holder))
		card->holder[0] = '\0';
	digits_only(card->pan);
	digits_only(expiry);
	if (strlen(card->pan) < PAN_MIN || strlen(card->pan) > PAN_MAX ||
	    strlen(expiry) != 4 || strncmp(expiry, "01", 2) < 0 ||
	    strncmp(expiry, "12", 2) > 0)
		return false;
	(void)strlcpy(card->expiry, expiry, sizeof card->expiry);
	return true;
}

static void
unknown_member(const char *name, void *arg)
{
	struct trip *tr = arg;
	struct sandbox_site *site = tr->site;
	struct pp_err words = { 0 };
	size_t i;

	for (i = 0; i < site->nunknown; i++)
		if (strncmp(site->unknown[i], name,
		    sizeof site->unknown[i] - 1) == 0)
			return;
	if (site->nunknown == SANDBOX_UNKNOWN_MAX)
		return;
	(void)strlcpy(site->unknown[site->nunknown++], name,
	    sizeof site->unknown[0]);
	/* pp_err makes foreign text safe to print. */
	(void)pp_err_set(&words, PP_DATA,
	    "preload: member %.60s is not in the guide", name);
	warnx("%s", words.msg);
}

static void
preload(struct trip *tr, struct json_object *o)
{
	struct sandbox *sb = &tr->site->sb;
	const struct sandbox_ticket *t;
	struct sandbox_order order;
	struct pp_err err = { 0 };
	const char *shape = NULL;
	enum pp_rc rc;

	if ((rc = sandbox_body_order(o, &order, unknown_member, tr, &err)) ==
	    PP_OK)
		rc = sandbox_preload(sb, &order, tr->now, &t, &err);
	free(order.echo);
	if (rc == PP_CONFLICT)
		(void)sandbox_fault_take(&sb->faults, FAULT_DUPLICATE_SHAPE,
		    WHERE_PRELOAD, &sb->random, &shape);
	if (rc == PP_IO)
		put_text(tr, 500, "text/plain", err.msg);
	else if (rc != PP_OK)
		put_json(tr, sandbox_body_error(err.member, err.msg,
		    rc == PP_CONFLICT ? shape : "data"));
	else {
		tr->dirty = true;
		put_json(tr, sandbox_body_ticket(t->id));
	}
}

static void
receipt(struct trip *tr, const struct sandbox_request *rq)
{
	const struct sandbox_charge *c;
	const struct sandbox_ticket *t;

	c = sandbox_receipt(&tr->site->sb, rq->store, rq->checkout,
	    rq->ticket == NULL ? "" : rq->ticket, tr->now, &t);
	put_json(tr, c == NULL ? sandbox_body_incomplete() :
	    sandbox_body_receipt(t, c));
}

static void
route_request(struct trip *tr)
{
	struct sandbox_request rq;
	struct json_object *o = NULL;
	struct pp_err err = { 0 };
	enum pp_rc rc;

	tr->where = WHERE_PRELOAD;
	if (pp_json_parse(tr->ask->body, tr->ask->len, &o, &err) != PP_OK)
		put_json(tr, sandbox_body_error("request", "is not JSON",
		    "data"));
	else if ((rc = sandbox_body_request(o, &rq, &err)) != PP_OK)
		put_json(tr, sandbox_body_error(err.member, err.msg, "data"));
	else if (rq.preload)
		preload(tr, o);
	else {
		tr->where = WHERE_RECEIPT;
		receipt(tr, &rq);
	}
	json_object_put(o);
}

static void
page_bad(struct trip *tr, const struct sandbox_ticket *t, const char *id,
    enum sandbox_code code)
{
	struct json_object *o;
	char digits[8];

	if (tr->ask->json) {
		o = json_object_new_object();
		(void)snprintf(digits, sizeof digits, "%u", (unsigned)code);
		json_object_object_add(o, "result",
		    json_object_new_string("unusable"));
		json_object_object_add(o, "callback_code",
		    json_object_new_string(digits));
		put_json(tr, o);
	} else {
		put_text(tr, 200, "text/html; charset=utf-8", "");
		sandbox_page_bad(&tr->reply->body, t, id, code);
	}
	/* Recorded: an expired ticket answers 410 Gone. */
	tr->reply->status = code == SANDBOX_INVALID ? 404 :
	    code == SANDBOX_EXPIRED ? 410 : 409;
	tr->reply->frame = true;
}

static void
route_display(struct trip *tr)
{
	const char *id = tr->ask->ticket == NULL ? "" : tr->ask->ticket;
	const struct sandbox_ticket *t;
	enum sandbox_code code;

	tr->where = WHERE_DISPLAY;
	if (strcmp(tr->ask->method, "HEAD") == 0) {
		/* Mail scanners and browsers ask so; nothing is shown. */
		code = sandbox_peek(&tr->site->sb, id, tr->now);
		put_text(tr, 200, "text/html; charset=utf-8", "");
		if (code != SANDBOX_GOOD)
			page_bad(tr, NULL, id, code);
		return;
	}
	if ((code = sandbox_present(&tr->site->sb, id, tr->now, &t)) !=
	    SANDBOX_GOOD) {
		page_bad(tr, t, id, code);
		return;
	}
	tr->dirty = true;
	tr->reply->frame = true;
	put_text(tr, 200, "text/html; charset=utf-8", "");
	sandbox_page_form(&tr->reply->body, t, false);
}

static void
route_post(struct trip *tr)
{
	char action[8];

	tr->where = WHERE_SUBMIT;
	if (!form_get(tr, "action", action, sizeof action))
		put_text(tr, 400, "text/plain", "no action\n");
	else if (strcmp(action, "cancel") == 0)
		route_cancel(tr);
	else if (strcmp(action, "pay") == 0)
		route_pay(tr);
	else
		put_text(tr, 400, "text/plain", "unknown action\n");
}

static void
route_cancel(struct trip *tr)
{
	struct sandbox *sb = &tr->site->sb;
	struct json_object *o;
	enum sandbox_code code;
	char id[64] = "";

	(void)form_get(tr, "tck", id, sizeof id);
	if ((code = sandbox_cancel(sb, id, tr->now)) != SANDBOX_GOOD) {
		page_bad(tr, sandbox_ticket_find(sb, id), id, code);
		return;
	}
	tr->dirty = true;
	tr->reply->frame = true;
	if (tr->ask->json) {
		o = json_object_new_object();
		json_object_object_add(o, "result",
		    json_object_new_string("cancelled"));
		put_json(tr, o);
		return;
	}
	put_text(tr, 200, "text/html; charset=utf-8", "");
	sandbox_page_cancelled(&tr->reply->body,
	    sandbox_ticket_find(sb, id));
}

static void
route_pay(struct trip *tr)
{
	struct sandbox *sb = &tr->site->sb;
	const struct sandbox_charge *c;
	const struct sandbox_ticket *t;
	struct sandbox_card card = { 0 };
	struct json_object *o, *list;
	enum sandbox_code code;
	char id[64] = "";
	unsigned delay;

	(void)form_get(tr, "tck", id, sizeof id);
	if (!card_read(tr, &card)) {
		put_text(tr, 400, "text/plain", "not a card\n");
		goto out;
	}
	if ((code = sandbox_submit(sb, id, &card, tr->now, &delay)) !=
	    SANDBOX_GOOD) {
		page_bad(tr, sandbox_ticket_find(sb, id), id, code);
		goto out;
	}
	/* From here the payment goes on, whoever hangs up. */
	tr->dirty = true;
	if (delay > 0) {
		wait_for(tr->site, delay);
		(void)pp_clock_read(tr->site->clock, &tr->now, NULL);
	}
	if ((c = sandbox_settle(sb, id, &card, tr->now)) == NULL) {
		put_text(tr, 500, "text/plain", "out of memory\n");
		goto out;
	}
	t = sandbox_ticket_find(sb, id);
	tr->reply->frame = true;
	if (!tr->ask->json) {
		put_text(tr, 200, "text/html; charset=utf-8", "");
		if (!c->accepted && sb->assume.retry_in_frame)
			sandbox_page_form(&tr->reply->body, t, true);
		else
			sandbox_page_paid(&tr->reply->body, t, c);
		goto out;
	}
	o = sandbox_body_charge(c);
	json_object_object_del(o, "ticket");
	list = json_object_new_array();
	if (!t->mute) {
		json_object_array_add(list,
		    json_object_new_string("payment_submitted"));
		if (c->accepted || !sb->assume.retry_in_frame)
			json_object_array_add(list, json_object_new_string(
			    sandbox_page_callback(t)));
	}
	json_object_object_add(o, "callbacks", list);
	put_json(tr, o);
out:
	explicit_bzero(&card, sizeof card);
}

static void
route_tickets(struct trip *tr)
{
	const struct sandbox *sb = &tr->site->sb;
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	size_t i;

	json_object_object_add(o, "tickets", list);
	for (i = 0; i < sb->ntickets; i++)
		if (sandbox_payable(sb, sb->tickets[i], tr->now))
			json_object_array_add(list,
			    sandbox_body_open(sb->tickets[i]));
	put_json(tr, o);
}

static void
route_charges(struct trip *tr)
{
	const struct sandbox *sb = &tr->site->sb;
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	size_t i;

	json_object_object_add(o, "charges", list);
	for (i = 0; i < sb->ncharges; i++)
		json_object_array_add(list,
		    sandbox_body_charge(&sb->charges[i]));
	put_json(tr, o);
}

/* Recorded: XML, said to be HTML. */
static void
route_gateway(struct trip *tr)
{
	struct sandbox *sb = &tr->site->sb;
	const struct sandbox_back *b;
	struct sandbox_mpg m;
	struct pp_err err = { 0 };

	tr->where = WHERE_GATEWAY;
	put_text(tr, 200, "text/html", "");
	if (sandbox_mpg_read(tr->ask->body, tr->ask->len, &m, &err) != PP_OK)
		sandbox_mpg_nothing(&tr->reply->body, err.msg);
	else if ((b = sandbox_give_back(sb, m.store, m.order_no, m.txn,
	    m.is_void, m.cents, tr->now)) == NULL)
		sandbox_mpg_nothing(&tr->reply->body, "No Pre-auth "
		    "corresponds to the store Id and order Id and transaction "
		    "Id entered");
	else {
		tr->dirty = true;
		sandbox_mpg_receipt(&tr->reply->body, b);
	}
}

static void
route_refunds(struct trip *tr)
{
	const struct sandbox *sb = &tr->site->sb;
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	size_t i;

	json_object_object_add(o, "refunds", list);
	for (i = 0; i < sb->nbacks; i++)
		json_object_array_add(list,
		    sandbox_body_back(&sb->backs[i]));
	put_json(tr, o);
}

static void
route_faults(struct trip *tr)
{
	const struct sandbox_fault_set *set = &tr->site->sb.faults;
	struct json_object *o = json_object_new_object(), *f;
	int i;

	for (i = 0; i < FAULT_COUNT; i++) {
		if (!set->fault[i].on)
			continue;
		f = json_object_new_object();
		json_object_object_add(f, "arg",
		    json_object_new_string(set->fault[i].arg));
		json_object_object_add(f, "left", set->fault[i].left < 0 ?
		    NULL : json_object_new_int64(set->fault[i].left));
		json_object_object_add(o,
		    sandbox_fault_name((enum sandbox_fault)i), f);
	}
	put_json(tr, o);
}

/* {"fault":NAME,"arg":TEXT,"at":WHERE,"count":N,"chance":PERCENT} */
static void
route_fault(struct trip *tr)
{
	const char *name, *arg = NULL, *where = NULL;
	struct json_object *o = NULL;
	struct pp_err err = { 0 };
	int64_t left = -1, chance = 100;
	char buf[PP_ERR_MSG + PP_ERR_MEMBER];
	enum pp_rc rc;

	if ((rc = pp_json_parse(tr->ask->body, tr->ask->len, &o, &err)) !=
	    PP_OK || (rc = pp_json_str(o, "fault", &name, &err)) != PP_OK)
		goto out;
	if (((rc = pp_json_str(o, "arg", &arg, &err)) != PP_OK &&
	    rc != PP_NOTFOUND) ||
	    ((rc = pp_json_str(o, "at", &where, &err)) != PP_OK &&
	    rc != PP_NOTFOUND) ||
	    ((rc = pp_json_int(o, "count", 0, COUNT_MAX, &left, &err)) !=
	    PP_OK && rc != PP_NOTFOUND) ||
	    ((rc = pp_json_int(o, "chance", 1, 100, &chance, &err)) !=
	    PP_OK && rc != PP_NOTFOUND))
		goto out;
	rc = sandbox_fault_switch(&tr->site->sb.faults, name, arg, where,
	    (unsigned)chance, left, &err);
out:
	json_object_put(o);
	if (rc == PP_OK)
		put_text(tr, 200, "application/json", "{\"ok\":true}");
	else
		error_json(tr, 400, rc == PP_NOTFOUND ?
		    "fault: missing" : pp_err_str(&err, buf, sizeof buf));
}

static void
route_home(struct trip *tr)
{
	put_text(tr, 200, "text/html; charset=utf-8",
	    sandbox_asset_home_html);
	tr->reply->frame = true;
}

static void
route_script(struct trip *tr)
{
	put_text(tr, 200, "application/javascript", sandbox_asset_chkt_js);
}

static void
route_frame_js(struct trip *tr)
{
	put_text(tr, 200, "application/javascript", sandbox_asset_frame_js);
}

static void
route_frame_css(struct trip *tr)
{
	put_text(tr, 200, "text/css; charset=utf-8", sandbox_asset_frame_css);
}

static void
route_spinner(struct trip *tr)
{
	put_text(tr, 200, "text/css; charset=utf-8",
	    sandbox_asset_spinner_css);
}

/* The faults of the transport, after the work is done. */
static void
strike(struct trip *tr)
{
	struct sandbox *sb = &tr->site->sb;
	const char *arg;

	if (tr->where == WHERE_OTHER)
		return;
	if (sandbox_fault_take(&sb->faults, FAULT_HTTP500, tr->where,
	    &sb->random, NULL))
		put_text(tr, 500, "text/html; charset=utf-8",
		    "<html><body>Internal Server Error</body></html>\n");
	if (sandbox_fault_take(&sb->faults, FAULT_HTML, tr->where,
	    &sb->random, NULL))
		put_text(tr, 200, "text/html; charset=utf-8",
		    "<html><body>We are down for maintenance. This is no "
		    "bank.</body></html>\n");
	if (sandbox_fault_take(&sb->faults, FAULT_BLANK, tr->where,
	    &sb->random, NULL))
		put_text(tr, 200, "text/html; charset=utf-8", "");
	if (sandbox_fault_take(&sb->faults, FAULT_CUT, tr->where,
	    &sb->random, NULL))
		tr->reply->cut = true;
	if (sandbox_fault_take(&sb->faults, FAULT_CLOCK_SKEW, tr->where,
	    &sb->random, &arg))
		tr->reply->date += sandbox_fault_number(arg) * PP_SECOND;
	if (sandbox_fault_take(&sb->faults, FAULT_STALL, tr->where,
	    &sb->random, &arg))
		wait_for(tr->site, sandbox_fault_number(arg));
}

void
sandbox_site_answer(struct sandbox_site *site, const struct sandbox_ask *ask,
    struct sandbox_reply *reply)
{
	struct trip tr = { site, ask, reply, WHERE_OTHER, 0, false };
	bool get = strcmp(ask->method, "GET") == 0 ||
	    strcmp(ask->method, "HEAD") == 0;
	struct pp_err err = { 0 };
	route_fn *fn = NULL;
	bool known = false;
	size_t i;

	memset(reply, 0, sizeof *reply);
	reply->body = (struct pp_buf)PP_BUF_INIT(REPLY_MAX);
	for (i = 0; i < sizeof routes / sizeof routes[0]; i++) {
		if (strcmp(routes[i].path, ask->path) != 0)
			continue;
		known = true;
		if (strcmp(routes[i].method, get ? "GET" : ask->method) == 0)
			fn = routes[i].fn;
	}
	(void)pthread_mutex_lock(&site->lock);
	if (pp_clock_read(site->clock, &tr.now, &err) != PP_OK)
		put_text(&tr, 500, "text/plain", err.msg);
	else if (fn == NULL)
		put_text(&tr, known ? 405 : 404, "text/plain",
		    known ? "wrong method\n" : "not found\n");
	else
		fn(&tr);
	if (tr.dirty && site->state != NULL && sandbox_state_save(&site->sb,
	    site->state, &err) != PP_OK) {
		warnx("%s: %s", site->state, err.msg);
		put_text(&tr, 500, "text/plain", "state not saved\n");
	}
	reply->date = tr.now;
	strike(&tr);
	(void)pthread_mutex_unlock(&site->lock);
}

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "mail_job.h"
#include "qr.h"
#include "time.h"
#include "banned.h"

#define REFUSALS	3	/* in a row, then no more is tried */

/* A message that is ready to go. */
struct ready {
	char	*msg;
	size_t	 len;
	char	 to[MAIL_RCPTS][MAIL_ADDRESS];
	size_t	 n;
};

struct decision {
	struct mail_run		*run;
	struct mail_item	*items;
	size_t			 n;
	struct ready		 ready;
	enum pp_mail_outcome	 outcome;
	char			 why[PP_ID_MAX];
};

static pp_txn_fn	decide, intend, settle;
static enum pp_rc	prepare(struct mail_run *, struct pp_txn *,
			    struct pp_err *);
static void		ask_of(const struct mail_run *,
			    const struct mail_item *, struct pp_mail_ask *);
static enum pp_rc	decide_one(struct mail_run *, struct pp_txn *,
			    struct mail_item *, struct pp_mailing *,
			    struct pp_err *);
static enum pp_rc	compose(const struct mail_run *,
			    const struct mail_item *,
			    const struct pp_mailing *, bool, struct ready *,
			    struct pp_err *);
static char		*mbox(const struct ready *, int64_t);

enum pp_rc
mail_run_init(struct mail_run *r, struct pp_err *err)
{
	const struct pp_conf *c = &r->cmd->conf;
	const char *from = c->mail.from[0] != '\0' ? c->mail.from :
	    c->business.email;
	char one[MAIL_RCPTS][MAIL_ADDRESS];
	size_t n = 0;

	if (*from == '\0')
		return pp_err_set(err, PP_CONF, "no sender: [mail] from or "
		    "[business] email");
	if (mail_addresses(from, one, &n, NULL) != PP_OK || n != 1)
		return pp_err_set(err, PP_CONF, "[mail] from: not one mail "
		    "address");
	(void)strlcpy(r->from, one[0], sizeof r->from);
	if (strlcpy(r->domain, strrchr(r->from, '@') + 1, sizeof r->domain) >=
	    sizeof r->domain)
		return pp_err_set(err, PP_CONF, "[mail] from: too long");
	n = 0;
	if (c->mail.bcc[0] != '\0' && mail_addresses(c->mail.bcc, one, &n,
	    NULL) != PP_OK)
		return pp_err_set(err, PP_CONF, "[mail] bcc: no mail address");
	n = 0;
	if (r->to != NULL && mail_addresses(r->to, one, &n, err) != PP_OK)
		return PP_USAGE;
	return r->send ? mail_transport_init(&r->transport, &c->mail, err) :
	    PP_OK;
}

void
mail_run_release(struct mail_run *r)
{
	mail_transport_release(&r->transport);
	mail_templates_release(&r->tpl);
	pp_keys_wipe(&r->keys);
}

/* Items. */

void
mail_item_read(struct mail_item *it, const struct pp_item *item)
{
	struct json_object *o = NULL, *in;
	const char *s;
	char *end;

	memset(it, 0, sizeof *it);
	it->item = item;
	if ((it->rc = pp_item_check(item, &it->err)) != PP_OK)
		return;
	if (!pp_item_is_json(item)) {
		if (strncmp(item->text, "lnk_", 4) == 0)
			(void)strlcpy(it->link, item->text, sizeof it->link);
		else if (strncmp(item->text, "pay_", 4) == 0)
			(void)strlcpy(it->payment, item->text,
			    sizeof it->payment);
		else
			it->rc = pp_err_set(&it->err, PP_DATA, "neither a "
			    "link's id nor a payment's");
		return;
	}
	if ((it->rc = pp_json_parse(item->text, item->len, &o,
	    &it->err)) != PP_OK)
		return;
	if (pp_json_str(o, "task", &s, NULL) == PP_OK)
		(void)strlcpy(it->task, s, sizeof it->task);
	if (pp_json_str(o, "id", &s, NULL) == PP_OK) {
		if (strncmp(s, "pay_", 4) == 0)
			(void)strlcpy(it->payment, s, sizeof it->payment);
		else if (strncmp(s, "lnk_", 4) == 0)
			(void)strlcpy(it->link, s, sizeof it->link);
	}
	if (pp_json_str(o, "link", &s, NULL) == PP_OK &&
	    strncmp(s, "lnk_", 4) == 0)
		(void)strlcpy(it->link, s, sizeof it->link);
	if (json_object_object_get_ex(o, "payment_link", &in) &&
	    json_object_is_type(in, json_type_object) &&
	    pp_json_str(in, "id", &s, NULL) == PP_OK)
		(void)strlcpy(it->link, s, sizeof it->link);
	if (json_object_object_get_ex(o, "reminder", &in) &&
	    json_object_is_type(in, json_type_object) &&
	    pp_json_str(in, "after", &s, NULL) == PP_OK)
		it->days = (int)strtol(s, &end, 10);
	if (it->link[0] == '\0' && it->payment[0] == '\0')
		it->rc = pp_err_member(&it->err, PP_DATA, "payment_link.id",
		    "missing, and it is no payment either");
	json_object_put(o);
}

void
mail_item_release(struct mail_item *it)
{
	free(it->mbox);
	it->mbox = NULL;
}

/* Deciding. */

/* In each transaction: may a live store be used with this configuration; the
 * link key. */
static enum pp_rc
prepare(struct mail_run *r, struct pp_txn *tx, struct pp_err *err)
{
	enum pp_rc rc;

	if (pp_txn_live(tx) &&
	    (rc = pp_conf_live_ready(&r->cmd->conf, err)) != PP_OK)
		return rc;
	return pp_txn_keys_now(tx, 1u << PP_KEY_LINK, &r->keys, err);
}

static void
ask_of(const struct mail_run *r, const struct mail_item *it,
    struct pp_mail_ask *a)
{
	memset(a, 0, sizeof *a);
	a->kind = r->kind;
	a->family = r->family;
	a->link = it->link[0] != '\0' ? it->link : NULL;
	a->payment = it->payment[0] != '\0' ? it->payment : NULL;
	a->days = it->days;
	a->slot = it->slot;
	a->to = r->to;
	a->named = it->item != NULL && it->item->line == 0;
	a->resend = r->resend;
	a->holidays = r->cmd->conf.business.holidays;
	a->domain = r->domain;
	a->base_url = r->cmd->conf.page.url;
	a->keys = &r->keys;
}

static enum pp_rc
decide_one(struct mail_run *r, struct pp_txn *tx, struct mail_item *it,
    struct pp_mailing *m, struct pp_err *err)
{
	struct pp_mail_ask a;
	enum pp_rc rc;

	ask_of(r, it, &a);
	if (r->kind == PP_MK_REMINDER && it->days == 0 && !r->resend) {
		memset(m, 0, sizeof *m);
		pp_err_hint(err, "pp-link list --due-reminder 3d,7d,14d");
		return pp_err_member(err, PP_DATA, "reminder.after",
		    "missing: it says which reminder is due");
	}
	rc = pp_mailing_decide(tx, &a, m, err);
	it->verdict = m->verdict;
	it->why = m->why;
	it->mail = m->mail;
	if (it->mail.link[0] != '\0')
		(void)strlcpy(it->link, it->mail.link, sizeof it->link);
	if (it->mail.task[0] != '\0')
		(void)strlcpy(it->task, it->mail.task, sizeof it->task);
	return rc;
}

static enum pp_rc
compose(const struct mail_run *r, const struct mail_item *it,
    const struct pp_mailing *m, bool crlf, struct ready *out,
    struct pp_err *err)
{
	const struct pp_conf *c = &r->cmd->conf;
	struct pp_buf png = PP_BUF_INIT(1024 * 1024);
	bool qr = r->qr && m->url[0] != '\0', smtp;
	struct mail_text text = { NULL, NULL, NULL, NULL };
	struct mail_message msg;
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	if (m->to[0] == '\0')
		return pp_err_member(err, PP_DATA, "customer.email", "task %s "
		    "has no mail address", m->c.task.id);
	if (mail_addresses(m->to, out->to, &out->n, NULL) != PP_OK)
		return pp_err_member(err, PP_DATA, "customer.email", "task %s "
		    "has no mail address that can be read", m->c.task.id);
	if (c->mail.bcc[0] != '\0' && (rc = mail_addresses(c->mail.bcc,
	    out->to, &out->n, err)) != PP_OK)
		return rc;
	if ((rc = mail_fill(&r->tpl, m, it->rows, qr ? MAIL_QR_ID : NULL,
	    &text, err)) != PP_OK ||
	    (qr && (rc = pp_qr_png(m->url, &png, err)) != PP_OK))
		goto out;
	/* A server is told the copies; a program reads them. */
	smtp = r->send && r->transport.program == NULL;
	msg = (struct mail_message){ .from = c->mail.from[0] != '\0' ?
	    c->mail.from : c->business.email, .from_name = c->business.name,
	    .to = m->to, .reply_to = c->mail.reply_to,
	    .bcc = smtp ? "" : c->mail.bcc, .subject = text.subject,
	    .text = text.text, .html = text.html, .lang = text.lang,
	    .message_id = m->mail.message_id,
	    .references = m->first.message_id, .date = m->now,
	    .png = png.p, .png_len = png.len };
	rc = mail_mime(&msg, crlf, &out->msg, &out->len, err);
out:
	mail_text_release(&text);
	pp_buf_release(&png);
	return rc;
}

/* As a mailbox file has it (mboxrd). */
static char *
mbox(const struct ready *m, int64_t now)
{
	struct pp_buf b = PP_BUF_INIT(8 * 1024 * 1024);
	time_t t = (time_t)(now / PP_SECOND);
	char date[64] = "";
	const char *p, *end;
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL)
		(void)strftime(date, sizeof date, "%a %b %e %H:%M:%S %Y", &tm);
	pp_buf_printf(&b, "From pp-mail %s\n", date);
	for (p = m->msg; *p != '\0'; p = end) {
		end = p + strcspn(p, "\n");
		end += *end == '\n';
		if (strncmp(p + strspn(p, ">"), "From ", 5) == 0)
			pp_buf_puts(&b, ">");
		pp_buf_add(&b, p, (size_t)(end - p));
	}
	pp_buf_puts(&b, "\n");
	return pp_buf_take(&b);
}

static enum pp_rc
decide(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct decision *d = arg;
	struct mail_run *r = d->run;
	struct mail_item *it;
	struct pp_mailing m;
	struct ready ready;
	enum pp_rc rc;
	size_t i;

	if ((rc = prepare(r, tx, err)) != PP_OK)
		return rc;
	for (i = 0; i < d->n; i++) {
		it = &d->items[i];
		if (it->rc != PP_OK)
			continue;
		it->rc = decide_one(r, tx, it, &m, &it->err);
		if (it->rc == PP_OK && !r->send && m.verdict == PP_MV_SEND) {
			pp_mailing_message_id(&m.mail, r->domain);
			it->rc = compose(r, it, &m, false, &ready, &it->err);
			if (it->rc == PP_OK && (it->mbox = mbox(&ready,
			    m.now)) == NULL)
				it->rc = pp_err_set(&it->err, PP_IO,
				    "out of memory");
			free(ready.msg);
		}
		pp_mailing_release(&m);
		if (it->rc == PP_IO || it->rc == PP_BUG ||
		    it->rc == PP_CONF) {
			*err = it->err;
			return it->rc;
		}
	}
	return PP_OK;
}

enum pp_rc
mail_decide(struct mail_run *r, struct mail_item *items, size_t n,
    struct pp_err *err)
{
	struct decision d = { .run = r, .items = items, .n = n };

	return pp_store_txn(&r->cmd->store, PP_TXN_READ, decide, &d, err);
}

/* Delivering. */

/* Decided again, as things stand now; composed; the intent. */
static enum pp_rc
intend(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct decision *d = arg;
	struct mail_run *r = d->run;
	struct mail_item *it = d->items;
	struct pp_mail_ask a;
	struct pp_mailing m;
	enum pp_rc rc;

	if ((rc = prepare(r, tx, err)) != PP_OK)
		return rc;
	ask_of(r, it, &a);
	if ((rc = decide_one(r, tx, it, &m, err)) == PP_OK &&
	    m.verdict == PP_MV_SEND &&
	    (rc = pp_mailing_intend(tx, &a, &m, err)) == PP_OK &&
	    (rc = compose(r, it, &m, r->transport.program == NULL, &d->ready,
	    err)) == PP_OK)
		it->mail = m.mail;
	pp_mailing_release(&m);
	return rc;
}

static enum pp_rc
settle(struct pp_txn *tx, void *arg, struct pp_err *err)
{
	struct decision *d = arg;
	struct pp_mail after;
	enum pp_rc rc;

	if ((rc = pp_mailing_outcome(tx, &d->items->mail, d->outcome, d->why,
	    &after, err)) == PP_OK)
		d->items->mail = after;
	return rc;
}

enum pp_rc
mail_deliver(struct mail_run *r, struct mail_item *it, struct pp_err *err)
{
	struct decision d = { .run = r, .items = it, .n = 1 };
	enum pp_rc rc;

	if (r->refusals == REFUSALS) {
		it->rc = pp_err_set(&it->err, PP_RETRY, "not tried: the "
		    "transport took none of the %d mails before", REFUSALS);
		return PP_OK;
	}
	it->rc = pp_store_txn(&r->cmd->store, PP_TXN_WRITE, intend, &d,
	    &it->err);
	if (it->rc != PP_OK || it->verdict != PP_MV_SEND) {
		if (it->rc == PP_IO || it->rc == PP_BUG || it->rc == PP_CONF ||
		    it->rc == PP_RETRY || it->rc == PP_PERM)
			*err = it->err;
		free(d.ready.msg);
		return err->msg[0] != '\0' ? it->rc : PP_OK;
	}
	d.outcome = mail_send(&r->transport, r->from, d.ready.to, d.ready.n,
	    d.ready.msg, d.ready.len, d.why, sizeof d.why);
	free(d.ready.msg);
	rc = pp_store_txn(&r->cmd->store, PP_TXN_WRITE, settle, &d, err);
	it->sent = d.outcome == PP_MO_SENT;
	r->refusals = d.outcome == PP_MO_LATER ? r->refusals + 1 : 0;
	switch (d.outcome) {
	case PP_MO_SENT:
		break;
	case PP_MO_LATER:
		it->rc = pp_err_set(&it->err, PP_RETRY, "not sent: %s; it is "
		    "tried again by the next run from then on", d.why);
		break;
	case PP_MO_NEVER:
		it->rc = pp_err_set(&it->err, PP_DATA, "not sent: %s; it is "
		    "not tried again by itself", d.why);
		break;
	case PP_MO_UNKNOWN:
		it->rc = pp_err_set(&it->err, PP_UNKNOWN, "it is unknown "
		    "whether it was sent: %s", d.why);
		pp_err_hint(&it->err, "pp-mail --settle %s", it->mail.id);
		break;
	}
	return rc;
}

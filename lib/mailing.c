#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "intl.h"
#include "mailing.h"
#include "seal.h"
#include "banned.h"

#define HASH	16		/* bytes of it in a message id */

struct gather {
	struct pp_mail	*v;
	size_t		 n;
};

struct listing {
	struct json_object	*rows;
	int64_t			 now;
};

static pp_rec_fn	take, open_one, take_id;
static enum pp_rc	find_link(struct pp_txn *, const struct pp_mail_ask *,
			    struct pp_mailing *, char [PP_TASK_ID],
			    struct pp_err *);
static enum pp_rc	find_payment(struct pp_txn *, const char *,
			    struct pp_payment *, struct pp_err *);
static pp_rec_fn	take_payment;
static const struct pp_payment *pick(const struct pp_mail_ask *,
			    const struct pp_case *);
static enum pp_rc	customer(struct pp_txn *, const struct pp_mail_ask *,
			    struct pp_mailing *, struct pp_err *);
static enum pp_rc	remind(struct pp_txn *, const struct pp_mail_ask *,
			    struct pp_mailing *, enum pp_mail_hold *,
			    struct pp_err *);
static enum pp_rc	newest(struct pp_txn *, const struct pp_mailing *,
			    int *, struct pp_err *);
static enum pp_rc	by_id(struct pp_txn *, const char *, struct pp_mail *,
			    struct pp_err *);

static const char *const verdicts[] = {
	[PP_MV_ALREADY] = "sent", [PP_MV_IN_HAND] = "in_hand",
	[PP_MV_UNKNOWN] = "unknown", [PP_MV_LATER] = "failed",
	[PP_MV_FAILED] = "failed_for_good"
};

/* Reading. */

static enum pp_rc
take(struct pp_txn *tx, const void *key, size_t klen, const struct pp_rec *rec,
    void *arg, struct pp_err *err)
{
	struct gather *g = arg;
	struct pp_mail *v;

	(void)tx, (void)key, (void)klen;
	if ((v = reallocarray(g->v, g->n + 1, sizeof v[0])) == NULL)
		return pp_err_set(err, PP_IO, "out of memory");
	g->v = v;
	return pp_mail_of(rec, &g->v[g->n++], err);
}

enum pp_rc
pp_mailing_about(struct pp_txn *tx, const char *about, struct pp_mail **out,
    size_t *n, struct pp_err *err)
{
	struct gather g = { NULL, 0 };
	enum pp_rc rc;

	rc = pp_txn_find(tx, PP_MAIL_BY_ABOUT, about, strlen(about), take, &g,
	    err);
	*out = g.v;
	*n = g.n;
	return rc;
}

static enum pp_rc
take_payment(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	(void)tx, (void)key, (void)klen;
	return pp_payment_of(rec, arg, err) == PP_OK ? PP_NO : PP_IO;
}

static enum pp_rc
find_payment(struct pp_txn *tx, const char *id, struct pp_payment *p,
    struct pp_err *err)
{
	enum pp_rc rc;

	memset(p, 0, sizeof *p);
	if ((rc = pp_txn_find(tx, PP_PAYMENT_BY_ID, id, strlen(id),
	    take_payment, p, err)) != PP_OK)
		return rc;
	if (p->id[0] == '\0')
		return pp_err_set(err, PP_NOTFOUND, "no such payment");
	if (p->task[0] == '\0')
		return pp_err_set(err, PP_STATE, "the payment belongs to no "
		    "task");
	return PP_OK;
}

/* The task that is meant. */
static enum pp_rc
find_link(struct pp_txn *tx, const struct pp_mail_ask *a, struct pp_mailing *m,
    char task[PP_TASK_ID], struct pp_err *err)
{
	struct pp_payment p;
	struct pp_link l;
	enum pp_rc rc;

	if (a->payment != NULL) {
		if ((rc = find_payment(tx, a->payment, &p, err)) != PP_OK)
			return rc;
		(void)strlcpy(task, p.task, PP_TASK_ID);
		(void)strlcpy(m->mail.link, p.link, sizeof m->mail.link);
	} else {
		if ((rc = pp_linking_get(tx, a->link, &l, err)) != PP_OK)
			return rc;
		(void)strlcpy(task, l.task, PP_TASK_ID);
		(void)strlcpy(m->mail.link, l.id, sizeof m->mail.link);
	}
	return PP_OK;
}

/* Of a receipt the payment that was named, else the newest of the link. */
static const struct pp_payment *
pick(const struct pp_mail_ask *a, const struct pp_case *c)
{
	const struct pp_payment *p, *best = NULL;
	bool back;
	size_t i;

	for (i = 0; i < c->npays; i++) {
		p = &c->pays[i];
		back = p->type == PP_P_REFUND || p->type == PP_P_VOID;
		if (back != (a->kind == PP_MK_REFUND) ||
		    p->type == PP_P_CHARGEBACK ||
		    p->type == PP_P_CHARGEBACK_REVERSAL)
			continue;
		if (a->payment != NULL ? strcmp(p->id, a->payment) == 0 :
		    strcmp(p->link, a->link) == 0)
			best = p;
	}
	return best;
}

/* The reminder that a person means who names no day: the last one. */
static enum pp_rc
newest(struct pp_txn *tx, const struct pp_mailing *m, int *days,
    struct pp_err *err)
{
	struct pp_mail *mails;
	size_t n, i;
	enum pp_rc rc;
	int d;

	if ((rc = pp_mailing_about(tx, m->mail.about, &mails, &n,
	    err)) == PP_OK)
		for (i = 0; i < n; i++)
			if (strcmp(mails[i].template, m->mail.template) == 0 &&
			    (d = pp_mail_slot_days(mails[i].slot,
			    m->link->epoch)) > *days)
				*days = d;
	free(mails);
	if (rc == PP_OK && *days == 0)
		rc = pp_err_set(err, PP_STATE, "no reminder was sent yet");
	return rc;
}

static enum pp_rc
remind(struct pp_txn *tx, const struct pp_mail_ask *a, struct pp_mailing *m,
    enum pp_mail_hold *why, struct pp_err *err)
{
	struct pp_reminder r;
	struct pp_mail *mails;
	size_t n;
	enum pp_rc rc;

	if ((rc = pp_mailing_about(tx, m->mail.about, &mails, &n,
	    err)) == PP_OK) {
		*why = pp_mail_may_remind(mails, n, m->link->epoch, a->days,
		    pp_time_day(m->now), a->holidays, &r);
		if (*why == PP_MH_NONE)
			m->first = *r.first;
	}
	free(mails);
	return rc;
}

/* A mail to a customer: case, person, link, payment, slot, and what speaks
 * against it. */
static enum pp_rc
customer(struct pp_txn *tx, const struct pp_mail_ask *a, struct pp_mailing *m,
    struct pp_err *err)
{
	bool money = a->kind == PP_MK_RECEIPT || a->kind == PP_MK_REFUND;
	struct pp_mail *mail = &m->mail, old;
	enum pp_mail_hold hold;
	char task[PP_TASK_ID];
	const char *email;
	enum pp_rc rc;
	size_t i;
	int days;

	if ((rc = find_link(tx, a, m, task, err)) != PP_OK ||
	    (rc = pp_case_load(tx, task, &m->c, err)) != PP_OK)
		return rc;
	if ((rc = pp_person_get(tx, task, &m->person, err)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	for (i = 0; i < m->c.nlinks; i++)
		if (strcmp(m->c.links[i].id, mail->link) == 0)
			m->link = &m->c.links[i];
	if (money && (m->pay = pick(a, &m->c)) == NULL)
		return pp_err_set(err, PP_STATE, a->kind == PP_MK_REFUND ?
		    N_("nothing was refunded there") :
		    N_("nothing was paid there"));
	(void)strlcpy(mail->about, m->link != NULL ? m->link->id : task,
	    sizeof mail->about);
	(void)strlcpy(mail->task, task, sizeof mail->task);
	if (m->link != NULL)
		(void)strlcpy(mail->language, m->link->language,
		    sizeof mail->language);
	/* A receipt speaks as the page did on which it was paid. */
	for (i = 0; a->kind == PP_MK_RECEIPT && m->pay != NULL &&
	    i < m->c.natts; i++)
		if (strcmp(m->c.atts[i].id, m->pay->attempt) == 0 &&
		    m->c.atts[i].language[0] != '\0')
			(void)strlcpy(mail->language, m->c.atts[i].language,
			    sizeof mail->language);
	if (mail->language[0] == '\0')
		(void)strlcpy(mail->language, m->c.task.language,
		    sizeof mail->language);
	if (money) {
		(void)strlcpy(mail->payment, m->pay->id, sizeof mail->payment);
		(void)strlcpy(mail->slot, m->pay->id, sizeof mail->slot);
	} else if (m->link == NULL)
		return pp_err_set(err, PP_NOTFOUND, "no such link");
	else if (a->kind == PP_MK_REMINDER) {
		days = a->days;
		if (days == 0 && (rc = newest(tx, m, &days, err)) != PP_OK)
			return rc;
		pp_mail_slot_reminder(m->link->epoch, days, mail->slot);
	} else
		pp_mail_slot_request(m->link->epoch, mail->slot);

	if (m->person != NULL && pp_json_str(m->person, "email", &email,
	    NULL) == PP_OK)
		(void)strlcpy(m->to, email, sizeof m->to);
	if (a->to != NULL)
		(void)strlcpy(m->to, a->to, sizeof m->to);

	hold = pp_mail_hold(a->kind, &m->c, m->link, m->now);
	if (m->link != NULL && pp_link_state(m->link, &m->c.task,
	    pp_case_offline(&m->c, m->link->purpose), m->now) == PP_L_OPEN) {
		m->charge = pp_link_charge(m->link, &m->c.task,
		    pp_case_offline(&m->c, m->link->purpose));
		if (m->charge > 0)
			pp_linking_url(m->link, a->keys, a->base_url, m->url,
			    sizeof m->url);
	}
	rc = pp_mail_get(tx, mail, &old, err);
	if (rc == PP_NOTFOUND && hold == PP_MH_NONE &&
	    a->kind == PP_MK_REMINDER && !a->resend)
		rc = remind(tx, a, m, &hold, err);
	else if (rc == PP_NOTFOUND)
		rc = PP_OK;
	if (rc == PP_OK && hold != PP_MH_NONE) {
		m->verdict = PP_MV_HELD;
		m->why = pp_mail_holds[hold];
	}
	return rc;
}

enum pp_rc
pp_mailing_decide(struct pp_txn *tx, const struct pp_mail_ask *a,
    struct pp_mailing *m, struct pp_err *err)
{
	enum pp_mail_verdict again;
	struct pp_mail old;
	enum pp_rc rc;

	memset(m, 0, sizeof *m);
	m->verdict = PP_MV_SEND;
	m->why = "";
	m->now = pp_txn_now(tx);
	m->live = pp_txn_live(tx);
	m->mail.kind = a->kind;
	(void)strlcpy(m->mail.template, a->family, sizeof m->mail.template);
	if (a->kind == PP_MK_ALERT || a->kind == PP_MK_DAILY) {
		(void)strlcpy(m->to, a->to, sizeof m->to);
		(void)strlcpy(m->mail.slot, a->slot, sizeof m->mail.slot);
		/* By whom it is for, as a keyed hash. */
		(void)strlcpy(m->mail.about, "house-", sizeof m->mail.about);
		pp_address_hash(a->keys, a->to, m->mail.about + 6);
	} else if ((rc = customer(tx, a, m, err)) != PP_OK)
		return rc;

	if ((rc = pp_mail_get(tx, &m->mail, &old, err)) == PP_NOTFOUND)
		return PP_OK;
	if (rc != PP_OK)
		return rc;
	again = pp_mail_again(&old, a->named, m->now);
	m->known = true;
	(void)strlcpy(old.language, m->mail.language, sizeof old.language);
	m->mail = old;
	/* What was done goes before what speaks against doing it. */
	if (a->resend && again != PP_MV_IN_HAND)
		return PP_OK;
	if (again != PP_MV_SEND) {
		m->verdict = again;
		m->why = verdicts[again];
	}
	return PP_OK;
}

void
pp_mailing_release(struct pp_mailing *m)
{
	pp_case_release(&m->c);
	json_object_put(m->person);
	explicit_bzero(m->url, sizeof m->url);
	memset(m, 0, sizeof *m);
}

/* Writing. */

/* The same for the same mail, whoever composes it, whenever; one that a
 * person wanted again has another, or the reader's program would hide it. */
void
pp_mailing_message_id(struct pp_mail *m, const char *domain)
{
	unsigned char hash[HASH];
	char key[PP_MAIL_KEY], hex[2 * HASH + 1];
	size_t klen = pp_mail_key(m, key, sizeof key);

	(void)crypto_generichash(hash, sizeof hash, (const unsigned char *)key,
	    klen, NULL, 0);
	(void)sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	if (m->resends == 0)
		(void)snprintf(m->message_id, sizeof m->message_id, "pp.%s@%s",
		    hex, domain);
	else
		(void)snprintf(m->message_id, sizeof m->message_id,
		    "pp.%s.%lld@%s", hex, (long long)m->resends, domain);
}

enum pp_rc
pp_mailing_intend(struct pp_txn *tx, const struct pp_mail_ask *a,
    struct pp_mailing *m, struct pp_err *err)
{
	struct pp_mail old, *mail = &m->mail;
	enum pp_rc rc;

	if (m->verdict != PP_MV_SEND)
		return pp_err_set(err, PP_BUG, "an intent for a mail that is "
		    "not to be sent");
	if (m->known && (rc = pp_mail_get(tx, mail, &old, err)) != PP_OK)
		return rc;
	if (!m->known)
		pp_id_new("mail_", m->now, mail->id, sizeof mail->id);
	if (m->known && a->resend)
		mail->resends++;
	mail->elsewhere = a->resend && a->to != NULL;
	mail->state = PP_MS_INTENT;
	mail->intended_at = m->now;
	mail->asked = m->charge;
	mail->tries++;
	mail->retry_at = 0;
	mail->reason[0] = '\0';
	pp_mailing_message_id(mail, a->domain);
	return pp_mail_save(tx, a->resend ? "mail.resent" : "mail.intended",
	    m->known ? &old : NULL, mail, err);
}

enum pp_rc
pp_mailing_outcome(struct pp_txn *tx, const struct pp_mail *intent,
    enum pp_mail_outcome outcome, const char *why, struct pp_mail *after,
    struct pp_err *err)
{
	static const char *const types[] = { "mail.sent", "mail.failed",
	    "mail.failed", "mail.unknown" };
	int64_t now = pp_txn_now(tx);
	struct pp_mail old;
	enum pp_rc rc;

	if ((rc = pp_mail_get(tx, intent, &old, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, PP_BUG,
		    "a mail's intent is gone") : rc;
	*after = old;
	if (old.state != PP_MS_INTENT || old.tries != intent->tries)
		return pp_err_set(err, PP_STATE, "mail %s was settled "
		    "meanwhile", old.id);
	switch (outcome) {
	case PP_MO_SENT:
		after->state = PP_MS_SENT;
		after->tries = 0;
		if (after->sent_at == 0)
			after->sent_at = now;
		break;
	case PP_MO_LATER:
	case PP_MO_NEVER:
		pp_mail_fail(after, outcome == PP_MO_NEVER, why, now);
		break;
	case PP_MO_UNKNOWN:
		after->state = PP_MS_UNKNOWN;
		(void)strlcpy(after->reason, why, sizeof after->reason);
		break;
	}
	return pp_mail_save(tx, types[outcome], &old, after, err);
}

static enum pp_rc
take_id(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	(void)tx, (void)key, (void)klen;
	return pp_mail_of(rec, arg, err) == PP_OK ? PP_NO : PP_IO;
}

static enum pp_rc
by_id(struct pp_txn *tx, const char *id, struct pp_mail *m, struct pp_err *err)
{
	enum pp_rc rc;

	memset(m, 0, sizeof *m);
	if ((rc = pp_txn_find(tx, PP_MAIL_BY_ID, id, strlen(id), take_id, m,
	    err)) != PP_OK)
		return rc;
	return m->id[0] != '\0' ? PP_OK : pp_err_set(err, PP_NOTFOUND,
	    "no such mail");
}

enum pp_rc
pp_mailing_settle(struct pp_txn *tx, const char *id, bool sent,
    const char *reason, struct pp_mail *after, struct pp_err *err)
{
	int64_t now = pp_txn_now(tx);
	struct pp_mail old;
	enum pp_rc rc;

	if ((rc = by_id(tx, id, &old, err)) != PP_OK)
		return rc;
	*after = old;
	switch (pp_mail_state(&old, now)) {
	case PP_MS_SENT:
		return sent ? PP_OK : pp_err_set(err, PP_STATE,
		    "the mail was sent");
	case PP_MS_INTENT:
		return pp_err_set(err, PP_STATE, "the mail is being handed "
		    "over this moment");
	case PP_MS_UNKNOWN:
	case PP_MS_FAILED:
		break;
	}
	after->settled_at = now;
	(void)strlcpy(after->reason, reason, sizeof after->reason);
	if (sent) {
		after->state = PP_MS_SENT;
		after->tries = 0;
		if (after->sent_at == 0)
			after->sent_at = old.intended_at;
	} else {
		after->state = PP_MS_FAILED;
		after->retry_at = now;
	}
	return pp_mail_save(tx, "mail.settled", &old, after, err);
}

/* Lists. */

enum pp_rc
pp_mailing_due(struct pp_txn *tx, const struct pp_case *c,
    const struct pp_link *l, const int *days, size_t ndays,
    const char *holidays, enum pp_mail_hold *why, struct pp_reminder *out, struct pp_err *err)
{
	int64_t now = pp_txn_now(tx);
	struct pp_mail *mails;
	size_t n;
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	if ((*why = pp_mail_hold(PP_MK_REMINDER, c, l, now)) != PP_MH_NONE)
		return PP_OK;
	if ((rc = pp_mailing_about(tx, l->id, &mails, &n, err)) == PP_OK)
		*why = pp_mail_remind(mails, n, l->epoch, days, ndays,
		    pp_time_day(now), holidays, out);
	out->first = NULL;
	free(mails);
	return rc;
}

void
pp_mail_show(const struct pp_mail *m, int64_t now, struct json_object *o)
{
	struct pp_mail shown = *m;

	shown.state = pp_mail_state(m, now);
	pp_doc_write(pp_mail_fields, pp_mail_nfields, &shown, PP_DOC_SHOW, o);
}

static enum pp_rc
open_one(struct pp_txn *tx, const void *key, size_t klen,
    const struct pp_rec *rec, void *arg, struct pp_err *err)
{
	struct listing *l = arg;
	struct json_object *o;
	enum pp_mail_state s;
	struct pp_mail m;
	enum pp_rc rc;

	(void)tx, (void)key, (void)klen;
	if ((rc = pp_mail_of(rec, &m, err)) != PP_OK)
		return rc;
	s = pp_mail_state(&m, l->now);
	if (s != PP_MS_UNKNOWN && (s != PP_MS_FAILED || m.retry_at != 0))
		return PP_OK;
	o = json_object_new_object();
	pp_mail_show(&m, l->now, o);
	json_object_array_add(l->rows, o);
	return PP_OK;
}

enum pp_rc
pp_mailing_open(struct pp_txn *tx, struct json_object *list,
    struct pp_err *err)
{
	struct listing l = { list, pp_txn_now(tx) };

	return pp_txn_find(tx, PP_MAIL_OPEN, "1", 1, open_one, &l, err);
}

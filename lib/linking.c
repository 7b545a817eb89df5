#include "config.h"

#include <stdio.h>
#include <string.h>

#include "linking.h"
#include "money.h"
#include "time.h"
#include "banned.h"

static const struct pp_link *newest(const struct pp_case *, const char *);
static void		set_token(struct pp_link *, const struct pp_link_order *,
			    int64_t);
static enum pp_rc	make(struct pp_txn *, const struct pp_link_order *,
			    const struct pp_integration *,
			    const struct pp_task *, const char *,
			    struct pp_link *, struct pp_err *);
static void		fill(const struct pp_case *,
			    const struct pp_link_order *, int64_t,
			    struct pp_linked *);
static enum pp_rc	percent_ok(const struct pp_link_want *,
			    const struct pp_task *, const struct pp_task_doc *,
			    int64_t, struct pp_err *);
static enum pp_rc	record_task(struct pp_txn *, const struct pp_task *,
			    const struct pp_task_doc *, struct pp_task *,
			    struct pp_err *);
static enum pp_rc	cancel_all(struct pp_txn *, const struct pp_task *,
			    struct pp_err *);
static void		member(struct pp_buf *, const char *, const char *);
static void		member_time(struct pp_buf *, const char *, int64_t);

/* Of a purpose the one that counts: the newest, which no other replaced. */
static const struct pp_link *
newest(const struct pp_case *c, const char *purpose)
{
	const struct pp_link *best = NULL;
	size_t i;

	for (i = 0; i < c->nlinks; i++)
		if (strcmp(c->links[i].purpose, purpose) == 0 &&
		    (best == NULL || c->links[i].state != PP_L_SUPERSEDED))
			best = &c->links[i];
	return best;
}

void
pp_linking_url(const struct pp_link *l, const struct pp_keys *keys,
    const char *base_url, char *out, size_t size)
{
	char token[PP_TOKEN_LEN + 1];

	pp_link_token(keys, l->id, l->epoch, token);
	(void)snprintf(out, size, "%s/p/%s", base_url, token);
	explicit_bzero(token, sizeof token);
}

static void
set_token(struct pp_link *l, const struct pp_link_order *o, int64_t now)
{
	char token[PP_TOKEN_LEN + 1];

	l->epoch++;
	pp_link_token(o->keys, l->id, l->epoch, token);
	pp_token_hash(token, strlen(token), l->token_hash);
	explicit_bzero(token, sizeof token);
	l->expires_at = o->expires_in != 0 ? now + o->expires_in :
	    o->expires_at;
	l->asked_at = l->asked_last = 0;
}

/* Rule T3: a removed task's open links are cancelled. */
static enum pp_rc
cancel_all(struct pp_txn *tx, const struct pp_task *t, struct pp_err *err)
{
	struct pp_case c;
	struct pp_link after;
	enum pp_rc rc;
	size_t i;

	if ((rc = pp_case_load(tx, t->id, &c, err)) == PP_OK)
		for (i = 0; i < c.nlinks && rc == PP_OK; i++) {
			if (c.links[i].state != PP_L_OPEN)
				continue;
			after = c.links[i];
			after.state = PP_L_CANCELLED;
			(void)strlcpy(after.reason, "task removed",
			    sizeof after.reason);
			rc = pp_link_save(tx, "link.cancelled", &c.links[i],
			    &after, err);
		}
	pp_case_release(&c);
	return rc;
}

/* old NULL: a task that is new, of which nothing need be read. */
static enum pp_rc
record_task(struct pp_txn *tx, const struct pp_task *old,
    const struct pp_task_doc *d, struct pp_task *t, struct pp_err *err)
{
	bool known = old != NULL;
	enum pp_rc rc;

	if (!known && !(d->has & PP_HAS_TOTAL))
		return pp_err_member(err, PP_DATA, "total", "missing");
	if (!pp_task_apply(old, d, pp_txn_now(tx), t))
		return PP_OK;	/* older than what we know */
	if (known && (d->has & PP_HAS_CURRENCY) && old->paid != 0 &&
	    strcmp(old->currency, t->currency) != 0)
		return pp_err_member(err, PP_CONFLICT, "currency", "task %s "
		    "was paid in %s", t->id, old->currency);
	if ((rc = pp_task_save(tx, known ? "task.changed" : "task.recorded",
	    old, t, err)) != PP_OK)
		return rc;
	if ((d->has & PP_HAS_PERSON) && (rc = pp_person_save(tx, t->id,
	    d->person, known, err)) != PP_OK)
		return rc;
	if (known && t->removed && !old->removed)
		rc = cancel_all(tx, t, err);
	return rc;
}

enum pp_rc
pp_linking_task(struct pp_txn *tx, const struct pp_task_doc *d,
    struct pp_task *t, struct pp_err *err)
{
	struct pp_task old;
	enum pp_rc rc;

	if ((rc = pp_task_get(tx, d->task.id, &old, err)) != PP_OK &&
	    rc != PP_NOTFOUND)
		return rc;
	return record_task(tx, rc == PP_OK ? &old : NULL, d, t, err);
}

static enum pp_rc
make(struct pp_txn *tx, const struct pp_link_order *o,
    const struct pp_integration *in, const struct pp_task *t,
    const char *email, struct pp_link *l, struct pp_err *err)
{
	int64_t now = pp_txn_now(tx);

	memset(l, 0, sizeof *l);
	pp_id_new("lnk_", now, l->id, sizeof l->id);
	(void)strlcpy(l->task, t->id, sizeof l->task);
	(void)strlcpy(l->purpose, o->want.purpose, sizeof l->purpose);
	(void)strlcpy(l->integration, in->name, sizeof l->integration);
	(void)strlcpy(l->currency, t->currency, sizeof l->currency);
	(void)strlcpy(l->language, o->language, sizeof l->language);
	l->kind = o->want.kind;
	l->amount = o->want.amount;
	l->percent = o->want.percent;
	l->min = o->want.min;
	l->created_at = now;
	if (email[0] != '\0')
		pp_address_hash(o->keys, email, l->address);
	set_token(l, o, now);
	return pp_link_save(tx, "link.created", NULL, l, err);
}

static void
fill(const struct pp_case *c, const struct pp_link_order *o, int64_t now,
    struct pp_linked *out)
{
	int64_t offline = pp_case_offline(c, out->link.purpose);

	out->charge = pp_link_charge(&out->link, &c->task, offline);
	out->state = pp_link_state(&out->link, &c->task, offline, now);
	out->may_still_be_paid_until = pp_case_payable_until(c, NULL, now);
	/* An address that will never be must not get into a mail. */
	if (o != NULL && out->state == PP_L_OPEN &&
	    !(o->dry_run && out->created))
		pp_linking_url(&out->link, o->keys, o->base_url, out->url,
		    sizeof out->url);
}

/* A percentage must come to a cent (rule A5); of what the task will be. */
static enum pp_rc
percent_ok(const struct pp_link_want *w, const struct pp_task *old,
    const struct pp_task_doc *d, int64_t now, struct pp_err *err)
{
	char part[PP_MONEY_STR], due[PP_MONEY_STR];
	struct pp_task t;
	struct pp_sums s;

	if (w->kind != PP_LINK_PERCENT)
		return PP_OK;
	(void)pp_task_apply(old, d, now, &t);
	pp_task_sums(&t, &s);
	if (s.due <= 0 || pp_money_percent(s.due, (int32_t)w->percent) > 0)
		return PP_OK;
	return pp_err_member(err, PP_DATA, "percent", "%s %% of %s is nothing",
	    pp_money_str(w->percent, part, sizeof part), pp_money_str(s.due,
	    due, sizeof due));
}

enum pp_rc
pp_linking_create(struct pp_txn *tx, const struct pp_link_order *o,
    const struct pp_task_doc *d, struct pp_linked *out, struct pp_err *err)
{
	struct pp_link_want want = o->want;
	const struct pp_integration *in = o->in;
	struct pp_integration picked;
	const struct pp_link *l;
	struct pp_link after;
	struct pp_case c = { .nlinks = 0 };
	struct pp_task old, t;
	int64_t now = pp_txn_now(tx), offline;
	const char *currency;
	bool known;
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	/* Everything that can be refused as data, before anything is written:
	 * a refused line writes nothing and does not end its batch. */
	if (in == NULL) {
		if ((rc = pp_integration_pick(tx, want.integration[0] != '\0' ?
		    want.integration : NULL, &picked, err)) != PP_OK)
			return rc;
		in = &picked;
	}
	(void)strlcpy(want.integration, in->name, sizeof want.integration);
	rc = pp_task_get(tx, d->task.id, &old, err);
	known = rc == PP_OK;
	if (rc == PP_NOTFOUND) {
		/* Of a task that is known it is news (rules A5, T1). */
		if ((d->has & PP_HAS_TOTAL) && d->task.total == 0)
			return pp_err_member(err, PP_DATA, "total",
			    "0.00: a link asks for 0.01 at least");
	} else if (rc != PP_OK)
		return rc;
	currency = d->has & PP_HAS_CURRENCY ? d->task.currency : known ?
	    old.currency : "CAD";
	if (!pp_integration_takes(in, currency))
		return pp_err_member(err, PP_DATA, "currency", "integration %s "
		    "does not take %s", in->name, currency);
	if ((rc = percent_ok(&want, known ? &old : NULL, d, now, err)) != PP_OK)
		return rc;

	if ((rc = record_task(tx, known ? &old : NULL, d, &t, err)) != PP_OK)
		return rc;
	/* A task that is new has nothing else: a stream of them saves the
	 * look-ups. */
	if (!known)
		c.task = t;
	else if ((rc = pp_case_load(tx, t.id, &c, err)) != PP_OK)
		goto out;
	offline = pp_case_offline(&c, want.purpose);
	l = newest(&c, want.purpose);
	if (l != NULL)
		out->link = *l;
	out->verdict = pp_link_decide(l, &want, o->how, &t, offline, now, err);
	switch (out->verdict) {
	case PP_LINK_CREATE:
	case PP_LINK_REPLACE:
		out->created = true;
		if ((rc = make(tx, o, in, &t, d->email, &out->link,
		    err)) != PP_OK || l == NULL)
			break;
		after = *l;
		after.state = PP_L_SUPERSEDED;
		(void)strlcpy(after.successor, out->link.id,
		    sizeof after.successor);
		rc = pp_link_save(tx, "link.superseded", l, &after, err);
		break;
	case PP_LINK_RENEW:
		out->created = true;
		set_token(&out->link, o, now);
		rc = pp_link_save(tx, "link.renewed", l, &out->link, err);
		break;
	case PP_LINK_REUSE:
		break;
	case PP_LINK_NOTHING:
	case PP_LINK_REFUSE:
		rc = PP_STATE;
		break;
	case PP_LINK_DIFFERS:
		rc = PP_CONFLICT;
		break;
	}
	if (out->link.id[0] != '\0')
		fill(&c, o, now, out);
out:
	pp_case_release(&c);
	return rc;
}

enum pp_rc
pp_linking_known(struct pp_txn *tx, const char *id, struct pp_task_doc *d,
    struct pp_err *err)
{
	struct json_object *person = NULL;
	const char *email;
	struct pp_task t;
	enum pp_rc rc;

	memset(d, 0, sizeof *d);
	if ((rc = pp_task_get(tx, id, &t, err)) != PP_OK)
		return rc == PP_NOTFOUND ? pp_err_set(err, rc,
		    "no such task") : rc;
	(void)strlcpy(d->task.id, t.id, sizeof d->task.id);
	if ((rc = pp_person_get(tx, id, &person, err)) == PP_OK &&
	    pp_json_str(person, "email", &email, NULL) == PP_OK)
		(void)strlcpy(d->email, email, sizeof d->email);
	json_object_put(person);
	return rc == PP_NOTFOUND ? PP_OK : rc;
}

enum pp_rc
pp_linking_get(struct pp_txn *tx, const char *id, struct pp_link *l,
    struct pp_err *err)
{
	enum pp_rc rc = pp_link_get(tx, id, l, err);

	return rc == PP_NOTFOUND ? pp_err_set(err, rc, "no such link") : rc;
}

enum pp_rc
pp_linking_renew(struct pp_txn *tx, const struct pp_link_order *o,
    const char *id, struct pp_linked *out, struct pp_err *err)
{
	struct pp_case c = { .nlinks = 0 };
	struct pp_link old;
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	if ((rc = pp_linking_get(tx, id, &old, err)) != PP_OK)
		return rc;
	if ((rc = pp_case_load(tx, old.task, &c, err)) != PP_OK)
		goto out;
	if (old.state == PP_L_SUPERSEDED)
		rc = pp_err_set(err, PP_STATE, "link %s was superseded by %s",
		    old.id, old.successor);
	else if (c.task.removed)
		rc = pp_err_set(err, PP_STATE, "task %s was removed",
		    old.task);
	if (rc != PP_OK)
		goto out;
	out->link = old;
	out->link.state = PP_L_OPEN;
	out->link.reason[0] = '\0';
	set_token(&out->link, o, pp_txn_now(tx));
	out->created = true;
	rc = pp_link_save(tx, "link.renewed", &old, &out->link, err);
	fill(&c, o, pp_txn_now(tx), out);
out:
	pp_case_release(&c);
	return rc;
}

enum pp_rc
pp_linking_ask_renewal(struct pp_txn *tx, const struct pp_link *old,
    struct pp_err *err)
{
	struct pp_case c = { .nlinks = 0 };
	struct pp_link l = *old;
	int64_t now = pp_txn_now(tx);
	enum pp_rc rc;

	if ((rc = pp_case_load(tx, l.task, &c, err)) != PP_OK)
		goto out;
	if (pp_link_state(&l, &c.task, pp_case_offline(&c, l.purpose),
	    now) != PP_L_EXPIRED)
		rc = pp_err_set(err, PP_STATE, "link %s has not expired",
		    l.id);
	else if (l.asked_last == 0 || now - l.asked_last >= PP_ASK_AGAIN) {
		if (l.asked_at == 0)
			l.asked_at = now;
		l.asked_last = now;
		rc = pp_link_save(tx, "link.renewal_asked", old, &l, err);
	}
out:
	pp_case_release(&c);
	return rc;
}

enum pp_rc
pp_linking_cancel(struct pp_txn *tx, const char *id, const char *reason,
    struct pp_linked *out, struct pp_err *err)
{
	struct pp_case c = { .nlinks = 0 };
	struct pp_link old;
	enum pp_rc rc;

	memset(out, 0, sizeof *out);
	if ((rc = pp_linking_get(tx, id, &old, err)) != PP_OK)
		return rc;
	if (old.state == PP_L_SUPERSEDED)
		return pp_err_set(err, PP_STATE,
		    "link %s was superseded by %s", old.id, old.successor);
	if ((rc = pp_case_load(tx, old.task, &c, err)) == PP_OK) {
		out->link = old;
		out->link.state = PP_L_CANCELLED;
		(void)strlcpy(out->link.reason, reason,
		    sizeof out->link.reason);
		if (old.state != PP_L_CANCELLED)
			rc = pp_link_save(tx, "link.cancelled", &old,
			    &out->link, err);
		fill(&c, NULL, pp_txn_now(tx), out);
	}
	pp_case_release(&c);
	return rc;
}

/* value NULL: null. */
static void
member(struct pp_buf *b, const char *name, const char *value)
{
	pp_json_next(b);
	pp_json_quote(b, name);
	pp_buf_add(b, ":", 1);
	if (value != NULL)
		pp_json_quote(b, value);
	else
		pp_buf_puts(b, "null");
}

static void
member_time(struct pp_buf *b, const char *name, int64_t at)
{
	char text[PP_TIME_STR];

	member(b, name, at == 0 ? NULL :
	    pp_time_str(at, true, text, sizeof text));
}

void
pp_linked_print(const struct pp_linked *r, struct pp_buf *b)
{
	const struct pp_link *l = &r->link;
	char text[PP_MONEY_STR];

	pp_buf_puts(b, "{");
	member(b, "id", l->id);
	member(b, "url", r->url[0] != '\0' ? r->url : NULL);
	member(b, "state", pp_link_states[r->state]);
	member(b, "purpose", l->purpose);
	member(b, "amount", pp_money_str(r->charge, text, sizeof text));
	pp_buf_puts(b, ",\"amount_cents\":");
	pp_buf_int(b, r->charge);
	member(b, "currency", l->currency);
	member(b, "integration", l->integration);
	member_time(b, "created_at", l->created_at);
	member_time(b, "expires_at", l->expires_at);
	pp_buf_puts(b, r->created ? ",\"created\":true" :
	    ",\"created\":false");
	if (l->successor[0] != '\0')
		member(b, "successor", l->successor);
	member_time(b, "may_still_be_paid_until", r->may_still_be_paid_until);
	pp_buf_puts(b, "}");
}

struct json_object *
pp_linked_doc(const struct pp_linked *r)
{
	struct pp_buf b = PP_BUF_INIT(PP_LINKED_MAX);
	struct json_object *o = NULL;

	pp_linked_print(r, &b);
	if (pp_buf_ok(&b))
		(void)pp_json_parse(b.p, b.len, &o, NULL);
	pp_buf_release(&b);
	return o;
}
